"""From a feed of the mapping to the reader of its column."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import repeat
from typing import Any

from attrs import frozen

from dealwright_core.errors import InvalidValue
from dealwright_core.importing.columns import Amounts, Key, PlainTexts, Reader, Words, Wrong
from dealwright_core.importing.mapping import Constant, Feed
from dealwright_core.importing.numbers import Numerals
from dealwright_core.language import core as _
from dealwright_core.records.fieldtypes import Notation
from dealwright_core.records.recordtype import Field
from dealwright_core.values import Money, Price, digits

Read = Callable[[Key], Any]
NUMERIC = ("integer", "ratio", "money", "price")


@frozen(kw_only=True)
class Defaults:
    """How texts are read where a feed says nothing else."""

    currency: str
    date_formats: tuple[str, ...] = ("%Y-%m-%d",)
    decimal: str = "."
    grouping: str | None = None


@frozen
class Column:
    """Reads the cells of some columns as values of a field, or gives the same value to every row."""

    reader: Reader
    columns: tuple[int, ...]
    join: str | None = None
    constant: Any = None
    is_constant: bool = False

    def values(self, cells: Sequence[Sequence[str]], count: int) -> list[Any]:
        """The values for `count` rows; `cells` has one sequence for each column of the file."""
        if self.is_constant:
            return list(repeat(self.constant, count))
        return self.reader.column(self.keys([cells[at] for at in self.columns]))

    def keys(self, cells: Sequence[Sequence[str]]) -> Iterable[Key]:
        """What the reader looks up for each row."""
        if self.join is not None:
            return map(self.join.join, zip(*cells, strict=True))
        return cells[0] if len(cells) == 1 else zip(*cells, strict=True)

    @property
    def is_wrong(self) -> bool:
        """Whether some of the last values are `Wrong`."""
        return self.reader.is_wrong


def text_of(constant: Constant) -> str:
    """A constant of the mapping as a cell would say it."""
    if isinstance(constant, bool):
        return "true" if constant else "false"
    return constant.isoformat() if isinstance(constant, date) else str(constant)


def column_for(
    field: Field, feed: Feed, columns: tuple[int, ...], defaults: Defaults, words: Words | None
) -> Column:
    """The column that reads a field. Raises InvalidValue where a constant or default of the feed is no value
    of it.
    """
    numerals = numerals_of(feed, defaults)
    convert = _converter(field, feed, defaults, numerals, words)
    blank = _blank(field, feed, convert)
    if feed.constant is not None:
        return Column(Reader(convert), (), constant=convert(text_of(feed.constant)), is_constant=True)
    join = feed.join if feed.columns else None
    if feed.price is not None or feed.currency_column is not None:
        return Column(Reader(_several(feed, numerals, field, blank)), columns)
    read = _cleaned(feed, convert, blank, keep=field.type.name == "text" and words is None)
    if field.type.name == "money" and numerals.plain and not feed.aliases and not feed.prefix:
        return Column(Amounts(read, digits(numerals.currency)), columns, join)
    plain = field.type.name == "link" or (field.type.name == "text" and words is None)
    if plain and not feed.aliases and not feed.prefix and join is None:
        return Column(PlainTexts(blank, strip=field.type.name == "link"), columns)
    return Column(Reader(read), columns, join)


def ref_column(feed: Feed, columns: tuple[int, ...]) -> Column:
    """The column that reads refs: texts without the white space around them, none of them blank."""
    blank = Wrong(_("ref is blank"))
    if feed.constant is not None:
        return Column(Reader(str), (), constant=text_of(feed.constant), is_constant=True)
    if feed.columns or feed.aliases or feed.prefix or feed.default is not None:
        default = blank if feed.default is None else text_of(feed.default)
        return Column(
            Reader(_cleaned(feed, str, default, keep=False)), columns, feed.join if feed.columns else None
        )
    return Column(PlainTexts(blank, strip=True), columns)


def numerals_of(feed: Feed, defaults: Defaults) -> Numerals:
    """How a feed writes numbers."""
    return Numerals(
        currency=feed.currency or defaults.currency,
        decimal=feed.decimal or defaults.decimal,
        grouping=feed.grouping if feed.grouping is not None else defaults.grouping,
        scale=feed.scale,
        rounding=feed.rounding_mode,
    )


def _converter(field: Field, feed: Feed, defaults: Defaults, numerals: Numerals, words: Words | None) -> Read:
    """The function that reads a text that is not blank. Money becomes minor units where it is in the column's
    currency.
    """
    kind = field.type.name
    if words is not None:
        return words.read
    if kind == "money":
        return lambda text: bare(numerals.money(text), numerals.currency)
    if kind == "price":
        return lambda text: bare(numerals.price(text), numerals.currency)
    if kind == "integer" and not numerals.plain:
        return numerals.integer
    if kind == "ratio" and not numerals.plain:
        return numerals.ratio
    if kind == "link":
        return str
    notation = Notation(numerals.currency, feed.date_formats or defaults.date_formats)
    parse = field.type.parse
    return lambda text: parse(text, notation)


def _blank(field: Field, feed: Feed, convert: Read) -> Any:
    if feed.default is not None:
        return convert(text_of(feed.default))
    if field.required or (field.default is None and not field.optional):
        return Wrong(_("is required, and the cell is blank"))
    currency = feed.currency
    return (
        bare(field.default, currency)
        if currency and isinstance(field.default, Money | Price)
        else field.default
    )


def _cleaned(feed: Feed, convert: Read, blank: Any, *, keep: bool) -> Read:
    """Aliases, blanks and prefix around `convert`; `keep` leaves white space around the text."""
    nothing = feed.join * (len(feed.columns) - 1) if feed.columns else ""

    def read(text: str) -> Any:
        stripped = text.strip()
        found = feed.aliases.get(stripped, text if keep else stripped)
        if not found or (nothing and text == nothing):
            return known(blank)
        return convert(feed.prefix + found)

    return read


def _several(feed: Feed, numerals: Numerals, field: Field, blank: Any) -> Read:
    """Reads an amount from several cells: price and quantity, or a number and its currency."""

    def read(cells: tuple[str, ...]) -> Any:
        numbers = [cell.strip() for cell in cells[: len(feed.sources)]]
        numbers = [feed.aliases.get(cell, cell) for cell in numbers]
        if not any(numbers):
            return known(blank)
        if not all(numbers):
            raise InvalidValue(_("one of price and quantity is blank"))
        currency = None
        if feed.currency_column is not None:
            code = cells[-1].strip()
            currency = feed.aliases.get(code, code)
            if not currency:
                raise InvalidValue(_("the currency of {numbers} is blank", numbers=numbers[0]))
        if len(numbers) > 1:
            return bare(numerals.product(numbers[0], numbers[1], currency), numerals.currency)
        reads = numerals.money if field.type.name == "money" else numerals.price
        return bare(reads(numbers[0], currency), numerals.currency)

    return read


def bare(value: Any, currency: str) -> Any:
    """The minor units of an amount of `currency`, the 1e-8 of such a price; any other as it is."""
    if value is None or value.currency != currency:
        return value
    return value.minor if isinstance(value, Money) else value.e8


def known(value: Any) -> Any:
    """`value` itself. Raises InvalidValue with its reason where it is `Wrong`."""
    if type(value) is Wrong:
        raise InvalidValue(value.reason)
    return value
