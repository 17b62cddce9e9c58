"""What the host offers for a report's selection, and what a breakdown does with it."""

from datetime import date
from typing import Annotated, Any

import pytest

from dealwright import (
    InvalidValue,
    Measure,
    Period,
    Platform,
    Report,
    Selection,
    Session,
    Table,
    UsageError,
    breakdown,
    fields,
    hookimpl,
)
from dealwright_core.commands.signature import parameters
from dealwright_testing.deployments import MakePlatform

DEAL = fields("opportunity")
COUNT = Measure("deals", "Deals", facts="opportunity", on="expected_close", aggregate="count")
SEEN: list[Selection] = []


def seen(session: Session, selection: Selection = Selection(by="owner", where="amount > 0")) -> Table:
    """Keep what was asked for."""
    SEEN.append(selection)
    return Table((), ())


def whole(session: Session, *, selection: Selection, most: int = 3) -> Table:
    """The same without a dimension."""
    return seen(session, selection)


class Seeing:
    """A plugin with both."""

    @hookimpl
    def reports(self) -> list[Report]:
        return [Report("seen", seen), Report("whole", whole)]


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    platform = make_platform(database_url, plugins=[("seeing", Seeing())])
    for day, source, amount in (
        ("2026-01-31", "web", "5 USD"),
        ("2026-02-01", "fair", "70 USD"),
        (None, "web", None),
    ):
        platform.run("opportunity.add", actor="admin", expected_close=day, source=source, amount=amount)
    return platform


def figures(platform: Platform, **asked: Any) -> dict[str | None, int]:
    with platform.session("guest") as session:
        found = breakdown(session, [COUNT], selection=Selection(**asked))
    return {each.label: each.figures[0] for each in found.groups}


def asked(platform: Platform, report: str, **given: Any) -> Selection:
    platform.report(report, actor="guest", **given)
    return SEEN.pop()


def test_a_selection_is_offered_as_its_four_parts() -> None:
    assert [(each.name, each.default) for each in parameters(seen)] == [
        ("by", "owner"), ("period", None), ("where", "amount > 0"), ("as_of", None),
    ]  # fmt: skip


def test_a_report_without_a_dimension_is_not_offered_one() -> None:
    assert [each.name for each in parameters(whole)] == ["period", "where", "as_of", "most"]


def test_what_was_asked_comes_as_one_selection(platform: Platform) -> None:
    first = Period(date(2026, 1, 1), date(2026, 4, 1), "2026-Q1")
    given = asked(platform, "seen", by="source", period="2026-Q1", where="amount > 1", as_of="2026-03-01")
    assert given == Selection("source", first, "amount > 1", date(2026, 3, 1))


def test_what_was_not_asked_is_as_the_report_says(platform: Platform) -> None:
    assert asked(platform, "seen", by="source") == Selection("source", where="amount > 0")
    assert asked(platform, "seen", by=None, where=None) == Selection("owner", where="amount > 0")
    assert asked(platform, "whole") == Selection()


def test_a_wrong_part_is_refused_by_its_name(platform: Platform) -> None:
    with pytest.raises(UsageError, match="period: '2026-Q5' is not a period"):
        platform.report("seen", actor="guest", period="2026-Q5")
    with pytest.raises(UsageError, match="no parameter 'selection'"):
        platform.report("seen", actor="guest", selection=Selection())


def test_a_parameter_with_the_name_of_a_part_is_refused() -> None:
    def twice(session: Session, selection: Selection, where: Annotated[str, "where"] = "") -> None: ...

    with pytest.raises(InvalidValue, match="'where' is a part of its selection, too"):
        parameters(twice)


def test_a_condition_keeps_the_facts_for_which_it_is_true(platform: Platform) -> None:
    assert figures(platform, by="source", where="amount >= '5'") == {"fair": 1, "web": 1}
    assert figures(platform, by="source", where="opportunity.amount is None") == {"web": 1}


def test_what_is_dated_later_does_not_count(platform: Platform) -> None:
    assert figures(platform, by="source", as_of=date(2026, 1, 31)) == {"web": 1}
    assert figures(platform, by="source", as_of=date(2026, 2, 1)) == {"fair": 1, "web": 1}
    assert figures(platform, by="source", as_of=date(2025, 1, 1)) == {}


def test_today_in_a_condition_is_the_day_of_the_report(platform: Platform) -> None:
    where = "expected_close == today"
    assert figures(platform, by="source", where=where, as_of=date(2026, 2, 1)) == {"fair": 1}
    assert figures(platform, by="source", where=where) == {}


def test_a_misspelt_condition_is_refused_with_the_nearest(platform: Platform) -> None:
    with pytest.raises(UsageError, match="did you mean 'amount'"):
        figures(platform, by="source", where="amuont > 1")


def test_the_pipeline_of_another_day_is_refused(platform: Platform) -> None:
    with pytest.raises(UsageError, match="pipeline shows deals as they stand today, not on 2026-01-31"):
        platform.report("pipeline", actor="admin", as_of="2026-01-31")
