"""What fails in a run is listed with its plugin, as what fails anywhere else at work."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from dealwright import Combiner, Platform, PluginError, ScoringRule, fields, hookimpl
from dealwright_core.evaluation.combining import Combining
from dealwright_core.evaluation.statement import RunStatement
from dealwright_testing.deployments import MakePlatform
from tests.core.evaluation.scored import Rules, add_deals

CONFIG = """
[schemes.mixed]
subject = "opportunity"
rules = {deal-size = 1, model-of-ours = 1}

[schemes.one]
subject = "opportunity"
combine = "first"
rules = {deal-size = 1}

[schemes.plain]
subject = "opportunity"
rules = {deal-size = 1, segment = 1}
"""
DEALS = [("hospital", "North", 90, 5_000_000, "fair", True)]


def broken(columns: Any) -> list[int | None]:
    raise ZeroDivisionError("untrained")


class Bad:
    """A plugin with a model that is not trained, and a combiner."""

    @hookimpl
    def scoring_rules(self) -> Iterator[ScoringRule]:
        columns = {"amount": fields("opportunity").amount}
        yield ScoringRule("model-of-ours", "What the model says", batch=broken, columns=columns)

    @hookimpl
    def combiners(self) -> Iterator[Combiner]:
        yield Combiner("first", "The first line", combine=lambda lines, unit: lines[0].points)


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    platform = make_platform(database_url, CONFIG, plugins=[("rules", Rules()), ("bad", Bad())])
    add_deals(platform, DEALS)
    return platform


def evaluate(platform: Platform, scheme: str = "mixed") -> Any:
    return platform.run("evaluate", actor="admin", scheme=scheme).value


def faults(platform: Platform) -> list[tuple[str, str, int]]:
    return [(each.plugin, each.hook, each.times) for each in platform.faults("admin")]


def test_a_function_that_fails_in_a_run_is_in_the_list_of_plugins(platform: Platform) -> None:
    assert evaluate(platform).results[0].total == 25
    evaluate(platform)
    assert faults(platform) == [("bad", "batch of scoring rule model-of-ours", 2)]
    (fault,) = platform.faults("admin")
    assert fault.message.startswith("raised ZeroDivisionError: untrained")


def test_a_run_that_is_made_again_where_something_failed_counts_once_each_time(platform: Platform) -> None:
    evaluate(platform)
    platform.run("score", actor="admin", stale=True)
    assert faults(platform) == [("bad", "batch of scoring rule model-of-ours", 2)]


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes rule deal-size one that the database cannot compute."""
    values, alone = RunStatement._values, RunStatement.alone

    def wrong(self: RunStatement, at: int, entry: Any) -> Any:
        found = values(self, at, entry)
        return [sa.func.no_such_function().label(f"p{at}")] if entry.name == "deal-size" and found else found

    def wrong_alone(self: RunStatement, at: int) -> Any:
        found = alone(self, at)
        is_it = self.plan.entries[at].name == "deal-size"
        return found.add_columns(sa.func.no_such_function()) if is_it else found

    def act() -> None:
        monkeypatch.setattr(RunStatement, "_values", wrong)
        monkeypatch.setattr(RunStatement, "alone", wrong_alone)

    return act


def test_a_rule_that_the_database_cannot_compute_is_in_the_list(
    platform: Platform, breaking: Callable[[], None]
) -> None:
    breaking()
    assert evaluate(platform).incomplete == 1
    assert ("rules", "scoring rule deal-size", 1) in faults(platform)


def test_a_rule_that_fails_when_scores_are_refreshed_makes_a_new_run_without_it(
    platform: Platform, breaking: Callable[[], None]
) -> None:
    first = evaluate(platform, "plain")
    breaking()
    platform.run("opportunity.change", actor="admin", ref="O-0", amount="1 USD")
    done = {each["scheme"]: each for each in platform.run("score", actor="admin", stale=True).value}
    assert (done["plain"]["run"] > first.run, done["plain"]["computed"]) == (True, 1)
    (found,) = platform.run("evaluation.list", actor="admin", scheme="plain").value.results
    assert (found.total, found.complete) == (20, False)
    (before,) = platform.run("evaluation.list", actor="admin", scheme="plain", run=first.run).value.results
    assert before.total == 45
    assert faults(platform) == [("rules", "scoring rule deal-size", 1)]


def test_a_combiner_that_the_database_cannot_compute_is_in_the_list(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Combining, "column", lambda self, points: sa.func.no_such_function())
    with pytest.raises(PluginError, match=r"plugin bad: combine of combiner first: .*no_such_function"):
        evaluate(platform, "one")
    assert faults(platform) == [("bad", "combine of combiner first", 1)]
    assert platform.run("evaluation.runs", actor="admin").value == []
