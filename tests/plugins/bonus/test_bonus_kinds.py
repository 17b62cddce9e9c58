"""Bonuses that are schemes of commission: per unit and event, in milestones, to managers, in points."""

from fractions import Fraction

from dealwright import Money
from tests.plugins.bonus.bonuses import curve as bonus
from tests.plugins.commissions import curve


def test_a_spiff_pays_for_each_unit() -> None:
    assert curve("flat", "each = 25").due(12) == 12 * 25 == 300


def test_a_spiff_from_the_eleventh_unit_on_begins_over_ten() -> None:
    spiff = curve("slab", "each = 25\ntiers = [{over = 10, times = 1}]")
    assert [spiff.due(each) for each in (10, 11, 15)] == [0, 25, 5 * 25]
    # Where the tier starts at eleven, the eleventh lies below it.
    assert curve("slab", "each = 25\ntiers = [{from = 11, times = 1}]").due(11) == 0


def test_a_spiff_may_count_so_many_units_at_most() -> None:
    spiff = curve("slab", "each = 25\ntiers = [{over = 10, times = 1}, {over = 50, times = 0}]")
    assert [spiff.due(each) for each in (50, 51, 80)] == [40 * 25, 40 * 25, 40 * 25]


def test_a_spiff_may_pay_for_all_units_once_enough_are_sold() -> None:
    spiff = curve("slab", "each = 25\ntiers = [{from = 11, times = 1, back_to = 0}]")
    assert [spiff.due(each) for each in (10, 11)] == [0, 11 * 25]


def test_milestones_add_up_and_a_lookup_replaces() -> None:
    text = 'tiers = [{from = "50 %", pays = 1000}, {from = "100 %", pays = 2000}]'
    assert curve("slab", text, quota=400).due(400) == 1_000 + 2_000
    assert curve("lookup", text, quota=400).due(400) == 2_000


def test_an_amount_for_every_full_ten_units_is_a_milestone_at_each() -> None:
    each_ten = ", ".join(f"{{from = {10 * number}, pays = 500}}" for number in range(1, 501))
    spiff = curve("slab", f"tiers = [{each_ten}]")
    assert [spiff.due(each) for each in (9, 10, 29, 5_000)] == [0, 500, 2 * 500, 500 * 500]


def test_a_slab_pays_a_guarantee_whose_rate_takes_over_at_an_amount_that_is_known() -> None:
    slab = curve("slab", 'tiers = [{from = 0, pays = 2000}, {from = 40000, rate = "5 %"}]')
    guarantee = bonus("guarantee", 'pays = 2000\nrate = "5 %"')
    assert [slab.due(each) for each in (-1, 0, 40_000, 60_000)] == [
        guarantee.due(each) for each in (-1, 0, 40_000, 60_000)
    ]


def test_a_pool_is_divided_by_the_sales_of_who_qualifies() -> None:
    pool, sold = Money(3_000_000, "USD"), {"Ann": 150_000, "Ben": 90_000, "Cat": 60_000}
    quota, share = 100_000, Fraction(80, 100)
    qualified = [each for each in sold.values() if each >= share * quota]
    # Cat's 60 % do not qualify: 30,000 by 150 to 90
    assert pool.allocate(qualified) == (Money(1_875_000, "USD"), Money(1_125_000, "USD"))


def test_a_manager_has_a_part_of_the_team_s_sales_or_of_its_commission() -> None:
    commission = curve("flat", 'rate = "4 %"')
    team = [100_000, 100_000, 100_000]
    assert curve("flat", 'rate = "1 %"').due(sum(team)) == 300_000 * 1 // 100 == 3_000
    paid = sum(commission.due(each) for each in team)
    assert curve("flat", 'rate = "10 %"').due(paid) == 12_000 * 10 // 100 == 1_200


def test_points_are_a_part_of_the_measure() -> None:
    assert curve("flat", 'rate = "1/1000"').due(45_600) == Fraction(45_600, 1_000)


def test_a_review_for_promotion_is_one_or_none() -> None:
    review = curve("lookup", 'tiers = [{from = "120 %", pays = 1}]', quota=500_000)
    assert [review.due(each) for each in (599_999, 600_000)] == [0, 1]


def test_training_for_who_falls_short_is_less_for_more() -> None:
    training = curve("lookup", 'tiers = [{from = 0, pays = 2}, {from = "60 %", pays = 0}]', quota=120_000)
    assert [training.due(each) for each in (0, 71_999, 72_000)] == [2, 2, 0]
    assert [each.lost for each in training.falls()] == [2]
