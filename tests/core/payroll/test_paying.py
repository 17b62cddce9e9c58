"""Draws, caps and what is carried from one pay period to the next. Amounts are yen, unless a test says otherwise."""

from fractions import Fraction

import pytest
from attrs import evolve

from dealwright_core.errors import InvalidValue
from dealwright_core.incentives.plans.figures import Number
from dealwright_core.incentives.plans.tables import PayCap
from dealwright_core.payroll.settling.paying import (
    NOTHING,
    Balance,
    Terms,
    in_currency,
    settle,
)
from dealwright_core.values import Rounding
from tests.core.payroll.periods import NO_TERMS, capped, draw_of, drawing, paid, settlements


def test_pay_below_zero_is_carried_until_later_pay_makes_up_for_it() -> None:
    found = settlements([800, -500, 300, 900], NO_TERMS)
    assert paid(found) == [800, 0, 0, 700]  # 900 - (500 - 300)
    assert [each.after.debt for each in found] == [0, -500, -200, 0]


def test_a_recoverable_draw_over_six_months() -> None:
    # month     1      2      3      4      5      6
    # pay     900  1,200  3,100  1,700  2,300  4,000
    # draw  1,100    800           300
    # owed  1,100  1,900    800  1,100    800      0   of 3,100 only 1,100 are above 2,000, of 2,300 only 300
    found = settlements([900, 1_200, 3_100, 1_700, 2_300, 4_000], drawing(2_000))
    assert [each.draw for each in found] == [1_100, 800, 0, 300, 0, 0]
    assert [each.recovered for each in found] == [0, 0, 1_100, 0, 300, 800]
    assert [each.after.owed for each in found] == [1_100, 1_900, 800, 1_100, 800, 0]
    assert paid(found) == [2_000, 2_000, 2_000, 2_000, 2_000, 3_200]
    assert sum(paid(found)) == 900 + 1_200 + 3_100 + 1_700 + 2_300 + 4_000


def test_a_draw_for_six_months_is_paid_back_from_the_seventh_on() -> None:
    # docs/plans.md: six times 1,500 filled up to 2,000 are 6 x 500 = 3,000; two months of 1,500 pay them back
    found = settlements([1_500] * 9, drawing(2_000, periods=6, recover_from=7))
    assert paid(found) == [2_000] * 6 + [0, 0, 1_500]
    assert [each.after.owed for each in found[5:]] == [3_000, 1_500, 0, 0]


def test_a_good_month_counts_among_those_that_have_a_draw() -> None:
    found = settlements([500, 5_000, 500], drawing(2_000, periods=2, recover=0))
    assert paid(found) == [2_000, 5_000, 500]
    assert [each.after.drawn for each in found] == [1, 2, 2]


def test_nothing_is_paid_back_before_its_time() -> None:
    found = settlements([500, 5_000, 5_000], drawing(2_000, recover_from=3))
    assert [each.recovered for each in found] == [0, 0, 1_500]


def test_a_draw_that_is_kept_is_a_guarantee() -> None:
    found = settlements([700, 2_600, 0], drawing(2_000, recover=0))
    assert paid(found) == [2_000, 2_600, 2_000]
    assert [each.draw for each in found] == [1_300, 0, 2_000]
    assert [each.after.owed for each in found] == [0, 0, 0]


def test_a_draw_on_top_that_is_kept_is_a_salary() -> None:
    assert paid(settlements([700, 2_600], drawing(1_000, pays="on top", recover=0))) == [1_700, 3_600]


def test_a_draw_on_top_is_paid_back_from_the_next_period_on() -> None:
    # 1: 600 + 1,000, owed 1,000. 2: 1,500 - 1,000 + 1,000, owed 1,000. 3: 2,000 - 1,000, and no draw
    found = settlements([600, 1_500, 2_000], drawing(1_000, pays="on top", periods=2))
    assert paid(found) == [1_600, 1_500, 1_000]
    assert [each.after.owed for each in found] == [1_000, 1_000, 0]


def test_half_of_what_is_above_the_draw_pays_it_back_and_half_is_kept() -> None:
    # owed 1,500; of 3,000 there are 1,000 above the draw, half of which is 500
    [found] = settlements([3_000], drawing(2_000, recover=Fraction(1, 2)), Balance(owed=1_500))
    assert (found.recovered, found.paid, found.after.owed) == (500, 2_500, 1_000)


def test_half_of_all_pay_pays_back_a_draw_that_has_ended() -> None:
    # 1: 0 -> draw 2,000. 2: 3,000 / 2 = 1,500. 3: no more than the 500 that are owed
    found = settlements([0, 3_000, 3_000], drawing(2_000, recover=Fraction(1, 2), periods=1))
    assert paid(found) == [2_000, 1_500, 2_500]


def test_a_draw_is_never_taken_back_below_its_own_level() -> None:
    [found] = settlements([2_100], drawing(2_000), Balance(owed=900))
    assert (found.paid, found.recovered, found.draw) == (2_000, 100, 0)


def test_a_debt_is_paid_before_a_draw_is() -> None:
    [found] = settlements([1_500], drawing(2_000), Balance(debt=-400))
    assert (found.draw, found.paid, found.after) == (900, 2_000, Balance(owed=900, drawn=1))


def test_a_draw_leaves_a_debt_where_it_is() -> None:
    [found] = settlements([-300], drawing(2_000, recover=0), Balance(debt=-400))
    assert (found.draw, found.paid, found.after.debt) == (2_000, 2_000, -700)


def test_what_is_owed_stays_where_the_plan_has_no_draw_any_more() -> None:
    [found] = settlements([3_000], NO_TERMS, Balance(owed=900))
    assert (found.paid, found.after.owed) == (3_000, 900)


def test_a_cap_pays_its_excess_as_soon_as_there_is_room() -> None:
    # 5,000 = 3,000 + 2,000; 2,500 leave room for 500; 4,000 add 1,000; then there is room for all 2,500
    found = settlements([5_000, 2_500, 4_000, 200, 0], capped(3_000))
    assert paid(found) == [3_000, 3_000, 3_000, 2_700, 0]
    assert [each.after.excess for each in found] == [2_000, 1_500, 2_500, 0, 0]


def test_a_cap_that_never_pays_its_excess_forfeits_it() -> None:
    found = settlements([5_000, 2_500], capped(3_000, "never"))
    assert paid(found) == [3_000, 2_500]
    assert [each.forfeited for each in found] == [2_000, 0]
    assert found[-1].after == NOTHING


def test_excess_that_was_left_for_later_is_paid_where_the_plan_forfeits_now() -> None:
    [found] = settlements([3_500], capped(3_000, "never"), Balance(excess=900))
    assert (found.forfeited, found.from_excess, found.after.excess) == (500, 0, 900)
    [found] = settlements([2_500], capped(3_000, "never"), Balance(excess=900))
    assert (found.forfeited, found.from_excess, found.after.excess) == (0, 500, 400)


def test_all_excess_is_paid_where_there_is_no_cap_any_more() -> None:
    assert paid(settlements([100], NO_TERMS, Balance(excess=900))) == [1_000]


def test_what_is_recovered_does_not_count_under_the_cap() -> None:
    # 5,000 - 1,500 = 3,500, of which 3,000 are paid; had it counted, 1,500 would have been
    [found] = settlements([5_000], capped(3_000, draw=draw_of(2_000)), Balance(owed=1_500))
    assert (found.recovered, found.paid, found.capped) == (1_500, 3_000, 500)


def test_what_the_cap_would_forfeit_is_recovered_first() -> None:
    [found] = settlements([5_000], capped(3_000, "never", draw_of(2_000)), Balance(owed=1_500))
    assert (found.recovered, found.paid, found.forfeited) == (1_500, 3_000, 500)


def test_excess_has_given_its_part_to_recovery_and_gives_none_again() -> None:
    # 1: of 4,000 half go to recovery, 1,000 are paid, 1,000 wait. 2: half of 200, not of 1,200
    terms = capped(1_000, draw=draw_of(500, recover=Fraction(1, 2), periods=1))
    found = settlements([4_000, 200], terms, Balance(owed=9_000, drawn=1))
    assert [each.recovered for each in found] == [2_000, 100]
    assert [each.from_excess for each in found] == [0, 900]


def test_excess_goes_into_a_debt_before_it_is_paid() -> None:
    [found] = settlements([-1_200], capped(3_000), Balance(excess=2_000))
    assert (found.paid, found.from_excess, found.after) == (800, 2_000, Balance())
    [found] = settlements([-1_200], capped(3_000), Balance(debt=-1_000, excess=2_000))
    assert (found.paid, found.from_excess, found.after) == (0, 2_000, Balance(debt=-200))


def test_nobody_draws_what_excess_can_pay() -> None:
    [found] = settlements([500], capped(3_000, draw=draw_of(2_000)), Balance(excess=1_200))
    assert (found.from_excess, found.draw, found.paid) == (1_200, 300, 2_000)


def test_a_draw_has_only_the_room_under_the_cap() -> None:
    [found] = settlements([600], capped(1_500, draw=draw_of(2_000)))
    assert (found.draw, found.paid, found.after.owed, found.capped) == (900, 1_500, 900, 0)
    [found] = settlements([1_200], capped(1_500, "never", draw_of(2_000, pays="on top")))
    assert (found.draw, found.paid, found.after.owed, found.forfeited) == (300, 1_500, 300, 0)


def test_a_draw_above_the_cap_is_recovered_from_what_exceeds_the_cap() -> None:
    [found] = settlements([1_800], capped(1_500, draw=draw_of(2_000)), Balance(owed=900))
    assert (found.recovered, found.paid, found.capped) == (300, 1_500, 0)


def test_amounts_of_a_plan_become_minor_units_by_the_stated_rounding() -> None:
    # 1,000 / 3 = 333.333 and 2,000 / 3 = 666.667, in cents and in thousandths
    draw, cap = draw_of(Fraction(1_000, 3), recover=0), PayCap(amount=Number(Fraction(2_000, 3)))
    assert paid(settlements([0, 999_999], Terms(draw, cap, 2))) == [33_333, 66_667]
    assert paid(settlements([0, 999_999], Terms(draw, cap, 2, Rounding.DOWN))) == [33_333, 66_666]
    assert paid(settlements([0, 999_999], Terms(draw, cap, 3))) == [333_333, 666_667]


def test_the_recovered_part_is_rounded_as_it_is_stated() -> None:
    terms = drawing(10, recover=Fraction(1, 2), periods=1)
    before = Balance(owed=900, drawn=1)
    assert settle(5, before, terms, 2).recovered == 3
    assert settle(5, before, evolve(terms, rounding=Rounding.DOWN), 2).recovered == 2


def test_a_payment_in_another_currency_is_rounded_a_second_time() -> None:
    rate = Fraction("1.0845")
    assert in_currency(12_345, 2, rate, 2, Rounding.HALF_AWAY) == 13_388  # 123.45 x 1.0845 = 133.881525
    assert in_currency(12_345, 2, Fraction("162.5"), 0, Rounding.HALF_AWAY) == 20_061  # 20,060.625
    assert in_currency(12_345, 2, Fraction("162.5"), 0, Rounding.DOWN) == 20_060
    assert in_currency(5, 0, Fraction("0.00205"), 3, Rounding.HALF_EVEN) == 10  # 5 yen are 0.01025 dinars


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(-1)])
def test_a_rate_is_above_zero(rate: Fraction) -> None:
    with pytest.raises(InvalidValue, match="above zero"):
        in_currency(100, 2, rate, 2, Rounding.HALF_AWAY)
