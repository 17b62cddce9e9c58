"""Literals: which values may be written, and how each type reads them, exactly."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from dealwright_core.errors import InvalidValue, UsageError
from dealwright_core.expr.schema import INT_MAX, INT_MIN, Type
from dealwright_core.language import core as _
from dealwright_core.values import Money, Price, digits, format_ppm, parse_ppm
from dealwright_core.values.notation import scaled, written

Plain = bool | int | str | Decimal | date | datetime | Money | Price | None
Value = bool | int | str | date | datetime | None

LONGEST_TEXT: Final = 4000
MOST_DIGITS: Final = 40


def check_plain(value: object) -> Plain:
    """`value` itself, where an author may write it and every target can hold it. Raises UsageError."""
    if value is None or type(value) in (bool, date, Money, Price):
        return value  # type: ignore[return-value]  # one of the types named
    check = _CHECKS.get(type(value))
    if check is None:
        hint = _("write it as text, such as '0.25'") if isinstance(value, float) else None
        raise UsageError(
            _("{type} {value!r:.60} cannot be part of an expression", type=type(value).__name__, value=value),
            hint,
        )
    check(value)
    return value  # type: ignore[return-value]  # one of the types of _CHECKS


def _check_int(value: int) -> None:
    if not INT_MIN <= value <= INT_MAX:
        raise UsageError(_("a whole number does not fit into 64 bits"))


def _check_text(value: str) -> None:
    if len(value) > LONGEST_TEXT:
        raise UsageError(
            _("a text in an expression has at most {longest_text} characters", longest_text=LONGEST_TEXT)
        )
    if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise UsageError(
            _("a text holds a null character or half of a surrogate pair, which no database keeps")
        )


def _check_decimal(value: Decimal) -> None:
    if (
        not value.is_finite()
        or abs(value.adjusted()) > MOST_DIGITS
        or len(value.as_tuple().digits) > MOST_DIGITS
    ):
        raise UsageError(
            _("a decimal is not finite, or has more than {most_digits} digits", most_digits=MOST_DIGITS)
        )


def _check_instant(value: datetime) -> None:
    if value.tzinfo is None:
        raise UsageError(
            _("{value} has no time zone", value=value), _("write {value}Z", value=value.isoformat())
        )


_CHECKS: dict[type, Any] = {
    int: _check_int,
    str: _check_text,
    Decimal: _check_decimal,
    datetime: _check_instant,
}


def natural_type(value: Plain) -> Type | None:
    """The type that a literal has by itself, None where it has none (None, decimals)."""
    return _NATURAL.get(type(value))


def is_certain(value: Plain) -> bool:
    """Whether the value can be of one type only; `5` and `'5.00'` may also be money, '2026-01-31' a date."""
    return type(value) in _CERTAIN


_NATURAL = {
    bool: Type.BOOLEAN,
    int: Type.INTEGER,
    str: Type.TEXT,
    date: Type.DATE,
    datetime: Type.INSTANT,
    Money: Type.MONEY,
    Price: Type.PRICE,
}
_CERTAIN = (bool, date, datetime, Money, Price)


def written_out(value: Plain) -> str:
    """A literal as it was written."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return repr(value) if isinstance(value, str) else str(value)


def adopt(value: Plain, type_: Type, currency: str) -> Value:
    """`value` as `type_` keeps it: money in minor units, prices in 1e-8, both of `currency`, ratios in ppm.

    Raises InvalidValue where it is of another type, out of range, or finer than the type can keep.
    """
    if value is None:
        return None
    if type_ is Type.LINK:
        raise InvalidValue(
            _("a link compares with another link"), _("compare a field of the record, such as its ref")
        )
    adopted = _ADOPT[type_](value, currency)
    if isinstance(adopted, int) and not INT_MIN <= adopted <= INT_MAX:
        raise InvalidValue(_("{value} does not fit into 64 bits as {type}", value=value, type=type_.value))
    return adopted


def _integer(value: Plain, currency: str) -> Value:
    if type(value) is int:
        return value
    hint = _("write it without quotes") if isinstance(value, str) else None
    raise InvalidValue(_("{written_out:.60} is not a whole number", written_out=written_out(value)), hint)


def _text(value: Plain, currency: str) -> Value:
    if isinstance(value, str):
        return value
    raise InvalidValue(
        _("{written_out} is not text", written_out=written_out(value)), _("write it in quotes")
    )


def _boolean(value: Plain, currency: str) -> Value:
    if isinstance(value, bool):
        return value
    raise InvalidValue(_("{written_out:.60} is neither true nor false", written_out=written_out(value)))


def _date(value: Plain, currency: str) -> Value:
    if type(value) is date:
        return value
    try:
        if isinstance(value, str) and len(value) == 10 and value.isascii():
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise InvalidValue(
        _("{written_out:.60} is not a date", written_out=written_out(value)), _("write it as '2026-01-31'")
    )


def _instant(value: Plain, currency: str) -> Value:
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise InvalidValue(
            _("{written_out:.60} is not a moment with a time zone", written_out=written_out(value)),
            _("write it as '2026-01-31T12:00:00Z'"),
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise InvalidValue(_("{written_out:.60} is out of range", written_out=written_out(value))) from None


def _money(value: Plain, currency: str) -> Value:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Money.from_major(value, currency).minor
    if isinstance(value, str):
        value = Money.parse(value, currency)
    if not isinstance(value, Money):
        raise InvalidValue(
            _("{written_out:.60} is not an amount", written_out=written_out(value)),
            _("write it as '1234.50'"),
        )
    if value.currency != currency:
        raise InvalidValue(
            _(
                "{value} is not in {currency}, the currency in which amounts are compared",
                value=value,
                currency=currency,
            )
        )
    return value.minor


def _price(value: Plain, currency: str) -> Value:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return scaled(value, 8, _("a price"))
    if isinstance(value, str):
        value = Price.parse(value, currency)
    if not isinstance(value, Price):
        raise InvalidValue(
            _("{written_out:.60} is not a price", written_out=written_out(value)), _("write it as '0.0425'")
        )
    if value.currency != currency:
        raise InvalidValue(
            _(
                "{value} is not in {currency}, the currency in which prices are compared",
                value=value,
                currency=currency,
            )
        )
    return value.e8


def _ratio(value: Plain, currency: str) -> Value:
    if isinstance(value, int | Decimal | str) and not isinstance(value, bool):
        return parse_ppm(value)
    raise InvalidValue(
        _("{written_out:.60} is not a ratio", written_out=written_out(value)), _("write it as '25 %'")
    )


_ADOPT: dict[Type, Callable[[Plain, str], Value]] = {
    Type.INTEGER: _integer,
    Type.TEXT: _text,
    Type.BOOLEAN: _boolean,
    Type.DATE: _date,
    Type.INSTANT: _instant,
    Type.MONEY: _money,
    Type.PRICE: _price,
    Type.RATIO: _ratio,
}


def shown(value: Any, type_: Type, currency: str) -> str:  # a value of any type
    """`value`, as a target gives it, for a person to read."""
    if value is None:
        return "unknown"
    if type_ is Type.MONEY:
        return f"{written(value, digits(currency))} {currency}"
    if type_ is Type.PRICE:
        return f"{Decimal(written(value, 8)).normalize():f} {currency}"
    if type_ is Type.RATIO:
        return format_ppm(value)
    if type_ is Type.BOOLEAN:
        return "true" if value else "false"
    if type_ in (Type.DATE, Type.INSTANT):
        return str(value.isoformat()).replace("+00:00", "Z")
    return repr(value)
