"""Exchange rates as exact fractions."""

from decimal import Decimal
from fractions import Fraction

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.values.money import LARGEST
from dealwright_core.values.notation import read_scaled, scaled

PLACES = 18
_HOLDER = _("an exchange rate")


def rate_fraction(numerator: int, denominator: int = 1) -> Fraction:
    """The rate `numerator / denominator`, both whole, above zero and within 64 bits."""
    for part in (numerator, denominator):
        if type(part) is not int or not 0 < part <= LARGEST:
            raise InvalidValue(
                _(
                    "{holder} is a fraction of whole numbers above zero within 64 bits, got {part!r}",
                    holder=_HOLDER,
                    part=part,
                )
            )
    return Fraction(numerator, denominator)


def parse_rate(value: str | Decimal) -> Fraction:
    """Read a rate such as `1.0845` exactly. Raises InvalidValue where its lowest terms exceed 64 bits."""
    number = (
        read_scaled(value.strip(), PLACES, _HOLDER)
        if isinstance(value, str)
        else scaled(value, PLACES, _HOLDER)
    )
    exact = Fraction(number, 10**PLACES)
    return rate_fraction(exact.numerator, exact.denominator)
