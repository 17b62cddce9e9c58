"""What counts: bookings, orders, invoices, payments, margin, quantity, and measures of the evaluation engine."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop


def contract_in_hand(shop: Shop) -> Shop:
    """Ordered for 10,000 in January, invoiced in two parts and paid in February, with 1,000 open."""
    deal = shop.contract("ANN", 10_000)
    for kind, day, amount in (
        ("order", "2026-01-10", 10_000), ("delivery", "2026-01-20", 9_500), ("invoice", "2026-01-20", 6_000),
        ("invoice", "2026-01-31", 4_000), ("payment", "2026-02-10", 6_000), ("payment", "2026-02-20", 3_000),
    ):  # fmt: skip
        shop.fact(deal, kind, day, amount)
    return shop


@pytest.mark.parametrize(
    ("kind", "january", "february"),
    [
        ("order", 500, 0),
        ("delivery", 475, 0),
        ("invoice", 300 + 200, 0),
        ("payment", 0, 300 + 150),
        ("booking", 0, 0),
    ],
)
def test_a_plan_counts_one_kind_of_facts(opening: Opening, kind: str, january: int, february: int) -> None:
    shop = contract_in_hand(opening(f'[credit]\nkinds = {{{kind} = 1}}\n[[pay]]\nrate = "5 %"\n'))
    assert shop.settles("2026-01").get("ANN", 0) == january
    assert shop.pays("2026-02").get("ANN", 0) == february


def test_bookings_are_won_opportunities_by_the_day_they_closed(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "5 %"\n')
    shop.sold("ANN", ("2026-01-31", 1_000), ("2026-01-15", 700, {"stage": "lost"}), ("2026-02-01", 2_000))
    assert shop.settles("2026-01") == {"ANN": 50}
    assert shop.pays("2026-02") == {"ANN": 100}


def test_bookings_and_invoices_in_one_plan(opening: Opening) -> None:
    """Half is earned with the booking, half with the invoice."""
    shop = contract_in_hand(
        opening('[credit]\nkinds = {booking = "50 %", invoice = "50 %"}\n[[pay]]\nrate = "5 %"\n')
    )
    shop.sold("ANN", ("2026-01-05", 10_000))
    assert shop.pays("2026-01") == {"ANN": 250 + 150 + 100}


MARGIN = """
    [[pay]]
    measure = "amount - deal_cost.cost"
    rate = "10 %"
"""


def test_commission_on_margin(opening: Opening) -> None:
    shop = opening(MARGIN)
    shop.sold("ANN", ("2026-01-10", 10_000, {"cost": 6_500}), ("2026-01-11", 2_000, {"cost": 2_100}))
    # A tenth of 3,500, less a tenth of the loss of 100.
    assert shop.pays("2026-01") == {"ANN": 350 - 10}


def test_a_sale_without_a_cost_on_record_has_no_margin(opening: Opening) -> None:
    shop = opening(MARGIN)
    shop.sold("ANN", ("2026-01-10", 10_000))
    assert shop.pays("2026-01") == {}


BY_MARGIN = """
    [[pay]]
    {window}
    measure = "amount - deal_cost.cost"
    by = {{measure = "amount - deal_cost.cost", per = "amount"}}
    scheme = "whole"
    tiers = [{{from = "0 %", rate = "1 %"}}, {{from = "20 %", rate = "8 %"}}]
"""


def test_the_margin_of_a_month_in_percent_chooses_the_rate(opening: Opening) -> None:
    shop = opening(BY_MARGIN.format(window=""))
    shop.sold("ANN", ("2026-01-10", 10_000, {"cost": 9_000}), ("2026-01-11", 10_000, {"cost": 6_000}))
    shop.sold("BEN", ("2026-01-10", 10_000, {"cost": 9_000}))
    # ANN: 5,000 of 20,000 are 25 %. BEN: 1,000 of 10,000 are 10 %.
    assert shop.pays("2026-01") == {"ANN": 400, "BEN": 10}


def test_the_margin_of_each_deal_chooses_its_rate(opening_anywhere: Opening) -> None:
    shop = opening_anywhere(BY_MARGIN.format(window='window = "deal"'))
    shop.sold("ANN", ("2026-01-10", 10_000, {"cost": 9_000}), ("2026-01-11", 10_000, {"cost": 6_000}))
    # 1 % of 1,000 and 8 % of 4,000.
    assert shop.pays("2026-01") == {"ANN": 10 + 320}


def test_the_discount_of_each_deal_chooses_its_rate(opening: Opening) -> None:
    """A matrix: up to 10 % discount pays 5 %, up to 20 % pays 3 %, more pays 1 %."""
    shop = opening("""
        [[pay]]
        by = "deal_cost.discount"
        scheme = "whole"
        tiers = [{from = 0, rate = "5 %"}, {over = "10 %", rate = "3 %"}, {over = "20 %", rate = "1 %"}]
    """)
    shop.sold("ANN", *[("2026-01-10", 1_000, {"discount": each}) for each in ("0 %", "10 %", "15 %", "30 %")])
    assert shop.pays("2026-01") == {"ANN": 50 + 50 + 30 + 10}


def test_an_amount_for_each_piece_sold(opening: Opening) -> None:
    shop = opening('[[pay]]\nmeasure = "pieces"\nscheme = "flat"\neach = 12.50\n')
    shop.sold("ANN", ("2026-01-10", 1_000, {"lines": {"PUMP": 3, "HOSE": 20}}), ("2026-01-11", 1))
    shop.sold("BEN", ("2026-01-10", 1_000, {"stage": "lost", "lines": {"PUMP": 7}}))
    # 23 pieces of 12.50.
    assert shop.pays("2026-01") == {"ANN": Decimal("287.50")}


def test_pieces_above_a_quota_of_pieces_pay_more(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        measure = "pieces"
        quota = 10
        scheme = "slab"
        each = 2
        tiers = [{from = "0 %", times = 1}, {over = "100 %", times = 2.5}]
    """)
    shop.sold("ANN", ("2026-01-10", 1, {"lines": {"PUMP": 8}}), ("2026-01-11", 1, {"lines": {"PUMP": 4}}))
    # 10 of 2.00 and 2 of 5.00.
    assert shop.pays("2026-01") == {"ANN": 20 + 10}


def test_an_amount_for_each_deal_won(opening: Opening) -> None:
    shop = opening('[[pay]]\nmeasure = "won_count"\nscheme = "flat"\neach = 40\n')
    shop.sold("ANN", ("2026-01-10", 1), ("2026-01-11", 1), ("2026-01-12", 1, {"stage": "lost"}))
    assert shop.pays("2026-01") == {"ANN": 80}
    assert [line.about for line in shop.lines("ANN", "2026-01")] == ["opportunity", "opportunity"]


def test_a_bonus_by_win_rate(opening_anywhere: Opening) -> None:
    shop = opening_anywhere("""
        [[pay]]
        for = "rep"
        measure = "win_rate"
        scheme = "lookup"
        tiers = [{from = 0.4, pays = 200}, {from = 0.6, pays = 500}]
    """)
    lost = {"stage": "lost"}
    shop.sold("ANN", ("2026-01-10", 1), ("2026-01-11", 1), ("2026-01-12", 1, lost))
    shop.sold("BEN", ("2026-01-10", 1), ("2026-01-11", 1, lost))
    shop.sold("CAT", ("2026-01-10", 1), ("2026-01-11", 1, lost), ("2026-01-12", 1, lost))
    # 2/3, 1/2 and 1/3.
    assert shop.pays("2026-01") == {"ANN": 500, "BEN": 200}


def test_a_rate_of_a_share_is_exact(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\nmeasure = "win_rate"\nscheme = "flat"\neach = 300\n')
    shop.sold("ANN", ("2026-01-10", 1), ("2026-01-11", 1), ("2026-01-12", 1, {"stage": "lost"}))
    assert shop.pays("2026-01") == {"ANN": 200}
    assert Fraction(shop.statement("ANN", "2026-01").parts[0].measured) == Fraction(2, 3)


def test_an_amount_for_each_new_customer(opening: Opening) -> None:
    shop = opening('[[pay]]\nmeasure = "new_customers"\nscheme = "flat"\neach = 100\n')
    shop.sold("ANN", ("2026-01-10", 1), ("2026-01-11", 1, {"customer": "BOLT"}))
    shop.sold("BEN", ("2026-01-20", 1), ("2026-02-11", 1, {"customer": "CORK"}))
    # ACME and BOLT are ANN's; ACME was there when BEN sold to it, CORK is new in February.
    assert shop.settles("2026-01") == {"ANN": 200}
    assert shop.pays("2026-02") == {"BEN": 100}


def test_a_figure_that_is_no_sum_grows_within_a_quarter(opening: Opening) -> None:
    shop = opening('[[pay]]\nwindow = "quarter"\nmeasure = "new_customers"\nscheme = "flat"\neach = 100\n')
    shop.sold("ANN", ("2026-01-11", 1, {"customer": "BOLT"}), ("2026-02-11", 1, {"customer": "CORK"}))
    assert shop.settles("2026-01") == {"ANN": 100}
    assert shop.pays("2026-02") == {"ANN": 100}


def test_only_sales_that_meet_a_condition_count(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        where = "amount >= '1000' and customer.industry == 'health'"
        rate = "5 %"
    """)
    shop.customer("CLINIC", industry="health")
    for customer in ("ACME", "CLINIC"):
        shop.sold("ANN", *[("2026-01-10", amount, {"customer": customer}) for amount in (999, 1_000)])
    assert shop.pays("2026-01") == {"ANN": 50}


@pytest.mark.parametrize(
    "condition",
    [
        "where = \"channel == 'agent' and amount >= 500\"",
        "where = [{field = 'channel', op = '==', value = 'agent'}, 'amount >= 500']",
        "where = {all = [{field = 'channel', op = '==', value = 'agent'}, 'amount >= 500']}",
        "where = {not = {any = [{not = \"channel == 'agent'\"}, {field = 'amount', op = '<', value = 500}]}}",
        "[pay.where]\nall = [\"channel == 'agent'\", {field = 'amount', op = '>=', value = 500}]",
    ],
)
def test_a_condition_may_be_text_or_tables(opening: Opening, condition: str) -> None:
    shop = opening(f'[[pay]]\nrate = "5 %"\n{condition}\n')
    agent, direct = {"channel": "agent"}, {"channel": "direct"}
    shop.sold("ANN", ("2026-01-10", 1_000, agent), ("2026-01-11", 2_000, direct), ("2026-01-12", 499, agent))
    assert shop.pays("2026-01") == {"ANN": 50}
