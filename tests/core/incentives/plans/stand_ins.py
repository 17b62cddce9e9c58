"""Small schemes for tests of plans: what they mean is as with the bundled ones, under names of their own."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import frozen

from dealwright import Bound, Curve, IncentiveScheme, InvalidValue, Piece, hookimpl
from dealwright_core.incentives.plans.figures import Number, Ratio, level, number, ratio

Tier = tuple[Bound, Fraction]


@frozen(kw_only=True)
class FlatTerms:
    """One rate."""

    rate: Ratio
    each: Number | None = None


@frozen(kw_only=True)
class TierTerms:
    """Tiers: where each starts, and its rate, or how many times the rate or the target."""

    tiers: tuple[Mapping[str, object], ...]
    rate: Ratio | None = None
    target: Number | None = None


@frozen(kw_only=True)
class FixedTerms:
    """One amount."""

    pays: Number


@frozen(kw_only=True)
class PointTerms:
    """Points to go straight between."""

    points: tuple[Mapping[str, object], ...]


def flat(quota: Fraction | None, terms: FlatTerms) -> Curve:
    """One rate for everything."""
    return Curve.flat(terms.rate)


def slab(quota: Fraction | None, terms: TierTerms) -> Curve:
    """Each tier pays for what lies within it; `back_to` reprices what lies between there and its start."""
    below = Curve.fixed(0)
    for at, tier in enumerate(terms.tiers):
        start, rate = _bound(tier, quota), _rate(tier, quota, terms)
        back = _bound({"from": tier["back_to"]}, quota).at if "back_to" in tier else start.at
        value = below.at(back) + rate * (start.at - back)
        below = Curve([*(below.pieces if at or start.at > 0 else ()), Piece(start, value, rate)])
    return below


def whole(quota: Fraction | None, terms: TierTerms) -> Curve:
    """The tier that is reached pays for everything."""
    return Curve.whole(*_tiers(quota, terms))


def fixed(quota: Fraction | None, terms: FixedTerms) -> Curve:
    """One amount."""
    return Curve.fixed(terms.pays)


def interpolated(quota: Fraction | None, terms: PointTerms) -> Curve:
    """Straight from point to point."""
    return Curve.interpolated(
        *((_bound({"from": each["at"]}, quota).at, number(each["pays"])) for each in terms.points)
    )


def _tiers(quota: Fraction | None, terms: TierTerms) -> Iterator[Tier]:
    for each in terms.tiers:
        yield _bound(each, quota), _rate(each, quota, terms)


def _bound(tier: Mapping[str, object], quota: Fraction | None) -> Bound:
    found = level(tier["over"] if "over" in tier else tier["from"])
    if not found.is_ratio:
        return Bound(found.at, over="over" in tier)
    if quota is None:
        raise InvalidValue("a tier in percent needs a quota", "give the pay a quota")
    return Bound(found.at * quota, over="over" in tier)


def _rate(tier: Mapping[str, object], quota: Fraction | None, terms: TierTerms) -> Fraction:
    if "times" not in tier:
        return ratio(tier["rate"])
    if terms.target is not None and quota is not None:
        return number(tier["times"]) * terms.target / quota
    return number(tier["times"]) * (terms.rate or Fraction(0))


def schemes(prefix: str = "") -> tuple[IncentiveScheme, ...]:
    """All of them, under names with a prefix."""
    return (
        IncentiveScheme(f"{prefix}flat", "Flat", curve=flat, settings=FlatTerms),
        IncentiveScheme(f"{prefix}slab", "Slab", curve=slab, settings=TierTerms),
        IncentiveScheme(f"{prefix}whole", "Whole", curve=whole, settings=TierTerms),
        IncentiveScheme(f"{prefix}fixed", "Fixed", curve=fixed, settings=FixedTerms),
        IncentiveScheme(f"{prefix}interpolated", "Interpolated", curve=interpolated, settings=PointTerms),
        IncentiveScheme(f"{prefix}bare", "Bare", curve=lambda quota, settings: Curve.flat(1)),
    )


class Schemes:
    """A plugin that contributes them."""

    @hookimpl
    def incentive_schemes(self) -> Iterator[IncentiveScheme]:
        """All of them."""
        yield from schemes("test-")
