"""A file of the mapping bound to the header of the file and to the records of the deployment, with every
mistake at once.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import attrs
from attrs import define, field, frozen

from dealwright_core.config.document import Document, KeyPath
from dealwright_core.errors import InvalidValue, Problem, UsageError
from dealwright_core.importing.columns import Words
from dealwright_core.importing.mapping import Feed, FileFeed, RecordFeed, When, as_feed
from dealwright_core.importing.readers import NUMERIC, Column, Defaults, column_for, numerals_of, ref_column
from dealwright_core.language import core as _
from dealwright_core.records.lifecycle import Lifecycle
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import Field, RecordType
from dealwright_core.spelling import did_you_mean

# A day that tells whether a format reads back all of it.
SOME_DAY = datetime(2001, 2, 3)  # noqa: DTZ001  # only its date is looked at
# Which options of a feed mean something for which types of field.
OPTIONS = {
    "scale": NUMERIC, "decimal": NUMERIC, "grouping": NUMERIC, "rounding": NUMERIC, "date_formats": ("date",),
    "currency": ("money", "price"), "currency_column": ("money", "price"), "price": ("money",),
    "times": ("money",), "by": ("link",), "record": ("link",),
}  # fmt: skip
SOURCES = {"column", "columns", "price", "times", "currency_column", "record"}


class Kinds(Protocol):
    """The records of a deployment."""

    kinds: Mapping[str, RecordType]
    lifecycles: Mapping[str, Lifecycle]

    def kind(self, kind: str | type[Record]) -> RecordType:
        """The kind of this name. Raises UsageError."""


@frozen
class FieldSource:
    """How a field is filled: by a column, or with the id of the record that the same row feeds (its number in
    the file).
    """

    field: Field
    column: Column
    currency: str
    same_row: int | None = None
    by: str | None = None
    shown: str = ""


@frozen
class Selection:
    """One condition on a column."""

    column: int
    when: When

    def holds(self, cell: str) -> bool:
        """Whether a row with this cell is let through."""
        text = cell.strip()
        equals, others = (
            (each,) if isinstance(each, str) else each for each in (self.when.equals, self.when.not_equals)
        )
        return (
            (not equals or text in equals)
            and text not in others
            and (self.when.blank is None or self.when.blank == (not text))
        )


@frozen(kw_only=True)
class RecordSource:
    """A record that rows feed: its ref (None where it is derived), its fields, and the rows that count.

    `parent` is the number of the record of the same row that the ref is derived from. `fingerprint` is the
    same for records whose fields are read alike: with the texts of a row it tells whether the source has
    changed.
    """

    kind: RecordType
    label: str
    ref: Column | None
    parent: int | None
    fields: tuple[FieldSource, ...]
    selections: tuple[Selection, ...]
    fingerprint: str

    @property
    def digested(self) -> tuple[int, ...]:
        """The columns whose texts make the record, in the order of its fields' names."""
        ordered = sorted(self.fields, key=lambda each: each.field.name)
        return tuple(at for each in ordered for at in each.column.columns)


@frozen
class FileSource:
    """A file and what its rows feed."""

    feed: FileFeed
    header: tuple[str, ...]
    records: tuple[RecordSource, ...]
    warnings: tuple[str, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of record that the file feeds."""
        return frozenset(each.kind.name for each in self.records)


@define
class Binder:
    """Binds the files of a mapping, collecting mistakes."""

    document: Document
    kinds: Kinds
    defaults: Defaults
    problems: list[Problem] = field(factory=list)

    def bind(self, number: int, feed: FileFeed, header: Sequence[str]) -> FileSource:
        """The file with this number in the mapping. It may be used only if `problems` stays empty."""
        used: set[str] = set()
        records: list[RecordSource] = []
        labels: dict[str, tuple[int, str]] = {}
        for at, each in enumerate(feed.records):
            place: KeyPath = ("files", number, "records", at)
            try:
                kind = self.kinds.kind(each.record)
            except UsageError as error:
                self._add((*place, "record"), error.text)
                continue
            bound = _RecordBinder(self, kind, each, place, feed, tuple(header), labels)
            records.append(bound.bind())
            labels[each.label] = (len(records) - 1, kind.name)
            used |= bound.used
        for name in feed.ignore:
            if name not in header:
                self._add(
                    ("files", number, "ignore"),
                    _(
                        "{path} has no column {name!r}{near}",
                        path=feed.path,
                        name=name,
                        near=did_you_mean(name, header),
                    ),
                )
        idle = dict.fromkeys(name for name in header if name and name not in used and name not in feed.ignore)
        warnings = tuple(_("column {name!r} is neither used nor ignored", name=name) for name in idle)
        return FileSource(feed, tuple(header), tuple(records), warnings)

    def words(self, kind: str, known: Field) -> Words | None:
        """The texts that a field may have, None where it is free."""
        if known.choices is None:
            return None
        titles = [
            each
            for lifecycle in self.kinds.lifecycles.values()
            if (lifecycle.record, lifecycle.field) == (kind, known.name)
            for each in lifecycle.titles
        ]
        return Words.of(known.choices, titles)

    def _add(self, at: KeyPath, message: str, hint: str | None = None) -> None:
        self.problems.append(self.document.problem(at, message, hint))


@define
class _RecordBinder:
    binder: Binder
    kind: RecordType
    feed: RecordFeed
    at: KeyPath
    file: FileFeed
    header: tuple[str, ...]
    labels: Mapping[str, tuple[int, str]]
    used: set[str] = field(factory=set)

    def bind(self) -> RecordSource:
        sources = tuple(self._fields())
        selections = tuple(
            Selection(self._index(each.column, (*self.at, "when")), each) for each in self.feed.conditions
        )
        ref = None
        if self.feed.ref is not None:
            feed = as_feed(self.feed.ref)
            if feed.record is not None or feed.price is not None:
                self._add((*self.at, "ref"), _("a ref is a text: give it a column, columns or a constant"))
            ref = ref_column(feed, self._columns(feed, (*self.at, "ref")))
        return RecordSource(
            kind=self.kind,
            label=self.feed.label,
            ref=ref,
            parent=next((each.same_row for each in sources if each.same_row is not None), None),
            fields=sources,
            selections=selections,
            fingerprint=self._fingerprint(),
        )

    def _fields(self) -> Iterator[FieldSource]:
        for known in self.kind.fields:
            if known.required and known.name not in self.feed.fields:
                self._add(
                    self.at,
                    _("{kind} needs the field {name!r}", kind=self.kind.name, name=known.name),
                    _("map it to a column or a constant"),
                )
        for name, given in self.feed.fields.items():
            place = (*self.at, "fields", name)
            known_field = self.kind.by_name.get(name)
            if known_field is None:
                hint = did_you_mean(name, self.kind.by_name)
                self._add(
                    place, _("{kind} has no field {name!r}{hint}", kind=self.kind.name, name=name, hint=hint)
                )
                continue
            found = self._field(known_field, as_feed(given), place)
            if found is not None:
                yield found

    def _field(self, known: Field, feed: Feed, at: KeyPath) -> FieldSource | None:
        for option, types in OPTIONS.items():
            stated = getattr(feed, option)
            if stated is not None and known.type.name not in types:
                self._add(
                    (*at, option),
                    _(
                        "{option} means nothing for {name!r}, which is {type}",
                        option=option,
                        name=known.name,
                        type=known.type.name,
                    ),
                )
        for each in feed.date_formats or ():
            if not reads_a_day(each):
                self._add(
                    (*at, "date_formats"),
                    _("{each!r} does not read a whole day", each=each),
                    _("such as '%d.%m.%Y'"),
                )
        columns = self._columns(feed, at)
        shown = ", ".join(feed.used)
        try:
            column = column_for(
                known, feed, columns, self.binder.defaults, self.binder.words(self.kind.name, known)
            )
            numerals = numerals_of(feed, self.binder.defaults)
        except InvalidValue as error:
            self._add(at, error.text)
            return None
        same_row = self._same_row(known, feed.record, at) if feed.record is not None else None
        return FieldSource(known, column, numerals.currency, same_row, feed.by, shown)

    def _same_row(self, known: Field, label: str, at: KeyPath) -> int | None:
        if label not in self.labels:
            hint = did_you_mean(label, self.labels)
            self._add(
                (*at, "record"),
                _("no record {label!r} stands above this one in the same file{hint}", label=label, hint=hint),
            )
            return None
        number, kind = self.labels[label]
        if kind != known.link:
            self._add(
                (*at, "record"),
                _(
                    "{name} links to {link}, and {label!r} is {kind}",
                    name=known.name,
                    link=known.link,
                    label=label,
                    kind=kind,
                ),
            )
        return number

    def _columns(self, feed: Feed, at: KeyPath) -> tuple[int, ...]:
        return tuple(self._index(name, at) for name in feed.used)

    def _index(self, name: str, at: KeyPath) -> int:
        self.used.add(name)
        count = self.header.count(name)
        if count == 1:
            return self.header.index(name)
        if count:
            self._add(
                at,
                _(
                    "{path} has {count} columns called {name!r}: rename all but one",
                    path=self.file.path,
                    count=count,
                    name=name,
                ),
            )
        else:
            self._add(
                at,
                _(
                    "{path} has no column {name!r}{near}",
                    path=self.file.path,
                    name=name,
                    near=did_you_mean(name, self.header) or self._why(),
                ),
            )
        return 0

    def _why(self) -> str:
        """What may be amiss with a header of which nothing is known."""
        if len(self.header) == 1:
            for sign, shown in ((";", "';'"), ("\t", "'\\t'"), ("|", "'|'"), (",", "','")):
                if sign in self.header[0]:
                    return _(
                        ", its only one is {header!r}: is the delimiter {shown}?",
                        header=self.header[0],
                        shown=shown,
                    )
        return _("; it has {header}", header=", ".join(map(repr, self.header[:20])))

    def _fingerprint(self) -> str:
        options = {}
        for name, given in sorted(self.feed.fields.items()):
            feed = as_feed(given)
            stated = attrs.asdict(feed, filter=lambda each, _: each.name not in SOURCES)
            options[name] = [stated, len(feed.used), feed.record is not None]
        said = json.dumps([options, attrs.asdict(self.binder.defaults)], default=str, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def _add(self, at: KeyPath, message: str, hint: str | None = None) -> None:
        self.binder.problems.append(self.binder.document.problem(at, message, hint))


def reads_a_day(form: str) -> bool:
    """Whether a date format tells year, month and day."""
    try:
        return datetime.strptime(SOME_DAY.strftime(form), form) == SOME_DAY
    except ValueError:
        return False
