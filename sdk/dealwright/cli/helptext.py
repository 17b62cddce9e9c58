"""Help that starts with an example."""

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

ELSEWHERE = (
    "Every command also takes --json, --as ACTOR, --config FILE and --no-plugins: see dealwright --help."
)


class WithExample(click.Command):
    """What shows ``example`` first in its help, a line for each command typed."""

    def __init__(self, *args: Any, example: str | Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.example = (example,) if isinstance(example, str) else tuple(example)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Usage, example, text, options and commands."""
        self.format_usage(ctx, formatter)
        write_example(formatter, self.example)
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)
        self.format_epilog(ctx, formatter)


class ExampleCommand(WithExample):
    """A command whose help shows an example first, and last where the other options are."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Where the other options are."""
        formatter.write_paragraph()
        formatter.write_text(ELSEWHERE)


class ExampleGroup(WithExample, click.Group):
    """A group whose help shows an example first; its commands show theirs."""

    command_class = ExampleCommand


def write_example(formatter: click.HelpFormatter, lines: Iterable[str]) -> None:
    """The lines as they are typed, none of them wrapped."""
    typed = [line for line in lines if line]
    if typed:
        formatter.write_paragraph()
        formatter.write("Example:\n")
        for line in typed:
            formatter.write(f"  {line}\n")


def text_of(function: Callable[..., Any]) -> str:
    """The docstring of a function, also of one that is partly applied."""
    plain: Any = function
    while isinstance(plain, functools.partial):
        plain = plain.func
    return inspect.cleandoc(plain.__doc__ or "")


def first_sentence(text: str | None) -> str:
    """The first sentence of a docstring, in plain words, as it stands in a list."""
    lines = (text or "").strip().splitlines()
    sentence = lines[0].partition(". ")[0] if lines else ""
    return sentence.replace("`", "").rstrip(".")


def missing_command(
    group: click.Group, ctx: click.Context, name: str, word: str = "command"
) -> click.UsageError:
    """The error for a name that nothing has, with the nearest that something has."""
    from dealwright_core.spelling import did_you_mean

    choices = group.list_commands(ctx)
    return click.UsageError(f"there is no {word} {name!r}{did_you_mean(name, choices)}", ctx)
