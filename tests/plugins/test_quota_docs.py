"""The worked example of docs/quota.md runs, and gives what the page says."""

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from dealwright.cli.main import cli

PAGE = (Path(__file__).parents[2] / "docs" / "quota.md").read_text("utf-8")
COMMANDS = [line.strip() for line in PAGE.splitlines() if line.startswith("    dealwright ")]


def typed(*words: str) -> str:
    result = CliRunner().invoke(cli, words, prog_name="dealwright")
    assert result.exit_code == 0, (words, result.output, result.exception)
    return result.stdout


def test_the_worked_example_gives_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DEALWRIGHT_CONFIG", raising=False)
    typed("init", ".", "--name", "shop")
    said = {line: typed(*shlex.split(line)[1:]) for line in COMMANDS}
    targets = json.loads(typed("target", "list", "--json"))
    assert [(each["ref"], each["amount"]["amount"]) for each in targets] == [
        ("T-2026", "1000000.00"),
        ("TG-2", "600000.00"),
        ("TG-3", "400000.00"),
        ("TG-4", "450000.00"),
        ("TG-5", "150000.00"),
        *((f"TG-{number}", "100000.00") for number in range(6, 10)),
    ]
    (exact,) = [text for line, text in said.items() if "--target" in line]
    assert "375/26, rounded up 15" in exact


def test_every_code_and_setting_stands_on_the_page() -> None:
    plugin = Path(__file__).parents[2] / "plugins" / "dealwright_quota"
    text = "".join(each.read_text("utf-8") for each in plugin.glob("*.py"))
    codes = {f"quota-{part.partition(chr(34))[0]}" for part in text.split('"quota-')[1:]}
    assert {each for each in codes if f"`{each}`" not in PAGE} == {"quota-divided"}
