"""What a payout curve is made of: bounds, and the straight pieces that start at them."""

from fractions import Fraction
from typing import Literal

from attrs import field, frozen

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.values import Exact, as_fraction

Kind = Literal["pay", "rate"]
MOST_BITS = 512


def exact(value: Exact) -> Fraction:
    """``value`` as a fraction. Raises InvalidValue for floats, booleans, NaN, and numbers without measure."""
    found = as_fraction(value)
    if max(found.numerator.bit_length(), found.denominator.bit_length()) > MOST_BITS:
        raise InvalidValue(
            _("a number of a curve is out of range: it has more than {most_bits} bits", most_bits=MOST_BITS)
        )
    return found


def _flag(value: bool) -> bool:
    if type(value) is not bool:
        raise InvalidValue(_("over: expected true or false, got {value!r}", value=value))
    return value


@frozen(order=True)
class Bound:
    """Where something starts: from ``at`` on, or with ``over`` only above it.

    Bounds sort by what they let in: 100 lies behind ``Bound(100)`` and before ``Bound(100, over=True)``.
    """

    at: Fraction = field(converter=exact)
    over: bool = field(default=False, converter=_flag)


def bound(value: "Bound | Exact") -> Bound:
    """``value`` as a bound: a bare number is where something starts, itself included."""
    return value if type(value) is Bound else Bound(value)  # type: ignore[arg-type]  # the converter refuses others


@frozen
class Piece:
    """A straight line from ``start`` to where the next piece starts: ``value`` at the start, rising by ``slope``."""

    start: Bound = field(converter=bound)
    value: Fraction = field(default=Fraction(0), converter=exact)
    slope: Fraction = field(default=Fraction(0), converter=exact)

    def at(self, position: Fraction) -> Fraction:
        """The height of the line, or of its continuation, at a position."""
        return self.value + self.slope * (position - self.start.at)


@frozen
class Stretch:
    """A part of the way to a position: from ``start`` to ``end`` at ``slope``, and its pay.

    Where ``start`` and ``end`` are one, the pay is that of a jump: what reaching a tier pays, or what zero pays.
    """

    start: Fraction
    end: Fraction
    slope: Fraction
    pay: Fraction
