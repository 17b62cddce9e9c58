"""The one place where something exact becomes a whole number."""

from decimal import Decimal
from enum import Enum
from fractions import Fraction

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _

Exact = int | Fraction | Decimal
LARGEST_EXPONENT = 60


class Rounding(Enum):
    """Which whole number stands for what lies between two. All four treat debts as they treat credits."""

    HALF_AWAY = "half away from zero"
    HALF_EVEN = "half to even"
    UP = "away from zero"
    DOWN = "towards zero"


def rounded(value: Exact, rounding: Rounding = Rounding.HALF_AWAY) -> int:
    """The whole number for `value`: 5/2 gives 3, 2, 3 and 2 under HALF_AWAY, HALF_EVEN, UP and DOWN."""
    exact = as_fraction(value)
    whole, rest = divmod(abs(exact.numerator), exact.denominator)
    if _goes_up(whole, rest, exact.denominator, rounding):
        whole += 1
    return -whole if exact < 0 else whole


def as_fraction(value: Exact) -> Fraction:
    """`value` as a fraction. Raises InvalidValue for floats, booleans and what is not finite."""
    if type(value) is int or isinstance(value, Fraction):
        return Fraction(value)
    if isinstance(value, Decimal):
        check_finite(value)
        return Fraction(value)
    raise InvalidValue(
        _("{type} {value!r} is not exact", type=type(value).__name__, value=value),
        _("use int, Decimal or Fraction"),
    )


def check_finite(value: Decimal) -> None:
    """Raise InvalidValue for NaN, infinities, and exponents no amount or rate can have."""
    if not value.is_finite():
        raise InvalidValue(_("{value} is not a number", value=value))
    exponent = value.as_tuple().exponent
    if (
        not isinstance(exponent, int)
        or abs(exponent) > LARGEST_EXPONENT
        or value.adjusted() > LARGEST_EXPONENT
    ):
        raise InvalidValue(
            _("{value!r} is out of range", value=value),
            _("use at most {largest_exponent} digits", largest_exponent=LARGEST_EXPONENT),
        )


def _goes_up(whole: int, rest: int, denominator: int, rounding: Rounding) -> bool:
    match rounding:
        case Rounding.HALF_AWAY:
            return 2 * rest >= denominator
        case Rounding.HALF_EVEN:
            return 2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1)
        case Rounding.UP:
            return rest > 0
        case Rounding.DOWN:
            return False
