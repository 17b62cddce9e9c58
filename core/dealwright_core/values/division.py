"""Whole amounts in parts that sum to them."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _


def divided(amount: int, weights: Sequence[Fraction]) -> list[int]:
    """An amount in proportion to weights; the parts sum to it exactly.

    Each part is rounded down, and the units left over go one each to the largest remainders (Hamilton's method), of
    equal ones to the earlier. A debt is divided as the same credit would be, and a weight of zero gets nothing. Raises
    InvalidValue for a negative weight, and where none is above zero.
    """
    if any(each < 0 for each in weights):
        raise InvalidValue(_("a weight is at least zero, got {min}", min=min(weights)))
    scale = lcm(*(each.denominator for each in weights))
    whole = [each.numerator * (scale // each.denominator) for each in weights]
    size, total = abs(amount), sum(whole)
    if not total:
        raise InvalidValue(_("nothing to allocate by: no weight is above zero"))
    parts = [size * each // total for each in whole]
    by_remainder = sorted(range(len(parts)), key=lambda at: -(size * whole[at] % total))
    for at in by_remainder[: size - sum(parts)]:
        parts[at] += 1
    return [-each if amount < 0 else each for each in parts]
