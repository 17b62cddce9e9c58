"""How exact numbers and amounts are written, and read without loss."""

import re
from decimal import Decimal
from functools import lru_cache

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.values.currency import check_currency
from dealwright_core.values.rounding import check_finite

LONGEST = 100
_PLAIN = re.compile(r"([+-]?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?")
_WITH_CURRENCY = re.compile(r"([A-Za-z]{3})\s*([-+.0-9].*)|(.*[.0-9])\s*([A-Za-z]{3})")
_SCIENTIFIC = re.compile(r"[+-]?[0-9.,]+[eE][+-]?[0-9]+")


def read_scaled(text: str, digits: int, holder: str, grouping: str | None = None, decimal: str = ".") -> int:
    """The number `text` times 10 to the power `digits`, exactly.

    `grouping` is the one sign that may stand between groups of digits, as in `1,234,567` or `12,34,567`;
    `decimal` is the sign before the fraction. Raises InvalidValue for anything else, and for more than
    `digits` decimal places (zeros at the end do not count), naming `holder` as what cannot keep them.
    """
    found = _form(grouping, decimal).fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise _unreadable(text, grouping, decimal)
    sign, whole, fraction = found.groups("")
    if len(fraction) > digits and len(fraction := fraction.rstrip("0")) > digits:
        raise InvalidValue(
            _(
                "{holder} has at most {digits} digits after the point, got {count}: {text}",
                holder=holder,
                digits=digits,
                count=len(fraction),
                text=text,
            )
        )
    if grouping:
        whole = whole.replace(grouping, "")
    value = int(whole + fraction.ljust(digits, "0") or "0")
    return -value if sign == "-" else value


def scaled(value: Decimal | int, digits: int, holder: str) -> int:
    """`value` times 10 to the power `digits`, exactly. Raises InvalidValue as `read_scaled` does."""
    if type(value) is int:
        return int(value * 10**digits)
    if not isinstance(value, Decimal):
        raise InvalidValue(
            _("{type} {value!r} is not exact", type=type(value).__name__, value=value),
            _("use Decimal or text"),
        )
    check_finite(value)
    return read_scaled(f"{value:f}", digits, holder)


def written(value: int, digits: int) -> str:
    """`value` divided by 10 to the power `digits`, in full: 5 with 2 digits is `0.05`."""
    if digits == 0:
        return str(value)
    whole, fraction = divmod(abs(value), 10**digits)
    return f"{'-' if value < 0 else ''}{whole}.{fraction:0{digits}}"


def split_currency(text: str) -> tuple[str, str | None]:
    """The number in `text`, and the currency written before or after it."""
    plain = text.strip()
    if not (plain[-1:].isalpha() or plain[:1].isalpha()):
        return plain, None
    found = _WITH_CURRENCY.fullmatch(plain)
    if found is None:
        return plain, None
    before, number, other, after = found.groups()
    return number or other, before or after


def known_currency(currency: str | None, text: object) -> str:
    """`currency`, checked. Raises InvalidValue where neither `text` nor its surroundings name one."""
    if currency is None:
        raise InvalidValue(
            _("{text!r} names no currency", text=str(text)),
            _("write it as '100.00 USD', or say which one is meant"),
        )
    return check_currency(currency)


@lru_cache(maxsize=32)
def _form(grouping: str | None, decimal: str) -> re.Pattern[str]:
    if grouping == decimal or len(decimal) != 1 or (grouping and len(grouping) != 1):
        raise InvalidValue(
            _(
                "digits cannot be grouped by {grouping!r} where {decimal!r} marks the fraction",
                grouping=grouping,
                decimal=decimal,
            )
        )
    if not grouping and decimal == ".":
        return _PLAIN
    point, whole = re.escape(decimal), "[0-9]*"
    if grouping:
        between = re.escape(grouping)
        whole = f"[0-9]{{1,3}}(?:{between}[0-9]{{2,3}})*{between}[0-9]{{3}}|[0-9]*"
    return re.compile(f"([+-]?)(?={point}?[0-9])({whole})(?:{point}([0-9]*))?")


def _unreadable(text: str, grouping: str | None, decimal: str) -> InvalidValue:
    shown = text if len(text) <= 40 else f"{text[:37]}..."
    if any(sign.isdigit() and not sign.isascii() for sign in text):
        return InvalidValue(
            _("{shown!r} has digits other than 0 to 9", shown=shown), _("write it with 0 to 9")
        )
    if _SCIENTIFIC.fullmatch(text):
        return InvalidValue(
            _("{shown!r} is in scientific notation, which may have dropped digits", shown=shown),
            _("write the number out"),
        )
    if "," in text and grouping != "," and decimal != ",":
        return InvalidValue(
            _("{shown!r} has a comma", shown=shown),
            _("say grouping=',' if it groups digits, decimal=',' if not"),
        )
    return InvalidValue(
        _("{shown!r} is not a number", shown=shown), _("write it as 1234{decimal}50", decimal=decimal)
    )
