"""Prizes by rank, pools, rewards for single events, and rewards that are not money."""

from decimal import Decimal

import pytest

from dealwright import Opportunity
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

RACE = """
    [[pay]]
    for = "rep"
    rank = {{prizes = [3000, 2000, 1000], ties = "{ties}"{over}}}
"""


def race(opening: Opening, ties: str = "split", over: str = "") -> Shop:
    return opening(RACE.format(ties=ties, over=over))


def test_prizes_go_by_rank(opening: Opening) -> None:
    shop = race(opening)
    shop.member("DAN")
    for member, amount in (("ANN", 50_000), ("BEN", 70_000), ("CAT", 30_000), ("DAN", 20_000)):
        shop.sold(member, ("2026-01-10", amount))
    assert shop.pays("2026-01") == {"BEN": 3_000, "ANN": 2_000, "CAT": 1_000}
    assert shop.amounts("BEN", "2026-01") == [("prize", 3_000)]


def test_equal_members_split_the_prizes_of_their_places(opening: Opening) -> None:
    shop = race(opening)
    for member, amount in (("ANN", 50_000), ("BEN", 50_000), ("CAT", 30_000)):
        shop.sold(member, ("2026-01-10", amount))
    assert shop.pays("2026-01") == {"ANN": 2_500, "BEN": 2_500, "CAT": 1_000}


def test_a_split_that_does_not_come_out_even_loses_no_cent(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\nrank = {prizes = [100], ties = "split"}\n')
    for member in ("ANN", "BEN", "CAT"):
        shop.sold(member, ("2026-01-10", 1))
    assert shop.pays("2026-01") == {"ANN": Decimal("33.34"), "BEN": Decimal("33.33"), "CAT": Decimal("33.33")}


def test_equal_members_each_have_the_best_prize_of_their_places(opening: Opening) -> None:
    shop = race(opening, "best")
    for member, amount in (("ANN", 50_000), ("BEN", 50_000), ("CAT", 30_000)):
        shop.sold(member, ("2026-01-10", amount))
    assert shop.pays("2026-01") == {"ANN": 3_000, "BEN": 3_000, "CAT": 1_000}


def test_who_of_equal_members_got_there_first_is_ahead(opening: Opening) -> None:
    shop = race(opening, "first")
    shop.sold("ANN", ("2026-01-10", 20_000), ("2026-01-25", 30_000))
    shop.sold("BEN", ("2026-01-20", 50_000))
    assert shop.pays("2026-01") == {"BEN": 3_000, "ANN": 2_000}


def test_who_does_not_reach_what_is_asked_has_no_prize(opening: Opening) -> None:
    shop = race(opening, over=", over = 50000")
    shop.sold("ANN", ("2026-01-10", "50000.01"))
    shop.sold("BEN", ("2026-01-10", 50_000))
    assert shop.pays("2026-01") == {"ANN": 3_000}


def test_without_a_sale_there_is_no_prize(opening: Opening) -> None:
    assert race(opening).pays("2026-01") == {}


def test_prizes_of_a_quarter_are_given_when_it_has_ended(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\nwindow = "quarter"\nrank = {prizes = [900]}\n')
    shop.sold("ANN", ("2026-01-10", 2_000))
    shop.sold("BEN", ("2026-03-10", 3_000))
    assert shop.settles("2026-01") == {}
    assert shop.settles("2026-02") == {}
    assert shop.settles("2026-03") == {"BEN": 900}
    assert shop.pays("2026-04") == {}


def test_prizes_of_a_race_that_ends_within_a_month(opening: Opening) -> None:
    shop = opening(
        'valid = {from = 2026-01-05, to = 2026-02-15}\n[[pay]]\nwindow = "plan"\nrank = {prizes = [900, 400]}\n'
    )
    shop.sold("ANN", ("2026-01-04", 90_000), ("2026-02-15", 2_000), ("2026-02-16", 90_000))
    shop.sold("BEN", ("2026-01-10", 3_000))
    assert shop.settles("2026-01") == {}
    assert shop.pays("2026-02") == {"BEN": 900, "ANN": 400}


def test_a_correction_moves_a_prize_to_whom_it_belongs(opening: Opening) -> None:
    shop = opening('[credit]\nkinds = {order = 1}\n[[pay]]\nfor = "rep"\nrank = {prizes = [900, 400]}\n')
    order = shop.fact(shop.contract("ANN"), "order", "2026-01-10", 3_000)
    shop.fact(shop.contract("BEN"), "order", "2026-01-10", 2_000)
    assert shop.settles("2026-01") == {"ANN": 900, "BEN": 400}
    shop.fact(shop.contract("ANN"), "refund", "2026-02-10", -1_500, reverses=order)
    shop.fact(shop.contract("BEN"), "order", "2026-02-10", 1)
    # January again: BEN before ANN. And in February only BEN sold.
    assert shop.pays("2026-02") == {"ANN": -500, "BEN": 500 + 900}


def test_prizes_beside_a_commission(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\nrate = "1 %"\nrank = {prizes = [900]}\n')
    shop.sold("ANN", ("2026-01-10", 2_000))
    shop.sold("BEN", ("2026-01-10", 1_000))
    assert shop.settles("2026-01") == {"ANN": 20 + 900, "BEN": 10}
    assert shop.pays("2026-02") == {}


def test_an_equal_pool_is_divided_to_the_last_cent(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\npays = 1000\npool = {by = "equal"}\n')
    assert shop.pays("2026-01") == {
        "ANN": Decimal("333.34"), "BEN": Decimal("333.33"), "CAT": Decimal("333.33"),
    }  # fmt: skip


def test_a_pool_of_a_part_of_all_sales_goes_by_what_each_sold(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\nrate = "2 %"\npool = {by = "amount"}\n')
    shop.sold("ANN", ("2026-01-10", 30_000))
    shop.sold("BEN", ("2026-01-10", 10_000))
    shop.sold("MAX", ("2026-01-10", 99_000))
    # 2 % of the 40,000 of all reps: 800, of which ANN has three quarters.
    assert shop.pays("2026-01") == {"ANN": 600, "BEN": 200}


def test_only_who_qualifies_has_a_part_of_the_pool(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        for = "rep"
        rate = "2 %"
        pool = {by = "won_count", qualify = {from = 10000}}
    """)
    shop.sold("ANN", ("2026-01-10", 30_000))
    shop.sold("BEN", ("2026-01-10", 9_000), ("2026-01-11", 1_000), ("2026-01-12", 1_000))
    shop.sold("CAT", ("2026-01-10", 9_999))
    # 2 % of 50,999 are 1,019.98: ANN has one part of four, BEN three.
    assert shop.pays("2026-01") == {"ANN": Decimal("255.00"), "BEN": Decimal("764.98")}


def test_a_pool_that_nobody_qualifies_for_is_not_paid(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\npays = 1000\npool = {qualify = {over = 10000}}\n')
    shop.sold("ANN", ("2026-01-10", 10_000))
    assert shop.pays("2026-01") == {}


SPIFF = """
    [[pay]]
    window = "deal"
    where = "amount >= '10000'"
    pays = 150
"""


def test_a_spiff_for_each_large_deal(opening: Opening) -> None:
    shop = opening(SPIFF)
    shop.sold("ANN", ("2026-01-10", 10_000), ("2026-01-11", 9_999), ("2026-01-12", 80_000))
    assert shop.settles("2026-01") == {"ANN": 300}
    assert shop.pays("2026-02") == {}
    assert shop.lines("ANN", "2026-02") == []


def test_a_line_of_a_spiff_names_its_deal(opening: Opening) -> None:
    shop = opening(SPIFF)
    deals = shop.sold("ANN", ("2026-01-10", 10_000), ("2026-01-11", 9_999), ("2026-01-12", 80_000))
    assert shop.pays("2026-01") == {"ANN": 300}
    assert shop.amounts("ANN", "2026-01") == [(deals[0], 150), (deals[2], 150)]


def test_a_spiff_is_taken_back_with_its_deal(opening: Opening) -> None:
    shop = opening(SPIFF)
    deals = shop.sold("ANN", ("2026-01-10", 10_000), ("2026-01-12", 80_000), ("2026-01-13", 90_000))
    assert shop.settles("2026-01") == {"ANN": 450}
    shop.change(Opportunity, deals[0], stage="lost")
    assert shop.settles("2026-02") == {"ANN": -150}
    assert shop.pays("2026-03") == {}


def test_a_spiff_for_each_new_customer_up_to_a_number(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        measure = "new_customers"
        scheme = "slab"
        each = 50
        tiers = [{from = 0, times = 1}, {from = 3, times = 0}]
    """)
    shop.sold("ANN", *[("2026-01-10", 1, {"customer": name}) for name in ("BOLT", "CORK", "DUSK", "FERN")])
    assert shop.pays("2026-01") == {"ANN": 150}


def test_points_are_no_money(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        rate = "1 %"
        [[pay]]
        unit = "points"
        scheme = "flat"
        each = 0.01
    """)
    shop.sold("ANN", ("2026-01-10", 1_249), ("2026-01-11", 1))
    # One point for each 100: 12.49 are 12, and with the last 12.50 are 13.
    assert shop.pays("2026-01", "points") == {"ANN": 13}
    assert shop.earned("ANN", "2026-01") == {"USD": Decimal("12.50"), "points": 13}


@pytest.mark.parametrize("unit", ["review", "training", "care"])
def test_who_reaches_a_level_is_put_forward(opening: Opening, unit: str) -> None:
    shop = opening(f"""
        period = "quarter"
        [[pay]]
        for = "rep"
        quota = 50000
        unit = "{unit}"
        scheme = "lookup"
        tiers = [{{from = "120 %", pays = 1}}]
    """)
    shop.sold("ANN", ("2026-01-10", 60_000))
    shop.sold("BEN", ("2026-01-10", 59_999))
    assert shop.pays("2026-Q1", unit) == {"ANN": 1}
