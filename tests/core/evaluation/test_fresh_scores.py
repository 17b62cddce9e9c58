"""Scores that went stale are computed anew, just those; runs are kept, closed and compared."""

from typing import Any

import pytest
import sqlalchemy as sa

from dealwright import Platform, Refused, UsageError
from dealwright_core.store import results
from dealwright_testing.deployments import MakePlatform
from tests.core.evaluation.scored import Rules, add_deals

CONFIG = """
[schemes.leads]
subject = "opportunity"
where = "stage != 'engaging'"
keep = 3
rules = {deal-size = 1, segment = 1, model = 1}
"""
DEALS = [("hospital", "North", 90, 5_000_000, "fair", True), ("retail", None, 30, 700_003, None, False)] * 2


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    platform = make_platform(database_url, CONFIG, plugins=[("rules", Rules())])
    add_deals(platform, DEALS)
    return platform


def run(platform: Platform, command: str, **options: Any) -> Any:
    return platform.run(command, actor="admin", **options).value


def marks(platform: Platform) -> list[tuple[str, int]]:
    with platform.engine.connect() as connection:
        return [
            tuple(row)
            for row in connection.execute(sa.select(results.stale.c.kind, results.stale.c.record_id))
        ]


def test_just_what_changed_is_computed_anew(platform: Platform) -> None:
    first = run(platform, "evaluate", scheme="leads")
    assert (run(platform, "score", stale=True)[0]["computed"], marks(platform)) == (0, [])
    run(platform, "customer.change", ref="C-0", region="South")
    assert marks(platform) == []  # no rule reads it
    run(platform, "customer.change", ref="C-0", industry="retail")
    run(platform, "opportunity.change", ref="O-1", amount="50000 USD")
    run(platform, "opportunity.add", ref="O-NEW", customer="C-1")
    run(platform, "opportunity.advance", ref="O-2", to="engaging")
    done = run(platform, "score", stale=True)[0]
    assert (done["run"], done["computed"], done["subjects"], marks(platform)) == (first.run, 4, 4, [])
    again = run(platform, "evaluate", scheme="leads")
    assert done["digest"] == again.digest
    assert run(platform, "evaluation.diff", one=first.run, other=again.run) == []
    assert {each.ref for each in again.results} == {"O-0", "O-1", "O-3", "O-NEW"}


def test_a_changed_scheme_is_run_anew(platform: Platform, make_platform: MakePlatform) -> None:
    first = run(platform, "evaluate", scheme="leads")
    url = platform.engine.url.render_as_string(hide_password=False)
    config = CONFIG.replace("segment = 1", 'segment = "50 %"')
    other = make_platform(url, config, plugins=[("rules", Rules())])
    done = run(other, "score", stale=True)[0]
    assert (done["run"] != first.run, done["computed"]) == (True, 4)
    changes = run(other, "evaluation.diff", one=first.run, other=done["run"])
    assert [(each.ref, each.before - each.after, each.inputs_changed) for each in changes] == [
        ("O-0", 10, False), ("O-2", 10, False), ("O-1", -5, False), ("O-3", -5, False),
    ]  # fmt: skip
    assert [[line.name for line in each.lines] for each in changes] == [["segment"]] * 4
    assert "O-0 (O-0): 50 -> 40" in str(changes[0])


def test_so_many_runs_are_kept_and_closed_ones_for_good(platform: Platform) -> None:
    first = run(platform, "evaluate", scheme="leads").run
    assert run(platform, "evaluation.close", run=first)["state"] == "closed"
    last = [run(platform, "evaluate", scheme="leads").run for _ in range(4)][-1]
    kept = [each["run"] for each in run(platform, "evaluation.runs")]
    assert kept == [last, last - 1, last - 2, first]
    with platform.engine.connect() as connection:
        stored = connection.execute(sa.select(results.result.c.run).distinct()).scalars().all()
    assert sorted(stored) == sorted(kept)
    with pytest.raises(UsageError, match="there is no run 999; see: dealwright evaluation runs"):
        run(platform, "evaluation.close", run=999)


def test_a_key_gives_the_same_run_again(platform: Platform) -> None:
    first = platform.run("evaluate", actor="admin", key="once", scheme="leads")
    again = platform.run("evaluate", actor="admin", key="once", scheme="leads")
    assert (again.replayed, again.value["run"]) == (True, first.value.run)


def test_no_scheme_costs_no_mark(sqlite_url: str, make_platform: MakePlatform) -> None:
    platform = make_platform(sqlite_url, plugins=[("rules", Rules())])
    add_deals(platform, DEALS[:1])
    assert (platform.catalogue.plans.watched, marks(platform)) == ({}, [])
    with pytest.raises(Refused, match="may not"):
        platform.run("score", actor="guest", stale=True)
