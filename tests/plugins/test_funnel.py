"""Won value, win rate and pipeline, checked against sums made by hand and against each other."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import (
    ChangingSession,
    Command,
    Customer,
    Member,
    Money,
    Opportunity,
    OpportunityLine,
    Platform,
    Position,
    Product,
    Team,
    UsageError,
    hookimpl,
)
from dealwright_testing.deployments import MakePlatform

Deal = tuple[str, int | None, str, date | None]


class Deals:
    """A plugin that stores deals as a test wants them."""

    wanted: list[Deal] = []  # noqa: RUF012  # set by each test

    @hookimpl
    def commands(self) -> Iterator[Command]:
        def store(session: ChangingSession) -> int:
            """Store them."""
            teams = {
                name: session.add(Team(name=name, kind=kind)).id
                for name, kind in (("East", "region"), ("West", "region"))
            }
            squads = {name: session.add(Team(name=f"{name} 1", parent=id)).id for name, id in teams.items()}
            people = {}
            for name, team in (("Ann", "East"), ("Ben", "West")):
                people[name] = session.add(Member(name=name)).id
                session.add(Position(member=people[name], team=squads[team], until=date(2026, 7, 1)))
                other = squads["West" if team == "East" else "East"]
                session.add(Position(member=people[name], team=other, since=date(2026, 7, 1)))
            customer = session.add(Customer(name="Acme", industry="medical")).id
            for stage, minor, owner, closed in self.wanted:
                session.add(
                    Opportunity(
                        stage=stage, amount=None if minor is None else Money(minor, "USD"), owner=people[owner],
                        customer=customer, closed_on=closed, probability=333_333,
                    )
                )  # fmt: skip
            return len(self.wanted)

        yield Command("deals.store", store)


def stored(platform: Platform, deals: list[Deal]) -> Platform:
    Deals.wanted = deals
    platform.run("deals.store", actor="admin")
    return platform


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    return make_platform(database_url, plugins=[("deals", Deals())])


def rows(platform: Platform, report: str, **given: Any) -> dict[str | None, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in platform.report(report, actor="guest", **given).rows}


DEALS: list[Deal] = [
    ("won", 10_000, "Ann", date(2026, 6, 30)),
    ("won", 20_000, "Ann", date(2026, 7, 1)),
    ("won", 5, "Ben", date(2026, 1, 1)),
    ("lost", 700, "Ben", date(2026, 1, 2)),
    ("disqualified", 900, "Ben", date(2026, 1, 3)),
    ("engaging", 100, "Ann", None),
    ("engaging", None, "Ben", None),
]


def test_won_counts_for_the_region_the_owner_was_in_on_that_day(platform: Platform) -> None:
    stored(platform, DEALS)
    assert rows(platform, "won", by="region") == {
        "East": (Money(10_000, "USD"), 1),
        "West": (Money(20_005, "USD"), 2),
    }
    assert rows(platform, "won", by="team") == {
        "East 1": (Money(10_000, "USD"), 1),
        "West 1": (Money(20_005, "USD"), 2),
    }


def test_periods_come_in_order_and_hold_their_deals(platform: Platform) -> None:
    stored(platform, DEALS)
    assert list(rows(platform, "won", by="quarter")) == ["2026-Q1", "2026-Q2", "2026-Q3"]
    assert rows(platform, "won", by="month")["2026-06"] == (Money(10_000, "USD"), 1)
    assert rows(platform, "won", by="owner", period="2026-Q3") == {"Ann": (Money(20_000, "USD"), 1)}


def test_win_rate_leaves_disqualified_deals_out(platform: Platform) -> None:
    stored(platform, DEALS)
    assert rows(platform, "win-rate", by="owner") == {"Ann": (2, 0, 1_000_000), "Ben": (1, 1, 500_000)}


def test_the_pipeline_weighs_and_tells_what_has_no_amount(platform: Platform) -> None:
    stored(platform, DEALS)
    assert rows(platform, "pipeline", by="stage") == {"engaging": (2, Money(100, "USD"), Money(33, "USD"), 1)}
    assert rows(platform, "pipeline", by="customer.industry")["medical"][0] == 2


def test_by_product_sums_the_lines_and_counts_a_deal_once(platform: Platform) -> None:
    platform.run("customer.add", actor="admin", ref="ACME", name="Acme")
    for ref in ("A", "B"):
        platform.run("product.add", actor="admin", ref=ref, name=f"product {ref}", family="x")
    deal = platform.run("opportunity.add", actor="admin", customer="ACME", amount="30 USD").value
    for product, amount in (("A", "10 USD"), ("A", "5 USD"), ("B", "15 USD")):
        platform.run(
            "opportunity-line.add", actor="admin", opportunity=deal.ref, product=product, amount=amount
        )
    platform.run("opportunity.advance", actor="admin", ref=deal.ref, to="engaging")
    platform.run("opportunity.advance", actor="admin", ref=deal.ref, to="won")
    table = platform.report("won", actor="admin", by="product")
    assert table.rows == (
        ("product A", Money.parse("15 USD"), 1),
        ("product B", Money.parse("15 USD"), 1),
    )
    assert table.totals == ("Total", Money.parse("30 USD"), 1)
    assert rows(platform, "won", by="product.family") == {"x": (Money.parse("30 USD"), 1)}


def test_an_unknown_dimension_names_what_there_is(platform: Platform) -> None:
    with pytest.raises(UsageError, match="did you mean 'owner'"):
        platform.report("won", actor="admin", by="ownr")


MONEY = st.one_of(st.none(), st.integers(-(10**12), 10**12))
STAGES = st.sampled_from(["prospecting", "engaging", "won", "lost", "disqualified"])
ANY_DEAL = st.tuples(
    STAGES, MONEY, st.sampled_from(["Ann", "Ben"]), st.dates(date(2025, 1, 1), date(2026, 12, 31))
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY_DEAL, max_size=12))
def test_every_breakdown_sums_to_the_same_total(fresh: "Iterator[Platform]", deals: list[Deal]) -> None:
    platform = stored(next(fresh), deals)
    won = [minor or 0 for stage, minor, _, _ in deals if stage == "won"]
    for by in ("owner", "region", "team", "month", "quarter", "year", "stage", "customer.industry"):
        table = platform.report("won", actor="admin", by=by)
        assert table.totals == ("Total", Money(sum(won), "USD"), len(won))
        assert sum(row[1].minor for row in table.rows) == sum(won)
        assert sum(row[2] for row in table.rows) == len(won)
    pipeline = platform.report("pipeline", actor="admin").totals
    assert pipeline is not None
    still_open = [minor or 0 for stage, minor, _, _ in deals if stage in ("prospecting", "engaging")]
    exact = Fraction(sum(still_open) * 333_333, 1_000_000)
    assert abs(pipeline[3].minor - exact) <= Fraction(1, 2)


@pytest.fixture
def fresh(make_platform: MakePlatform, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Platform]":
    def platforms() -> Iterator[Platform]:
        while True:
            folder = tmp_path_factory.mktemp("deals")
            yield make_platform(f"sqlite:///{folder / 'deals.db'}", plugins=[("deals", Deals())])

    return platforms()


def test_lines_of_won_deals_are_measured(platform: Platform) -> None:
    with platform.session("admin") as session:
        known = session.contributions.measures
        assert known["won_amount"].item.facts == "opportunity"
        assert known["won_amount_by_line"].item.facts == "opportunity_line"
        assert {OpportunityLine, Product} <= {kind.cls for kind in platform.catalogue.kinds.values()}
