"""The worked example of docs/appraisal.md works, line by line, and the page names every code and setting."""

import re
import shlex
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner

from dealwright.cli.main import cli
from dealwright_appraisal.settings import Attitude, FormTable, Ranking

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "appraisal.md").read_text("utf-8")
EXAMPLE = PAGE.partition("## A worked example")[2].partition("\n## ")[0]


def test_the_worked_example_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DEALWRIGHT_CONFIG", raising=False)

    def run(line: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, shlex.split(line)[1:], prog_name="dealwright")
        return result.exit_code, "".join(f"{each.rstrip()}\n" for each in result.output.splitlines())

    assert run("dealwright init . --name shop")[0] == 0
    (settings,) = re.findall(r"```toml\n(.*?)```", EXAMPLE, re.DOTALL)
    with Path("dealwright.toml").open("a", encoding="utf-8") as config:
        config.write(f"\n{settings}")
    for shown in re.findall(r"```console\n(.*?)```", EXAMPLE, re.DOTALL):
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", shown, re.MULTILINE):
            code, said = run(command)
            assert code == (1 if expected.startswith("refused") else 0), (command, said)
            begun, more, __ = expected.partition("...\n")
            assert said.startswith(begun) if more or not begun else said == begun, (command, said)


def test_the_page_names_every_code_and_every_setting() -> None:
    plugin = ROOT / "plugins" / "dealwright_appraisal"
    text = "".join(each.read_text("utf-8") for each in plugin.glob("*.py"))
    codes = {f"appraisal-{each}" for each in re.findall(r'_finding\(\s*"([a-z-]+)"', text)}
    codes |= {*re.findall(r'"(appraisal-[a-z-]+)",\n', text)} - {"appraisal-distribution"}
    assert len(codes) > 20
    assert {each for each in codes if f"`{each}`" not in PAGE} == set()
    keys = [each.name for each in attrs.fields(FormTable) if each.name not in ("ranking", "attitude")]
    keys += [f"ranking.{each.name}" for each in attrs.fields(Ranking)]
    keys += [f"attitude.{each.name}" for each in attrs.fields(Attitude)]
    assert {each for each in keys if f"| `{each}` |" not in PAGE} == set()
