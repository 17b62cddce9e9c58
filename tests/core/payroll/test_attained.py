"""What a curve pays where its quota counts as attained in full."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright import Curve, Percent
from dealwright_bonus import curves as bonus
from dealwright_bonus.settings import Corner, Step, TargetBonus
from dealwright_commission import curves as commission
from dealwright_commission.settings import Fixed, Flat, Interpolated, Lookup, Overage, Slab, Whole
from dealwright_commission.tiers import Point, Tier
from dealwright_core.payroll.earning.quotacurves import attained

HALF, ALL, MORE = (Percent(Fraction(each, 100)) for each in (50, 100, 150))
RATES = (
    Tier(start=Percent(0), rate=Percent(Fraction(3, 100))),
    Tier(start=HALF, rate=Percent(Fraction(7, 100))),
)
TIMES = (Tier(start=Percent(0), times=Fraction(1)), Tier(start=HALF, times=Fraction(2)))
AMOUNTS = (Tier(start=HALF, pays=Fraction(100, 3)), Tier(start=ALL, pays=Fraction(70)))
TARGET = Fraction(500)
# Curves of a quota all of whose bounds are attainments, and those that do not look at it.
SCHEMES: dict[str, Callable[[Fraction], Curve]] = {
    "flat": lambda quota: commission.flat(quota, Flat(rate=HALF)),
    "flat target": lambda quota: commission.flat(quota, Flat(target=TARGET)),
    "slab": lambda quota: commission.slab(quota, Slab(tiers=RATES)),
    "slab target": lambda quota: commission.slab(quota, Slab(tiers=TIMES, target=TARGET)),
    "slab amounts": lambda quota: commission.slab(quota, Slab(tiers=AMOUNTS)),
    "whole": lambda quota: commission.whole(quota, Whole(tiers=RATES)),
    "whole target": lambda quota: commission.whole(quota, Whole(tiers=TIMES, target=TARGET)),
    "overage": lambda quota: commission.overage(quota, Overage(tiers=RATES)),
    "lookup": lambda quota: commission.lookup(quota, Lookup(tiers=AMOUNTS)),
    "interpolated": lambda quota: commission.interpolated(
        quota, Interpolated(points=(Point(at=HALF, pays=Fraction(0)), Point(at=MORE, pays=Fraction(200))))
    ),
    "interpolated rates": lambda quota: commission.interpolated(
        quota, Interpolated(points=(Point(at=HALF, rate=HALF), Point(at=MORE, rate=ALL)))
    ),
    "fixed": lambda quota: commission.fixed(quota, Fixed(pays=TARGET)),
    "amounts as bounds": lambda quota: commission.whole(
        quota, Whole(tiers=(Tier(start=Fraction(10), rate=HALF), Tier(start=Fraction(300), rate=ALL)))
    ),
    "target-bonus": lambda quota: bonus.target_bonus(
        quota, TargetBonus(target=TARGET, tiers=(Step(start=HALF, times=HALF), Step(start=ALL, times=ALL)))
    ),
    "target-bonus with points": lambda quota: bonus.target_bonus(
        quota, TargetBonus(target=TARGET, points=(Corner(at=HALF, times=HALF), Corner(at=MORE, times=MORE)))
    ),
}


@pytest.mark.parametrize("scheme", SCHEMES)
@given(measure=st.fractions(Fraction(1, 1_000), 10_000, max_denominator=1_000))
def test_whatever_is_measured_is_the_quota(scheme: str, measure: Fraction) -> None:
    curve = SCHEMES[scheme]
    assert attained(curve).due(measure) == curve(measure).due(measure)
