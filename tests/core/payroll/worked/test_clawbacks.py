"""What events take back: a share, the part of a term that was not served, at most what was paid; what they cancel."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from dealwright import Contract, Opportunity
from dealwright_core.payroll.settling.releasing import months_after
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

TEN_PERCENT = """
    [[pay]]
    rate = "10 %"
"""


def test_a_refund_takes_back_its_part_of_the_pay_and_the_quota_stays_reached(
    opening_anywhere: Callable[..., Shop],
) -> None:
    shop = opening_anywhere(
        """
        [credit]
        kinds = {order = 1}
        [[pay]]
        scheme = "whole"
        tiers = [{from = 0, rate = "1 %"}, {from = 10000, rate = "10 %"}]
        [clawback.refund]
        """
    )
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 8_000)
    shop.fact(deal, "order", "2026-01-11", 2_000)
    assert shop.paid("2026-01") == {"ANN": 1_000}
    shop.approve("2026-01")
    shop.fact(deal, "refund", "2026-02-10", -4_000, reverses=order)
    # Half of the first order, which was paid 80 + its part of nothing: the whole amount stays above 10,000. 80 x 50 %.
    assert shop.taken_in("ANN", "2026-02") == {(order, "refund"): -40}
    assert shop.payment("ANN", "2026-02")["debt"] == -40


def test_three_of_twelve_months_were_served(opening: Opening) -> None:
    shop = opening(
        """
        [credit]
        kinds = {order = 1}
        [[pay]]
        rate = "10 %"
        [clawback.refund]
        term_months = 12
        """
    )
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 12_000)
    assert shop.settles("2026-01") == {"ANN": 1_200}
    shop.fact(deal, "refund", "2026-04-20", -12_000, reverses=order)
    shop.fact(deal, "order", "2026-04-21", 20_000)
    # 1,200 x 9 / 12 are not served; 2,000 are earned.
    assert shop.paid("2026-04") == {"ANN": 2_000 - 900}
    assert shop.taken("ANN", "2026-04") == {(order, "refund"): -900}


def test_no_more_is_taken_than_was_paid_and_what_waits_is_cancelled(opening: Opening) -> None:
    shop = opening(
        """
        [credit]
        kinds = {order = 1}
        [[pay]]
        rate = "10 %"
        [[release]]
        share = "60 %"
        on = "booking"
        [[release]]
        share = "40 %"
        on = "collection"
        [clawback.refund]
        limit = "paid"
        cancels = true
        """
    )
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 10_000)
    assert shop.paid("2026-01") == {"ANN": 600}
    shop.approve("2026-01")
    shop.fact(deal, "payment", "2026-02-10", 2_500)
    assert shop.paid("2026-02") == {"ANN": 100}
    shop.approve("2026-02")
    shop.fact(deal, "refund", "2026-03-10", -10_000, reverses=order)
    shop.pay("2026-03")
    payment = shop.payment("ANN", "2026-03")
    # Of 1,000 earned 700 were paid, which are taken, and 300 wait, which are cancelled.
    assert shop.taken("ANN", "2026-03") == {(order, "refund"): -700}
    assert [payment[each] for each in ("earned", "released", "debt")] == [-1_000, -700, -700]
    assert shop.waiting("ANN", "2026-03") == {(order, "collection"): -300}


def test_a_refund_of_half_leaves_half_of_what_was_paid_and_of_what_waits(opening: Opening) -> None:
    shop = opening(
        """
        [credit]
        kinds = {order = 1}
        [[pay]]
        rate = "10 %"
        [[release]]
        share = "50 %"
        on = "booking"
        [[release]]
        share = "50 %"
        on = "quarter end"
        [clawback.refund]
        cancels = true
        """
    )
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 10_000)
    assert shop.settles("2026-01") == {"ANN": 1_000}
    shop.fact(deal, "refund", "2026-02-10", -5_000, reverses=order)
    # Of 1,000 earned 500 were paid, of which half is taken; half of the 500 that wait is cancelled.
    assert shop.taken_in("ANN", "2026-02") == {(order, "refund"): -250}
    assert shop.waiting("ANN", "2026-02") == {(order, "quarter end"): -250}
    shop.approve("2026-02")
    # The debt of 250 is paid off by the 250 that are left.
    assert shop.paid("2026-03") == {}
    assert shop.payment("ANN", "2026-03")["debt"] == 0


def test_a_share_of_the_pay_for_a_booking_whose_contract_gives_money_back(opening: Opening) -> None:
    shop = opening(TEN_PERCENT + '[clawback.refund]\nshare = "50 %"\n')
    (won,) = shop.sold("ANN", ("2026-01-10", 4_000))
    contract = shop.contract("ANN", 4_000, opportunity=won)
    assert shop.settles("2026-01") == {"ANN": 400}
    shop.fact(contract, "refund", "2026-02-10", -1_000)
    shop.pay("2026-02")
    # A quarter of the sale, and half of its pay: 400 x 25 % x 50 %.
    assert shop.taken("ANN", "2026-02") == {(won, "refund"): -50}


def test_a_contract_that_is_terminated_takes_back_by_its_last_day(opening: Opening) -> None:
    shop = opening(TEN_PERCENT + "[clawback.terminate]\nterm_months = 10\n")
    (won,) = shop.sold("ANN", ("2026-01-10", 5_000))
    contract = shop.contract("ANN", 5_000, opportunity=won, status="in force")
    assert shop.settles("2026-01") == {"ANN": 500}
    shop.change(Contract, contract, status="terminated", ends_on="2026-03-10")
    assert shop.taken_in("ANN", "2026-02") == {}
    # Two months were served of ten.
    assert shop.taken_in("ANN", "2026-03") == {(won, "terminate"): -400}


def test_a_contract_that_is_terminated_takes_back_on_the_day_of_the_move(opening: Opening) -> None:
    today = datetime.now(UTC).date()
    sold = months_after(today, -3)
    shop = opening(TEN_PERCENT + "[clawback.terminated]\nterm_months = 4\n")
    (won,) = shop.sold("ANN", (sold.isoformat(), 5_000))
    contract = shop.contract("ANN", 5_000, opportunity=won, status="in force")
    shop.pay(f"{sold:%Y-%m}")
    shop.change(Contract, contract, status="terminated")
    # Three of four months were served.
    assert shop.taken_in("ANN", f"{today:%Y-%m}") == {(won, "terminated"): -125}


def test_who_leaves_gives_back_for_sales_whose_term_is_not_over(opening: Opening) -> None:
    shop = opening(TEN_PERCENT + "[clawback.leave]\nterm_months = 6\n")
    first, second = shop.sold("ANN", ("2026-01-10", 6_000), ("2026-04-10", 1_200))
    shop.sold("BEN", ("2026-04-10", 1_000))
    assert shop.settles("2026-01") == {"ANN": 600}
    assert shop.paid("2026-04") == {"ANN": 120, "BEN": 100}
    shop.platform.run("member.leave", actor="admin", ref="ANN", on=date(2026, 5, 15))
    # Four months of six were served for the first sale, one for the second.
    assert shop.taken_in("ANN", "2026-05") == {(first, "leave"): -200, (second, "leave"): -100}


def test_a_deal_that_was_lost_after_all(opening: Opening) -> None:
    shop = opening(TEN_PERCENT + "[clawback.lost]\n")
    (won,) = shop.sold("ANN", ("2026-01-10", 4_000))
    assert shop.settles("2026-01") == {"ANN": 400}
    shop.change(Opportunity, won, stage="lost")
    # It counts no more: its pay is taken back by its own line, and not once more by the event.
    assert shop.pays("2026-02") == {"ANN": -400}
    assert shop.taken("ANN", "2026-02") == {}


def test_what_was_taken_by_mistake_comes_back(opening: Opening) -> None:
    shop = opening(TEN_PERCENT + '[clawback.refund]\nshare = "50 %"\n')
    (won,) = shop.sold("ANN", ("2026-01-10", 4_000))
    contract = shop.contract("ANN", 4_000, opportunity=won)
    assert shop.settles("2026-01") == {"ANN": 400}
    refund = shop.fact(contract, "refund", "2026-02-10", -4_000)
    assert shop.taken_in("ANN", "2026-02") == {(won, "refund"): -200}
    shop.approve("2026-02")
    shop.revise(refund, -1_000)
    # A quarter was given back, and not all: 50 of the 200.
    assert shop.taken_in("ANN", "2026-03") == {(won, "refund"): 150}


def test_a_refund_takes_back_what_was_earned_also_where_the_cap_forfeited_it(opening: Opening) -> None:
    shop = opening(
        'pay_cap = {amount = 1000, excess = "never"}\n[credit]\nkinds = {order = 1}\n' + TEN_PERCENT
    )
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 15_000)
    # 500 of 1,500 are forfeited.
    assert shop.paid("2026-01") == {"ANN": 1_000}
    shop.approve("2026-01")
    shop.fact(deal, "refund", "2026-02-10", -4_000, reverses=order)
    assert shop.paid("2026-02") == {}
    # 11,000 earn 1,100, which is above the cap: 400 are taken back all the same.
    assert shop.payment("ANN", "2026-02")["debt"] == -400


def test_what_waits_is_released_later_where_a_limit_alone_keeps_it(opening: Opening) -> None:
    shop = opening(
        """
        [credit]
        kinds = {order = 1}
        [[pay]]
        rate = "10 %"
        [[release]]
        share = "60 %"
        on = "booking"
        [[release]]
        share = "40 %"
        on = "+2 months"
        [clawback.refund]
        limit = "paid"
        """
    )
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 1_000)
    assert shop.paid("2026-01") == {"ANN": 60}
    shop.approve("2026-01")
    shop.fact(deal, "refund", "2026-02-10", -1_000, reverses=order)
    # Of 100 no more than the 60 that were paid is taken; the 40 come in March, and pay off a part of that debt.
    assert shop.taken_in("ANN", "2026-02") == {(order, "refund"): -60}
    shop.approve("2026-02")
    assert shop.paid("2026-03") == {}
    assert shop.payment("ANN", "2026-03")["debt"] == -20
