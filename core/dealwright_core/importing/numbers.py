"""Numbers as files write them: other decimal signs, grouped digits, thousands or millions, and prices times
quantities.
"""

from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.records.fieldtypes import INT64
from dealwright_core.values import Money, Price, Rounding, digits, rounded
from dealwright_core.values.notation import read_scaled, split_currency
from dealwright_core.values.price import PLACES as PRICE_PLACES

PLACES = 30
RATIO_PLACES = 6


@frozen(kw_only=True)
class Numerals:
    """How numbers are written in a column, and what one unit of them stands for."""

    currency: str
    decimal: str = "."
    grouping: str | None = None
    scale: Decimal | None = None
    rounding: Rounding | None = None

    @property
    def plain(self) -> bool:
        """Whether nothing is special about them."""
        return self.decimal == "." and self.grouping is None and self.scale is None and self.rounding is None

    def whole(self, text: str, places: int, holder: str) -> int:
        """The number times 10 to the power `places`. Raises InvalidValue where it has more digits and no
        rounding is stated.
        """
        if self.scale is None and self.rounding is None:
            return read_scaled(text, places, holder, self.grouping, self.decimal)
        exact = Fraction(read_scaled(text, PLACES, holder, self.grouping, self.decimal), 10**PLACES)
        exact *= 10**places * Fraction(self.scale if self.scale is not None else 1)
        if exact.denominator != 1 and self.rounding is None:
            times = "" if self.scale is None else _(" times {scale:f}", scale=self.scale)
            raise InvalidValue(
                _(
                    "{text}{times} has more than the {places} digits after the point that {holder} has",
                    text=text,
                    times=times,
                    places=places,
                    holder=holder,
                ),
                _("state a rounding"),
            )
        return rounded(exact, self.rounding or Rounding.DOWN)

    def integer(self, text: str) -> int:
        """A whole number of 64 bits."""
        value = self.whole(text.strip(), 0, _("a whole number"))
        if not -INT64 - 1 <= value <= INT64:
            raise InvalidValue(_("{value} does not fit into 64 bits", value=value))
        return value

    def ratio(self, text: str) -> int:
        """Parts per million of a number or of percent."""
        plain = text.strip()
        percent = plain.endswith("%")
        number = plain[:-1].rstrip() if percent else plain
        return self.whole(number, RATIO_PLACES - 2 * percent, _("a ratio, kept in millionths,"))

    def money(self, text: str, currency: str | None = None) -> Money:
        """An amount; a currency in the text counts before `currency`, and that before the column's own."""
        number, named = split_currency(text)
        if named is not None and currency is not None and named != currency:
            raise InvalidValue(
                _(
                    "{text!r} is in {named}, but the column of currencies says {currency}",
                    text=text,
                    named=named,
                    currency=currency,
                )
            )
        code = named or currency or self.currency
        return Money(self.whole(number, digits(code), code), code)

    def price(self, text: str, currency: str | None = None) -> Price:
        """A price, with its currency found as for `money`."""
        number, named = split_currency(text)
        if named is not None and currency is not None and named != currency:
            raise InvalidValue(
                _(
                    "{text!r} is in {named}, but the column of currencies says {currency}",
                    text=text,
                    named=named,
                    currency=currency,
                )
            )
        return Price.from_e8(
            self.whole(number, PRICE_PLACES, _("a price")), named or currency or self.currency
        )

    def product(self, price: str, times: str, currency: str | None = None) -> Money:
        """Price times quantity, rounded once to the minor unit; half away from zero, or as stated."""
        exact = Numerals(
            currency=self.currency,
            decimal=self.decimal,
            grouping=self.grouping,
            scale=self.scale,
            rounding=None,
        )
        quantity = read_scaled(times.strip(), PRICE_PLACES, _("a quantity"), self.grouping, self.decimal)
        return exact.price(price, currency).total(
            Fraction(quantity, 10**PRICE_PLACES), self.rounding or Rounding.HALF_AWAY
        )
