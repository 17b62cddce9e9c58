"""What plugins failed at while they worked, as a person at the command line meets it."""

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
Install = Callable[[str, str], None]

MOODY = """
from dealwright import hookimpl

@hookimpl
def guard_changes(changes):
    raise ZeroDivisionError("no idea")
"""
SAID = "raised ZeroDivisionError: no idea"


@pytest.fixture
def moody(shop: Run, install: Install) -> Run:
    """A shop with a plugin whose guard failed twice."""
    install("moody", MOODY)
    for _ in range(2):
        shop("customer", "add", "--name", "Acme", code=1)
    return shop


def line_of(ask: Callable[..., Any], plugin: str) -> Any:
    return next(each for each in ask("plugins", "list") if each["plugin"] == plugin)


def test_the_list_says_what_failed_last(moody: Run, ask: Callable[..., Any]) -> None:
    line = line_of(ask, "moody")
    assert (line["state"], line["fault"]["hook"], line["fault"]["times"]) == ("active", "guard_changes", 2)
    assert line["fault"]["message"].startswith(SAID)
    said = moody("plugins", "list").stdout
    assert "guard_changes failed 2 times, last at 20" in said
    assert SAID in said


def test_info_has_every_fault_and_check_warns(moody: Run, ask: Callable[..., Any]) -> None:
    assert [each["hook"] for each in ask("plugins", "info", "moody")["faults"]] == ["guard_changes"]
    assert ask("plugins", "info", "funnel")["faults"] == []
    assert SAID in moody("plugins", "info", "moody").stdout
    assert moody("plugins", "check").stderr.startswith("warning: moody: guard_changes failed 2 times")


def test_doctor_warns_with_the_remedy(moody: Run) -> None:
    said = moody("doctor").stdout
    assert "warns  every plugin works\n         moody: guard_changes failed 2 times" in said
    assert "dealwright plugins forget moody" in said


def test_a_program_reads_which_plugin_refused_by_failing(moody: Run, ask: Callable[..., Any]) -> None:
    result = moody("customer", "add", "--name", "Acme", "--json", code=1)
    [finding] = json.loads(result.stdout)["refused"]
    assert (finding["code"], finding["fault"]["plugin"]) == ("guard-failed", "moody")


def test_what_is_forgotten_is_said_and_gone(moody: Run, ask: Callable[..., Any]) -> None:
    assert moody("plugins", "forget", "moody").stdout.startswith(
        "forgotten: moody: guard_changes failed 2 times"
    )
    assert line_of(ask, "moody")["fault"] is None
    assert "holds  every plugin works" in moody("doctor").stdout
    assert ask("plugins", "forget", "moody") == []
    assert "nothing to forget of moody" in moody("plugins", "forget", "moody").stderr
    assert "did you mean 'moody'?" in moody("plugins", "forget", "mody", code=2).stderr


def test_what_a_plugin_that_is_gone_failed_at_can_be_forgotten(
    moody: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "dealwright.toml"
    file.write_text(file.read_text().replace("[plugins]\n", '[plugins]\ndisabled = ["moody"]\n'))
    monkeypatch.setattr("sys.path", [each for each in sys.path if not each.endswith("site")])
    assert "moody" in moody("plugins", "forget", "moody").stdout


def test_without_a_database_or_before_an_upgrade_the_list_is_as_ever(
    moody: Run, ask: Callable[..., Any], tmp_path: Path
) -> None:
    [database] = tmp_path.glob("*.db")
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TABLE dw_fault")
    assert line_of(ask, "moody")["fault"] is None
    for each in tmp_path.glob("*.db*"):
        each.unlink()
    assert line_of(ask, "moody")["state"] == "active"
    assert not database.exists()
