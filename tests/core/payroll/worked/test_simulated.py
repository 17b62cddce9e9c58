"""What a simulation says is what real runs of the same plan pay, pay period by pay period."""

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.payroll.worked.adjustments import adjust
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import REPS
from tests.core.payroll.worked.trials import (
    BY_ORDERS,
    CAP,
    DRAW,
    OVERRIDE,
    PLANS,
    QUARTER,
    RACE,
    RELEASE,
    YEAR_TO_DATE,
    history,
    runs,
    simulations,
)


def test_every_month_earns_and_pays_what_a_run_does(opening: Opening) -> None:
    shop = history(opening(*(f'name = "{name}"\n{plan}' for name, plan in PLANS.items())))
    adjust(shop, "ANN", "77.77", "2026-02-03", plan="flat")
    adjust(shop, "BEN", "-20", "2026-02-20", plan="ended")
    said, paid = simulations(shop), runs(shop)
    for name in PLANS:
        assert (name, said[name]) == (name, paid[name])
    assert said["draw"] != said["flat"] != said["cap"]


def test_who_changes_teams_takes_the_override_along(opening: Opening) -> None:
    shop = opening(OVERRIDE)
    shop.team("SOUTH")
    shop.member("SAM", team="SOUTH", role="manager")
    shop.moves("ANN", on="2026-02-10", team="SOUTH")
    said = simulations(history(shop))
    assert said == runs(shop)
    assert {"MAX", "SAM"} <= said["plan-1"][1].keys()


SALES = st.lists(
    st.tuples(st.sampled_from(REPS), st.integers(1, 3), st.integers(1, 28), st.integers(100, 600_000)),
    min_size=1,
    max_size=5,
)
REFUNDS = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3), st.sampled_from([2, 3])), max_size=2)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    plan=st.sampled_from(
        [each + BY_ORDERS for each in (DRAW, CAP, RELEASE, QUARTER, OVERRIDE, YEAR_TO_DATE)]
    ),
    sales=SALES,
    refunds=REFUNDS,
)
def test_a_simulation_of_any_history_is_what_runs_pay(
    opening: Opening, plan: str, sales: list[tuple[str, int, int, int]], refunds: list[tuple[int, int, int]]
) -> None:
    shop = opening(plan)
    contracts = {each: shop.contract(each) for each in REPS}
    orders = []
    for owner, month, day, cents in sales:
        on, amount = f"2026-0{month}-{day:02}", str(Decimal(cents) / 100)
        orders.append((contracts[owner], shop.fact(contracts[owner], "order", on, amount), month, cents))
    for at, month, part in refunds:
        contract, order, sold, cents = orders[at % len(orders)]
        on = f"2026-0{max(month, sold)}-28"
        shop.fact(contract, "refund", on, str(Decimal(-cents // part) / 100), reverses=order)
    paid = runs(shop)
    assert simulations(shop) == (paid or {"plan-1": [{}, {}, {}]})


# Drafts beside what is in force.


def test_simulations_say_the_same_on_either_database(opening: Opening, opening_anywhere: Any) -> None:
    shop = history(opening_anywhere(OVERRIDE + RACE))
    assert simulations(shop) == simulations(history(opening(OVERRIDE + RACE)))
