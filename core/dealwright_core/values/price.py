"""Prices: what one unit costs, finer than money."""

from decimal import Decimal
from fractions import Fraction
from typing import Self

from attrs import field, frozen

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.values.currency import check_currency, digits
from dealwright_core.values.money import LARGEST, Money
from dealwright_core.values.notation import known_currency, read_scaled, scaled, split_currency, written
from dealwright_core.values.rounding import Exact, Rounding, as_fraction, rounded

PLACES = 8
_HOLDER = _("a price")


def _canonical(amount: Decimal | int) -> Decimal:
    return _decimal(scaled(amount, PLACES, _HOLDER))


def _decimal(e8: int) -> Decimal:
    if not -LARGEST <= e8 <= LARGEST:
        raise InvalidValue(
            _("a price of {written} is out of range", written=written(e8, PLACES)),
            _("92 thousand million is the most"),
        )
    return Decimal(written(e8, PLACES).rstrip("0").rstrip("."))


@frozen
class Price:
    """`amount` of `currency` for one unit, exact to eight decimal places: `Price(Decimal("0.0025"), "USD")`.

    1.50 and 1.5 are one price. A price becomes `Money` in `total`, and nowhere else. Raises InvalidValue for
    floats, for more decimal places, and beyond 64 bits of 1e-8.
    """

    amount: Decimal = field(converter=_canonical)
    currency: str

    def __attrs_post_init__(self) -> None:
        check_currency(self.currency)

    @classmethod
    def from_e8(cls, e8: int, currency: str) -> Self:
        """The price of `e8` times 1e-8, as it is stored."""
        if type(e8) is not int:
            raise InvalidValue(
                _("{type} {e8!r} is no number of 1e-8", type=type(e8).__name__, e8=e8), _("use int")
            )
        return cls(_decimal(e8), currency)

    @classmethod
    def parse(
        cls,
        text: str | Decimal,
        currency: str | None = None,
        *,
        grouping: str | None = None,
        decimal: str = ".",
    ) -> Self:
        """Read `0.0025 USD`, `USD 0.0025`, or `0.0025` with `currency`; as strict as `Money.parse`."""
        if isinstance(text, Decimal):
            return cls(text, known_currency(currency, text))
        if not isinstance(text, str):
            raise InvalidValue(
                _("{type} {text!r} is not exact", type=type(text).__name__, text=text),
                _("use text or Decimal"),
            )
        number, named = split_currency(text)
        return cls.from_e8(
            read_scaled(number, PLACES, _HOLDER, grouping, decimal), known_currency(named or currency, text)
        )

    @property
    def e8(self) -> int:
        """The price in whole units of 1e-8, as it is stored."""
        return scaled(self.amount, PLACES, _HOLDER)

    def __str__(self) -> str:
        whole, _, fraction = f"{self.amount:f}".partition(".")
        fraction = fraction.ljust(digits(self.currency), "0")
        return f"{whole}{'.' if fraction else ''}{fraction} {self.currency}"

    def total(self, quantity: Exact, rounding: Rounding = Rounding.HALF_AWAY) -> Money:
        """What `quantity` units cost, rounded once, here, to the currency's minor unit."""
        minor = as_fraction(quantity) * self.e8 * Fraction(10) ** (digits(self.currency) - PLACES)
        return Money(rounded(minor, rounding), self.currency)
