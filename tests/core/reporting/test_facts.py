"""Reports that put their own select together: the facts that a selection lets through, and their groups in order."""

from datetime import date
from typing import Any

import pytest

from dealwright import Facts, Platform, Selection, Session, UsageError
from dealwright_testing.deployments import MakePlatform


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    platform = make_platform(database_url)
    for name in ("Ann", "Ben"):
        platform.run("member.add", actor="admin", ref=name.upper(), name=name)
    for owner, amount, day in (
        ("BEN", "5 USD", "2026-01-31"),
        ("ANN", "7 USD", "2026-02-01"),
        (None, "9 USD", None),
    ):
        platform.run("opportunity.add", actor="admin", owner=owner, amount=amount, expected_close=day)
    return platform


def groups(session: Session, **asked: Any) -> list[tuple[str | None, list[int]]]:
    facts = Facts(session, "opportunity", Selection(**asked), on="expected_close")
    amount = facts.column("amount")
    rows = session.select(facts.select(amount.label("amount")).order_by(amount))
    return [(label, [row.amount for row in each]) for label, each in facts.groups(rows)]


def amounts(platform: Platform, **asked: Any) -> list[tuple[str | None, list[int]]]:
    with platform.session("guest") as session:
        return groups(session, **asked)


def test_links_are_grouped_by_name_and_what_has_none_comes_last(platform: Platform) -> None:
    assert amounts(platform, by="owner") == [("Ann", [700]), ("Ben", [500]), (None, [900])]


def test_periods_come_in_order(platform: Platform) -> None:
    assert amounts(platform, by="month") == [("2026-01", [500]), ("2026-02", [700]), (None, [900])]


def test_without_a_dimension_all_are_one_group(platform: Platform) -> None:
    assert amounts(platform) == [(None, [500, 700, 900])]


def test_period_and_condition_narrow_the_facts(platform: Platform) -> None:
    with platform.session("guest") as session:
        january = session.calendar.parse("2026-01")
        assert groups(session, period=january) == [(None, [500])]
        assert groups(session, where="amount > '6'") == [(None, [700, 900])]
        assert groups(session, where="amount > '6'", period=january) == []


def test_today_in_a_condition_is_the_day_as_of_which_a_report_is_made(platform: Platform) -> None:
    found = amounts(platform, where="days_since(expected_close) == 1", as_of=date(2026, 2, 2))
    assert found == [(None, [700])]


def test_an_unknown_dimension_or_condition_is_refused(platform: Platform) -> None:
    with pytest.raises(UsageError, match="did you mean 'owner'"):
        amounts(platform, by="ownr")
    with pytest.raises(UsageError, match="amuont"):
        amounts(platform, where="amuont > '6'")
