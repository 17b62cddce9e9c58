"""Worked examples of the documentation, typed line by line in an empty folder."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

from attrs import frozen
from click.testing import CliRunner

from dealwright.cli.main import cli

DOCS = Path(__file__).parents[2] / "docs"


@frozen
class Shop:
    """An empty folder with a new deployment, in which commands are typed."""

    def type(self, line: str) -> tuple[int, str]:
        """The exit code of a command, and what it printed, without spaces at the ends of lines."""
        result = CliRunner().invoke(cli, shlex.split(line)[1:], prog_name="dealwright")
        return result.exit_code, "".join(f"{each.rstrip()}\n" for each in result.output.splitlines())

    def follow(self, page: str, kept: Callable[[str], str] = str) -> None:
        """Do what the worked example of a page shows: its settings, then each command, with what it prints.

        ``...`` stands for what the page leaves out; what is refused exits with 1. Of texts what is ``kept`` counts.
        """
        example = page.partition("## A worked example")[2].partition("\n## ")[0]
        (settings,) = re.findall(r"```toml\n(.*?)```", example, re.DOTALL)
        with Path("dealwright.toml").open("a", encoding="utf-8") as config:
            config.write(f"\n{settings}")
        self._do(example, kept)

    def follow_section(self, page: str, title: str, kept: Callable[[str], str] = str) -> None:
        """Go on with the commands of another section of a page."""
        self._do(page.partition(f"## {title}\n")[2].partition("\n## ")[0], kept)

    def _do(self, example: str, kept: Callable[[str], str]) -> None:
        for shown in re.findall(r"```console\n(.*?)```", example, re.DOTALL):
            for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", shown, re.MULTILINE):
                code, output = self.type(command)
                said, expected = kept(output), kept(expected)
                assert code == (1 if expected.startswith("refused") else 0), (command, said)
                begun, more, __ = expected.partition("...\n")
                assert said.startswith(begun) if more or not begun else said == begun, (command, said)
