"""The direct channel: territories with dated assignment, coverage, and which deals suit own people."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import Platform, Refused
from dealwright_direct.records import Assignment
from dealwright_testing.deployments import MakePlatform

SETTINGS = """
[plugins.direct]
large_deal = "50000 USD"
small_deal = 500
industries = ["hospital", "clinic"]
families = ["imaging"]
"""


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    platform = make_platform(database_url, SETTINGS)
    for ref in ("ANN", "BEN"):
        platform.run("member.add", actor="admin", ref=ref, name=ref.title())
    platform.run("direct-territory.add", actor="admin", ref="NORTH", name="North")
    return platform


def assign(platform: Platform, member: str, since: str) -> Assignment:
    found = platform.run("direct.assign", actor="admin", ref="NORTH", member=member, since=since).value
    assert isinstance(found, Assignment)
    return found


def add_assignment(platform: Platform, since: str, until: str | None) -> None:
    platform.run(
        "direct-assignment.add", actor="admin", territory="NORTH", member="BEN", since=since, until=until
    )


def assignments(platform: Platform) -> list[Assignment]:
    with platform.session("guest") as session:
        return session.find(Assignment, order="since")


def test_a_new_assignment_ends_the_one_before(platform: Platform) -> None:
    assign(platform, "ANN", "2026-01-01")
    assign(platform, "BEN", "2026-04-01")
    first, second = assignments(platform)
    assert (first.since, first.until) == (date(2026, 1, 1), date(2026, 4, 1))
    assert (second.since, second.until) == (date(2026, 4, 1), None)


def test_a_territory_has_one_member_at_a_time(platform: Platform) -> None:
    assign(platform, "ANN", "2026-01-01")
    for since, until in [("2025-12-01", "2026-01-02"), ("2026-03-01", None)]:
        with pytest.raises(Refused, match="give one territory to two members"):
            add_assignment(platform, since, until)
    add_assignment(platform, "2025-12-01", "2026-01-01")
    assert len(assignments(platform)) == 2


def test_an_assignment_does_not_end_before_it_begins(platform: Platform) -> None:
    with pytest.raises(Refused, match="before it begins"):
        add_assignment(platform, "2026-01-01", "2026-01-01")


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["ANN", "BEN"]), DAYS), min_size=1, max_size=6))
def test_whatever_is_assigned_nobody_shares_a_day(
    sqlite_platform: Platform, wanted: list[tuple[str, date]]
) -> None:
    territory = sqlite_platform.run("direct-territory.add", actor="admin", name="any").value
    for member, since in wanted:
        try:
            sqlite_platform.run("direct.assign", actor="admin", ref=territory.ref, member=member, since=since)
        except Refused:
            continue
    with sqlite_platform.session("admin") as session:
        held = session.find(Assignment, territory=territory.id, order="since")
    assert held
    for before, after in itertools.pairwise(held):
        assert before.until is not None
        assert before.until <= after.since


@pytest.fixture
def sqlite_platform(make_platform: MakePlatform) -> Platform:
    platform = make_platform()
    for ref in ("ANN", "BEN"):
        platform.run("member.add", actor="admin", ref=ref, name=ref.title())
    return platform


def test_coverage_is_visited_among_assigned_customers(platform: Platform) -> None:
    for number in range(4):
        platform.run("customer.add", actor="admin", ref=f"C{number}", name=f"customer {number}")
        platform.run("direct-account.add", actor="admin", customer=f"C{number}", territory="NORTH")
    for kind, customer, day in [
        ("visit", "C0", "2026-01-31"),
        ("visit", "C0", "2026-01-05"),
        ("call", "C1", "2026-01-06"),
    ]:
        platform.run("activity.add", actor="admin", kind=kind, customer=customer, on=day)
    platform.run("activity.add", actor="admin", kind="visit", customer="C2", on="2026-02-01")
    january = platform.report("coverage", actor="guest", period="2026-01")
    assert january.rows == (("North", 4, 1, 250_000),)
    assert platform.report("coverage", actor="guest").rows == (("North", 4, 2, 500_000),)


def test_a_customer_lies_in_one_territory(platform: Platform) -> None:
    platform.run("customer.add", actor="admin", ref="ACME", name="Acme")
    platform.run("direct-account.add", actor="admin", customer="ACME", territory="NORTH")
    with pytest.raises(Refused, match="same customer"):
        platform.run("direct-account.add", actor="admin", customer="ACME", territory="NORTH")


@pytest.mark.parametrize(
    ("amount", "industry", "employees", "family", "points"),
    [
        ("50000 USD", "hospital", 500, "imaging", 30 + 20 + 10 + 25),
        ("49999.99 USD", "hospital", 499, "imaging", 20 + 25),
        ("499.99 USD", "retail", None, "gloves", -20),
        ("500 USD", "retail", 1, "gloves", 0),
    ],
)
def test_suitability_by_size_segment_and_product(
    platform: Platform, amount: str, industry: str, employees: int | None, family: str, points: int
) -> None:
    platform.run(
        "customer.add", actor="admin", ref="ACME", name="Acme", industry=industry, employees=employees
    )
    platform.run("product.add", actor="admin", ref="P", name="thing", family=family)
    deal = platform.run("opportunity.add", actor="admin", customer="ACME", amount=amount).value
    platform.run("opportunity-line.add", actor="admin", opportunity=deal.ref, product="P", amount=amount)
    (found,) = platform.run("channel.suggest", actor="guest", ref=deal.ref).value
    assert (found["channel"], found["points"]) == ("direct", points)
    assert all(line["reason"] for line in found["lines"])


def test_the_channel_is_listed(platform: Platform) -> None:
    assert platform.run("channel.list", actor="guest").value == [
        {"channel": "direct", "title": "Direct sales", "kind": "direct", "plugin": "direct"}
    ]


def test_two_main_positions_on_one_day_are_refused(platform: Platform) -> None:
    platform.run("team.add", actor="admin", ref="T", name="team")
    platform.run("position.add", actor="admin", member="ANN", team="T", since="2026-01-01")
    with pytest.raises(Refused, match="both main ones"):
        platform.run(
            "position.add", actor="admin", member="ANN", team="T", since=str(date(2026, 1, 1) + timedelta(9))
        )
    platform.run("position.add", actor="admin", member="ANN", team="T", main=False, since="2026-01-10")
    platform.run("position.add", actor="admin", member="ANN", team="T", until="2026-01-01")
