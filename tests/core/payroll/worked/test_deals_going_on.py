"""Deals as windows whose curve of pay goes on over a longer one: each pays what comes on top."""

import pytest

from tests.core.payroll.worked.opening import Opening

SLAB = """
    [[pay]]
    window = "deal"
    by = {window = "year"}
    scheme = "slab"
    tiers = [{from = 0, rate = "5 %"}, {from = 10000, rate = "8 %"}]
"""


def test_a_deal_pays_on_from_where_the_year_stood(opening_anywhere: Opening) -> None:
    shop = opening_anywhere(SLAB)
    shop.sold("ANN", ("2026-02-01", 9_000), ("2026-02-11", 2_000), ("2026-02-12", 100), ("2026-03-02", 1_000))
    # 450; 1,000 at 5 % and 1,000 at 8 %; the rest at 8 %.
    assert shop.settles("2026-02") == {"ANN": 588}
    assert shop.amounts("ANN", "2026-02") == [("O-1", 450), ("O-2", 130), ("O-3", 8)]
    assert shop.pays("2026-03") == {"ANN": 80}


def test_deals_of_one_day_pay_in_the_order_of_their_refs(opening: Opening) -> None:
    shop = opening(SLAB.replace("year", "month"))
    shop.sold("ANN", ("2026-01-10", 9_000), ("2026-01-10", 2_000), ("2026-02-10", 9_000))
    assert shop.settles("2026-01") == {"ANN": 450 + 130}
    assert shop.amounts("ANN", "2026-01") == [("O-1", 450), ("O-2", 130)]
    # Another month begins anew.
    assert shop.pays("2026-02") == {"ANN": 450}


def test_overage_of_a_quota_that_deals_share(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        window = "deal"
        by = {window = "year"}
        scheme = "overage"
        quota = 1000
        tiers = [{from = "100 %", rate = "10 %"}]
    """)
    shop.sold("ANN", ("2026-01-10", 900), ("2026-01-11", 200), ("2026-01-12", 100))
    # Nothing up to 1,000, then 10 % of 100 and of 100.
    assert shop.pays("2026-01") == {"ANN": 20}
    assert shop.amounts("ANN", "2026-01") == [("O-1", 0), ("O-2", 10), ("O-3", 10)]


@pytest.mark.parametrize(
    ("curve", "paid"),
    [
        # 100 from 1,000 on and 300 from 2,000 on, each paid once.
        ('scheme = "lookup"\ntiers = [{from = 1000, pays = 100}, {from = 2000, pays = 300}]', [0, 100, 200]),
        # A tenth of 900, of 600 and of the 500 that are left up to 2,000.
        (
            'scheme = "interpolated"\npoints = [{at = 0, pays = 0}, {at = 2000, pays = 200}]',
            [90, 60, 50],
        ),
    ],
)
def test_amounts_of_a_curve_are_paid_once(opening: Opening, curve: str, paid: list[int]) -> None:
    shop = opening(f'[[pay]]\nwindow = "deal"\nby = {{window = "year"}}\n{curve}')
    shop.sold("ANN", ("2026-01-10", 900), ("2026-01-11", 600), ("2026-01-12", 900))
    assert shop.pays("2026-01") == {"ANN": sum(paid)}
    assert [amount for _about, amount in shop.amounts("ANN", "2026-01")] == paid


def test_facts_of_a_deal_and_a_refund_go_along_the_curve(opening: Opening) -> None:
    shop = opening(f"[credit]\nkinds = {{invoice = 1, refund = 1}}\n{SLAB}")
    first, second = shop.contract("ANN"), shop.contract("ANN")
    shop.fact(first, "invoice", "2026-01-10", 6_000)
    invoice = shop.fact(second, "invoice", "2026-01-11", 3_000)
    shop.fact(first, "invoice", "2026-01-12", 3_000)
    assert shop.settles("2026-01") == {"ANN": 300 + 150 + 50 + 160}
    shop.fact(second, "refund", "2026-02-10", -3_000, reverses=invoice)
    # The year stands at 9,000, which earn 450: 660 are paid.
    assert shop.pays("2026-02") == {"ANN": -210}


def test_a_deal_that_is_entered_late_pays_on_top(opening_anywhere: Opening) -> None:
    shop = opening_anywhere(SLAB)
    shop.sold("ANN", ("2026-01-10", 9_000))
    assert shop.settles("2026-01") == {"ANN": 450}
    shop.sold("ANN", ("2026-02-10", 500), ("2026-01-05", 1_000))
    # 10,500 earn 500 + 40, of which 450 are paid.
    assert shop.pays("2026-02") == {"ANN": 90}
    assert shop.amounts("ANN", "2026-02") == [("O-3", 50), ("O-2", 40)]


def test_a_further_deal_is_paid_as_if_all_were_paid_anew(opening: Opening) -> None:
    shop = opening(SLAB)
    shop.sold("ANN", ("2026-01-10", 9_000))
    shop.sold("BEN", ("2026-01-10", 9_000))
    shop.pay("2026-01")
    shop.sold("ANN", ("2026-01-10", 2_000), ("2026-01-09", 500))
    again = shop.pay("2026-01")
    assert shop.earned("ANN", "2026-01") == {"USD": 500 + 120}
    anew = shop.platform.run("pay.run", actor="admin", period=shop.label("2026-01"), full=True).value
    assert again.digest == anew.digest


def test_the_line_of_a_deal_shows_its_way_on_the_curve(opening: Opening) -> None:
    shop = opening(SLAB)
    shop.sold("ANN", ("2026-01-10", 9_000), ("2026-01-11", 2_000))
    shop.pay("2026-01")
    line = shop.lines("ANN", "2026-01")[1].line
    told = str(shop.platform.run("pay.explain", actor="admin", ref=line).value)
    assert "from 9,000 to 10,000 at 5 %: 50" in told
    assert "from 10,000 to 11,000 at 8 %: 80" in told


def test_a_member_with_a_curve_of_their_own(opening: Opening) -> None:
    shop = opening(f'{SLAB}[member.BEN]\nscheme = "whole"')
    for each in ("ANN", "BEN"):
        shop.sold(each, ("2026-01-10", 9_000), ("2026-01-11", 2_000))
    # A curve of rates takes that of the year on the day of the deal: 450, then 8 % of 2,000.
    assert shop.pays("2026-01") == {"ANN": 450 + 130, "BEN": 450 + 160}


def test_deals_share_the_target_of_the_year_and_their_pay(opening: Opening) -> None:
    shop = opening("""
        zero_quota = "refuse"
        [credit]
        shares = {owner = "60 %", CAT = "40 %"}
        split = "pay"
        [[pay]]
        for = ["ANN"]
        window = "deal"
        by = {window = "year"}
        quota = "won_amount"
        scheme = "slab"
        tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]
        gate = {window = "year", from = "80 %"}
    """)
    shop.target("ANN", "won_amount", "2026", 10_000)
    shop.sold("ANN", ("2026-01-10", 7_000), ("2026-02-11", 4_000))
    # 70 % do not open the gate; in February the year has 110 %.
    assert shop.settles("2026-01") == {}
    assert shop.pays("2026-02") == {"ANN": 210 + 138}
    # 60 % of 350, and of 3,000 at 5 % and 1,000 at 8 %.
    assert shop.amounts("ANN", "2026-02") == [("O-1", 210), ("O-2", 138)]


def test_what_to_sell_more_for_deals_that_go_on(opening: Opening) -> None:
    shop = opening(SLAB)
    shop.sold("ANN", ("2026-01-10", 9_000))
    found = shop.platform.run(
        "pay.solve", actor="admin", member="ANN", pay="530", period=shop.label("2026")
    ).value
    # 1,000 at 5 % and 374.94 at 8 % are 79.9952, so 80 more than the 450 for 9,000.
    assert found.missing == "1374.94"
