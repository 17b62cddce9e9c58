"""The worked example of docs/segmentation.md works, line by line; its settings are good, and its commands exist."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import dealwright_segmentation
from dealwright.cli.main import cli
from dealwright_testing.deployments import MakePlatform

PAGE = (Path(__file__).parents[2] / "docs" / "segmentation.md").read_text("utf-8")
EXAMPLE = PAGE.partition("## A worked example")[2].partition("\n## ")[0]


def test_the_worked_example_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DEALWRIGHT_CONFIG", raising=False)

    def run(line: str) -> str:
        result = CliRunner().invoke(cli, shlex.split(line)[1:], prog_name="dealwright")
        assert result.exit_code == 0, f"{line}\n{result.output}"
        return result.output

    run("dealwright init . --name shop")
    (settings,) = re.findall(r"```toml\n(.*?)```", EXAMPLE, re.DOTALL)
    with Path("dealwright.toml").open("a", encoding="utf-8") as config:
        config.write(f"\n{settings}")
    for shown in re.findall(r"```console\n(.*?)```", EXAMPLE, re.DOTALL):
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", shown, re.MULTILINE):
            said = run(command)
            assert not expected or said == expected


def test_the_settings_on_the_page_are_good(make_platform: MakePlatform) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.partition("\n## Purchases")[2], re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        platform = make_platform(
            config=block, plugins=[("segmentation", dealwright_segmentation)], upgrade=False
        )
        assert platform.host.problems == ()
    assert (
        "segmentation_margin"
        in make_platform(
            config=blocks[0], plugins=[("segmentation", dealwright_segmentation)], upgrade=False
        ).host.registry.measures
    )
