"""Worked cases: what each scheme pays, with the arithmetic."""

from collections.abc import Iterator
from fractions import Fraction

import pytest

import dealwright_commission
from dealwright import Fall, Platform, UsageError
from dealwright_testing.deployments import MakePlatform
from tests.plugins.commissions import SCHEMES, curve

THREE_TIERS = """
tiers = [
    {from = 0, rate = "5 %"},
    {from = 100000, rate = "8 %"},
    {from = 150000, rate = "10 %"},
]
"""


def test_a_flat_rate_pays_the_same_for_everything() -> None:
    flat = curve("flat", 'rate = "3.5 %"')
    assert flat.due(80_000) == 80_000 * 35 // 1_000 == 2_800


def test_a_flat_amount_is_paid_for_each_unit() -> None:
    per_unit = curve("flat", "each = 12.50")
    assert per_unit.due(40) == 40 * Fraction(25, 2) == 500


def test_a_third_is_a_third() -> None:
    assert curve("flat", 'rate = "1/3"').due(100) == Fraction(100, 3)
    assert curve("flat", 'rate = "100/3 %"').due(100) == Fraction(100, 3)


def test_a_target_divided_by_the_quota_is_a_rate() -> None:
    assert curve("flat", "target = 20000", quota=1_000_000).due(500_000) == 500_000 * 20_000 // 1_000_000


def test_a_slab_pays_each_rate_for_what_lies_within_its_tier() -> None:
    slab = curve("slab", THREE_TIERS)
    assert slab.due(180_000) == 100_000 * 5 // 100 + 50_000 * 8 // 100 + 30_000 * 10 // 100 == 12_000


def test_a_whole_scheme_pays_the_reached_rate_from_the_first_unit() -> None:
    whole = curve("whole", THREE_TIERS)
    assert [whole.due(each) for each in (99_999, 100_000)] == [Fraction(99_999 * 5, 100), 8_000]
    assert whole.due(180_000) == 180_000 * 10 // 100


def test_tiers_count_units() -> None:
    by_quantity = curve("slab", "tiers = [{from = 0, rate = 10}, {over = 20, rate = 15}]")
    assert by_quantity.due(30) == 20 * 10 + 10 * 15 == 350


def test_tiers_count_attainment() -> None:
    accelerator = curve(
        "slab", 'tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]', quota=80_000
    )
    assert accelerator.due(100_000) == 80_000 * 5 // 100 + 20_000 * 8 // 100 == 5_600


def test_an_accelerator_is_a_multiple_of_the_rate() -> None:
    text = 'rate = "5 %"\ntiers = [{from = "0 %", times = 1}, {from = "100 %", times = "150 %"}]'
    assert curve("slab", text, quota=100_000).due(120_000) == 5_000 + 20_000 * Fraction(3, 2) * Fraction(
        5, 100
    )


def test_a_multiple_of_what_is_paid_for_each() -> None:
    text = "each = 4\ntiers = [{from = 0, times = 1}, {over = 10, times = 2}]"
    assert curve("slab", text).due(15) == 10 * 4 + 5 * 8


def test_a_decelerator_pays_less_below_half_the_quota() -> None:
    text = """
    rate = "10 %"
    tiers = [{from = "0 %", times = 0.5}, {from = "50 %", times = 1}]
    """
    assert curve("slab", text, quota=100_000).due(80_000) == 50_000 * 5 // 100 + 30_000 * 10 // 100


def test_a_decelerator_then_an_accelerator_reprice_from_the_first_unit() -> None:
    text = """
    tiers = [
        {from = "0 %", rate = "5 %"},
        {from = "50 %", rate = "10 %", back_to = 0},
        {from = "100 %", rate = "20 %"},
    ]
    """
    found = curve("slab", text, quota=33_000)
    assert found.due(16_000) == 16_000 * 5 // 100 == 800
    assert found.due(16_500) == 16_500 * 10 // 100 == 1_650
    assert found.due(40_000) == 33_000 * 10 // 100 + 7_000 * 20 // 100 == 4_700
    assert found.falls() == ()


def test_repricing_may_begin_within_an_earlier_tier() -> None:
    text = """
    tiers = [
        {from = 0, rate = "5 %"},
        {from = 100, rate = "10 %", back_to = 0},
        {from = 200, rate = "20 %", back_to = 50},
    ]
    """
    found = curve("slab", text)
    assert found.due(199) == Fraction(199 * 10, 100)
    assert found.due(200) == 50 * Fraction(10, 100) + 150 * Fraction(20, 100) == 35


def test_repricing_before_the_first_tier_pays_for_what_paid_nothing() -> None:
    cliff = curve("slab", 'tiers = [{from = 100, rate = "10 %", back_to = 0}]')
    assert [cliff.due(each) for each in (99, 100, 150)] == [0, 10, 15]


def test_repricing_to_a_lower_rate_pays_less_for_more() -> None:
    found = curve("slab", 'tiers = [{from = 0, rate = "10 %"}, {from = 100, rate = "6 %", back_to = 0}]')
    assert found.falls() == (Fall(Fraction(100), Fraction(100), Fraction(4)),)


def test_a_threshold_pays_nothing_below_it_and_only_for_what_is_above() -> None:
    threshold = curve("slab", 'tiers = [{from = "80 %", rate = "10 %"}]', quota=100_000)
    assert [threshold.due(each) for each in (0, 80_000, 90_000)] == [0, 0, 1_000]


def test_a_cliff_pays_everything_once_it_is_reached() -> None:
    cliff = curve("whole", 'tiers = [{from = "80 %", rate = "10 %"}]', quota=100_000)
    assert [cliff.due(each) for each in (79_999, 80_000)] == [0, 8_000]


def test_a_cap_is_a_last_tier_of_rate_zero() -> None:
    capped = curve("slab", 'tiers = [{from = 0, rate = "5 %"}, {from = 200000, rate = 0}]')
    assert [capped.due(each) for each in (200_000, 900_000)] == [10_000, 10_000]


def test_a_bound_is_at_or_only_above_a_number() -> None:
    text = 'tiers = [{{from = 0, rate = "5 %"}}, {{{} = 100, rate = "10 %"}}]'
    assert curve("whole", text.format("from")).due(100) == 10
    assert curve("whole", text.format("over")).due(100) == 5


def test_a_tier_of_a_slab_may_pay_an_amount_for_reaching_it() -> None:
    text = """
    tiers = [{from = 0, rate = "5 %"}, {from = 100, pays = 20}, {over = 100, rate = "8 %"}]
    """
    found = curve("slab", text)
    assert [found.due(each) for each in (99, 100, 150)] == [Fraction(495, 100), 5 + 20, 5 + 20 + 4]


def test_amounts_for_reaching_tiers_stay_when_the_rates_are_repriced() -> None:
    text = """
    tiers = [
        {from = 0, pays = 20},
        {over = 0, rate = 1},
        {from = 50, pays = 5},
        {from = 100, rate = 2, back_to = 0},
    ]
    """
    found = curve("slab", text)
    assert [found.due(each) for each in (0, 40, 60)] == [20, 20 + 40, 20 + 50 + 5]
    assert found.due(110) == 20 + 5 + 110 * 2


def test_an_amount_for_a_tier_below_zero_is_due_at_zero() -> None:
    found = curve("slab", "tiers = [{from = -50, pays = 5}, {over = -50, rate = 1}]")
    assert [found.due(each) for each in (-50, 0, 10)] == [5 - 50, 5, 15]


def test_a_target_bonus_multiplies_what_the_target_pays_for_one() -> None:
    text = """
    target = 20000
    tiers = [{from = "0 %", times = 1}, {from = "100 %", times = 1.4}, {from = "120 %", times = 1.6}]
    """
    bonus = curve("slab", text, quota=1_000_000)
    assert bonus.due(1_000_000) == 20_000
    # 2 % up to quota, 2.8 % up to 120 %, 3.2 % above
    assert bonus.due(1_300_000) == 20_000 + 200_000 * 28 // 1_000 + 100_000 * 32 // 1_000 == 28_800


def test_a_year_s_gate_stands_on_a_quarterly_accelerator() -> None:
    text = 'tiers = [{from = 100000, rate = "1 %"}, {from = 125000, rate = "2 %"}]'
    assert curve("slab", text).due(140_000) == 25_000 * 1 // 100 + 15_000 * 2 // 100 == 550


def test_margin_percent_chooses_the_rate_of_the_margin() -> None:
    text = 'tiers = [{from = "0 %", rate = "1 %"}, {from = "20 %", rate = "8 %"}]'
    by_margin = curve(
        "whole", text, quota=1
    )  # the position is a ratio already, so that the quota is all of it
    assert by_margin.due(Fraction(250, 1_000), 250) == 250 * 8 // 100 == 20
    assert by_margin.due(Fraction(150, 1_000), 150) == Fraction(150, 100)


def test_the_year_to_date_picks_the_rate_of_the_month() -> None:
    text = 'tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]'
    by_year = curve("whole", text, quota=120_000)
    assert by_year.due(110_000, 30_000) == 30_000 * 5 // 100
    assert by_year.due(125_000, 15_000) == 15_000 * 8 // 100


def test_the_year_to_date_with_true_up_is_the_difference_of_two_dues() -> None:
    text = 'tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]'
    found = curve("whole", text, quota=120_000)
    assert found.due(125_000) - found.due(110_000) == 125_000 * 8 // 100 - 110_000 * 5 // 100 == 4_500


def test_a_commission_of_five_percent() -> None:
    assert curve("flat", 'rate = "5 %"').due(30_000) == 1_500


OVERAGE = """
rate = "5 %"
tiers = [{from = "0 %", times = 1}, {from = "100 %", times = 1.5}, {from = "125 %", times = 2}]
"""


def test_overage_has_the_top_multiplier_for_all_above_quota() -> None:
    overage = curve("overage", OVERAGE, quota=100_000)
    assert overage.due(100_000) == 5_000
    assert overage.due(120_000) == 5_000 + 20_000 * Fraction(3, 2) * Fraction(5, 100) == 6_500
    assert overage.due(130_000) == 5_000 + 30_000 * 2 * Fraction(5, 100) == 8_000


def test_overage_below_quota_is_a_slab() -> None:
    text = 'tiers = [{from = "0 %", rate = "4 %"}, {from = "50 %", rate = "6 %"}, {over = "100 %", rate = "9 %"}]'
    overage = curve("overage", text, quota=100_000)
    assert overage.due(110_000) == 50_000 * 4 // 100 + 50_000 * 6 // 100 + 10_000 * 9 // 100 == 5_900


def test_overage_reaches_back_to_quota_from_where_its_tier_starts() -> None:
    text = 'tiers = [{from = "0 %", rate = "5 %"}, {from = "110 %", rate = "10 %"}]'
    overage = curve("overage", text, quota=100_000)
    assert overage.due(109_000) == 109_000 * 5 // 100
    assert overage.due(110_000) == 5_000 + 10_000 * 10 // 100


def test_a_lookup_pays_the_amount_of_its_tier() -> None:
    lookup = curve(
        "lookup", 'tiers = [{from = "80 %", pays = 500}, {from = "100 %", pays = 1500}]', quota=200
    )
    assert [lookup.due(each) for each in (159, 160, 199, 200, 900)] == [0, 500, 500, 1_500, 1_500]


def test_a_lookup_may_pay_multiples_of_a_target() -> None:
    text = 'target = 3000\ntiers = [{from = "80 %", times = 0.5}, {from = "100 %", times = 1}]'
    lookup = curve("lookup", text, quota=200)
    assert [lookup.due(each) for each in (100, 170, 200)] == [0, 1_500, 3_000]


def test_amounts_are_interpolated_between_points() -> None:
    text = 'points = [{at = "80 %", pays = 1000}, {at = "100 %", pays = 3000}, {at = "150 %", pays = 8000}]'
    found = curve("interpolated", text, quota=100)
    assert [found.due(each) for each in (79, 80, 90, 125, 300)] == [
        0, 1_000, 1_000 + 10 * Fraction(2_000, 20), 3_000 + 25 * Fraction(5_000, 50), 8_000,
    ]  # fmt: skip


def test_rates_are_interpolated_between_points() -> None:
    found = curve("interpolated", 'points = [{at = 0, rate = "4 %"}, {at = 100, rate = "8 %"}]')
    assert found.due(50) == 50 * Fraction(6, 100) == 3
    assert found.due(200) == 200 * Fraction(8, 100)


def test_an_interpolated_rate_takes_back_a_refund_at_the_rate_of_zero() -> None:
    found = curve("interpolated", 'points = [{at = 0, rate = "4 %"}, {at = 100, rate = "8 %"}]')
    assert found.due(-1_000) == -1_000 * Fraction(4, 100)
    assert found.falls() == ()


def test_interpolated_rates_pay_nothing_below_a_first_point_above_zero() -> None:
    found = curve("interpolated", 'points = [{at = 50, rate = "4 %"}, {at = 100, rate = "8 %"}]')
    assert [found.due(each) for each in (-10, 49, 50, 200)] == [0, 0, 2, 16]


def test_interpolated_amounts_take_back_a_refund_in_their_line() -> None:
    assert curve("interpolated", "points = [{at = 0, pays = 0}, {at = 100, pays = 10}]").due(-50) == -5


def test_a_fixed_amount_is_due_whatever_was_sold() -> None:
    assert {curve("fixed", "pays = 250").due(each) for each in (-10, 0, 10**6)} == {250}


def test_a_refund_reaches_below_zero_through_the_first_tier() -> None:
    assert curve("slab", THREE_TIERS).due(-1_000) == -1_000 * 5 // 100


def test_tiers_in_any_order_pay_the_same() -> None:
    text = "tiers = [{from = 100, rate = 2, back_to = 0}, {from = 0, rate = 1}, {from = 200, rate = 3}]"
    assert [curve("slab", text).due(each) for each in (50, 100, 250)] == [50, 200, 400 + 150]


def test_what_must_be_sold_to_earn_an_amount() -> None:
    assert curve("slab", THREE_TIERS).invert(12_000) == 180_000
    assert curve("overage", OVERAGE, quota=100_000).invert(8_000) == 130_000


SHOWN = {
    "flat": (['rate = "5 %"'], "6000"),
    "slab": (['tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]'], "6600"),
    "whole": (['tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]'], "9600"),
    "overage": (["rate=5 %", 'tiers=[{from = "0 %", times = 1}, {from = "100 %", times = 2}]'], "7000"),
    "lookup": (['tiers = [{from = "100 %", pays = 500.5}]'], "500.5"),
    "interpolated": (['points = [{at = "100 %", pays = 0}, {at = "150 %", pays = 1000}]'], "400"),
    "fixed": (["pays=1/3"], "1/3"),
}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A deployment that several tests only look at."""
    make = MakePlatform(tmp_path_factory.mktemp("commission"))
    yield make(plugins=[("commission", dealwright_commission)])
    make.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_is_shown(platform: Platform, scheme: str) -> None:
    settings, due = SHOWN[scheme]
    shown = platform.run(
        "scheme.show", actor="guest", ref=scheme, quota="100000", setting=settings, at=["120000"]
    ).value
    assert (shown["plugin"], shown["pay"]) == ("commission", [{"at": "120000", "due": due}])


def test_every_scheme_is_listed(platform: Platform) -> None:
    found = platform.run("scheme.list", actor="guest").value
    listed = [each["scheme"] for each in found if each["plugin"] == "commission"]
    assert listed == ["flat", "slab", "whole", "overage", "lookup", "interpolated", "fixed"]


def test_settings_that_do_not_fit_the_quota_are_an_error_of_the_question(platform: Platform) -> None:
    with pytest.raises(UsageError) as error:
        platform.run("scheme.show", actor="guest", ref="slab", setting=['tiers=[{from="0 %",rate=1}]'])
    assert (
        str(error.value) == "setting tiers[1].from: needs a quota, and there is none, give the plan a quota"
    )
