"""The mapping file: which column of which file feeds which field of which record."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal, get_args

import attrs
from attrs import field, frozen
from attrs.validators import ge

from dealwright_core.config.document import Document, KeyPath
from dealwright_core.config.structure import structure
from dealwright_core.errors import ConfigError, Problem
from dealwright_core.importing.reading import Form
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.values import Rounding

Constant = str | int | bool | Decimal | date
RoundingName = Literal["half away from zero", "half to even", "away from zero", "towards zero"]
BATCH = 50_000


def one_character(instance: object, attribute: "attrs.Attribute[str]", value: str | None) -> None:
    """Validate a sign: one character, none of those that end a line."""
    if value is not None and (len(value) != 1 or value in "\r\n\0"):
        raise ValueError(f"expected one character, got {value!r}")


@frozen(kw_only=True)
class When:
    """Rows that feed a record: those whose cell in ``column`` equals one of ``equals``, none of
    ``not_equals``, and is blank or not as ``blank`` says. What is not stated does not count.
    """

    column: str
    equals: str | tuple[str, ...] = ()
    not_equals: str | tuple[str, ...] = ()
    blank: bool | None = None


@frozen(kw_only=True)
class Feed:
    """Where the value of a field comes from.

    Exactly one of: ``column``; ``columns``, joined by ``join``; ``constant``; ``record``, the name of a
    record that the same row feeds, for a link; ``price`` and ``times``, two columns whose product becomes
    money, rounded once as ``rounding`` says.

    The text of the cell is first looked up in ``aliases``, then ``prefix`` goes before it, then it is read: a
    number with ``decimal`` as the sign before its fraction and ``grouping`` between its digits, times
    ``scale``; a date in one of ``date_formats``; an amount in ``currency`` or in that of the cell in
    ``currency_column``. An amount with too many digits is refused unless ``rounding`` is stated. A blank cell
    gives ``default``. ``by`` says whether a link is looked up by ref or by name; without it, by ref and then
    by name.
    """

    column: str | None = None
    columns: tuple[str, ...] = ()
    join: str = " "
    constant: Constant | None = None
    record: str | None = None
    price: str | None = None
    times: str | None = None
    aliases: dict[str, str] = field(factory=dict)
    prefix: str = ""
    default: Constant | None = None
    date_formats: tuple[str, ...] | None = None
    decimal: str | None = field(default=None, validator=one_character)
    grouping: str | None = field(default=None, validator=one_character)
    scale: Decimal | None = None
    rounding: RoundingName | None = None
    currency: str | None = None
    currency_column: str | None = None
    by: Literal["ref", "name"] | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that give the text, in order."""
        if self.price is not None and self.times is not None:
            return (self.price, self.times)
        return self.columns or ((self.column,) if self.column is not None else ())

    @property
    def used(self) -> tuple[str, ...]:
        """Every column it reads."""
        return self.sources + ((self.currency_column,) if self.currency_column is not None else ())

    @property
    def rounding_mode(self) -> Rounding | None:
        """How digits that the currency does not have are rounded, None to refuse them."""
        return None if self.rounding is None else Rounding(self.rounding)


@frozen(kw_only=True)
class RecordFeed:
    """A record that each row feeds, or each row that ``when`` lets through.

    ``name`` tells it from others of the same kind in the same file, and is what a Feed's ``record`` refers
    to. Without ``ref`` its ref is derived: from that of the record that the same row feeds and that it links
    to, else from file and line.
    """

    record: str
    name: str | None = None
    when: When | tuple[When, ...] = ()
    ref: str | Feed | None = None
    fields: dict[str, str | Feed] = field(factory=dict)

    @property
    def label(self) -> str:
        """The name it goes by in the mapping."""
        return self.name or self.record

    @property
    def conditions(self) -> tuple[When, ...]:
        """All that must hold for a row."""
        return (self.when,) if isinstance(self.when, When) else self.when


@frozen(kw_only=True)
class FileFeed:
    """A file and the records that its rows feed. A pattern of the name is not a path: one entry stands for
    one file.

    Of an ``optional`` file nothing is said where it is missing. Columns in ``ignore`` are left out on
    purpose.
    """

    path: str
    encoding: str | None = None
    delimiter: str | None = field(default=None, validator=one_character)
    quote: str = '"'
    skip_lines: int = field(default=0, validator=ge(0))
    header: bool = True
    columns: tuple[str, ...] = ()
    optional: bool = False
    ignore: tuple[str, ...] = ()
    records: tuple[RecordFeed, ...]

    @property
    def form(self) -> Form:
        """How the file is laid out."""
        return Form(
            delimiter=self.delimiter,
            quote=self.quote,
            skip_lines=self.skip_lines,
            header=self.header,
            columns=self.columns,
        )


@frozen(kw_only=True)
class Mapping:
    """A whole import: its files in the order in which they are read, and what holds for all of them.

    ``currency`` is that of bare numbers, by default the deployment's. ``batch`` rows are written in one
    transaction.
    """

    name: str
    encoding: str | None = None
    currency: str | None = None
    date_formats: tuple[str, ...] = ("%Y-%m-%d",)
    decimal: str = field(default=".", validator=one_character)
    grouping: str | None = field(default=None, validator=one_character)
    batch: int = field(default=BATCH, validator=ge(1))
    files: tuple[FileFeed, ...]


def read_mapping(path: Path) -> tuple[Mapping, Document]:
    """The mapping in a file, with the document for messages. Raises ConfigError with every mistake in its
    form.
    """
    document = Document.read(path)
    mapping, problems = structure(Mapping, document.data, document=document)
    if mapping is not None:
        problems = list(_contradictions(mapping, document))
    if mapping is None or problems:
        raise ConfigError(problems)
    return mapping, document


def feeds_of(record: RecordFeed, at: KeyPath) -> Iterator[tuple[KeyPath, Feed]]:
    """Each feed of a record with its place in the document; a bare text is the name of a column."""
    if record.ref is not None:
        yield (*at, "ref"), as_feed(record.ref)
    for name, feed in record.fields.items():
        yield (*at, "fields", name), as_feed(feed)


def as_feed(feed: str | Feed) -> Feed:
    """A feed, also where only its column was written."""
    return Feed(column=feed) if isinstance(feed, str) else feed


def _contradictions(mapping: Mapping, document: Document) -> Iterator[Problem]:
    if not mapping.files:
        yield document.problem(("files",), _("names no file to import"))
    seen: set[str] = set()
    for number, file in enumerate(mapping.files):
        at: KeyPath = ("files", number)
        if file.path in seen:
            yield document.problem(
                (*at, "path"), _("{path} has an entry already: put all its records there", path=file.path)
            )
        seen.add(file.path)
        yield from _in_file(file, at, document)


def _in_file(file: FileFeed, at: KeyPath, document: Document) -> Iterator[Problem]:
    if len(file.quote) > 1 or file.quote in ("\r", "\n", "\0"):
        yield document.problem(
            (*at, "quote"), _("expected one character or none, got {quote!r}", quote=file.quote)
        )
    if Path(file.path).is_absolute() or ".." in Path(file.path).parts:
        yield document.problem(
            (*at, "path"), _("{path} leads out of the data folder: write it relative to that", path=file.path)
        )
    if not file.header and not file.columns:
        yield document.problem(at, _("a file without a header needs columns = [...]"), key="header")
    if file.header and file.columns:
        yield document.problem(
            (*at, "columns"), _("the header names the columns: leave this out, or say header = false")
        )
    for double in sorted({name for name in file.columns if file.columns.count(name) > 1}):
        yield document.problem((*at, "columns"), _("{double!r} stands twice", double=double))
    if not file.records:
        yield document.problem((*at, "records"), _("names no record that the file feeds"))
    labels: set[str] = set()
    for number, record in enumerate(file.records):
        place = (*at, "records", number)
        if record.label in labels:
            yield document.problem(
                place, _("a second {record!r}: give it a name of its own", record=record.label), key="name"
            )
        labels.add(record.label)
        for where, feed in feeds_of(record, place):
            yield from _in_feed(feed, where, document)


def _in_feed(feed: Feed, at: KeyPath, document: Document) -> Iterator[Problem]:
    ways = {
        "column": feed.column is not None,
        "columns": bool(feed.columns),
        "constant": feed.constant is not None,
        "record": feed.record is not None,
        "price and times": feed.price is not None or feed.times is not None,
    }
    stated = [way for way, is_stated in ways.items() if is_stated]
    if not stated:
        yield document.problem(at, _("names no source"), _("write one of {ways}", ways=", ".join(ways)))
    if len(stated) > 1:
        yield document.problem(
            at, _("has several sources: {stated}", stated=joined(" and ", stated)), _("write one of them")
        )
    if (feed.price is None) != (feed.times is None):
        yield document.problem(at, _("price and times go together: an amount is price x times"))
    if feed.currency is not None and feed.currency_column is not None:
        yield document.problem(at, _("has a currency and a currency_column"), _("write one of them"))
    if feed.decimal is not None and feed.decimal == feed.grouping:
        yield document.problem(
            at, _("{decimal!r} cannot stand for decimal and for grouping", decimal=feed.decimal)
        )


assert set(get_args(RoundingName)) == {each.value for each in Rounding}
