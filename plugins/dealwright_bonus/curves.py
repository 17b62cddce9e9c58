"""The payout curves of the schemes."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from dealwright import Curve, Piece, start_bounds
from dealwright_bonus.settings import Corner, Guarantee, Step, TargetBonus

Quota = Fraction | None
# Where a point is, and its multiplier.
Place = tuple[Fraction, Fraction]


def target_bonus(quota: Quota, terms: TargetBonus) -> Curve:
    """``target * min(most, multiplier(position))``, and nothing below the first tier or point."""
    if terms.points is None:
        return _above_the_first(_stepped(quota, terms, terms.tiers or ()))
    return _above_the_first(_straight(quota, terms, terms.points))


def guarantee(quota: Quota, terms: Guarantee) -> Curve:
    """``max(pays, rate * measure)``."""
    start = 0 if terms.pays else -1  # below where the line begins, which the first piece has to
    return Curve([Piece(start, terms.pays), Piece(terms.pays / terms.rate, terms.pays, terms.rate)])


def _stepped(quota: Quota, terms: TargetBonus, steps: Sequence[Step]) -> Curve:
    amounts = (terms.target * _held(each.times, terms.most) for each in steps)
    return Curve.lookup(*zip(start_bounds(steps, quota, "tiers"), amounts, strict=True))


def _straight(quota: Quota, terms: TargetBonus, corners: Sequence[Corner]) -> Curve:
    starts = start_bounds(corners, quota, "points")
    places = sorted((start.at, each.times) for start, each in zip(starts, corners, strict=True))
    if terms.most is not None:
        places = list(_level_at(terms.most, places))
    return Curve.interpolated(*((at, terms.target * times) for at, times in places))


def _held(times: Fraction, most: Fraction | None) -> Fraction:
    return times if most is None else min(times, most)


def _level_at(most: Fraction, places: Sequence[Place]) -> Iterator[Place]:
    """The line held to ``most``: where it passes there it has a point, and above it none."""
    yield places[0][0], min(places[0][1], most)
    for (left, low), (right, high) in pairwise(places):
        if (low - most) * (high - most) < 0:
            yield left + (right - left) * (most - low) / (high - low), most
        if high <= most:
            yield right, high


def _above_the_first(curve: Curve) -> Curve:
    """The curve with nothing below its first tier or point: where that is at zero or below, it would reach further."""
    first = curve.pieces[0]
    return Curve([Piece(first.start.at - 1), *curve.pieces]) if first.value or first.slope else curve
