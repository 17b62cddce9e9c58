"""Which rate costs a budget: the highest that does, looked for in real simulations."""

from decimal import Decimal

import pytest

from dealwright import Money, UsageError
from dealwright_core.payroll.trying.budgeting import BudgetSolved
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop
from tests.core.payroll.worked.test_solved import ENDED, FLAT, SLAB


def afford(
    shop: Shop, plan: str, budget: str, period: str, rate: str = "rate", actor: str = "admin"
) -> BudgetSolved:
    when = shop.label(period)
    found: BudgetSolved = shop.platform.run(
        "pay.solve", actor=actor, plan=plan, budget=budget, period=when, rate=rate
    ).value
    return found


CAPPED = 'name = "Capped"\n[[pay]]\nname = "a"\nrate = "2 %"\ncap = 300\n[[pay]]\nname = "b"\npays = 100\nfor = "rep"\n'
TIERS = 'name = "Tiers"\n' + SLAB.replace("[[pay]]", '[[pay]]\nname = "slab"')


def company(opening: Opening, plan: str) -> Shop:
    shop = opening(plan)
    shop.sold("ANN", ("2026-01-10", "3333.33"), ("2026-02-10", 7_000))
    shop.sold("BEN", ("2026-01-05", "1234.57"), ("2026-03-05", 9_000))
    return shop


@pytest.mark.parametrize(
    ("plan", "path", "budget"),
    [
        (FLAT, "rate", "1000"),
        (FLAT, "pay.pay.rate", "999.99"),
        (TIERS, "tiers", "1500"),
        (CAPPED, "rate", "1250.01"),
    ],
)
def test_the_rate_is_the_highest_that_the_budget_bears(
    opening: Opening, plan: str, path: str, budget: str
) -> None:
    name = "plan-1" if plan is FLAT else plan.splitlines()[0].split('"')[1]
    shop = company(opening, plan)
    found = afford(shop, name, budget, "2026-Q1", path)
    assert found.next_cost is not None
    assert found.cost <= Money.parse(f"{budget} USD") < found.next_cost
    rate, above = (Decimal(each.rstrip(" %")) for each in (found.rate, found.next_rate))
    assert above - rate == Decimal("0.0001")
    # The same as a draft that says this rate.
    if path != "tiers":
        key = 'rate = "3.7 %"' if plan is FLAT else 'rate = "2 %"'
        for said, cost in ((found.rate, found.cost), (found.next_rate, found.next_cost)):
            shop = company(opening, plan.replace(key, f'rate = "{said}"'))
            simulated = shop.platform.run(
                "pay.simulate", actor="admin", plan=name, period=shop.label("2026-Q1")
            )
            assert simulated.value.total.plan.cost == cost
    assert f"{found.rate} costs {found.cost}" in str(found)


def test_a_budget_of_what_a_plan_costs_gives_its_own_rate(opening: Opening) -> None:
    shop = company(opening, TIERS)
    cost = shop.platform.run(
        "pay.simulate", actor="admin", plan="Tiers", period=shop.label("2026-Q1")
    ).value.total.plan.cost
    found = afford(shop, "Tiers", str(cost), "2026-Q1", "tiers")
    assert Decimal(found.rate.rstrip(" %")) >= 100
    assert found.simulations < 12


@pytest.mark.parametrize(
    ("plan", "budget", "period", "path", "said"),
    [
        ("Capped", "600", "2026-Q1", "rate", "Capped costs 900.00 USD even with a rate of 0 in pay.a.rate"),
        (
            "Capped",
            "5000",
            "2026-Q1",
            "rate",
            "no rate in pay.a.rate costs 5000.00 USD: the most is 2100.00 USD",
        ),
        ("Capped", "-1", "2026-Q1", "rate", "-1 is below zero"),
        ("Capped", "5", "2026-Q1", "raet", "'raet' is no rate of a plan; did you mean 'rate'?"),
        (
            "Capped",
            "5",
            "2026-Q1",
            "pay.b.rate",
            "plan Capped has no pay.b.rate with a rate; there is pay.a.rate",
        ),
        ("Capped", "5", "2026-Q1", "tiers", "plan Capped has no tiers with a rate; there is pay.a.rate"),
        (
            "Twice",
            "5",
            "2026-Q1",
            "rate",
            "plan Twice has several pays with rate; there is pay.c.rate, pay.d.rate",
        ),
        ("Points", "5", "2026-Q1", "rate", "pay pay is not paid in money"),
        ("Lost", "5", "2026-Q1", "rate", "there is no plan 'Lost'"),
        (
            "Ended",
            "5",
            "2026-Q1",
            "rate",
            "plan Ended is valid from 2025-01-01 to 2025-12-31: on no day of 2026-Q1",
        ),
        ("Yearly", "5", "2026-Q1", "rate", "plan Yearly is paid by the year, and 2026-Q1 is no whole one"),
    ],
)
def test_budgets_that_no_rate_costs_are_refused(
    opening: Opening, plan: str, budget: str, period: str, path: str, said: str
) -> None:
    twice = 'name = "Twice"\n[[pay]]\nname = "c"\nrate = "2 %"\n[[pay]]\nname = "d"\nrate = "2 %"\n'
    points = 'name = "Points"\n[[pay]]\nrate = "2 %"\nunit = "points"\n'
    yearly = 'name = "Yearly"\nperiod = "year"\n[[pay]]\nrate = "2 %"\n'
    shop = opening(CAPPED, twice, points, ENDED, yearly)
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-02-10", 1_000), ("2026-03-10", 1_000))
    shop.sold("BEN", ("2026-02-10", 1_000))
    with pytest.raises(UsageError) as error:
        afford(shop, plan, budget, period, path)
    assert said in str(error.value)


def test_who_has_no_figure_costs_nothing_and_is_counted(opening: Opening) -> None:
    targeted = SLAB.replace("5000", '"won_amount"').replace("[[pay]]", '[[pay]]\nfor = "rep"')
    shop = company(opening, f'zero_quota = "refuse"\n{targeted}')
    shop.target("ANN", "won_amount", "2026-01", 1_000)
    found = afford(shop, "plan-1", "100", "2026-01", "tiers")
    assert found.without_figure == 2
    assert "2 members have no figure, and cost nothing here" in str(found)


def test_rates_are_written_as_they_were(opening: Opening) -> None:
    """A decimal stays one, a fraction too: a scheme may take one of them only."""
    for written in ('"5 %"', "0.05", '"1/20"'):
        shop = company(opening, FLAT.replace('"3.7 %"', written))
        assert afford(shop, "plan-1", "1000", "2026-Q1").rate == "4.8619 %"
