"""Schemes of measures are run again for the period of their latest run where facts, targets or members changed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dealwright import Measure, Platform, fields, hookimpl
from dealwright_core.store import results
from dealwright_testing.deployments import MakePlatform

CONFIG = """
[schemes.sellers]
subject = "member"
period = "quarter"
[schemes.sellers.measures.won]
zero_target = "zero"

[schemes.teams]
subject = "team"
period = "quarter"
[schemes.teams.measures.won]
target = 1000

[schemes.reps]
subject = "member"
roles = ["rep"]
period = "quarter"
[schemes.reps.measures.won]
"""
ALL = ("sellers", "teams", "reps")
PERIOD = "2025-Q1"


class Measures:
    @hookimpl
    def measures(self) -> Iterator[Measure]:
        deal = fields("opportunity")
        yield Measure(
            "won", "Won", facts="opportunity", on="opened_on", value=deal.amount, where=deal.source == "fair"
        )


@pytest.fixture
def platform(sqlite_url: str, make_platform: MakePlatform) -> Platform:
    return prepared(make_platform(sqlite_url, CONFIG, plugins=[("measured", Measures())]))


@pytest.fixture
def on_each(database_url: str, make_platform: MakePlatform) -> Platform:
    return prepared(make_platform(database_url, CONFIG, plugins=[("measured", Measures())]))


def prepared(platform: Platform) -> Platform:
    assert platform.host.problems == ()
    run(platform, "team.add", ref="ONE", name="One")
    run(platform, "team.add", ref="TWO", name="Two")
    for name, role in (("ANN", "rep"), ("BEN", "supervisor")):
        run(platform, "member.add", ref=name, name=name, login=name.lower())
        run(platform, "position.add", ref=f"P-{name}", member=name, team="ONE", role=role)
        deal = {"source": "fair", "opened_on": "2025-02-01"}
        run(platform, "opportunity.add", ref=f"O-{name}", owner=name, amount="50 USD", **deal)
        target = {"measure": "won", "period": PERIOD}
        run(platform, "target.add", ref=f"T-{name}", member=name, amount="100 USD", **target)
    for scheme in ALL:
        run(platform, "evaluate", scheme=scheme, period=PERIOD)
    refreshed(platform)
    return platform


def run(platform: Platform, command: str, **given: Any) -> Any:
    return platform.run(command, actor="admin", **given).value


def refreshed(platform: Platform) -> list[str]:
    """The schemes of which `score --stale` made a new run."""
    before = {each["run"] for each in run(platform, "evaluation.runs")}
    done = run(platform, "score", stale=True)
    assert all(each["period"] == PERIOD for each in done)
    new = [each["scheme"] for each in done if each["run"] not in before]
    assert new == [each["scheme"] for each in done if each["computed"]]
    assert marks(platform) == set() or any(each["refused"] for each in done)
    return new


def marks(platform: Platform) -> set[str]:
    with platform.engine.connect() as connection:
        return set(connection.execute(sa.select(results.stale.c.kind)).scalars())


def totals(platform: Platform, scheme: str) -> dict[str, Any]:
    return {each.ref: each.total for each in run(platform, "evaluation.list", scheme=scheme).results}


def test_a_changed_fact_is_counted_anew(platform: Platform) -> None:
    assert (totals(platform, "sellers"), refreshed(platform)) == ({"ANN": 50, "BEN": 50}, [])
    run(platform, "opportunity.change", ref="O-BEN", amount="80 USD")
    assert marks(platform) == {"opportunity"}
    assert refreshed(platform) == ["sellers", "teams"]
    assert (totals(platform, "sellers"), refreshed(platform)) == ({"ANN": 50, "BEN": 80}, [])
    run(platform, "opportunity.change", ref="O-ANN", amount="70 USD")
    assert refreshed(platform) == list(ALL)


def test_what_no_measure_reads_marks_nothing(platform: Platform) -> None:
    run(platform, "opportunity.change", ref="O-BEN", expected_close="2026-01-01")
    run(platform, "member.change", ref="BEN", name="Benjamin")
    run(platform, "position.change", ref="P-BEN", member="BEN")
    run(platform, "customer.add", name="Acme")
    assert marks(platform) == set()


def test_a_run_that_would_find_the_same_is_not_kept(platform: Platform) -> None:
    """A fact of another period marks, too; the runs that are there stand, and none of those to be kept is lost."""
    count = len(run(platform, "evaluation.runs"))
    run(platform, "opportunity.add", owner="ANN", amount="9 USD", source="fair", opened_on="2025-06-01")
    assert (marks(platform), refreshed(platform)) == ({"opportunity"}, [])
    assert len(run(platform, "evaluation.runs")) == count
    with platform.engine.connect() as connection:
        stored = connection.execute(sa.select(results.result.c.run).distinct()).scalars().all()
    assert len(stored) == count


def test_a_target_a_new_member_and_a_move_count(on_each: Platform) -> None:
    run(on_each, "target.change", ref="T-ANN", amount="200 USD")
    assert (marks(on_each), refreshed(on_each)) == ({"target"}, ["sellers", "reps"])
    assert totals(on_each, "sellers")["ANN"] == 25
    run(on_each, "member.add", ref="CID", name="Cid")
    assert (marks(on_each), refreshed(on_each)) == ({"member"}, ["sellers"])
    assert totals(on_each, "sellers")["CID"] == 0
    run(on_each, "position.change", ref="P-ANN", team="TWO")
    assert (marks(on_each), refreshed(on_each)) == ({"position"}, ["teams", "reps"])
    assert totals(on_each, "teams") == {"ONE": 5, "TWO": 5}
    run(on_each, "position.change", ref="P-BEN", role="rep")
    assert (refreshed(on_each), totals(on_each, "reps")) == (["reps"], {"ANN": 25, "BEN": 50})
    run(on_each, "team.change", ref="TWO", parent="ONE")
    assert (refreshed(on_each), totals(on_each, "teams")) == (["teams"], {"ONE": 10, "TWO": 5})


def test_a_closed_period_stands(platform: Platform) -> None:
    (closed,) = (each["run"] for each in run(platform, "evaluation.runs", scheme="sellers")[:1])
    run(platform, "evaluation.close", run=closed)
    run(platform, "opportunity.change", ref="O-ANN", amount="80 USD")
    assert refreshed(platform) == ["teams", "reps"]
    assert totals(platform, "sellers") == {"ANN": 50, "BEN": 50}


def test_what_is_refused_is_told_stays_marked_and_keeps_no_other_scheme(platform: Platform) -> None:
    """A new rep has no target, which scheme reps asks for."""
    run(platform, "member.add", ref="CID", name="Cid")
    run(platform, "position.add", member="CID", team="ONE", role="rep")
    done = {each["scheme"]: each for each in run(platform, "score", stale=True)}
    assert (done["sellers"]["computed"], done["sellers"]["refused"]) == (3, None)
    assert "1 of the subjects (CID) have no target above zero for measure won" in done["reps"]["refused"]
    assert totals(platform, "reps") == {"ANN": 50}
    assert marks(platform) == {"member", "position"}
    run(
        platform,
        "target.add",
        measure="won",
        period=PERIOD,
        member="CID",
        amount="1 USD",
    )
    assert "reps" in refreshed(platform)
    assert totals(platform, "reps") == {"ANN": 50, "CID": 0}


def test_a_period_that_goes_on_is_looked_at_every_day(
    platform: Platform, make_platform: MakePlatform
) -> None:
    with platform.session("admin") as session:
        today = session.today
        period = session.calendar.containing(today, "quarter")
    run(platform, "evaluate", scheme="sellers", period=period.label)
    deal = {"source": "fair", "opened_on": today}
    run(platform, "opportunity.add", owner="ANN", amount="50 USD", **deal)
    writing = platform.engine.execution_options(dealwright_writes=True)
    with writing.connect() as connection, connection.begin():
        connection.execute(sa.delete(results.stale))
        ran = sa.update(results.run).where(results.run.c.period == period.label)
        connection.execute(ran.values(as_of=period.start - timedelta(days=1)))
    done = {each["scheme"]: each for each in run(platform, "score", stale=True)}
    assert (done["sellers"]["period"], done["sellers"]["computed"]) == (period.label, 2)
