"""Which part of a quota, an amount or a ratio a window has, by weights of quarters and for who joins within it."""

from decimal import Decimal

import pytest

from tests.core.payroll.worked.opening import Opening

WEIGHTS = 'quarter_weights = ["10 %", "20 %", "30 %", "40 %"]\n'
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
DAYS = ("2026-02-10", "2026-05-10", "2026-08-10", "2026-11-10")
WHOLE = 'scheme = "whole"\ntiers = [{from = "0 %", rate = "1 %"}, {from = "100 %", rate = "2 %"}]\n'


def test_the_year_has_all_of_its_quota(opening: Opening) -> None:
    shop = opening(
        'period = "quarter"\n' + WEIGHTS + '[[pay]]\nby = {window = "year"}\nquota = 10000\n' + WHOLE
    )
    for day, amount in zip(DAYS, (1_000, 2_000, 3_000, 4_000), strict=True):
        shop.sold("ANN", (day, amount))
    # The year reaches its 10,000 with the last sale.
    assert [shop.settles(each)["ANN"] for each in QUARTERS] == [10, 20, 30, 80]


def test_a_quarter_has_the_weights_of_its_months(opening: Opening) -> None:
    shop = opening(WEIGHTS + '[[pay]]\nby = {window = "quarter"}\nquota = 30000\n' + WHOLE)
    shop.sold("ANN", ("2026-01-10", 2_999), ("2026-02-10", 1))
    # The first quarter has 3,000.
    assert shop.settles("2026-01")["ANN"] == Decimal("29.99")
    assert shop.settles("2026-02")["ANN"] == Decimal("0.02")


def test_a_gate_of_the_year_asks_for_the_quota_of_the_year(opening: Opening) -> None:
    gated = '[[pay]]\nrate = "1 %"\nquota = 10000\ngate = {window = "year", from = "100 %"}\n'
    shop = opening('period = "quarter"\n' + WEIGHTS + gated)
    shop.sold("ANN", (DAYS[0], 9_999))
    assert shop.settles(QUARTERS[0]) == {}
    shop.sold("ANN", (DAYS[1], 1))
    assert shop.pays(QUARTERS[1])["ANN"] == 100


@pytest.mark.parametrize(
    ("pay", "paid"),
    [
        ("pays = 300", 300),
        ('rate = "1 %"\nfloor = 300', 300),
        ('rate = "10 %"\ncap = 150', 150),
        ('scheme = "lookup"\ntiers = [{from = 1500, pays = 70}]', 70),
        ('by = "amount"\nscheme = "lookup"\ntiers = [{from = 2000, pays = 30}]', 30),
        ('rate = "1 %"\ngate = {from = 2001}', 0),
    ],
)
def test_without_a_quota_nothing_has_weights(opening: Opening, pay: str, paid: int) -> None:
    shop = opening(f'period = "quarter"\n{WEIGHTS}[[pay]]\nfor = ["ANN"]\n{pay}\n')
    shop.sold("ANN", (DAYS[0], 2_000))
    assert shop.pays(QUARTERS[0]).get("ANN", 0) == paid


def test_the_target_of_the_year_is_that_of_an_objective(opening: Opening) -> None:
    shop = opening(
        f'period = "quarter"\nzero_quota = "refuse"\n{WEIGHTS}[[pay]]\nfor = ["ANN"]\n'
        'scheme = "lookup"\ntiers = [{from = "90 %", pays = 100}]\n'
        'objectives = [{measure = "amount", quota = "won_amount", weight = "100 %"}]\n'
    )
    shop.target("ANN", "won_amount", "2026", 10_000)
    shop.sold("ANN", (DAYS[0], 900))
    # A tenth of the quota, and of the amount.
    assert shop.pays(QUARTERS[0]) == {"ANN": 10}


JOINED = 'prorate = "day"\n[[pay]]\nfor = "rep"\n'


@pytest.mark.parametrize(
    ("pay", "paid"),
    [
        (
            'measure = "win_rate"\nscheme = "lookup"\ntiers = [{from = 0.3, pays = 310}, {from = 0.9, pays = 620}]',
            100,
        ),
        ('pays = 310\ngate = {measure = "win_rate", from = 0.9}', 0),
        ('pays = 310\ngate = {measure = "win_rate", from = 0.3}', 100),
        (
            'objectives = [{measure = "win_rate", quota = 0.9, weight = "100 %"}]\n'
            'scheme = "lookup"\ntiers = [{from = "30 %", pays = 310}, {from = "100 %", pays = 620}]',
            100,
        ),
        (
            'by = {measure = "win_rate"}\nscheme = "lookup"\n'
            "tiers = [{from = 0.3, pays = 310}, {over = 0.4, pays = 620}]",
            100,
        ),
    ],
)
def test_a_ratio_is_not_prorated(opening: Opening, pay: str, paid: int) -> None:
    """One of three won by who has 10 of 31 days: a third, of which nothing is a part."""
    shop = opening(JOINED + pay)
    shop.member("NEW", since="2026-01-22")
    shop.sold(
        "NEW",
        ("2026-01-25", 1_000),
        ("2026-01-26", 1_000, {"stage": "lost"}),
        ("2026-01-27", 1, {"stage": "lost"}),
    )
    assert shop.pays("2026-01").get("NEW", 0) == paid


@pytest.mark.parametrize("window", ["", 'window = "deal"\n'])
def test_what_one_deal_pays_is_not_prorated(opening: Opening, window: str) -> None:
    shop = opening(JOINED + window + 'by = "amount"\nscheme = "lookup"\ntiers = [{from = 2000, pays = 31}]\n')
    shop.member("NEW", since="2026-01-22")
    shop.sold("NEW", ("2026-01-25", 2_000))
    assert shop.pays("2026-01") == {"NEW": 31}
    assert "31.00" in str(shop.platform.run("pay.explain", actor="admin", ref="1-1").value)
