"""The types that a setting can have, and how each is read from what TOML offers."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import field, frozen

from dealwright_core.config.environment import EnvironmentText, literal
from dealwright_core.errors import InvalidValue
from dealwright_core.records.fieldtypes import TYPES, Notation
from dealwright_core.values import Calendar, Money, Period, Price, as_fraction, parse_ppm


@frozen
class Context:
    """What settings are read with: the currency of bare amounts, the calendar, the folder of paths."""

    currency: str | None = None
    calendar: Calendar = field(factory=Calendar)
    folder: str = ""


def described(value: Any) -> str:
    """A TOML value in words: ``text 'x'``, ``the whole number 5``."""
    words: tuple[tuple[type, str], ...] = (
        (bool, str(value).lower()),
        (str, f"text {value!r}"),
        (int, f"the whole number {value}"),
        (Decimal, f"the decimal number {value}"),
        (datetime, f"the moment {value}"),
        (date, f"the date {value}"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next(
        (said for kind, said in words if isinstance(value, kind)), f"{type(value).__name__} {value!r}"
    )


def _wrong(wanted: str, value: Any, hint: str | None = None) -> InvalidValue:
    return InvalidValue(f"expected {wanted}, got {described(value)}", hint)


def _text(value: Any, _: Context) -> str:
    plain = value.as_text() if isinstance(value, EnvironmentText) else value
    if type(plain) is not str:
        raise _wrong("text", plain, "put it in quotes" if isinstance(plain, int | Decimal | date) else None)
    TYPES["text"].check(plain)
    return plain


def _integer(value: Any, _: Context) -> int:
    plain = literal(value)
    if type(plain) is not int:
        is_quoted = isinstance(plain, str) and plain.strip().lstrip("+-").isdecimal()
        raise _wrong("a whole number", plain, "leave out the quotes" if is_quoted else None)
    TYPES["integer"].check(plain)
    return plain


def _boolean(value: Any, _: Context) -> bool:
    plain = literal(value)
    if type(plain) is not bool:
        is_quoted = isinstance(plain, str) and plain.lower() in ("true", "false")
        raise _wrong("true or false", plain, f"write {plain.lower()} without quotes" if is_quoted else None)
    return plain


def _decimal(value: Any, _: Context) -> Decimal:
    plain = literal(value)
    if type(plain) is int:
        return Decimal(plain)
    if not isinstance(plain, Decimal):
        raise _wrong("a number", plain)
    if not plain.is_finite():
        raise InvalidValue(f"{plain} is not a number")
    return plain


def _fraction(value: Any, _: Context) -> Fraction:
    plain = literal(value)
    if type(plain) is int or isinstance(plain, Decimal):
        return as_fraction(plain)
    if not isinstance(plain, str):
        raise _wrong("a number or a fraction such as '1/3'", plain)
    above, _slash, below = plain.partition("/")
    parts = above.strip(), below.strip() or "1"
    if not all(each.isascii() and each.lstrip("-").isdigit() for each in parts) or int(parts[1]) == 0:
        raise InvalidValue(f"{plain!r} is not a fraction", "write it as '1/3'")
    return Fraction(int(parts[0]), int(parts[1]))


def _date(value: Any, _: Context) -> date:
    plain = literal(value)
    if isinstance(plain, str):
        return TYPES["date"].parse(plain, Notation(""))  # type: ignore[no-any-return]  # as `Date` does
    if type(plain) is not date:
        raise _wrong("a date such as 2026-01-31", plain)
    return plain


def _moment(value: Any, _: Context) -> datetime:
    plain = literal(value)
    if not isinstance(plain, datetime):
        raise _wrong("a moment such as 2026-01-31T12:00:00Z", plain)
    TYPES["instant"].check(plain)
    return plain


def _money(value: Any, context: Context) -> Money:
    return Money.parse(_exact(value, "an amount such as '100 USD'"), context.currency)


def _price(value: Any, context: Context) -> Price:
    return Price.parse(_exact(value, "a price such as '0.125 USD'"), context.currency)


def _exact(value: Any, wanted: str) -> str | Decimal:
    plain = literal(value)
    if type(plain) is int:
        return Decimal(plain)
    if not isinstance(plain, str | Decimal):
        raise _wrong(wanted, plain)
    return plain


def ratio(value: Any, _: Context) -> int:
    """Parts per million of ``25 %``, ``0.25`` or ``1``."""
    plain = literal(value)
    if type(plain) not in (int, str, Decimal):
        raise _wrong("a ratio such as '25 %'", plain)
    return parse_ppm(plain)


def _period(value: Any, context: Context) -> Period:
    plain = value.as_text() if isinstance(value, EnvironmentText) else value
    if not isinstance(plain, str):
        raise _wrong("a period such as '2026-Q1'", plain)
    return context.calendar.parse(plain)


def _path(value: Any, context: Context) -> Path:
    return Path(context.folder, _text(value, context))


LEAVES: dict[Any, Callable[[Any, Context], Any]] = {
    str: _text,
    int: _integer,
    bool: _boolean,
    Decimal: _decimal,
    Fraction: _fraction,
    date: _date,
    datetime: _moment,
    Money: _money,
    Price: _price,
    Period: _period,
    Path: _path,
}
