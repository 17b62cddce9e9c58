"""Whatever is merged into what: the totals of every report stay, and so does every history."""

import random
from typing import Any

import pytest

from dealwright import Platform, Table
from dealwright_core.journal.verify import verify
from dealwright_core.store.engine import reading
from tests.core.likeness.market import REPS, Market

# The columns that count customers, of whom there are fewer after a merge.
OF_CUSTOMERS = {"segments": ("customers",)}
WAYS = (("engaging",), ("negotiation", "won"), ("lost",))


def fill(market: Market, dice: random.Random) -> None:
    """Customers with deals, visits and contracts."""
    market.run("direct-territory.add", ref="TR", name="all of it")
    for n in range(12):
        ref = f"C{n}"
        market.customer(
            f"firm {n:02}", ref=ref, owner=dice.choice(REPS), region=dice.choice(("N", "S", None))
        )
        if n % 3 == 0:
            market.run("direct-account.add", customer=ref, territory="TR")
        for _ in range(dice.randrange(3)):
            deal = market.run("opportunity.add", customer=ref, amount=f"{dice.randrange(900)} USD").ref
            if dice.random() < 0.7:
                for stage in dice.choice(WAYS):
                    market.run("opportunity.advance", ref=deal, to=stage)
        market.run("contract.add", customer=ref, amount="7 USD")


def totals(platform: Platform) -> dict[str, Any]:
    """The last row, or the sums of the columns, of every report."""
    found = {}
    for name in platform.host.registry.reports:
        table: Table = platform.report(name, actor="admin")
        shown = [
            at for at, column in enumerate(table.columns) if column.name not in OF_CUSTOMERS.get(name, ())
        ]
        found[name] = [table.totals[at] for at in shown] if table.totals else len(table.rows)
    return found


def ref_of(market: Market, customer: int) -> str:
    ref: str = market.get(customer).ref
    return ref


def histories(platform: Platform) -> dict[tuple[str, str], list[Any]]:
    with platform.session("admin") as session:
        return {
            (kind, each.ref): [event.hash for event in session.history(kind, each.id)]
            for kind in session.kinds
            for each in session.find(kind)
        }


@pytest.mark.parametrize("seed", range(3))
def test_the_sums_of_every_report_and_every_history_stay(market: Market, seed: int) -> None:
    dice = random.Random(seed)
    fill(market, dice)
    sums, known = totals(market.platform), histories(market.platform)
    assert {"won", "pipeline", "win-rate", "coverage"} <= set(sums)
    standing = [f"C{n}" for n in range(12)]
    for _ in range(7):
        merged, survivor = dice.sample(standing, 2)
        refs = {ref_of(market, each.customer): each.ref for each in market.found("direct_account")}
        both = (refs[survivor],) if {merged, survivor} <= set(refs) else ()
        market.run("customer.merge", ref=merged, into=survivor, keep=both)
        standing.remove(merged)
        assert totals(market.platform) == sums
    after = histories(market.platform)
    assert after.keys() == known.keys()
    assert all(after[each][: len(events)] == events for each, events in known.items())
    with reading(market.platform.engine) as connection:
        assert verify(connection, market.platform.catalogue).faults == ()
