"""Money: whole minor units of one currency."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Number
from typing import Self

from attrs import frozen

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.values.currency import DIGITS, digits
from dealwright_core.values.division import divided
from dealwright_core.values.notation import known_currency, read_scaled, scaled, split_currency, written
from dealwright_core.values.rounding import Exact, Rounding, as_fraction, rounded

LARGEST = 2**63 - 1


@frozen
class Money:
    """An amount of `minor` units of `currency`.

    `Money(123450, "USD")` is 1234.50 USD, `Money(5, "JPY")` is 5 JPY. `minor` is at most 2**63 - 1 either
    way. Amounts of one currency add, subtract and compare; whole numbers multiply them. All else names its
    rounding (`times`, `convert`) or needs none (`allocate`). Anything with a float, a bare number or text, or
    that mixes currencies, raises InvalidValue; what else meets it, such as a field of a rule, decides itself.
    """

    minor: int
    currency: str

    def __attrs_post_init__(self) -> None:
        if type(self.minor) is not int:
            raise _not_exact(
                self.minor, _("whole minor units; for major units there are Money.from_major and Money.parse")
            )
        if not -LARGEST <= self.minor <= LARGEST:
            raise InvalidValue(_("{minor} minor units do not fit into 64 bits", minor=self.minor))
        digits(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing; what `sum(amounts, start)` starts from."""
        return cls(0, currency)

    @classmethod
    def from_major(cls, amount: Decimal | int, currency: str) -> Self:
        """`amount` in major units. Raises InvalidValue where it is finer than the currency's minor unit."""
        return cls(scaled(amount, digits(currency), currency), currency)

    @classmethod
    def parse(
        cls,
        text: str | Decimal,
        currency: str | None = None,
        *,
        grouping: str | None = None,
        decimal: str = ".",
    ) -> Self:
        """Read `100.00 USD`, `USD 100.00`, or `100` where `currency` says what a bare number means.

        `grouping` is the sign that may stand between groups of digits, `decimal` the one before the fraction.
        Raises InvalidValue for floats, for digits other than 0 to 9, for scientific notation, and for more
        digits after the point than the currency has: nothing is rounded and nothing guessed.
        """
        if isinstance(text, Decimal):
            return cls.from_major(text, known_currency(currency, text))
        if not isinstance(text, str):
            raise _not_exact(text, _("text or Decimal"))
        number, named = split_currency(text)
        code = known_currency(named or currency, text)
        return cls(read_scaled(number, digits(code), code, grouping, decimal), code)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exactly, with the digits of the currency."""
        return Decimal(written(self.minor, DIGITS[self.currency]))

    def __str__(self) -> str:
        return f"{written(self.minor, DIGITS[self.currency])} {self.currency}"

    def __add__(self, other: "Money") -> Self:
        if _is_foreign(other):
            return NotImplemented
        return self._like(self.minor + self._same(other, "add"))

    def __sub__(self, other: "Money") -> Self:
        if _is_foreign(other):
            return NotImplemented
        return self._like(self.minor - self._same(other, "subtract"))

    def __neg__(self) -> Self:
        return self._like(-self.minor)

    def __abs__(self) -> Self:
        return self._like(abs(self.minor))

    def __mul__(self, factor: int) -> Self:
        if _is_foreign(factor):
            return NotImplemented
        if type(factor) is not int:
            raise _not_exact(
                factor, _("whole numbers to multiply by; times() takes a ratio and names its rounding")
            )
        return self._like(self.minor * factor)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        if _is_foreign(other):
            return NotImplemented
        return self.minor < self._same(other, "compare")

    def __le__(self, other: "Money") -> bool:
        if _is_foreign(other):
            return NotImplemented
        return self.minor <= self._same(other, "compare")

    def __gt__(self, other: "Money") -> bool:
        if _is_foreign(other):
            return NotImplemented
        return self.minor > self._same(other, "compare")

    def __ge__(self, other: "Money") -> bool:
        if _is_foreign(other):
            return NotImplemented
        return self.minor >= self._same(other, "compare")

    def times(self, ratio: Exact, rounding: Rounding = Rounding.HALF_AWAY) -> Self:
        """The amount times `ratio`, rounded once to the minor unit."""
        return self._like(rounded(self.minor * as_fraction(ratio), rounding))

    def convert(self, currency: str, rate: Exact, rounding: Rounding = Rounding.HALF_AWAY) -> "Money":
        """The amount in `currency`, rounded once to its minor unit.

        `rate` is how many major units of `currency` one major unit of this one is worth; it is above zero,
        and 1 where the currency stays the same.
        """
        exact = as_fraction(rate)
        if exact <= 0:
            raise InvalidValue(_("an exchange rate is above zero, got {exact}", exact=exact))
        if currency == self.currency and exact != 1:
            raise InvalidValue(
                _("{currency} is worth {exact} of itself", currency=currency, exact=exact),
                _("the rate of a currency to itself is 1"),
            )
        shift = Fraction(10) ** (digits(currency) - DIGITS[self.currency])
        return Money(rounded(self.minor * exact * shift, rounding), currency)

    def allocate(self, weights: Sequence[Exact]) -> tuple[Self, ...]:
        """The amount split in proportion to `weights`; the parts sum to it exactly.

        Each part is its exact share rounded down, and the minor units left over go one each to the largest
        remainders (Hamilton's method); of equal remainders the earlier comes first. A debt is split as the
        same credit would be, and a weight of zero gets nothing. Raises InvalidValue for a negative weight,
        and where no weight is above zero.
        """
        parts = divided(self.minor, [as_fraction(weight) for weight in weights])
        return tuple(self._like(part) for part in parts)

    def _like(self, minor: int) -> Self:
        return type(self)(minor, self.currency)

    def _same(self, other: "Money", action: str) -> int:
        if not isinstance(other, Money):
            raise _not_exact(other, _("Money to {action}", action=action))
        if other.currency != self.currency:
            raise InvalidValue(
                _("cannot {action} {value} and {other}", action=action, value=self, other=other),
                _("convert one of them first"),
            )
        return other.minor


def _is_foreign(value: object) -> bool:
    """Whether neither money nor what people take for an amount: Python asks it then what the operation means."""
    return not isinstance(value, Money | Number | str)


def _not_exact(value: object, wanted: str) -> InvalidValue:
    return InvalidValue(
        _("Money does not take {type} {value!r}", type=type(value).__name__, value=value),
        _("use {wanted}", wanted=wanted),
    )
