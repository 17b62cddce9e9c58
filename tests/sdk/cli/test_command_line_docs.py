"""docs/command-line.md names every command that there is, and none that is not."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

from dealwright.cli.hostcommands import HOST
from dealwright.cli.main import GLOBAL_FLAGS, GLOBAL_VALUES

PAGE = (Path(__file__).parents[3] / "docs" / "command-line.md").read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every host command, and what is in it."""
    for name, where in HOST.items():
        found: click.Command = getattr(import_module(f"dealwright.cli.{where.module}"), where.attribute)
        yield name, found
        if isinstance(found, click.Group):
            yield from ((f"{name} {each}", command) for each, command in found.commands.items())


def test_every_command_is_described() -> None:
    for name, _ in commands():
        assert f"`{name}" in PAGE or f"dealwright {name}" in PAGE, name


def test_every_option_is_described() -> None:
    for name, command in commands():
        for param in command.params:
            for option in param.opts:
                assert not option.startswith("--") or option in PAGE, f"{name} {option}"
    for option in (*GLOBAL_VALUES, *GLOBAL_FLAGS, "--version", "--key", "--waive"):
        assert option in PAGE


def test_every_host_command_has_a_section() -> None:
    sections = re.findall(r"^## `(\w+)`", PAGE, re.MULTILINE)
    assert sorted(sections) == sorted(HOST)


def test_every_command_has_a_text_and_an_example() -> None:
    for name, command in commands():
        assert command.help, name
        assert getattr(command, "example", ()), name
