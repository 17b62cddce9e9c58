"""The types that a setting can have, and how each is read from what TOML offers."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NewType

from attrs import field, frozen

from dealwright_core.config.environment import EnvironmentText, literal
from dealwright_core.errors import InvalidValue
from dealwright_core.expr import Condition
from dealwright_core.incentives.plans.figures import Number, Ratio, Threshold, level, number
from dealwright_core.incentives.plans.figures import ratio as exact_ratio
from dealwright_core.language import core as _
from dealwright_core.records.fieldtypes import TYPES, Notation
from dealwright_core.values import (
    Calendar,
    Money,
    Percent,
    Period,
    Price,
    as_fraction,
    parse_fraction,
    parse_ppm,
)

# Which sales count: a condition as text or as tables.
Where = NewType("Where", Condition)


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
        (str, _("text {value!r}", value=value)),
        (int, _("the whole number {value}", value=value)),
        (Decimal, _("the decimal number {value}", value=value)),
        (datetime, _("the moment {value}", value=value)),
        (date, _("the date {value}", value=value)),
        (list, _("a list")),
        (dict, _("a table")),
    )
    return next(
        (said for kind, said in words if isinstance(value, kind)), f"{type(value).__name__} {value!r}"
    )


def _wrong(wanted: str, value: Any, hint: str | None = None) -> InvalidValue:
    return InvalidValue(
        _("expected {wanted}, got {described}", wanted=wanted, described=described(value)), hint
    )


def _text(value: Any, __: Context) -> str:
    plain = value.as_text() if isinstance(value, EnvironmentText) else value
    if type(plain) is not str:
        raise _wrong(
            "text", plain, _("put it in quotes") if isinstance(plain, int | Decimal | date) else None
        )
    TYPES["text"].check(plain)
    return plain


def _integer(value: Any, __: Context) -> int:
    plain = literal(value)
    if type(plain) is not int:
        is_quoted = isinstance(plain, str) and plain.strip().lstrip("+-").isdecimal()
        raise _wrong(_("a whole number"), plain, _("leave out the quotes") if is_quoted else None)
    TYPES["integer"].check(plain)
    return plain


def _boolean(value: Any, __: Context) -> bool:
    plain = literal(value)
    if type(plain) is not bool:
        is_quoted = isinstance(plain, str) and plain.lower() in ("true", "false")
        raise _wrong(
            _("true or false"),
            plain,
            _("write {plain} without quotes", plain=plain.lower()) if is_quoted else None,
        )
    return plain


def _decimal(value: Any, __: Context) -> Decimal:
    plain = literal(value)
    if type(plain) is int:
        return Decimal(plain)
    if not isinstance(plain, Decimal):
        raise _wrong(_("a number"), plain)
    if not plain.is_finite():
        raise InvalidValue(_("{plain} is not a number", plain=plain))
    return plain


def _fraction(value: Any, __: Context) -> Fraction:
    plain = literal(value)
    if type(plain) is int or isinstance(plain, Decimal):
        return as_fraction(plain)
    if not isinstance(plain, str):
        raise _wrong(_("a number or a fraction such as '1/3'"), plain)
    try:
        found = parse_fraction(plain)
    except ZeroDivisionError:
        found = None
    if found is None:
        raise InvalidValue(_("{plain!r} is not a fraction", plain=plain), _("write it as '1/3'"))
    return found


def _percent(value: Any, __: Context) -> Percent:
    plain = literal(value)
    if not isinstance(plain, str):
        raise _wrong(_("percent such as '5 %'"), plain)
    return Percent.parse(plain)


def _where(value: Any, context: Context) -> Where:
    plain = literal(value)
    return Where(Condition.read(plain if isinstance(plain, list | dict) else _text(value, context)))


def _date(value: Any, __: Context) -> date:
    plain = literal(value)
    if isinstance(plain, str):
        return TYPES["date"].parse(plain, Notation(""))  # type: ignore[no-any-return]  # as `Date` does
    if type(plain) is not date:
        raise _wrong(_("a date such as 2026-01-31"), plain)
    return plain


def _moment(value: Any, __: Context) -> datetime:
    plain = literal(value)
    if not isinstance(plain, datetime):
        raise _wrong(_("a moment such as 2026-01-31T12:00:00Z"), plain)
    TYPES["instant"].check(plain)
    return plain


def _money(value: Any, context: Context) -> Money:
    return Money.parse(_exact(value, _("an amount such as '100 USD'")), context.currency)


def _price(value: Any, context: Context) -> Price:
    return Price.parse(_exact(value, _("a price such as '0.125 USD'")), context.currency)


def _exact(value: Any, wanted: str) -> str | Decimal:
    plain = literal(value)
    if type(plain) is int:
        return Decimal(plain)
    if not isinstance(plain, str | Decimal):
        raise _wrong(wanted, plain)
    return plain


def ratio(value: Any, __: Context) -> int:
    """Parts per million of ``25 %``, ``0.25`` or ``1``."""
    plain = literal(value)
    if type(plain) not in (int, str, Decimal):
        raise _wrong(_("a ratio such as '25 %'"), plain)
    return parse_ppm(plain)


def _period(value: Any, context: Context) -> Period:
    plain = value.as_text() if isinstance(value, EnvironmentText) else value
    if not isinstance(plain, str):
        raise _wrong(_("a period such as '2026-Q1'"), plain)
    return context.calendar.parse(plain)


def _path(value: Any, context: Context) -> Path:
    return Path(context.folder, _text(value, context))


LEAVES: dict[Any, Callable[[Any, Context], Any]] = {
    str: _text,
    int: _integer,
    bool: _boolean,
    Decimal: _decimal,
    Fraction: _fraction,
    Percent: _percent,
    date: _date,
    datetime: _moment,
    Money: _money,
    Price: _price,
    Period: _period,
    Path: _path,
    # Those of plans.
    Where: _where,
    Number: lambda value, _: number(value),
    Threshold: lambda value, _: level(value),
    Ratio: lambda value, _: exact_ratio(value),
}
