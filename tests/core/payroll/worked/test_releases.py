"""When pay is paid out: with the sale, with the customer's payment, on a day, on an event, when somebody says so."""

from collections.abc import Callable
from datetime import date

import pytest

from dealwright import Refused
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

TEN_PERCENT = """
    [credit]
    kinds = {order = 1}
    [[pay]]
    rate = "10 %"
"""
ON_COLLECTION = (
    TEN_PERCENT
    + """
    [[release]]
    share = "60 %"
    on = "booking"
    [[release]]
    share = "40 %"
    on = "collection"
"""
)


def test_the_part_on_collection_comes_with_the_customers_instalments(
    opening_anywhere: Callable[..., Shop],
) -> None:
    shop = opening_anywhere(ON_COLLECTION)
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 9_000)
    # 10 % of 9,000 are 900: 540 with the sale, 360 with the customer's payments.
    assert shop.paid("2026-01") == {"ANN": 540}
    shop.approve("2026-01")
    shop.fact(deal, "payment", "2026-02-10", 3_000)
    assert shop.paid("2026-02") == {"ANN": 120}
    shop.approve("2026-02")
    assert shop.paid("2026-03") == {}
    shop.approve("2026-03")
    shop.fact(deal, "payment", "2026-04-10", 6_000)
    assert shop.paid("2026-04") == {"ANN": 240}
    assert shop.waiting("ANN", "2026-04") == {(order, "collection"): -240}


def test_payments_cover_the_orders_of_a_contract_one_after_the_other(opening: Opening) -> None:
    shop = opening(ON_COLLECTION)
    deal = shop.contract("ANN")
    first = shop.fact(deal, "order", "2026-01-10", 1_000)
    second = shop.fact(deal, "order", "2026-01-11", 2_000)
    shop.fact(deal, "payment", "2026-01-20", 1_500)
    # 60 % of 300; 40 % of the first 100; and a quarter of the second 80.
    assert shop.paid("2026-01") == {"ANN": 180 + 40 + 20}
    assert shop.waiting("ANN", "2026-01") == {(second, "collection"): 60}
    assert first not in {ref for ref, _moment in shop.waiting("ANN", "2026-01")}


def test_a_refund_makes_less_wait_and_takes_back_what_was_paid(opening: Opening) -> None:
    shop = opening(ON_COLLECTION)
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 1_000)
    assert shop.paid("2026-01") == {"ANN": 60}
    shop.approve("2026-01")
    shop.fact(deal, "refund", "2026-02-10", -500, reverses=order)
    # 50 of 100 are left: 30 of them are for the booking, so that 30 are owed, and 20 wait.
    assert shop.paid("2026-02") == {}
    assert shop.waiting("ANN", "2026-02") == {(order, "collection"): -20}
    shop.approve("2026-02")
    shop.fact(deal, "payment", "2026-03-10", 500)
    # The 20 pay off a part of the debt of 30.
    assert shop.paid("2026-03") == {}
    assert shop.payment("ANN", "2026-03")["debt"] == -10


def test_a_booking_is_collected_by_the_contracts_of_its_opportunity(opening: Opening) -> None:
    shop = opening(
        """
        [[pay]]
        rate = "10 %"
        [[release]]
        share = 1
        on = "collection"
        """
    )
    (won,) = shop.sold("ANN", ("2026-01-10", 4_000))
    contract = shop.contract("ANN", 4_000, opportunity=won)
    assert shop.paid("2026-01") == {}
    shop.fact(contract, "payment", "2026-02-10", 1_000)
    assert shop.paid("2026-02") == {"ANN": 100}


def test_what_is_paid_in_another_currency_counts_by_its_own(opening: Opening) -> None:
    # The euro fell between order and payment: all of the order is paid nevertheless.
    shop = opening(ON_COLLECTION)
    shop.rate("EUR", "USD", "2026-01-01", 12, 10)
    shop.rate("EUR", "USD", "2026-02-01", 10, 10)
    deal = shop.contract("ANN")
    shop.fact(deal, "order", "2026-01-10", 1_000, currency="EUR")
    assert shop.paid("2026-01") == {"ANN": 72}
    shop.fact(deal, "payment", "2026-02-10", 1_000, currency="EUR")
    assert shop.paid("2026-02") == {"ANN": 48}


def test_parts_on_a_day_and_at_the_end_of_the_year(opening: Opening) -> None:
    shop = opening(
        TEN_PERCENT
        + """
        [[release]]
        share = "50 %"
        on = "+2 months"
        [[release]]
        share = "50 %"
        on = "quarter end"
        """
    )
    shop.fact(shop.contract("ANN"), "order", "2026-01-31", 1_000)
    paid = [shop.paid(f"2026-0{month}") for month in (1, 2, 3)]
    # Two months after 31 January is 31 March, which is the end of the quarter as well.
    assert paid == [{}, {}, {"ANN": 100}]


def test_a_part_on_an_event_waits_for_it(opening: Opening) -> None:
    shop = opening(
        TEN_PERCENT
        + """
        [[release]]
        share = "70 %"
        on = "booking"
        [[release]]
        share = "30 %"
        on = "delivery"
        """
    )
    deal = shop.contract("ANN")
    shop.fact(deal, "order", "2026-01-10", 1_000)
    assert shop.paid("2026-01") == {"ANN": 70}
    shop.fact(deal, "delivery", "2026-02-10", 400)
    assert shop.paid("2026-02") == {"ANN": 30}


def test_a_part_on_hold_waits_until_somebody_releases_it(opening: Opening) -> None:
    shop = opening(
        TEN_PERCENT
        + """
        [[release]]
        share = "75 %"
        on = "booking"
        [[release]]
        share = "25 %"
        on = "hold"
        """
    )
    deal = shop.contract("ANN")
    shop.fact(deal, "order", "2026-01-10", 1_000)
    assert shop.paid("2026-01") == {"ANN": 75}
    shop.release(deal, "2026-02-10")
    assert shop.paid("2026-02") == {"ANN": 25}


def test_what_is_held_back_for_a_deal_is_paid_when_it_is_released(
    opening_anywhere: Callable[..., Shop],
) -> None:
    shop = opening_anywhere(TEN_PERCENT)
    deal, other = shop.contract("ANN"), shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 1_000)
    shop.fact(other, "order", "2026-01-11", 3_000)
    assert shop.paid("2026-01") == {"ANN": 400}
    shop.hold(deal, "2026-01-20")
    # The repeated run sees the hold, and pays the other deal alone.
    assert shop.paid("2026-01") == {"ANN": 300}
    assert shop.waiting("ANN", "2026-01") == {(order, "booking"): 100}
    shop.approve("2026-01")
    assert shop.paid("2026-02") == {}
    shop.release(deal, "2026-02-20")
    assert shop.paid("2026-02") == {"ANN": 100}


def test_a_hold_keeps_what_was_paid_and_lets_a_refund_through(opening: Opening) -> None:
    shop = opening(TEN_PERCENT)
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 1_000)
    assert shop.paid("2026-01") == {"ANN": 100}
    shop.approve("2026-01")
    shop.hold(deal, "2026-02-01")
    shop.fact(deal, "order", "2026-02-10", 2_000)
    assert shop.paid("2026-02") == {}
    assert shop.payment("ANN", "2026-02")["released"] == 0
    shop.fact(deal, "refund", "2026-02-12", -400, reverses=order)
    assert shop.paid("2026-02") == {}
    assert shop.payment("ANN", "2026-02")["debt"] == -40


def test_a_plan_that_no_longer_sets_anything_aside_pays_what_waits(opening: Opening) -> None:
    shop = opening(ON_COLLECTION)
    shop.fact(shop.contract("ANN"), "order", "2026-01-10", 1_000)
    assert shop.paid("2026-01") == {"ANN": 60}
    shop.approve("2026-01")
    shop = opening.again(TEN_PERCENT)
    assert shop.paid("2026-02") == {"ANN": 40}


def test_a_prize_does_not_wait_for_a_collection(opening: Opening) -> None:
    shop = opening(
        """
        [[pay]]
        name = "race"
        for = "rep"
        rank = {prizes = [300]}
        [[release]]
        share = 1
        on = "collection"
        """
    )
    shop.sold("BEN", ("2026-01-10", 4_000))
    assert shop.paid("2026-01") == {"BEN": 300}


def test_an_override_waits_for_no_collection_and_no_event_takes_it_back(opening: Opening) -> None:
    shop = opening(
        """
        [credit]
        kinds = {order = 1}
        [[pay]]
        name = "commission"
        for = "rep"
        rate = "10 %"
        [[pay]]
        name = "override"
        for = "manager"
        credit = "team"
        measure = "pay.commission"
        rate = "20 %"
        [[release]]
        share = 1
        on = "collection"
        [clawback.refund]
        cancels = true
        """
    )
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 1_000)
    # 20 % of the 100 that ANN earned and that wait.
    assert shop.paid("2026-01") == {"MAX": 20}
    shop.approve("2026-01")
    shop.fact(deal, "refund", "2026-02-10", -1_000, reverses=order)
    assert shop.paid("2026-02") == {}
    assert shop.waiting("ANN", "2026-02") == {(order, "collection"): -100}
    assert shop.payment("MAX", "2026-02")["debt"] == 0


def test_releasing_what_was_never_held_back_is_told(opening: Opening) -> None:
    shop = opening(TEN_PERCENT)
    deal = shop.contract("ANN")
    found = shop.platform.run("pay.release", actor="admin", ref=deal, on=date(2026, 2, 10))
    assert [(each.code, each.level, each.ref) for each in found.findings] == [("pay-not-held", "warn", deal)]


def test_releasing_a_part_that_waits_for_it_is_nothing_to_warn_of(opening: Opening) -> None:
    shop = opening(TEN_PERCENT + '[[release]]\nshare = 1\non = "hold"\n')
    deal = shop.contract("ANN")
    assert shop.platform.run("pay.release", actor="admin", ref=deal, on=date(2026, 2, 10)).findings == ()


def test_a_hold_that_is_refused_is_told_by_its_deal(opening: Opening) -> None:
    shop = opening(TEN_PERCENT)
    deal = shop.contract("ANN")
    shop.fact(deal, "order", "2026-01-10", 1_000)
    shop.pay("2026-01")
    shop.approve("2026-01")
    with pytest.raises(Refused) as caught:
        shop.hold(deal, "2026-01-20")
    assert [(each.code, each.ref) for each in caught.value.findings] == [("hold-in-final-period", deal)]
