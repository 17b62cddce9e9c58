"""What is measured together: deals, weeks, months, quarters, years, and all of a plan."""

from decimal import Decimal

import pytest

from tests.core.payroll.worked.opening import Opening

TIERS = 'scheme = "whole"\ntiers = [{from = 0, rate = "1 %"}, {from = 10000, rate = "5 %"}]\n'


def test_each_deal_by_itself_chooses_its_tier(opening: Opening) -> None:
    shop = opening(f'[[pay]]\nwindow = "deal"\n{TIERS}')
    shop.sold("ANN", ("2026-01-10", 9_999), ("2026-01-11", 10_000), ("2026-01-12", 20_000))
    # 99.99 + 500 + 1,000.
    assert shop.pays("2026-01") == {"ANN": Decimal("1599.99")}


def test_facts_of_one_contract_are_one_deal(opening: Opening) -> None:
    shop = opening(f'[credit]\nkinds = {{invoice = 1}}\n[[pay]]\nwindow = "deal"\n{TIERS}')
    first, second = shop.contract("ANN"), shop.contract("ANN")
    shop.fact(first, "invoice", "2026-01-10", 6_000)
    shop.fact(second, "invoice", "2026-01-11", 6_000)
    shop.fact(first, "invoice", "2026-02-10", 6_000)
    assert shop.settles("2026-01") == {"ANN": 60 + 60}
    # The first contract has 12,000 now: 5 % of them, less the 60 that are paid.
    assert shop.pays("2026-02") == {"ANN": 540}


def test_deals_round_apart(opening: Opening) -> None:
    shop = opening('[[pay]]\nwindow = "deal"\nrate = "3.5 %"')
    shop.sold("ANN", *[(f"2026-01-{day}", 9) for day in (10, 11, 12)])
    # 0.315 three times, each rounded to 0.32; together it would be 0.945.
    assert shop.pays("2026-01") == {"ANN": Decimal("0.96")}


def test_a_week_begins_on_monday(opening: Opening) -> None:
    shop = opening(f'[[pay]]\nwindow = "week"\n{TIERS}')
    # Sunday 11 January, and Monday to Sunday of the week after it.
    shop.sold("ANN", ("2026-01-11", 6_000), ("2026-01-12", 5_000), ("2026-01-18", 5_000))
    assert shop.pays("2026-01") == {"ANN": 60 + 500}


def test_a_week_over_the_end_of_a_month_is_topped_up_in_the_next(opening: Opening) -> None:
    shop = opening(f'[[pay]]\nwindow = "week"\n{TIERS}')
    # Monday 26 January to Sunday 1 February.
    shop.sold("ANN", ("2026-01-26", 6_000), ("2026-02-01", 5_000))
    assert shop.settles("2026-01") == {"ANN": 60}
    assert shop.pays("2026-02") == {"ANN": 550 - 60}


def test_a_month_starts_anew(opening: Opening) -> None:
    shop = opening(f"[[pay]]\n{TIERS}")
    shop.sold("ANN", ("2026-01-31", 6_000), ("2026-02-01", 6_000))
    assert shop.settles("2026-01") == {"ANN": 60}
    assert shop.pays("2026-02") == {"ANN": 60}


def test_a_quarter_paid_by_the_month_is_trued_up(opening_anywhere: Opening) -> None:
    shop = opening_anywhere(f'[[pay]]\nwindow = "quarter"\n{TIERS}')
    shop.sold("ANN", ("2026-01-31", 6_000), ("2026-02-01", 6_000), ("2026-04-01", 6_000))
    assert shop.settles("2026-01") == {"ANN": 60}
    # 12,000 at 5 % are 600, of which 60 are paid.
    assert shop.settles("2026-02") == {"ANN": 540}
    assert shop.amounts("ANN", "2026-02") == [("O-2", 540)]
    assert shop.settles("2026-03") == {}
    assert shop.pays("2026-04") == {"ANN": 60}


def test_a_year_paid_by_the_quarter(opening: Opening) -> None:
    shop = opening(f'period = "quarter"\n[[pay]]\nwindow = "year"\n{TIERS}')
    shop.sold("ANN", ("2026-01-31", 6_000), ("2026-06-30", 6_000))
    assert shop.settles("2026-Q1") == {"ANN": 60}
    assert shop.pays("2026-Q2") == {"ANN": 540}


def test_a_fiscal_year_begins_where_the_deployment_says(opening: Opening) -> None:
    shop = opening.anew(f'[[pay]]\nwindow = "year"\n{TIERS}', more="fiscal_year_start = 2")
    shop.sold("ANN", ("2026-01-31", 6_000), ("2026-02-01", 6_000))
    # 31 January is the last day of the fiscal year 2026.
    assert shop.settles("2026-01") == {"ANN": 60}
    assert shop.pays("2026-02") == {"ANN": 60}


def test_a_campaign_is_measured_over_all_days_of_the_plan(opening: Opening) -> None:
    shop = opening(f'valid = {{from = 2026-01-15, to = 2026-03-14}}\n[[pay]]\nwindow = "plan"\n{TIERS}')
    shop.sold(
        "ANN", ("2026-01-14", 50_000), ("2026-01-15", 4_000), ("2026-02-10", 4_000), ("2026-03-14", 4_000),
        ("2026-03-15", 50_000),
    )  # fmt: skip
    assert shop.settles("2026-01") == {"ANN": 40}
    assert shop.settles("2026-02") == {"ANN": 40}
    # 12,000 reach the tier: 600 less 80.
    assert shop.pays("2026-03") == {"ANN": 520}


@pytest.mark.parametrize(
    ("period", "label"), [("month", "2026-01"), ("quarter", "2026-Q1"), ("year", "2026")]
)
def test_the_window_is_the_pay_period_where_nothing_is_said(
    opening: Opening, period: str, label: str
) -> None:
    shop = opening(f'period = "{period}"\n[[pay]]\n{TIERS}')
    shop.sold("ANN", ("2026-01-10", 6_000), ("2026-01-11", 6_000))
    assert shop.pays(label) == {"ANN": 600}
