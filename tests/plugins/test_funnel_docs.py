"""The commands of docs/funnel.md run."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from dealwright.cli.main import cli

PAGE = Path(__file__).parents[2] / "docs" / "funnel.md"
COMMANDS = [
    line.strip() for line in PAGE.read_text("utf-8").splitlines() if line.startswith("    dealwright ")
]


def test_every_report_and_the_plan_have_an_example() -> None:
    named = {line.split()[2] for line in COMMANDS}
    assert {
        "funnel",
        "cycle",
        "velocity",
        "cohorts",
        "ageing",
        "stuck",
        "forecast",
        "forecast-accuracy",
        "plan",
    } <= named


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_page_runs(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DEALWRIGHT_CONFIG", raising=False)
    for typed in (["init", ".", "--name", "shop"], shlex.split(line)[1:]):
        result = CliRunner().invoke(cli, typed, prog_name="dealwright")
        assert result.exit_code == 0, (result.output, result.exception)
