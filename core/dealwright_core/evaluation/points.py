"""Points in whole units of a total, so that weights and bounds are exact."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

from dealwright_core.values import PPM_OF_A_POINT


def unit_of(weights: Sequence[tuple[Fraction, bool]], points: Iterable[Fraction | None]) -> int:
    """The units of one point that make every part of a total, and every bound, whole.

    ``weights`` come with whether they are of measures, whose values are in ten-thousandths of a point.
    """
    parts = [weight / PPM_OF_A_POINT if of_measure else weight for weight, of_measure in weights]
    return lcm(1, *(each.denominator for each in (*parts, *points) if each is not None))


def factor_of(weight: Fraction, unit: int, *, of_measure: bool) -> int:
    """What a line's value is multiplied by to give units of the total."""
    return int(weight * unit / (PPM_OF_A_POINT if of_measure else 1))


def exact(units: int | None, unit: int) -> Decimal | Fraction | None:
    """Units of a total in points: a decimal where there is one, else a fraction; nothing is rounded."""
    if units is None:
        return None
    points = Fraction(units, unit)
    places = 0
    while points.denominator > 1 and places < points.denominator.bit_length():
        if (10**places) % points.denominator == 0:
            break
        places += 1
    if (10**places) % points.denominator:
        return points
    digits = abs(points.numerator) * 10**places // points.denominator
    return Decimal((int(points < 0), tuple(map(int, str(digits))), -places))


def written(points: Decimal | Fraction | None) -> str:
    """Points for people: never with an exponent."""
    if points is None:
        return "-"
    return f"{points:f}" if isinstance(points, Decimal) else str(points)
