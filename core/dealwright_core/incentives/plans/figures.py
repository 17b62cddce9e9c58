"""The numbers of a plan, exact: no float enters, and a decimal is what it shows."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any, NewType

from attrs import frozen

from dealwright_core.config.environment import literal
from dealwright_core.errors import InvalidValue
from dealwright_core.incentives import wording
from dealwright_core.language import core as _
from dealwright_core.values import as_fraction, parse_fraction

# An amount in whole units of a currency, or any other number: `5`, `12.5`, `"1/3"`.
Number = NewType("Number", Fraction)
# A part of something, 1 being the whole: `"5 %"`, `0.05`, `"1/20"`.
Ratio = NewType("Ratio", Fraction)

MOST_DIGITS = 15
_PART = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@frozen
class Level:
    """Where something starts: at an amount, or with ``is_ratio`` at an attainment of the quota, 1 being all of it."""

    at: Fraction
    is_ratio: bool = False

    def __str__(self) -> str:
        return str(wording.percent(self.at) if self.is_ratio else wording.number(self.at))


# Such a start as a key of a table.
Threshold = NewType("Threshold", Level)


def number(value: Any) -> Number:
    """A number of a plan. Raises InvalidValue."""
    return Number(_read(literal(value), _("a number such as 5, 12.5 or '1/3'")))


def ratio(value: Any) -> Ratio:
    """A ratio of a plan, 1 being the whole. Raises InvalidValue."""
    plain, wanted = literal(value), _("a ratio such as '5 %', 0.05 or '1/20'")
    if isinstance(plain, str) and plain.rstrip().endswith("%"):
        return Ratio(_read(plain.rstrip()[:-1], wanted, written=plain) / 100)
    return Ratio(_read(plain, wanted))


def level(value: Any) -> Level:
    """A bound of a plan: an amount, or in percent an attainment. Raises InvalidValue."""
    plain = literal(value)
    if isinstance(plain, str) and plain.rstrip().endswith("%"):
        return Level(ratio(plain), is_ratio=True)
    return Level(number(plain))


def _read(plain: Any, wanted: str, *, written: str | None = None) -> Fraction:
    if type(plain) is int:
        return as_fraction(_meant(Decimal(plain)))
    if isinstance(plain, Decimal):
        return as_fraction(_meant(plain))
    if not isinstance(plain, str):
        raise InvalidValue(_("expected {wanted}, got {plain!r}", wanted=wanted, plain=plain))
    try:
        found = parse_fraction(plain)
    except ZeroDivisionError:
        raise InvalidValue(_("{plain!r} divides by zero", plain=plain)) from None
    if found is None:
        raise InvalidValue(_("expected {wanted}, got text {plain!r}", wanted=wanted, plain=written or plain))
    for part in _PART.findall(plain):
        _meant(Decimal(part))
    return found


def _meant(value: Decimal) -> Decimal:
    """The decimal, unless it has more digits than anybody writes who means them."""
    count = len(value.normalize().as_tuple().digits) if value.is_finite() else 0
    if count > MOST_DIGITS:
        raise InvalidValue(
            _("{value} has {count} digits, as no one means them", value=value, count=count),
            _("write the number that is meant, or a fraction such as '1/3'"),
        )
    return value
