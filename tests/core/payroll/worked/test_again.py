"""A period that is run again after something changed comes to what a run from the beginning comes to."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from dealwright import Contract, Customer, Money, Opportunity, Product
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

TEAM = '[[pay]]\nname = "override"\nfor = "manager"\ncredit = "team"\nrate = "1 %"\n'
FLAT = '[[pay]]\nrate = "10 %"\n'
TARGETED = """
zero_quota = "zero"
[[pay]]
quota = "won_amount"
scheme = "slab"
tiers = [{from = "100 %", rate = "10 %"}]
"""
CONDITION = f"{FLAT}where = \"customer.industry == 'health'\"\n"
MARGIN = '[[pay]]\nmeasure = "amount - deal_cost.cost"\nrate = "10 %"\n'
PIECES = '[[pay]]\nmeasure = "pieces"\nscheme = "flat"\neach = 2\n'
WINS = '[[pay]]\nfor = "rep"\nmeasure = "win_rate"\nscheme = "flat"\neach = 100\n'
GATED = '[[pay]]\nfor = "rep"\nrate = "10 %"\ngate = {measure = "win_rate", from = 0.5}\n'
NEW = '[[pay]]\nmeasure = "new_customers"\nscheme = "flat"\neach = 100\n'
SHARES = '[credit]\nshares = {owner = "90 %", manager = "10 %"}\n' + FLAT
OVERLAY = '[credit]\noverlay = {CAT = "50 %"}\n' + FLAT
ORDERS = "[credit]\nkinds = {order = 1}\n"
FAMILY = f'{ORDERS}{FLAT}weights = {{"product.family" = {{imaging = "150 %"}}}}\n'
RACE = '[[pay]]\nfor = "rep"\nrank = {prizes = [300, 200]}\n'
REPS = FLAT + 'for = "rep"\n'
FX = FLAT + 'currency = "EUR"\nfx = "period end"\n'
POOL = '[[pay]]\nfor = "rep"\nrate = "10 %"\npool = {by = "amount"}\n'
PRORATED = 'prorate = "day"\n[[pay]]\nfor = ["ANN"]\npays = 310\n'
ON_PAY = FLAT.replace("[[pay]]", '[[pay]]\nname = "own"\nfor = "rep"') + TEAM.replace(
    "rate", 'measure = "pay.own"\nrate'
)
SPLIT = '[credit]\nby_list = [["60 %", "40 %"]]\n' + FLAT
YEAR = """
[[pay]]
by = {window = "year"}
scheme = "whole"
tiers = [{from = 0, rate = "1 %"}, {from = 4000, rate = "5 %"}]
"""


def sells(shop: Shop) -> None:
    shop.sold("BEN", ("2026-01-20", 3_000, {"cost": 900, "lines": {"PUMP": 4}}))


def loses(shop: Shop) -> None:
    shop.sold("ANN", ("2026-01-20", 100, {"stage": "lost"}), ("2026-01-21", 100, {"stage": "lost"}))


def falls_through(shop: Shop) -> None:
    shop.change(Opportunity, "O-1", stage="lost")


def costs_more(shop: Shop) -> None:
    shop.change(Opportunity, "O-1", amount=Money.from_major(1_700, "USD"))


def changes_hands(shop: Shop) -> None:
    shop.change(Opportunity, "O-1", owner="CAT")


def has_another_cost(shop: Shop) -> None:
    shop.platform.run("deal-cost.change", actor="admin", ref="DC-1", cost="10 USD")


def is_won_later(shop: Shop) -> None:
    shop.change(Opportunity, "O-1", closed_on="2026-02-01")


def moves_away(shop: Shop) -> None:
    shop.team("SOUTH")
    shop.member("SAM", team="SOUTH", role="manager")
    shop.moves("ANN", on="2026-01-05", team="SOUTH")


def has_a_target(shop: Shop) -> None:
    shop.target("ANN", "won_amount", "2026-01", 500)


def is_in_health(shop: Shop) -> None:
    shop.change(Customer, "ACME", industry="health")


def is_imaging(shop: Shop) -> None:
    shop.change(Product, "MRI", family="imaging")


def is_refunded(shop: Shop) -> None:
    shop.fact("K-1", "refund", "2026-01-25", -400, reverses="TX-1")


def leaves(shop: Shop) -> None:
    shop.platform.run("member.leave", actor="admin", ref="ANN", on=date(2026, 1, 16), keep=True)


def gives_a_lost_deal_away(shop: Shop) -> None:
    """One of two that ANN lost; with it she won half of her deals, without it more."""
    shop.change(Opportunity, "O-LOST", owner="CAT")


def takes_over(shop: Shop) -> None:
    shop.member("EVE", team="T", role="manager")


def is_promoted(shop: Shop) -> None:
    shop.moves("ANN", on="2026-01-11", team="T", role="supervisor")


def changes_hands_with_its_contract(shop: Shop) -> None:
    shop.change(Contract, "K-1", owner="CAT")


def is_dearer(shop: Shop) -> None:
    shop.rate("EUR", "USD", "2026-01-31", 130, 100)


def has_a_cost(shop: Shop) -> None:
    shop.platform.run("deal-cost.add", actor="admin", opportunity="O-2", cost="10 USD")


def is_shared(shop: Shop) -> None:
    for number, member in enumerate(("BEN", "ANN"), 1):
        shop.platform.run("sales-split.add", actor="admin", opportunity="O-1", member=member, sequence=number)


def had_bought_before(shop: Shop) -> None:
    shop.sold("CAT", ("2025-12-31", 10))


Change = Callable[[Shop], None]
CASES: tuple[Any, ...] = (
    *((FLAT, each) for each in (sells, falls_through, costs_more, changes_hands, is_won_later, is_shared)),
    *((TEAM, each) for each in (sells, moves_away, takes_over)),
    *((SHARES, each) for each in (sells, moves_away, changes_hands)),
    *((ON_PAY, each) for each in (costs_more, moves_away)),
    *((RACE, each) for each in (sells, costs_more)),
    *((POOL, each) for each in (sells, falls_through)),
    *((WINS, each) for each in (loses, falls_through, gives_a_lost_deal_away)),
    (GATED.replace("0.5", "0.8"), gives_a_lost_deal_away),
    (TARGETED, has_a_target), (CONDITION, is_in_health), (MARGIN, has_another_cost), (PIECES, sells), (GATED, loses),
    (NEW, had_bought_before),
    (REPS, is_promoted), (ORDERS + FLAT, changes_hands_with_its_contract), (FX, is_dearer), (MARGIN, has_a_cost),
    (OVERLAY, sells), (FAMILY, is_imaging), (ORDERS + FLAT, is_refunded), (PRORATED, leaves),
    (SPLIT, is_shared), (YEAR, sells), (YEAR, costs_more),
)  # fmt: skip


def in_business(shop: Shop) -> Shop:
    """What was sold in January."""
    shop.rate("EUR", "USD", "2026-01-01", 110, 100)
    shop.sold("ANN", ("2026-01-10", 1_000, {"cost": 300, "lines": {"PUMP": 2}}), ("2026-01-11", 600))
    shop.sold("BEN", ("2026-01-12", 1_200, {"cost": 100}))
    shop.sold("ANN", ("2026-01-13", 100), currency="EUR")
    shop.sold("ANN", ("2026-01-14", 1, {"stage": "lost", "ref": "O-LOST"}))
    for member in ("ANN", "BEN"):
        shop.fact(shop.contract(member), "order", "2026-01-10", 1_000, product="MRI")
    return shop


def is_the_same_from_the_beginning(shop: Shop, period: str) -> bool:
    """Whether a run after a change is that of a period that was never run."""
    again = shop.pay(period)
    shop.platform.run("pay.discard", actor="admin", period=shop.label(period))
    anew = shop.pay(period)
    return (again.members, again.digest, again.uncredited) == (anew.members, anew.digest, anew.uncredited)


@pytest.mark.parametrize(("plan", "change"), CASES)
def test_a_run_after_a_change_is_a_run_from_the_beginning(
    opening: Opening, plan: str, change: Change
) -> None:
    shop = in_business(opening(plan))
    before = shop.pay("2026-01").digest
    change(shop)
    assert is_the_same_from_the_beginning(shop, "2026-01")
    assert shop.pay("2026-01").digest != before


@pytest.mark.parametrize(("plan", "change"), CASES)
def test_a_change_to_an_approved_month_is_found_in_the_next(
    opening: Opening, plan: str, change: Change
) -> None:
    shop = in_business(opening(plan))
    shop.settles("2026-01")
    shop.pay("2026-02")
    change(shop)
    assert is_the_same_from_the_beginning(shop, "2026-02")


def test_a_plan_that_changes_is_paid_again(opening: Opening) -> None:
    shop = in_business(opening(FLAT))
    shop.pay("2026-01")
    assert is_the_same_from_the_beginning(opening.again(FLAT.replace("10 %", "11 %")), "2026-01")


def test_a_plan_that_is_added_is_paid_beside_the_one_there_was(opening: Opening) -> None:
    shop = in_business(opening(FLAT))
    shop.pay("2026-01")
    assert is_the_same_from_the_beginning(opening.again(FLAT, 'name = "Race"\n' + RACE), "2026-01")


def test_a_plan_that_is_taken_away_pays_no_more(opening: Opening) -> None:
    shop = in_business(opening(FLAT, 'name = "Race"\n' + RACE))
    shop.pay("2026-01")
    assert is_the_same_from_the_beginning(opening.again(FLAT), "2026-01")


def test_who_had_no_figure_has_one_once_what_was_missing_is_there(opening: Opening) -> None:
    shop = in_business(opening(TARGETED.replace('zero"\n[[pay]]', 'refuse"\n[[pay]]\nfor = "rep"')))
    assert len(shop.pay("2026-01").without_figure) == 3
    has_a_target(shop)
    assert is_the_same_from_the_beginning(shop, "2026-01")
    assert len(shop.pay("2026-01").without_figure) == 2


def test_the_parts_that_others_need_change_nothing(opening: Opening) -> None:
    """A third of a booking needs thirds of a cent, for as long as it is there."""
    shop = opening('[credit]\nkinds = {order = 1, booking = "1/3"}\n' + FLAT)
    shop.fact(shop.contract("ANN"), "order", "2026-01-10", 1_000)
    shop.sold("BEN", ("2026-01-12", 100))
    shop.pay("2026-01")
    falls_through(shop)
    assert is_the_same_from_the_beginning(shop, "2026-01")
