"""How far a run has come is told to whoever follows it: measures, functions by chunk, storing, checking."""

import io
import sys
from collections.abc import Iterator

import pytest

from dealwright import Measure, Platform, ScoringRule, fields, hookimpl, speaking
from dealwright.cli.following import runs_shown
from dealwright_core.evaluation import functions, staging
from dealwright_core.evaluation.progress import Progress, following, tell
from dealwright_testing.deployments import MakePlatform

CONFIG = """
[schemes.members]
subject = "member"
period = "year"
rules = {model = 1}
[schemes.members.measures.won]
target = 1
[schemes.members.measures.deals]
target = 1
"""


class Plugin:
    @hookimpl
    def scoring_rules(self) -> Iterator[ScoringRule]:
        columns = {"name": fields("member").name}
        yield ScoringRule(
            "model",
            "The model",
            batch=lambda given: [1 for _ in given["name"]],
            columns=columns,
            subject="member",
        )

    @hookimpl
    def measures(self) -> Iterator[Measure]:
        amount = fields("opportunity").amount
        yield Measure("won", "Won amount", facts="opportunity", on="closed_on", value=amount)
        yield Measure("deals", "Deals", facts="opportunity", on="closed_on", aggregate="count")


@pytest.fixture
def platform(make_platform: MakePlatform, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """Five members, of whom a function gets two at a time."""
    for module in (functions, staging):
        monkeypatch.setattr(module, "CHUNK", 2)
    platform = make_platform(config=CONFIG, plugins=[("plugin", Plugin())])
    for number in range(5):
        platform.run("member.add", actor="admin", name=f"no. {number}")
    return platform


def test_every_step_is_told_with_counts(platform: Platform) -> None:
    steps: list[Progress] = []
    with following(steps.append):
        platform.run("evaluate", actor="admin", scheme="members", period="2025")
    assert [(each.phase, each.name, each.done, each.of) for each in steps] == [
        ("measures", "Won amount", 0, 2), ("measures", "Deals", 1, 2),
        ("functions", "The model", 0, 5), ("functions", "The model", 2, 5), ("functions", "The model", 4, 5),
        ("functions", "The model", 5, 5), ("storing", "", 0, None), ("checking", "", 0, None),
    ]  # fmt: skip
    platform.run("evaluate", actor="admin", scheme="members", period="2025")
    assert len(steps) == 8


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_it_and_nothing_else_does(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []
    for stderr in (Terminal(), io.StringIO()):
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stderr", stderr)
            patched.setenv("TERM", "xterm")
            with runs_shown(), speaking("zh_CN"):
                platform.run("evaluate", actor="admin", scheme="members", period="2025")
        shown.append(stderr.getvalue())
    terminal, other = shown
    assert other == ""
    assert all(each in terminal for each in ("指标: Won amount", "The model", "存储", "检查"))


def test_a_command_without_a_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    with runs_shown():
        pass
    tell("nobody follows any more")
    assert stderr.getvalue() == ""
