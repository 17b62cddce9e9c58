"""A plugin that fails while it works is told with its name, and everybody else goes on."""

from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from dealwright_core.config.deployment import Deployment
from dealwright_core.contributions import Report
from dealwright_core.errors import ConfigError, Conflict, NotFound, PluginError
from dealwright_core.findings import Finding
from dealwright_core.hookspecs import hookimpl
from dealwright_core.host.faults import Implementation, call_function, call_guard, call_observer
from tests.core.host.deployments import host_of, status


def guard(function: Callable[..., Any]) -> Implementation:
    return Implementation("strict", "guard_changes", function, frozenset({"changes"}))


def judged(function: Callable[..., Any], changes: tuple[Any, ...] = ()) -> list[str]:
    return [str(each) for each in call_guard(guard(function), changes, None)]


def test_what_a_guard_finds_is_handed_on() -> None:
    found = Finding("too-early", "warn", "opened only today", "O-1")
    assert call_guard(guard(lambda changes: [found]), (), None) == [found]
    assert call_guard(guard(lambda changes: None), (), None) == []


def raising(error: BaseException) -> Callable[..., Any]:
    def function(changes: Any) -> Iterator[Finding]:
        yield Finding("first", "warn", "then it breaks")
        raise error

    return function


@pytest.mark.parametrize(
    "error", [ValueError("no"), SystemExit(2), AssertionError(), NotFound("customer", "C-1")]
)
def test_a_guard_that_raises_blocks_and_cannot_be_waived(error: BaseException) -> None:
    (found,) = call_guard(guard(raising(error)), (), None)
    assert (found.code, found.level, found.waivable) == ("guard-failed", "block", False)
    assert f"plugin strict: guard_changes: raised {type(error).__name__}" in found.message


class Speechless(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


def test_an_error_whose_own_text_fails_is_told_all_the_same() -> None:
    (found,) = call_guard(guard(raising(Speechless())), (), None)
    assert "raised Speechless: its text cannot be read" in found.message


def test_an_error_is_told_without_what_a_database_cannot_keep() -> None:
    (found,) = call_guard(guard(raising(ValueError("a\0b"))), (), None)
    assert "raised ValueError: ab" in found.message


def test_a_conflict_in_a_guard_is_nobody_s_fault() -> None:
    with pytest.raises(Conflict):
        call_guard(guard(raising(Conflict("changed meanwhile"))), (), None)


def test_an_interrupt_in_a_guard_ends_the_program() -> None:
    with pytest.raises(KeyboardInterrupt):
        call_guard(guard(raising(KeyboardInterrupt())), (), None)


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (True, "returned bool, not findings"),
        ("no", "returned str, not findings"),
        (["no"], "finding 1: expected Finding, got str 'no'"),
        ([Finding("a", "warn", 5)], "finding 1.message: expected str, got int 5"),  # type: ignore[arg-type]
        ([Finding("a", "warn", "a", 5.0)], "finding 1.ref: expected str, got float 5.0"),  # type: ignore[arg-type]
        (repeat(Finding("a", "warn", "a")), "gave more than 1,000 findings"),
    ],
)
def test_a_guard_that_finds_something_else_blocks(returned: Any, said: str) -> None:
    (found,) = judged(lambda changes: returned)
    assert said in found


def test_an_observer_that_raises_is_told_and_asked_again() -> None:
    seen: list[Any] = []

    def function(events: Any, platform: Any) -> None:
        seen.append((events, platform))
        if len(seen) == 1:
            raise OSError("the line is dead")

    observer = Implementation("caller", "on_events", function, frozenset({"events", "platform"}))
    first = call_observer(observer, ["e1"], "platform")
    assert first is not None
    assert "plugin caller: on_events: raised OSError: the line is dead (test_faults.py:" in first
    assert call_observer(observer, ["e1"], "platform") is None
    assert seen == [(("e1",), "platform")] * 2


def test_a_function_that_breaks_names_its_plugin() -> None:
    with pytest.raises(PluginError, match="plugin quota: check stale: raised ZeroDivisionError"):
        call_function("quota", "check stale", lambda: 1 / 0)
    with pytest.raises(NotFound):
        call_function("quota", "command x", raise_not_found)
    assert call_function("quota", "command x", max, 1, 2) == 2


def raise_not_found() -> None:
    raise NotFound("customer", "C-1")


class Demanding:
    """Guards the stages that its settings name, which is for the deployment to have."""

    def __init__(self, stage: str) -> None:
        self.stage = stage

    @hookimpl
    def reports(self, deployment: Deployment) -> Iterator[Report]:
        if self.stage not in {each.name for each in deployment.stages}:
            raise ConfigError([deployment.document.problem(("deployment",), f"no stage {self.stage!r}")])
        yield from ()

    @hookimpl
    def guard_changes(self, deployment: Deployment) -> Iterator[Finding]:
        yield Finding("stage", "warn", deployment.stage(self.stage).title)


def test_a_guard_is_given_the_deployment(tmp_path: Path) -> None:
    host = host_of(tmp_path, ("demanding", Demanding("negotiation")))
    (found,) = call_guard(host.guards[0], (), None, host.deployment)
    assert found.message == "Negotiation"


def test_settings_that_do_not_fit_the_deployment_are_a_mistake_in_its_file(tmp_path: Path) -> None:
    host = host_of(tmp_path, ("demanding", Demanding("negotation")))
    (problem,) = host.problems
    assert (problem.line, problem.message) == (2, "no stage 'negotation'")
    assert (status(host, "demanding").state, status(host, "demanding").reason) == ("failed", str(problem))
    assert host.guards == ()


class Traced:
    @hookimpl
    def guard_changes(self, changes: Any) -> Iterator[Finding]:
        yield from ()


@pytest.mark.parametrize(("value", "is_traced"), [("1", True), ("0", False), ("", False)])
def test_calls_can_be_traced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], value: str, is_traced: bool
) -> None:
    host = host_of(tmp_path, ("traced", Traced()), environ={"DEALWRIGHT_TRACE_PLUGINS": value})
    call_guard(host.guards[0], (), None)
    told = capsys.readouterr().err
    assert ("dealwright: plugin core: records: " in told) == is_traced
    assert ("dealwright: plugin traced: guard_changes: " in told) == is_traced
