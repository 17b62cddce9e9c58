"""The worked example of docs/qualification.md works, line by line."""

import re
import shlex
from pathlib import Path
from typing import Any

import attrs
import pytest
from click.testing import CliRunner

from dealwright.cli.main import cli
from dealwright_qualification import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "qualification.md").read_text("utf-8")
EXAMPLE = PAGE.partition("## A worked example")[2].partition("\n## ")[0]


def test_the_worked_example_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DEALWRIGHT_CONFIG", raising=False)

    def run(line: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, shlex.split(line)[1:], prog_name="dealwright")
        return result.exit_code, result.output

    assert run("dealwright init . --name shop")[0] == 0
    (settings,) = re.findall(r"```toml\n(.*?)```", EXAMPLE, re.DOTALL)
    with Path("dealwright.toml").open("a", encoding="utf-8") as config:
        config.write(f"\n{settings}")
    for shown in re.findall(r"```console\n(.*?)```", EXAMPLE, re.DOTALL):
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", shown, re.MULTILINE):
            code, said = run(command)
            assert code == (1 if expected.startswith("refused") else 0), said
            begun, more, __ = expected.partition("...\n")
            assert said.startswith(begun) if more or not begun else said == begun
    assert run("dealwright score O-1")[1].startswith("opportunity O-1: 35\n")


def test_the_page_names_every_trait_with_its_points() -> None:
    settings = Settings()
    traits: dict[str, Any] = attrs.asdict(settings.bad) | attrs.asdict(settings.golden)
    assert len(traits) == 14
    for name, points in traits.items():
        assert re.search(rf"\| `{name}`[^|]*\| {points} \|", PAGE), name
