"""The payout curves of the schemes."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from dealwright import (
    Bound,
    ConfigError,
    Curve,
    Piece,
    Problem,
    position_of,
    quota_above_zero,
    start_bounds,
)
from dealwright_commission.settings import (
    Fixed,
    Flat,
    Interpolated,
    Lookup,
    Overage,
    Rated,
    Slab,
    Whole,
)
from dealwright_commission.tiers import Tier
from dealwright_commission.wording import _

Quota = Fraction | None
ZERO = Fraction(0)
# From where on, and the rate.
Price = tuple[Fraction, Fraction]


@frozen
class Step:
    """A tier where it starts for one quota: its rate, the amount for reaching it, and from where it reprices."""

    start: Bound
    rate: Fraction
    pays: Fraction
    low: Fraction | None


def flat(quota: Quota, terms: Flat) -> Curve:
    """``rate * measure``."""
    return Curve.flat(terms.for_one(quota))


def slab(quota: Quota, terms: Slab) -> Curve:
    """The sum over tiers of rate and what lies within each."""
    return _marginal(_steps(quota, terms, terms.tiers))


def whole(quota: Quota, terms: Whole) -> Curve:
    """``rate(position) * measure``."""
    return Curve.whole(*((each.start, each.rate) for each in _steps(quota, terms, terms.tiers)))


def overage(quota: Quota, terms: Overage) -> Curve:
    """A slab up to quota, and above it ``rate(position) * (position - quota)``."""
    top = quota_above_zero(quota, "quota")
    steps = _steps(quota, terms, terms.tiers)
    return _marginal([evolve(each, low=top) if each.start.at > top else each for each in steps])


def lookup(quota: Quota, terms: Lookup) -> Curve:
    """``amount(position)``."""
    target = terms.target or ZERO
    amounts = (target * (each.times or 0) if each.pays is None else each.pays for each in terms.tiers)
    return Curve.lookup(*zip(start_bounds(terms.tiers, quota, "tiers"), amounts, strict=True))


def interpolated(quota: Quota, terms: Interpolated) -> Curve:
    """From one point to the next in a straight line."""
    places = [each.at for each in start_bounds(terms.points, quota, "points")]
    if terms.points[0].rate is None:
        return Curve.interpolated(*zip(places, (each.pays or ZERO for each in terms.points), strict=True))
    rates = (each.rate or ZERO for each in terms.points)
    return _level_below(Curve.interpolated(*zip(places, rates, strict=True), kind="rate"))


def _level_below(rates: Curve) -> Curve:
    """The curve with one rate below its first point: a rate that went on sinking would pay for large refunds."""
    first = rates.pieces[0]
    return Curve([Piece(first.start.at - 1, first.value), *rates.pieces], "rate") if first.slope else rates


def fixed(quota: Quota, terms: Fixed) -> Curve:
    """The amount."""
    return Curve.fixed(terms.pays)


def _steps(quota: Quota, terms: Rated, tiers: Sequence[Tier]) -> list[Step]:
    """The tiers in order. Raises ConfigError where they need a quota, or fall on one another with this one."""
    one = terms.for_one(quota) if any(each.times is not None for each in tiers) else ZERO
    found = [
        Step(start, _rate(tier, one), tier.pays or ZERO, _low(tier, start, quota, f"tiers[{at}].back_to"))
        for at, (tier, start) in enumerate(zip(tiers, start_bounds(tiers, quota, "tiers"), strict=True), 1)
    ]
    return sorted(found, key=lambda each: each.start)


def _rate(tier: Tier, one: Fraction) -> Fraction:
    if tier.times is not None:
        return tier.times * one
    return Fraction(tier.rate or 0)


def _low(tier: Tier, start: Bound, quota: Quota, path: str) -> Fraction | None:
    if tier.back_to is None:
        return None
    low = position_of(tier.back_to, quota, path)
    if low > start.at:
        raise ConfigError([Problem(path, _("is above where the tier starts"))])
    return low


def _marginal(steps: Sequence[Step]) -> Curve:
    """Each rate for what lies within its tier; a step with a low gives its rate to all from there on."""
    rates: list[Price] = []
    pieces: list[Piece] = []
    reached = ZERO
    for step in steps:
        low = step.start.at if step.low is None else step.low
        rates = [*(each for each in rates if each[0] < low), (low, step.rate)]
        reached += step.pays
        if pieces and step.low is None:
            height = pieces[-1].at(step.start.at) + step.pays
        else:
            height = _priced(rates, step.start.at) + reached
        pieces.append(Piece(step.start, height, step.rate))
    if pieces[0] == Piece(Bound(0, over=True), 0, pieces[0].slope):
        pieces[0] = Piece(0, 0, pieces[0].slope)  # as nothing jumps there, it reaches below zero, too
    return _from_zero(pieces, steps)


def _priced(rates: Sequence[Price], position: Fraction) -> Fraction:
    ends = [*(start for start, _rate in rates[1:]), position]
    return sum((rate * (end - start) for (start, rate), end in zip(rates, ends, strict=True)), ZERO)


def _from_zero(pieces: Sequence[Piece], steps: Iterable[Step]) -> Curve:
    """The curve in which zero pays nothing but the amounts of the tiers that it reaches."""
    if pieces[0].start > Bound(0):
        return Curve([Piece(0), *pieces])
    amounts = sum((each.pays for each in steps if each.start <= Bound(0)), ZERO)
    level = Curve(pieces).due(0) - amounts
    return Curve(evolve(each, value=each.value - level) for each in pieces)
