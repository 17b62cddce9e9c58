"""Who leads, how scores are spread, and what changed: on runs of schemes over a few sellers."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import Customer, InvalidValue, Money, Platform, Table, UsageError
from dealwright_testing.deployments import MakePlatform

CONFIG = """
[records.sale]
on = "member"
[records.sale.fields]
amount = {type = "money"}
on = {type = "date"}

[measures.sold]
facts = "sale"
value = "amount"
on = "on"
[measures.sales]
facts = "sale"
aggregate = "count"
on = "on"

[schemes.sellers]
title = "Sellers"
subject = "member"
period = "quarter"
grades = {A = 100, B = 50, C = 0}
[schemes.sellers.measures]
sold = {target = "300 USD", weight = "50 %"}
sales = {target = 3, weight = "50 %"}
[[schemes.sellers.gates]]
measure = "sales"
below = "1 %"
grade = "idle"

[schemes.staff]
subject = "customer"
[schemes.staff.rules.size]
points = "coalesce(employees, 0)"
weight = "1/3"
[[schemes.staff.gates]]
when = "employees is None"
total = "none"
"""
SALES = (
    ("ANN", "2025-02-01", 300), ("BEN", "2025-02-02", 50), ("BEN", "2025-02-03", 50), ("ANN", "2025-05-01", 30),
    ("BEN", "2025-05-02", 300), ("BEN", "2025-05-03", 300), ("BEN", "2025-05-04", 300),
)  # fmt: skip


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Two quarters: Ben overtakes Ann; Eve sells nothing, and all are in a team that Ann leads."""
    make = MakePlatform(tmp_path_factory.mktemp("standings"))
    platform = make(config=CONFIG)
    assert platform.host.problems == ()

    def run(command: str, **given: Any) -> None:
        platform.run(command, actor="admin", **given)

    run("team.add", ref="ONE", name="One")
    for name, role in (("ANN", "supervisor"), ("BEN", "rep"), ("EVE", "rep")):
        run("member.add", ref=name, name=name.title(), login=name.lower())
        run("position.add", member=name, team="ONE", role=role, since="2025-01-01")
    for member, on, amount in SALES:
        run("sale.add", member=member, on=on, amount=f"{amount} USD")
    for period in ("2025-Q1", "2025-Q2"):
        run("evaluate", scheme="sellers", period=period)
    yield platform
    make.close()


def report(platform: Platform, name: str, actor: str = "admin", **asked: Any) -> Table:
    return platform.report(name, actor=actor, **asked)


def test_who_leads_and_where_they_stood_before(platform: Platform) -> None:
    table = report(platform, "leaderboard", scheme="sellers")
    assert [each.title for each in table.columns] == [
        "Rank", "Rank before", "Member", "Ref", "Points", "Grade", "Sold", "of target", "Sales", "of target",
    ]  # fmt: skip
    assert table.rows == (
        (1, 2, "Ben", "BEN", 2_000_000, "A", Money.parse("900 USD"), 3_000_000, 3, 1_000_000),
        (2, 1, "Ann", "ANN", 216_667, "C", Money.parse("30 USD"), 100_000, 1, 333_333),
        (3, 3, "Eve", "EVE", 0, "idle", Money.parse("0 USD"), 0, 0, 0),
    )
    assert table.note == "Sellers, 2025-Q2, run 2"


def test_before_the_first_period_nobody_stood_anywhere(platform: Platform) -> None:
    table = report(platform, "leaderboard", scheme="sellers", period="2025-Q1")
    assert "Rank before" not in [each.title for each in table.columns]
    assert [row[1] for row in table.rows] == ["Ann", "Ben", "Eve"]


def test_one_sees_oneself_among_all(platform: Platform) -> None:
    table = report(platform, "leaderboard", actor="ben", scheme="sellers", period="2025-Q1")
    assert [row[:3] for row in table.rows] == [(2, "Ben", "BEN")]
    assert table.note == "Sellers, 2025-Q1, run 1, 1 of 3"


def test_a_gate_has_its_own_grade_in_the_distribution(platform: Platform) -> None:
    table = report(platform, "score-distribution", scheme="sellers")
    assert table.rows == (
        ("A", 1_000_000, None, 1, 333_333), ("B", 500_000, 1_000_000, 0, 0), ("C", 0, 500_000, 1, 333_333),
        ("idle", None, None, 1, 333_333),
    )  # fmt: skip
    assert table.totals is not None
    assert table.totals[3:] == (3, 1_000_000)
    seen = report(platform, "score-distribution", actor="ben", scheme="sellers")
    assert [row[3] for row in seen.rows] == [1, 0, 0, 0]


def test_what_changed_names_the_lines_that_made_it(platform: Platform) -> None:
    table = report(platform, "what-changed", scheme="sellers")
    assert table.rows == (
        ("Ben", "BEN", 500_000, 2_000_000, 1_500_000, 2, 1, "Sold: 16.6667 -> 150; Sales: 33.3334 -> 50"),
        ("Ann", "ANN", 666_667, 216_667, -450_000, 1, 2, "Sold: 50 -> 5"),
    )
    assert table.note == "Sellers, 2025-Q1, run 1 -> Sellers, 2025-Q2, run 2"
    again = report(platform, "what-changed", scheme="sellers", before=2, after=1)
    assert [row[4] for row in again.rows] == [-1_500_000, 450_000]


def test_there_has_to_be_a_run_before(platform: Platform) -> None:
    with pytest.raises(UsageError, match="there is no run of sellers before run 1"):
        report(platform, "what-changed", scheme="sellers", after=1)
    with pytest.raises(UsageError, match="there is no run of sellers before run 2"):
        report(platform, "what-changed", scheme="sellers", period="2025-Q2")


def test_what_is_asked_wrongly_is_refused(platform: Platform) -> None:
    with pytest.raises(UsageError, match="there is no scheme 'seller', did you mean 'sellers'"):
        report(platform, "leaderboard", scheme="seller")
    with pytest.raises(UsageError, match="there is no run of sellers for 2025-Q3"):
        report(platform, "leaderboard", scheme="sellers", period="2025-Q3")
    with pytest.raises(InvalidValue, match="limit is -1"):
        report(platform, "leaderboard", scheme="sellers", limit=-1)
    with pytest.raises(InvalidValue, match="there are no 0 ranges"):
        report(platform, "score-distribution", scheme="sellers", ranges=0)


def test_the_only_scheme_that_was_run_need_not_be_named(make_platform: MakePlatform) -> None:
    platform = make_platform(config=CONFIG)
    for name in ("leaderboard", "score-distribution", "what-changed"):
        empty = report(platform, name)
        assert (empty.rows, empty.note[:19]) == ((), "No scheme was run; ")
    platform.run("member.add", actor="admin", name="Ann")
    platform.run("evaluate", actor="admin", scheme="sellers", period="2025-Q1")
    assert len(report(platform, "leaderboard").rows) == 1
    platform.run("evaluate", actor="admin", scheme="staff")
    with pytest.raises(UsageError, match="choose one with --scheme: sellers, staff"):
        report(platform, "leaderboard")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    sizes=st.lists(st.none() | st.integers(0, 999_999) | st.integers(0, 4), min_size=1, max_size=8),
    ranges=st.integers(1, 12),
)
def test_every_total_is_in_one_range_of_one_round_width(
    sizes: list[int | None], ranges: int, make_platform: MakePlatform, database_url: str
) -> None:
    platform = make_platform(database_url, CONFIG)
    with platform.session("admin") as session:
        before = session.find(Customer)
    for number, size in enumerate(sizes, len(before)):
        platform.run("customer.add", actor="admin", name=f"customer {number}", employees=size)
    platform.run("evaluate", actor="admin", scheme="staff")
    known = [each.employees for each in before] + sizes
    totals = [Fraction(each, 3) for each in known if each is not None]
    with platform.session("admin") as session:
        run = session.evaluations.run("staff")
        found = session.evaluations.spread(run, ranges)
    with_total = [each for each in found if each.lowest is not None and each.below is not None]
    assert len(with_total) <= ranges
    assert sum(each.subjects for each in found) == len(known)
    for each in with_total:
        assert each.lowest is not None
        assert each.below is not None
        assert each.subjects == sum(each.lowest <= total < each.below for total in totals)
    widths = {
        each.below - each.lowest for each in with_total if each.below is not None and each.lowest is not None
    }
    assert len(widths) <= 1
    for width in widths:
        assert Decimal(width.numerator / width.denominator).as_tuple().digits[0] in (1, 2, 5)
