"""What holds of every bonus, whatever its tiers and points, and where it cannot hold."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dealwright import Curve, Percent
from dealwright_bonus import curves
from dealwright_bonus.settings import Corner, Guarantee, Step, TargetBonus
from tests.plugins.payouts import check_exact, check_inverse

few = settings(max_examples=60)
quotas = st.fractions(min_value=1, max_value=300, max_denominator=6)
amounts = st.fractions(min_value=0, max_value=500, max_denominator=4)
rates = st.fractions(min_value=Fraction(1, 20), max_value=2, max_denominator=20)
multipliers = st.fractions(min_value=0, max_value=3, max_denominator=20)
positions = st.integers(-300, 900).map(lambda each: Fraction(each, 2))
# Attainments and amounts that fall on one another are refused, so a list has one kind.
places = st.lists(st.integers(-20, 200).map(Fraction), min_size=1, max_size=6, unique=True) | st.lists(
    st.integers(-20, 200).map(lambda each: Percent(each, 100)), min_size=1, max_size=6, unique=True
)


@st.composite
def bonuses(draw: st.DrawFn, *, growing: bool = False) -> TargetBonus:
    """Target bonuses in steps or lines, in any order; growing ones have growing multipliers."""
    found = draw(places)
    times = draw(st.lists(multipliers, min_size=len(found), max_size=len(found)))
    if growing:
        found, times = sorted(found), sorted(times)
    target, most = draw(amounts), draw(st.none() | multipliers)
    rows = list(zip(found, times, strict=True))
    if draw(st.booleans()):
        points = tuple(Corner(at=each, times=one) for each, one in rows)
        return TargetBonus(target=target, points=points, most=most)
    if draw(st.booleans()):
        tiers = tuple(Step(start=each, times=one) for each, one in rows)
    else:
        tiers = tuple(Step(over=each, times=one) for each, one in rows)
    return TargetBonus(target=target, tiers=tiers, most=most)


guarantees = st.builds(lambda pays, rate: Guarantee(pays=pays, rate=rate), amounts, rates)
all_curves = st.builds(curves.target_bonus, quotas, bonuses()) | st.builds(
    curves.guarantee, st.none() | quotas, guarantees
)


def at(bound: Fraction, quota: Fraction) -> Fraction:
    return bound * quota if isinstance(bound, Percent) else bound


def stepped(terms: TargetBonus, quota: Fraction, position: Fraction) -> Fraction:
    """The multiplier of the last step that is reached, by looking at each."""
    reached = [
        (at(each.bound, quota), each.times)
        for each in terms.tiers or ()
        if position > at(each.bound, quota) or (each.over is None and position == at(each.bound, quota))
    ]
    return max(reached)[1] if reached else Fraction(0)


def straight(terms: TargetBonus, quota: Fraction, position: Fraction) -> Fraction:
    """The multiplier between the two points around a position."""
    places = sorted((at(each.at, quota), Fraction(each.times)) for each in terms.points or ())
    if position < places[0][0]:
        return Fraction(0)
    for (left, low), (right, high) in pairwise(places):
        if left <= position < right:
            return low + (high - low) * (position - left) / (right - left)
    return places[-1][1]


@few
@given(bonuses(), quotas, positions)
def test_a_target_bonus_is_target_times_multiplier(
    terms: TargetBonus, quota: Fraction, position: Fraction
) -> None:
    multiplier = (straight if terms.points else stepped)(terms, quota, position)
    held = multiplier if terms.most is None else min(multiplier, terms.most)
    assert curves.target_bonus(quota, terms).due(position) == terms.target * held


@few
@given(bonuses(), quotas, positions)
def test_the_multiplier_of_a_bonus_of_one_is_never_above_the_most(
    terms: TargetBonus, quota: Fraction, position: Fraction
) -> None:
    assume(terms.most is not None and terms.target > 0)
    assert curves.target_bonus(quota, terms).due(position) / terms.target <= (terms.most or 0)


@few
@given(bonuses(growing=True), quotas)
def test_growing_multipliers_never_pay_less_for_more(terms: TargetBonus, quota: Fraction) -> None:
    assert curves.target_bonus(quota, terms).falls() == ()


@few
@given(guarantees, positions, positions)
def test_a_guarantee_never_pays_less_for_more(terms: Guarantee, one: Fraction, other: Fraction) -> None:
    found = curves.guarantee(None, terms)
    assert found.falls() == ()
    assert found.due(min(one, other)) <= found.due(max(one, other))


@few
@given(guarantees, positions)
def test_a_guarantee_is_the_larger_of_its_two_amounts(terms: Guarantee, position: Fraction) -> None:
    assert curves.guarantee(None, terms).due(position) == max(terms.pays, terms.rate * position)


@few
@given(guarantees)
def test_a_guarantee_never_jumps(terms: Guarantee) -> None:
    for one, other in pairwise(curves.guarantee(None, terms).pieces):
        assert one.at(other.start.at) == other.value


@few
@given(all_curves, positions)
def test_no_bonus_is_below_zero(found: Curve, position: Fraction) -> None:
    assert found.due(position) >= 0


@few
@given(bonuses(), quotas)
def test_zero_pays_a_bonus_only_where_something_starts_at_zero_or_below(
    terms: TargetBonus, quota: Fraction
) -> None:
    assume(min(each.bound for each in terms.points or terms.tiers or ()) > 0)
    assert curves.target_bonus(quota, terms).due(0) == 0


@few
@given(guarantees)
def test_zero_pays_the_guarantee(terms: Guarantee) -> None:
    assert curves.guarantee(None, terms).due(0) == terms.pays


@few
@given(all_curves, st.lists(positions, min_size=1, max_size=6))
def test_the_lines_of_a_window_sum_to_what_is_due_and_a_full_refund_returns_to_zero_s(
    found: Curve, sales: list[Fraction]
) -> None:
    reached = [sum(sales[:count], Fraction(0)) for count in range(len(sales) + 1)]
    lines = [found.due(other) - found.due(one) for one, other in pairwise(reached)]
    assert found.due(0) + sum(lines) == found.due(reached[-1])
    refund = found.due(0) - found.due(reached[-1])
    assert found.due(0) + sum(lines) + refund == found.due(0)


@few
@given(all_curves, positions)
def test_the_stretches_of_a_bonus_sum_to_it(found: Curve, position: Fraction) -> None:
    assert sum(each.pay for each in found.stretches(position)) == found.due(position)


@few
@given(all_curves, amounts)
def test_the_inverse_is_the_least_position(found: Curve, amount: Fraction) -> None:
    check_inverse(found, amount)


@few
@given(all_curves, positions)
def test_every_payment_is_exact(found: Curve, position: Fraction) -> None:
    check_exact(found, position)


@few
@given(bonuses(), quotas)
def test_equal_settings_make_equal_curves_in_any_order(terms: TargetBonus, quota: Fraction) -> None:
    backwards = TargetBonus(
        target=terms.target,
        tiers=terms.tiers and terms.tiers[::-1],
        points=terms.points and terms.points[::-1],
        most=terms.most,
    )
    assert curves.target_bonus(quota, backwards) == curves.target_bonus(quota, terms)
