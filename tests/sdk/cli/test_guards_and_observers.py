"""Plugins that object and observe, as a person at the command line meets them."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
Install = Callable[[str, str], None]

LIMIT = """
from dealwright import Finding, hookimpl

@hookimpl
def guard_changes(changes):
    for change in changes.of("opportunity"):
        if change.after.amount is None:
            yield Finding("no-amount", "warn", "it has no amount", change.after.ref)
        elif change.after.amount.minor > 100_00:
            yield Finding("limit", "block", "more than 100", change.after.ref, waivable=True)
"""

FORGETFUL = """
import os
from dealwright import hookimpl

@hookimpl
def on_events(events, platform):
    if os.environ.get("NOTIFY") == "down":
        raise RuntimeError("no connection")
"""


@pytest.fixture
def limited(shop: Run, install: Install) -> Run:
    install("limit", LIMIT)
    return shop


@pytest.fixture
def observed(shop: Run, install: Install, monkeypatch: pytest.MonkeyPatch) -> Run:
    install("notify", FORGETFUL)
    monkeypatch.setenv("NOTIFY", "down")
    return shop


def test_a_refusal_that_can_be_waived_says_how(limited: Run) -> None:
    stderr = limited("opportunity", "add", "--amount", "500", code=1).stderr
    assert stderr == "refused: O-1: more than 100 [limit]\nto go on in spite of it: --waive limit=REASON\n"


def test_a_waiver_with_a_reason_lets_it_pass(limited: Run) -> None:
    limited("opportunity", "add", "--amount", "500", "--waive", "limit=the director agreed")
    assert (
        "gives no reason" in limited("opportunity", "add", "--amount", "5", "--waive", "limit", code=2).stderr
    )


def test_a_warning_stands_on_stderr_and_the_data_is_whole(limited: Run) -> None:
    result = limited("opportunity", "add")
    assert result.stderr == "warning: O-1: it has no amount [no-amount]\n"
    assert "warning" not in result.stdout


def test_an_observer_in_trouble_is_no_failure_of_the_command(observed: Run) -> None:
    result = observed("customer", "add", "--name", "Acme")
    assert "C-1" in result.stdout
    assert result.stderr == "observers in trouble: notify; see: dealwright events status\n"
    assert "no connection" in observed("events", "status").stdout


def test_what_keeps_failing_is_parked_and_can_be_retried(
    observed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    observed("customer", "add", "--name", "Acme")
    for _ in range(6):
        observed("events", "deliver")
    assert "customer.add" in observed("events", "parked").stdout
    assert "no connection" in observed("events", "retry", code=1).stdout
    assert observed("doctor", code=5).stdout.count("are parked") == 1
    monkeypatch.setenv("NOTIFY", "up")
    observed("events", "retry", "--plugin", "notify")
    assert observed("events", "parked").stdout == "none\n"
    assert "did you mean 'notify'?" in observed("events", "retry", "--plugin", "notfy", code=2).stderr


def test_a_broken_plugin_is_a_line_in_the_list(shop: Run, install: Install, ask: Callable[..., Any]) -> None:
    install("broken", "raise SystemExit('gone')")
    [line] = [each for each in ask("plugins", "list") if each["plugin"] == "broken"]
    assert line["state"] == "failed"
    assert "exits when it is imported" in line["reason"]
    assert "broken" in shop("plugins", "check", code=4).stdout
    shop("customer", "add", "--name", "Acme")


def test_a_plugin_that_guarded_and_is_gone_stops_writes_with_the_remedy(
    limited: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited("db", "upgrade")
    monkeypatch.setattr("sys.path", [each for each in __import__("sys").path if not each.endswith("site")])
    result = limited("customer", "add", "--name", "Acme", code=4)
    assert 'disabled = ["limit"]' in result.stderr
    assert limited("customer", "list").stdout == "none\n"
    assert "nothing can be written" in limited("plugins", "list").stderr


def test_info_shows_what_a_plugin_contributes(ask: Callable[..., Any], shop: Run) -> None:
    assert "won" in ask("plugins", "info", "funnel")["reports"]
    assert "did you mean 'funnel'?" in shop("plugins", "info", "funel", code=2).stderr


def test_a_command_that_nobody_can_type_is_told(shop: Run, install: Install) -> None:
    source = "from dealwright import Command, hookimpl\ndef run(session):\n    '''Run.'''\n"
    install("clash", source + "@hookimpl\ndef commands():\n    yield Command('db.run', run, reads=True)\n")
    assert "command db.run cannot be typed" in shop("plugins", "check", code=4).stdout


def test_a_check_of_a_plugin_counts_in_doctor(shop: Run, install: Install) -> None:
    source = "from dealwright import Check, Finding, hookimpl\ndef look(platform):\n    "
    source += "yield Finding('dust', 'block', 'there is dust')\n@hookimpl\ndef checks():\n    "
    install("clean", source + "yield Check('dust', 'the shop is clean', look)\n")
    said = shop("doctor", code=5).stdout
    assert "fails  the shop is clean\n         there is dust" in said
