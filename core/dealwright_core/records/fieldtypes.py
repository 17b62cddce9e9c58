"""One class per type a field can have: its columns, its text form, its JSON form, its type in expressions."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import MAXYEAR, UTC, date, datetime
from typing import Any, ClassVar

from attrs import frozen

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.values import Money, Price, format_ppm, parse_ppm

ToBase = Callable[[Money], int]
INT64 = 2**63 - 1
# SQLite keeps instants as texts, which sort by time only where every year has four digits.
FIRST_YEAR = 1000


@frozen
class ColumnSpec:
    """A column of the table: ``kind`` is integer, text, boolean, date or instant."""

    name: str
    kind: str


@frozen
class Notation:
    """How texts are to be read: the currency of a bare number, the formats of dates (``strptime``), digit grouping."""

    currency: str
    date_formats: tuple[str, ...] = ("%Y-%m-%d",)
    grouping: str | None = None


class FieldType(ABC):
    """What the platform must know of a type. ``name`` is the word for it in configuration and expressions."""

    name: ClassVar[str]
    python: ClassVar[type]

    def columns(self, field: str) -> tuple[ColumnSpec, ...]:
        """The columns that hold a field of this type."""
        return (ColumnSpec(field, self.name),)

    def encode(self, value: Any, to_base: ToBase) -> tuple[Any, ...]:
        """The column values of ``value``, one for each of `columns`."""
        return (value,)

    def decode(self, cells: tuple[Any, ...]) -> Any:
        """The value that `encode` turned into ``cells``."""
        return cells[0]

    def check(self, value: Any) -> None:
        """Raise `InvalidValue` where ``value`` is not of this type."""
        if type(value) is not self.python:
            raise InvalidValue(
                _(
                    "expected {name}, got {type} {value!r}",
                    name=self.name,
                    type=type(value).__name__,
                    value=value,
                )
            )

    @abstractmethod
    def parse(self, text: str, notation: Notation) -> Any:
        """Read what a person or a file wrote. Raises `InvalidValue`."""

    def to_json(self, value: Any) -> Any:
        """``value`` as JSON can say it, exactly."""
        return value

    def from_json(self, value: Any, notation: Notation) -> Any:
        """The inverse of `to_json`; also reads what a person would write in TOML or JSON."""
        if value is None:
            return None
        if isinstance(value, str):
            return self.parse(value, notation)
        self.check(value)
        return value

    def to_text(self, value: Any) -> str:
        """``value`` for a person to read."""
        return "" if value is None else str(self.to_json(value))


class Text(FieldType):
    """Unicode text without the null character (no database holds it reliably) and without lone surrogates."""

    name = "text"
    python = str

    def check(self, value: Any) -> None:
        super().check(value)
        if "\x00" in value:
            raise InvalidValue(_("text holds a null character, which a database cannot keep: remove it"))
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise InvalidValue(
                _("text holds half of a surrogate pair: its encoding was read wrongly")
            ) from error

    def parse(self, text: str, notation: Notation) -> str:
        self.check(text)
        return text


class Integer(FieldType):
    """A whole number of 64 bits with sign."""

    name = "integer"
    python = int

    def check(self, value: Any) -> None:
        super().check(value)
        if not -INT64 - 1 <= value <= INT64:
            raise InvalidValue(_("{value} does not fit into 64 bits", value=value))

    def parse(self, text: str, notation: Notation) -> int:
        plain = text.strip()
        if notation.grouping:
            plain = plain.replace(notation.grouping, "")
        digits = plain[1:] if plain[:1] in "+-" else plain
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 20:
            raise InvalidValue(_("{text!r} is not a whole number", text=text))
        value = int(plain)
        self.check(value)
        return value


class Ratio(Integer):
    """A ratio in whole parts per million, written as ``25 %`` or ``0.25``."""

    name = "ratio"

    def columns(self, field: str) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(field, "integer"),)

    def parse(self, text: str, notation: Notation) -> int:
        return parse_ppm(text)

    def to_json(self, value: Any) -> Any:
        return None if value is None else format_ppm(value)


class Link(Integer):
    """The id of another record. As text it is that record's ref, which the session resolves."""

    name = "link"

    def columns(self, field: str) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(field, "integer"),)


TRUE, FALSE = ("true", "yes", "1", "y", "是"), ("false", "no", "0", "n", "否")


class Boolean(FieldType):
    """Yes or no."""

    name = "boolean"
    python = bool

    def parse(self, text: str, notation: Notation) -> bool:
        word = text.strip().casefold()
        if word in TRUE or word in FALSE:
            return word in TRUE
        raise InvalidValue(_("{text!r} is neither yes nor no: write true or false", text=text))

    def to_text(self, value: Any) -> str:
        """``yes`` or ``no``."""
        return "" if value is None else "yes" if value else "no"


_PLAIN_DATE = "YYYY-MM-DD"


class Date(FieldType):
    """A calendar day."""

    name = "date"
    python = date

    def parse(self, text: str, notation: Notation) -> date:
        plain = text.strip()
        for form in notation.date_formats:
            try:
                if form == "%Y-%m-%d":
                    if len(plain) == 10 and plain.isascii():
                        return date.fromisoformat(plain)
                    continue
                return datetime.strptime(plain, form).date()
            except ValueError:
                continue
        known = joined(
            " or ", (_PLAIN_DATE if each == "%Y-%m-%d" else each for each in notation.date_formats)
        )
        raise InvalidValue(_("{text!r} is not a date of the form {known}", text=text, known=known))

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.isoformat()


class Instant(FieldType):
    """A moment, kept in UTC."""

    name = "instant"
    python = datetime

    def check(self, value: Any) -> None:
        super().check(value)
        if value.tzinfo is None:
            raise InvalidValue(
                _(
                    "{value} has no time zone: give one, such as {instant}Z",
                    value=value,
                    instant=value.isoformat(),
                )
            )
        try:
            year = value.astimezone(UTC).year
        except OverflowError:
            year = 0
        if year < FIRST_YEAR:
            raise InvalidValue(
                _(
                    "{value} is outside the years {first_year} to {maxyear} in UTC",
                    value=value,
                    first_year=FIRST_YEAR,
                    maxyear=MAXYEAR,
                )
            )

    def parse(self, text: str, notation: Notation) -> datetime:
        try:
            value = datetime.fromisoformat(text.strip())
        except ValueError as error:
            raise InvalidValue(
                _("{text!r} is not a moment of the form 2026-01-31T12:00:00Z", text=text)
            ) from error
        self.check(value)
        return value.astimezone(UTC)

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.isoformat().replace("+00:00", "Z")


class _InCurrency(FieldType):
    """What is said as an amount and its currency."""

    python: ClassVar[type[Money] | type[Price]]

    def parse(self, text: str, notation: Notation) -> Money | Price:
        return self.python.parse(text, notation.currency, grouping=notation.grouping)

    def from_json(self, value: Any, notation: Notation) -> Any:
        if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
            return self.python.parse(str(value["amount"]), value["currency"])
        if type(value) is int:
            return self.python.parse(str(value), notation.currency)
        return super().from_json(value, notation)

    def to_text(self, value: Any) -> str:
        return "" if value is None else str(value)


class MoneyField(_InCurrency):
    """`Money`: minor units, currency, and the same amount in minor units of the base currency."""

    name = "money"
    python = Money

    def columns(self, field: str) -> tuple[ColumnSpec, ...]:
        return (
            ColumnSpec(f"{field}_minor", "integer"),
            ColumnSpec(f"{field}_currency", "text"),
            ColumnSpec(f"{field}_base", "integer"),
        )

    def encode(self, value: Any, to_base: ToBase) -> tuple[Any, ...]:
        return (None, None, None) if value is None else (value.minor, value.currency, to_base(value))

    def decode(self, cells: tuple[Any, ...]) -> Any:
        return None if cells[0] is None else Money(cells[0], cells[1])

    def to_json(self, value: Any) -> Any:
        return None if value is None else {"amount": f"{value.major:f}", "currency": value.currency}


class PriceField(_InCurrency):
    """`Price`: whole units of 1e-8 and the currency."""

    name = "price"
    python = Price

    def columns(self, field: str) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(f"{field}_e8", "integer"), ColumnSpec(f"{field}_currency", "text"))

    def encode(self, value: Any, to_base: ToBase) -> tuple[Any, ...]:
        return (None, None) if value is None else (value.e8, value.currency)

    def decode(self, cells: tuple[Any, ...]) -> Any:
        return None if cells[0] is None else Price.from_e8(cells[0], cells[1])

    def to_json(self, value: Any) -> Any:
        return None if value is None else {"amount": f"{value.amount:f}", "currency": value.currency}


TYPES: dict[str, FieldType] = {
    kind.name: kind() for kind in (Text, Integer, Ratio, Link, Boolean, Date, Instant, MoneyField, PriceField)
}
BY_PYTHON: dict[type, FieldType] = {
    str: TYPES["text"],
    int: TYPES["integer"],
    bool: TYPES["boolean"],
    date: TYPES["date"],
    datetime: TYPES["instant"],
    Money: TYPES["money"],
    Price: TYPES["price"],
}
