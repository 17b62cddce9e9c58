"""The funnel computed over columns: cell by cell what the database computes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import ChangingSession, Command, Opportunity, PluginError, Session, StageMove, Table, hookimpl
from dealwright_funnel import columnar
from dealwright_testing.deployments import MakePlatform
from tests.plugins.stories import DAYS, FIRST, HISTORIES, LAST, OPEN, Stories, Story, Told, a_deal, column

if TYPE_CHECKING:
    import polars

pl = pytest.importorskip("polars")
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEWER = settings(FEW, max_examples=4)  # each starts processes
SCHEMA = {"deal": pl.Int64, "stage": pl.Int64, "step": pl.Int64, "on": pl.Date}
SELECTIONS = st.fixed_dictionaries(
    {"actor": st.sampled_from(["admin", "ann", "ben"])},
    optional={
        "as_of": DAYS,
        "period": st.sampled_from(["2022", "2022-Q1", "2023"]),
        "where": st.sampled_from(["amount >= '100'", "owner.name == 'Ann' or stage == 'lost'"]),
    },
)


def framed(session: Session, *statements: "sa.Select[Any]") -> "list[polars.DataFrame]":
    """What `Session.frames` promises, by selecting: on both databases, and without processes."""
    found = []
    for each in statements:
        schema = {column.name: SCHEMA[column.name] for column in each.selected_columns}
        rows = [tuple(row) for row in session.select(each)]
        found.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return found


def backwards(session: Session, *statements: "sa.Select[Any]") -> "list[polars.DataFrame]":
    return [each.reverse() for each in framed(session, *statements)]


class Moves:
    """A plugin that stores moves in any order."""

    wanted: Sequence[tuple[int, int, str | None, str, date]] = ()

    @hookimpl
    def commands(self) -> Iterator[Command]:
        def store(session: ChangingSession, source: str) -> None:
            """Store moves of the deals of a source."""
            deals = [each.id for each in session.find(Opportunity, source=source, order="id")]
            for deal, number, before, stage, day in self.wanted:
                move = StageMove(
                    opportunity=deals[deal], sequence=number, from_stage=before, to_stage=stage, on=day
                )
                session.add(move)

        yield Command("moves.store", store)


@pytest.fixture
def moves() -> Moves:
    return Moves()


@pytest.fixture
def told(database_url: str, make_platform: MakePlatform, moves: Moves) -> Told:
    plugin = Stories()
    platform = make_platform(database_url, plugins=[("stories", plugin), ("moves", moves)])
    platform.run("stories.people", actor="admin")
    return Told(platform, plugin)


@st.composite
def tangles(draw: st.DrawFn) -> tuple[list[Story], list[tuple[int, int, str | None, str, date]]]:
    """Deals, and their moves in any order, with numbers left out, several on a day and later ones on earlier days."""
    stories = draw(HISTORIES)
    found = []
    for deal, story in enumerate(stories):
        before = story.left
        for number, (stage, day) in enumerate(story.moves, 1):
            if draw(st.integers(0, 9)):
                found.append((deal, number, before, stage, draw(st.sampled_from([day, FIRST, LAST]))))
            before = stage
    bare = [evolve(each, moves=(), stage=each.now, closed_on=each.closed) for each in stories]
    return bare, draw(st.permutations(found))


def ways(report: "Callable[[], Table]", monkeypatch: pytest.MonkeyPatch) -> list[Table]:
    """The report over columns: of all moves, and of those of the deals alone."""
    tables = []
    for wide in (0, 2):
        with monkeypatch.context() as patched:
            patched.setattr(columnar, "MANY", 0)
            patched.setattr(columnar, "WIDE", wide)
            tables.append(report())
    return tables


@FEW
@given(tangles(), SELECTIONS)
def test_over_columns_every_cell_is_the_same(
    told: Told, moves: Moves, monkeypatch: pytest.MonkeyPatch, tangle: Any, asked: dict[str, Any]
) -> None:
    stories, moves.wanted = tangle
    report = told.of(*stories)
    told.platform.run("moves.store", actor="admin", source=f"run {told.plugin.runs}")
    where = f"source == 'run {told.plugin.runs}'"
    if "where" in asked:
        asked = asked | {"where": f"({asked['where']}) and {where}"}
    monkeypatch.setattr(Session, "frames", framed)
    wanted = report("funnel", **asked)
    assert ways(lambda: report("funnel", **asked), monkeypatch) == [wanted] * 2


@FEWER
@given(HISTORIES, st.sampled_from(["admin", "ann"]), st.one_of(st.none(), DAYS))
def test_read_by_processes_every_cell_is_the_same(
    told: Told, monkeypatch: pytest.MonkeyPatch, stories: list[Story], actor: str, day: date | None
) -> None:
    report = told.of(*stories)
    asked: dict[str, Any] = {"actor": actor} | ({} if day is None else {"as_of": day})
    wanted = report("funnel", **asked)
    assert ways(lambda: report("funnel", **asked), monkeypatch) == [wanted] * 2


def test_moves_that_do_not_fit_into_one_number_are_sorted_by_their_columns(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = told.of(a_deal(*OPEN, "won"), a_deal("prospecting", "lost", "engaging", every=3))
    wanted = report("funnel")
    monkeypatch.setattr(Session, "frames", backwards)
    monkeypatch.setattr(columnar, "LARGEST", 0)
    assert ways(lambda: report("funnel"), monkeypatch) == [wanted] * 2


def test_few_deals_are_left_to_the_database(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(session: Session, *statements: object) -> None:
        raise AssertionError("a few deals were read as columns")

    report = told.of(a_deal(*OPEN), a_deal("prospecting"))
    monkeypatch.setattr(Session, "frames", refused)
    assert column(report("funnel"), "entered") == [2, 1, 1, 1, 0]
    monkeypatch.setattr(columnar, "MANY", 2)
    with pytest.raises(PluginError, match="a few deals"):
        report("funnel")


def test_where_nothing_can_be_read_as_columns_the_database_computes(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = told.of(a_deal(*OPEN))
    monkeypatch.setattr(columnar, "MANY", 0)
    monkeypatch.setattr(Session, "frames", lambda session, *statements: None)
    assert column(report("funnel"), "entered") == [1, 1, 1, 1, 0]
