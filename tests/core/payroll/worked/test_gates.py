"""Gates, blended objectives, caps, floors and weights."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.core.payroll.worked.opening import Opening


def test_below_an_amount_nothing_is_paid_and_at_it_everything(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "5 %"\ngate = {from = 10000}\n')
    shop.sold("ANN", ("2026-01-10", "9999.99"))
    shop.sold("BEN", ("2026-01-10", 10_000))
    assert shop.pays("2026-01") == {"BEN": 500}


def test_a_gate_over_an_amount_needs_more_than_it(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "5 %"\ngate = {over = 10000}\n')
    shop.sold("ANN", ("2026-01-10", 10_000))
    shop.sold("BEN", ("2026-01-10", "10000.20"))
    assert shop.pays("2026-01") == {"BEN": Decimal("500.01")}


def test_a_gate_at_a_part_of_the_quota(opening: Opening) -> None:
    shop = opening('[[pay]]\nquota = 20000\nrate = "5 %"\ngate = {from = "80 %"}\n')
    shop.sold("ANN", ("2026-01-10", 15_999))
    shop.sold("BEN", ("2026-01-10", 16_000))
    assert shop.pays("2026-01") == {"BEN": 800}


def test_a_gate_on_another_measure_with_a_quota_of_its_own(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        rate = "5 %"
        gate = {measure = "won_count", from = "100 %", quota = 3}
    """)
    shop.sold("ANN", ("2026-01-10", 10_000), ("2026-01-11", 10_000))
    shop.sold("BEN", *[(f"2026-01-{day}", 1_000) for day in (10, 11, 12)])
    assert shop.pays("2026-01") == {"BEN": 150}


def test_every_gate_of_a_list_has_to_be_reached(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        for = "rep"
        rate = "5 %"
        gate = [{from = 5000}, {measure = "win_rate", from = 0.5}]
    """)
    lost = {"stage": "lost"}
    shop.sold("ANN", ("2026-01-10", 6_000), ("2026-01-10", 1, lost))
    shop.sold("BEN", ("2026-01-10", 6_000), ("2026-01-10", 1, lost), ("2026-01-11", 1, lost))
    shop.sold("CAT", ("2026-01-10", 4_000))
    assert shop.pays("2026-01") == {"ANN": 300}


ACCELERATOR = """
    period = "quarter"
    [[pay]]
    scheme = "slab"
    tiers = [{from = 100000, rate = "1 %"}, {from = 125000, rate = "2 %"}]
    gate = {window = "year", from = 400000}
"""


def test_a_gate_of_the_year_that_opens_later_pays_back_the_quarters_before(opening: Opening) -> None:
    shop = opening(ACCELERATOR)
    for day, amount in (("2026-02-01", 150_000), ("2026-05-01", 120_000), ("2026-08-01", 140_000)):
        shop.sold("ANN", (day, amount))
    # The year has 150,000, then 270,000.
    assert shop.settles("2026-Q1") == {}
    assert shop.settles("2026-Q2") == {}
    # Now 410,000. Q1: 1 % of 25,000 and 2 % of 25,000; Q2: 1 % of 20,000; Q3: 1 % of 25,000 and 2 % of 15,000.
    assert shop.pays("2026-Q3") == {"ANN": (250 + 500) + 200 + (250 + 300)}
    assert [part.window for part in shop.statement("ANN", "2026-Q3").parts] == [
        "2026-Q1",
        "2026-Q2",
        "2026-Q3",
    ]


def test_a_gate_of_the_year_that_stays_shut_pays_nothing(opening: Opening) -> None:
    shop = opening(ACCELERATOR)
    for day in ("2026-02-01", "2026-05-01"):
        shop.sold("ANN", (day, 150_000))
    assert shop.settles("2026-Q1") == {}
    assert shop.pays("2026-Q2") == {}


def test_a_gate_that_a_refund_shuts_again_takes_back_what_was_paid(opening: Opening) -> None:
    shop = opening('[credit]\nkinds = {order = 1}\n[[pay]]\nrate = "5 %"\ngate = {from = 10000}\n')
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 10_000)
    assert shop.settles("2026-01") == {"ANN": 500}
    shop.fact(deal, "refund", "2026-02-10", -1_000, reverses=order)
    assert shop.pays("2026-02") == {"ANN": -500}


def test_a_deal_has_a_gate_of_its_own(opening: Opening) -> None:
    shop = opening('[[pay]]\nwindow = "deal"\nrate = "5 %"\ngate = {from = 1000}\n')
    shop.sold("ANN", ("2026-01-10", 999), ("2026-01-11", 1_000))
    assert shop.pays("2026-01") == {"ANN": 50}


def test_deals_pay_where_the_month_reaches_the_gate(opening: Opening) -> None:
    shop = opening('[[pay]]\nwindow = "deal"\nrate = "5 %"\ngate = {window = "month", from = 1500}\n')
    shop.sold("ANN", ("2026-01-10", 500), ("2026-01-11", 1_000))
    shop.sold("BEN", ("2026-01-10", 1_000))
    assert shop.pays("2026-01") == {"ANN": 75}


DEALS = '[[pay]]\nwindow = "deal"\nrate = "5 %"\ngate = {window = "month", from = 1500}\n'


def test_deals_of_a_month_below_its_gate_stay_unpaid_when_the_next_month_reaches_its_own(
    opening: Opening,
) -> None:
    shop = opening(DEALS)
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-02-10", 2_000))
    assert shop.settles("2026-01") == {}
    assert shop.pays("2026-02") == {"ANN": 100}


def test_deals_of_a_month_that_reached_its_gate_stay_paid_when_the_next_month_does_not(
    opening: Opening,
) -> None:
    shop = opening(DEALS)
    shop.sold("ANN", ("2026-01-10", 2_000), ("2026-02-10", 500))
    assert shop.settles("2026-01") == {"ANN": 100}
    assert shop.pays("2026-02") == {}


BLENDED = """
    zero_quota = "refuse"
    period = "quarter"
    [[pay]]
    for = "rep"
    scheme = "interpolated"
    points = [{at = "50 %", pays = 0}, {at = "100 %", pays = 8000}, {at = "150 %", pays = 20000}]
    objectives = [
        {measure = "amount", quota = 90000, weight = "75 %"},
        {measure = "won_count", quota = 8, weight = "25 %"},
    ]
"""


def test_objectives_are_blended_by_their_weights(opening: Opening) -> None:
    shop = opening(BLENDED)
    shop.sold("ANN", *[("2026-01-10", 18_000)] * 6)
    # 108,000 of 90,000 are 120 %, 6 of 8 are 75 %: 90 % + 18.75 % = 108.75 %.
    blended = Fraction(3, 4) * Fraction(6, 5) + Fraction(1, 4) * Fraction(6, 8)
    assert shop.pays("2026-Q1") == {"ANN": 8_000 + 12_000 * (blended - 1) * 2} == {"ANN": 10_100}


def test_one_strong_objective_makes_up_for_a_weak_one(opening: Opening) -> None:
    shop = opening(BLENDED)
    shop.sold("ANN", ("2026-01-10", 135_000))
    # 75 % of 150 % and 25 % of 12.5 %: 115.625 %.
    assert shop.pays("2026-Q1") == {"ANN": 11_750}


def test_a_gate_on_the_blend_of_objectives(opening: Opening) -> None:
    shop = opening(BLENDED + '    gate = {from = "100 %"}\n')
    shop.sold("ANN", *[("2026-01-10", 10_000)] * 8)
    # 75 % of 88.9 %, and 25 %: 91.7 %.
    assert shop.pays("2026-Q1") == {}


def test_a_cap_holds_what_a_window_earns_and_the_next_begins_anew(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "5 %"\ncap = 600\n')
    shop.sold("ANN", ("2026-01-10", 10_000), ("2026-01-11", 10_000), ("2026-02-10", 4_000))
    assert shop.settles("2026-01") == {"ANN": 600}
    assert shop.amounts("ANN", "2026-01") == [("O-1", 500), ("O-2", 100)]
    assert shop.pays("2026-02") == {"ANN": 200}


def test_a_cap_of_deals_holds_each_of_them(opening: Opening) -> None:
    shop = opening('[[pay]]\nwindow = "deal"\nrate = "5 %"\ncap = 600\n')
    shop.sold("ANN", ("2026-01-10", 20_000), ("2026-01-11", 2_000))
    assert shop.pays("2026-01") == {"ANN": 600 + 100}


@pytest.mark.parametrize(("sold", "paid"), [(0, 800), (10_000, 800), (20_000, 1_000)])
def test_a_floor_guarantees_a_month(opening: Opening, sold: int, paid: int) -> None:
    shop = opening('[[pay]]\nfor = ["ANN"]\nrate = "5 %"\nfloor = 800\n')
    shop.sold("ANN", ("2026-01-10", sold))
    assert shop.pays("2026-01") == {"ANN": paid}


def test_a_guarantee_is_paid_without_any_sale(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\nrate = "5 %"\nfloor = 800\n')
    assert shop.pays("2026-01") == dict.fromkeys(("ANN", "BEN", "CAT"), 800)
    assert shop.amounts("ANN", "2026-01") == [("standing", 800)]


def test_a_floor_holds_behind_a_gate_that_is_shut(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "5 %"\nfloor = 100\ngate = {from = 10000}\n')
    shop.sold("ANN", ("2026-01-10", 5_000))
    assert shop.pays("2026-01") == {"ANN": 100}


def test_weighted_pays_are_parts_of_one_target(opening: Opening) -> None:
    """A target of 4,000: 70 % of it by revenue, 30 % by the number of deals."""
    curve = 'target = 4000\nscheme = "slab"\ntiers = [{from = "0 %", times = 1}]\n'
    shop = opening(
        f'[[pay]]\nquota = 50000\nweight = "70 %"\n{curve}'
        f'[[pay]]\nmeasure = "won_count"\nquota = 10\nweight = "30 %"\n{curve}'
    )
    shop.sold("ANN", *[("2026-01-10", 15_000)] * 4)
    # 120 % of 2,800, and 40 % of 1,200.
    assert shop.pays("2026-01") == {"ANN": 3_360 + 480}
