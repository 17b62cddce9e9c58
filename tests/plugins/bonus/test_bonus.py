"""Worked cases: what each scheme pays, with the arithmetic."""

from fractions import Fraction

import pytest

import dealwright_bonus
from dealwright import Fall, UsageError
from dealwright_testing.deployments import MakePlatform
from tests.plugins import commissions
from tests.plugins.bonus.bonuses import SCHEMES, curve

LINES = """
target = 5000
points = [{at = "80 %", times = "50 %"}, {at = "100 %", times = "100 %"}, {at = "150 %", times = "200 %"}]
"""
STEPS = 'target = 5000\ntiers = [{from = "80 %", times = "50 %"}, {from = "100 %", times = 1}]'


def test_a_target_bonus_pays_its_target_at_quota() -> None:
    assert curve("target-bonus", LINES, quota=200_000).due(200_000) == 5_000
    assert curve("target-bonus", STEPS, quota=200_000).due(200_000) == 5_000


def test_the_multiplier_goes_straight_from_point_to_point() -> None:
    bonus = curve("target-bonus", LINES, quota=200_000)
    # 90 % is half way from 80 % to 100 %, where the multiplier is 75 %
    assert bonus.due(180_000) == 5_000 * Fraction(75, 100) == 3_750
    # 125 % is half way from 100 % to 150 %, where it is 150 %
    assert bonus.due(250_000) == 5_000 * Fraction(150, 100) == 7_500


def test_the_first_point_pays_at_once_and_the_last_one_stays() -> None:
    bonus = curve("target-bonus", LINES, quota=200_000)
    assert [bonus.due(each) for each in (159_999, 160_000)] == [0, 5_000 * 50 // 100]
    assert [bonus.due(each) for each in (300_000, 900_000)] == [5_000 * 2, 5_000 * 2]


def test_the_multiplier_goes_in_steps() -> None:
    bonus = curve("target-bonus", STEPS, quota=200)
    assert [bonus.due(each) for each in (159, 160, 199, 200, 900)] == [0, 2_500, 2_500, 5_000, 5_000]


def test_a_step_is_at_or_only_above_its_bound() -> None:
    text = 'target = 10\ntiers = [{{from = 0, times = 1}}, {{{} = "120 %", times = 2}}]'
    assert curve("target-bonus", text.format("from"), quota=100).due(120) == 20
    assert curve("target-bonus", text.format("over"), quota=100).due(120) == 10


def test_bounds_may_be_amounts_and_need_no_quota_then() -> None:
    bonus = curve("target-bonus", "target = 900\npoints = [{at = 10, times = 0}, {at = 40, times = 1}]")
    assert bonus.due(20) == 900 * Fraction(10, 30) == 300


def test_points_and_tiers_in_any_order_pay_the_same() -> None:
    for key, bound in (("points", "at"), ("tiers", "from")):
        rows = [f"{{{bound} = {at}, times = {times}}}" for at, times in ((0, 1), (10, 2), (20, 5))]
        one, other = (
            curve("target-bonus", f"target = 7\n{key} = [{', '.join(order)}]") for order in (rows, rows[::-1])
        )
        assert one == other


def test_an_attainment_is_the_position_where_objectives_are_blended() -> None:
    text = """
    target = 6000
    points = [{at = "70 %", times = "40 %"}, {at = "100 %", times = "100 %"}, {at = "130 %", times = "160 %"}]
    """
    blended = (
        Fraction(60, 100) * Fraction(120_000, 150_000)
        + Fraction(25, 100) * Fraction(96, 120)
        + Fraction(15, 100) * Fraction(5, 4)
    )
    assert blended == Fraction(8_675, 10_000)
    # 40 % at 70 %, and 60 % more over the next 30 %
    multiplier = Fraction(40, 100) + Fraction(60, 100) * (blended - Fraction(70, 100)) / Fraction(30, 100)
    assert curve("target-bonus", text, quota=1).due(blended) == 6_000 * multiplier == 4_410


def test_the_multiplier_is_held_to_the_most_where_its_line_passes_it() -> None:
    text = 'target = 1000\nmost = "150 %"\npoints = [{at = "100 %", times = 1}, {at = "200 %", times = 3}]'
    bonus = curve("target-bonus", text, quota=100)
    # 2 % of the target for each percent above quota, so 150 % at 125 %
    assert [bonus.due(each) for each in (110, 125, 126, 500)] == [1_200, 1_500, 1_500, 1_500]
    assert bonus.falls() == ()


def test_a_line_that_comes_back_below_the_most_is_followed_again() -> None:
    text = "target = 1\nmost = 4\npoints = [{at = 0, times = 0}, {at = 10, times = 10}, {at = 20, times = 0}]"
    bonus = curve("target-bonus", text)
    assert [bonus.due(each) for each in (3, 4, 10, 16, 17, 20)] == [3, 4, 4, 4, 3, 0]
    assert [each.start.at for each in bonus.pieces] == [-1, 0, 4, 16, 20]


def test_a_line_that_begins_above_the_most_is_held_from_its_first_point() -> None:
    text = "target = 1\nmost = 4\npoints = [{at = 1, times = 9}, {at = 2, times = 8}, {at = 6, times = 0}]"
    assert [curve("target-bonus", text).due(each) for each in (0, 1, 2, 4, 5)] == [0, 4, 4, 4, 2]


def test_a_point_that_has_the_most_is_passed_through() -> None:
    text = "target = 1\nmost = 4\npoints = [{at = 0, times = 0}, {at = 10, times = 4}, {at = 20, times = 2}]"
    assert [curve("target-bonus", text).due(each) for each in (5, 10, 15)] == [2, 4, 3]


def test_steps_are_held_to_the_most() -> None:
    bonus = curve("target-bonus", 'most = "75 %"\n' + STEPS, quota=200)
    assert [bonus.due(each) for each in (160, 200)] == [2_500, 5_000 * 75 // 100]


def test_a_bonus_takes_nothing_back_below_zero() -> None:
    lines = curve("target-bonus", "target = 10\npoints = [{at = 0, times = 0}, {at = 10, times = 1}]")
    steps = curve("target-bonus", "target = 10\ntiers = [{from = 0, times = 1}]")
    below = curve("target-bonus", "target = 10\ntiers = [{over = -5, times = 1}]")
    assert [lines.due(each) for each in (-10, 0, 5)] == [0, 0, 5]
    assert [steps.due(each) for each in (-1, 0)] == [0, 10]
    assert [below.due(each) for each in (-5, -4, 0)] == [0, 10, 10]


def test_from_zero_on_steps_pay_what_a_lookup_of_the_target_pays() -> None:
    steps = curve("target-bonus", STEPS, quota=200)
    lookup = commissions.curve("lookup", STEPS, quota=200)
    assert steps == lookup


def test_what_must_be_sold_for_a_bonus() -> None:
    assert curve("target-bonus", LINES, quota=200_000).invert(7_500) == 250_000


def test_a_multiplier_that_sinks_pays_less_for_more() -> None:
    text = 'target = 1000\npoints = [{at = "100 %", times = 1}, {at = "200 %", times = 0.5}]'
    assert curve("target-bonus", text, quota=100).falls() == (
        Fall(Fraction(100), Fraction(200), Fraction(500)),
    )


def test_a_guarantee_pays_at_least_its_amount_else_the_rate() -> None:
    guarantee = curve("guarantee", 'pays = 2000\nrate = "5 %"')
    assert [guarantee.due(each) for each in (-5_000, 0, 39_999)] == [2_000, 2_000, 2_000]
    assert guarantee.due(40_000) == 40_000 * 5 // 100 == 2_000
    assert guarantee.due(60_000) == 60_000 * 5 // 100 == 3_000


def test_a_guarantee_is_exact_where_its_rate_takes_over() -> None:
    guarantee = curve("guarantee", 'pays = 1000\nrate = "3 %"')
    assert guarantee.pieces[1].start.at == Fraction(1_000) / Fraction(3, 100) == Fraction(100_000, 3)
    assert guarantee.due(33_334) == Fraction(33_334 * 3, 100)


def test_a_guarantee_per_unit() -> None:
    assert curve("guarantee", "pays = 100\nrate = 12.50").due(20) == 20 * Fraction(25, 2)


def test_a_guarantee_of_nothing_takes_nothing_back() -> None:
    guarantee = curve("guarantee", 'pays = 0\nrate = "5 %"')
    assert [guarantee.due(each) for each in (-100, 0, 100)] == [0, 0, 5]


def test_two_windows_pay_a_guarantee_twice() -> None:
    guarantee = curve("guarantee", 'pays = 2000\nrate = "5 %"')
    assert 2 * guarantee.due(20_000) == 4_000
    assert guarantee.due(40_000) == 2_000


def test_every_scheme_is_listed_with_its_plugin(make_platform: MakePlatform) -> None:
    platform = make_platform(plugins=[("bonus", dealwright_bonus)], upgrade=False)
    found = platform.host.registry.incentive_schemes
    assert [name for name, each in found.items() if each.plugin == "bonus"] == list(SCHEMES)


def test_a_scheme_is_shown_in_words(make_platform: MakePlatform) -> None:
    platform = make_platform(plugins=[("bonus", dealwright_bonus)])
    shown = platform.run(
        "scheme.show", actor="guest", ref="guarantee", setting=["pays=2000", "rate=5 %"], at=["60000"]
    ).value
    assert [each["tier"] for each in shown["tiers"]] == ["below 40,000: 2,000", "from 40,000: 5 % of all"]
    assert shown["pay"] == [{"at": "60000", "due": "3000"}]
    with pytest.raises(UsageError, match=r"setting points\[1\].at: needs a quota, and there is none"):
        platform.run(
            "scheme.show",
            actor="guest",
            ref="target-bonus",
            setting=["target=1", 'points=[{at="80 %", times=1}]'],
        )
