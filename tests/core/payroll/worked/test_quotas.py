"""Quotas: numbers and targets, for parts of a window, by the weight of a quarter, and of zero."""

from decimal import Decimal

import pytest

from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

TARGETED = """
    zero_quota = "{rule}"
    [[pay]]
    for = "rep"
    window = "quarter"
    quota = "won_amount"
    scheme = "slab"
    tiers = [{{from = "0 %", rate = "5 %"}}, {{from = "100 %", rate = "10 %"}}]
"""


def test_a_quota_is_the_target_of_the_member(opening: Opening) -> None:
    shop = opening(TARGETED.format(rule="zero"))
    shop.target("ANN", "won_amount", "2026-Q1", 20_000)
    shop.target("BEN", "won_amount", "2026-Q1", 40_000)
    for each in ("ANN", "BEN"):
        shop.sold(each, ("2026-01-10", 30_000))
    # 5 % of 20,000 and 10 % of 10,000; BEN is below his quota.
    assert shop.pays("2026-01") == {"ANN": 1_000 + 1_000, "BEN": 1_500}


def test_targets_of_the_months_add_up_to_that_of_the_quarter(opening: Opening) -> None:
    shop = opening(TARGETED.format(rule="zero"))
    for period, amount in (("2026-01", 5_000), ("2026-02", 5_000), ("2026-03", 10_000)):
        shop.target("ANN", "won_amount", period, amount)
    shop.sold("ANN", ("2026-01-10", 30_000))
    assert shop.pays("2026-01") == {"ANN": 2_000}


def test_a_target_that_is_raised_takes_back_what_it_was_ahead(opening: Opening) -> None:
    shop = opening(TARGETED.format(rule="zero"))
    for period in ("2026-01", "2026-02"):
        shop.target("ANN", "won_amount", period, 10_000)
    ref = shop.target("ANN", "won_amount", "2026-03", 0)
    shop.sold("ANN", ("2026-01-10", 30_000))
    assert shop.settles("2026-01") == {"ANN": 2_000}
    shop.reset(ref, 10_000)
    # All 30,000 are at 5 % now.
    assert shop.pays("2026-02") == {"ANN": -500}
    assert shop.amounts("ANN", "2026-02") == [("rated", -500)]


@pytest.mark.parametrize(("rule", "paid"), [("zero", 0), ("full", 100)])
def test_who_has_no_target_is_paid_by_the_rule(opening: Opening, rule: str, paid: int) -> None:
    """In full, a quota of nothing is attained at 100 %."""
    shop = opening(f"""
        zero_quota = "{rule}"
        [[pay]]
        for = "rep"
        quota = "won_amount"
        scheme = "lookup"
        tiers = [{{from = "100 %", pays = 100}}, {{from = "200 %", pays = 300}}]
    """)
    shop.sold("ANN", ("2026-01-10", 30_000))
    assert shop.pays("2026-01").get("ANN", 0) == paid


def test_who_has_no_target_is_refused_and_the_others_are_paid(opening: Opening) -> None:
    shop = opening(TARGETED.format(rule="refuse"))
    shop.target("ANN", "won_amount", "2026-Q1", 20_000)
    for each in ("BEN", "CAT"):
        shop.target(each, "won_amount", "2026-Q1", 0)
    shop.sold("ANN", ("2026-01-10", 10_000))
    found = shop.pay("2026-01")
    assert [each["member"] for each in found.without_figure] == ["BEN", "CAT"]
    assert "no quota above zero for pay pay in 2026-Q1" in found.without_figure[0]["why"]
    assert shop.earned("ANN", "2026-01") == {"USD": 500}
    assert shop.statement("BEN", "2026-01").totals == {}
    assert shop.statement("BEN", "2026-01").missing


def test_an_objective_without_a_quota_counts_by_the_rule(opening: Opening) -> None:
    shop = opening("""
        zero_quota = "full"
        [[pay]]
        for = ["ANN"]
        scheme = "lookup"
        tiers = [{from = "90 %", pays = 900}]
        objectives = [
            {measure = "amount", quota = 1000, weight = "50 %"},
            {measure = "won_count", quota = "won_count", weight = "50 %"},
        ]
    """)
    shop.sold("ANN", ("2026-01-10", 800))
    # Half of 80 %, and half of 100 %.
    assert shop.pays("2026-01") == {"ANN": 900}


PRORATED = """
    period = "quarter"
    prorate = "{by}"
    [[pay]]
    for = "rep"
    quota = 90000
    target = 9000
    scheme = "slab"
    tiers = [{{from = "0 %", times = 1}}, {{from = "100 %", times = 2}}]
"""


@pytest.mark.parametrize(("by", "quota"), [("day", 46_000), ("month", 60_000)])
def test_who_joins_in_the_quarter_has_a_part_of_the_quota(opening: Opening, by: str, quota: int) -> None:
    """From 14 February on: 46 of the 90 days; by month, February counts, of which 15 of 28 days are left."""
    shop = opening(PRORATED.format(by=by))
    shop.member("NEW", since="2026-02-14")
    shop.sold("NEW", ("2026-02-20", 70_000))
    # The rate stays 9,000 / 90,000 = 10 %, and twice that above the part of the quota.
    assert shop.pays("2026-Q1") == {"NEW": Decimal("0.1") * quota + Decimal("0.2") * (70_000 - quota)}


@pytest.mark.parametrize(("left", "months"), [("2026-02-14", 1), ("2026-02-15", 2)])
def test_a_month_counts_from_half_of_its_days_on(opening: Opening, left: str, months: int) -> None:
    shop = opening(PRORATED.format(by="month"))
    shop.member("OLD", left=left)
    shop.sold("OLD", ("2026-01-10", 70_000))
    quota = 30_000 * months
    assert shop.pays("2026-Q1") == {"OLD": Decimal("0.1") * quota + Decimal("0.2") * (70_000 - quota)}


def test_the_day_of_leaving_is_not_worked(opening: Opening) -> None:
    shop = opening('prorate = "day"\n[[pay]]\nfor = ["OLD"]\npays = 310\n')
    shop.member("OLD", left="2026-01-16")
    # 15 of 31 days.
    assert shop.pays("2026-01") == {"OLD": 150}


def test_who_takes_on_the_role_within_the_quarter_has_a_part_of_the_quota(opening: Opening) -> None:
    shop = opening(PRORATED.format(by="month"))
    shop.member("TIM", role="supervisor")
    shop.moves("TIM", on="2026-03-01", team="T", role="rep")
    shop.sold("TIM", ("2026-02-20", 50_000), ("2026-03-20", 40_000))
    # The sale as a supervisor does not count; 40,000 stand against a quota of 30,000.
    assert shop.pays("2026-Q1") == {"TIM": 3_000 + 2_000}


def test_a_fixed_bonus_and_its_cap_are_prorated(opening: Opening) -> None:
    shop = opening('prorate = "day"\nperiod = "quarter"\n[[pay]]\nfor = "rep"\npays = 900\n')
    shop.member("NEW", since="2026-03-23")
    # 9 of 90 days.
    assert shop.pays("2026-Q1")["NEW"] == 90


def test_without_proration_a_quota_holds_in_full(opening: Opening) -> None:
    shop = opening(PRORATED.replace('    prorate = "{by}"\n', "").format())
    shop.member("NEW", since="2026-03-31")
    shop.sold("NEW", ("2026-03-31", 70_000))
    assert shop.pays("2026-Q1") == {"NEW": 7_000}


WEIGHTED = """
    period = "{period}"
    quarter_weights = ["20 %", "25 %", "25 %", "30 %"]
    [[pay]]
    quota = 400000
    scheme = "slab"
    tiers = [{{from = "0 %", rate = "1 %"}}, {{from = "100 %", rate = "3 %"}}]
"""


@pytest.mark.parametrize(
    ("period", "day", "quota"), [("2026-Q1", "2026-03-31", 80), ("2026-Q4", "2026-10-01", 120)]
)
def test_a_quarter_has_its_weight_of_the_quota_of_the_year(
    opening: Opening, period: str, day: str, quota: int
) -> None:
    shop = opening(WEIGHTED.format(period="quarter"))
    shop.sold("ANN", (day, 130_000))
    assert shop.pays(period) == {"ANN": 10 * quota + 30 * (130 - quota)}


def test_a_month_has_a_third_of_the_weight_of_its_quarter(opening: Opening) -> None:
    shop = opening(WEIGHTED.format(period="month"))
    shop.sold("ANN", ("2026-12-31", 50_000))
    # A third of 120,000: 1 % of 40,000 and 3 % of 10,000.
    assert shop.pays("2026-12") == {"ANN": 400 + 300}


def test_a_quarter_has_its_weight_of_the_target_of_the_year(opening: Opening) -> None:
    shop = opening(
        'zero_quota = "refuse"\n' + WEIGHTED.format(period="quarter").replace("400000", '"won_amount"')
    )
    shop.target("ANN", "won_amount", "2026", 400_000)
    shop.sold("ANN", ("2026-03-31", 130_000))
    assert shop.pays("2026-Q1") == {"ANN": 800 + 1_500}


def attained(shop: Shop) -> dict[str, Decimal]:
    shop.sold("ANN", ("2026-01-10", 60_000))
    return shop.pays("2026-01")


def test_a_target_in_euros_is_a_quota_in_dollars(opening: Opening) -> None:
    shop = opening(TARGETED.format(rule="refuse").replace('"rep"', '["ANN"]'))
    shop.rate("EUR", "USD", "2026-01-01", 125, 100)
    shop.target("ANN", "won_amount", "2026-Q1", 40_000, currency="EUR")
    # The quota is 50,000.
    assert attained(shop) == {"ANN": 2_500 + 1_000}


def test_who_has_a_quota_of_zero_that_is_refused_has_no_figure(opening: Opening) -> None:
    shop = opening("""
        zero_quota = "refuse"
        [[pay]]
        quota = 1000
        target = 100
        scheme = "flat"
        [member.ANN]
        quota = 0
    """)
    shop.sold("ANN", ("2026-01-10", 500))
    shop.sold("BEN", ("2026-01-10", 500))
    found = shop.pay("2026-01")
    assert [each["member"] for each in found.without_figure] == ["ANN"]
    # Half of the target.
    assert shop.earned("BEN", "2026-01") == {"USD": 50}
