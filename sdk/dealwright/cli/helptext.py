"""Help that starts with an example."""

import copy
import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from dealwright.cli.misuse import misuse
from dealwright.language import sdk as _
from dealwright_core.language import ENGLISH, Message, label, said, spoken

COMMAND = _("command")
ELSEWHERE = _(
    "Every command also takes --json, --as ACTOR, --config FILE and --no-plugins: see dealwright --help."
)


class WithExample(click.Command):
    """What shows ``example`` first in its help, a line for each command typed."""

    def __init__(self, *args: Any, example: str | Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.example = (example,) if isinstance(example, str) else tuple(example)

    def get_help(self, ctx: click.Context) -> str:
        """The help; in other languages than English, lines are broken by what their characters take."""
        if spoken().language == ENGLISH:
            return super().get_help(ctx)
        from dealwright.cli.wideformatter import WideFormatter

        formatter = WideFormatter(width=ctx.terminal_width, max_width=ctx.max_content_width)
        self.format_help(ctx, formatter)
        return formatter.getvalue().rstrip("\n")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The text, in the language that is spoken."""
        if spoken().language == ENGLISH:
            super().format_help_text(ctx, formatter)
            return
        for each in paragraphs(self.help):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(label(each))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option --help, made anew each time: click keeps it in the language it was first asked for."""
        self._help_option = None
        return super().get_help_option(ctx)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The parameters, with their help in the language that is spoken."""
        found = super().get_params(ctx)
        return found if spoken().language == ENGLISH else [_spoken(each) for each in found]

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
        formatter.write_text(said(ELSEWHERE))


class ExampleGroup(WithExample, click.Group):
    """A group whose help shows an example first; its commands show theirs."""

    command_class = ExampleCommand


def write_example(formatter: click.HelpFormatter, lines: Iterable[str]) -> None:
    """The lines as they are typed, none of them wrapped."""
    typed = [line for line in lines if line]
    if typed:
        formatter.write_paragraph()
        formatter.write(f"{said(_('Example:'))}\n")
        for line in typed:
            formatter.write(f"  {line}\n")


def text_of(function: Callable[..., Any]) -> str:
    """The docstring of a function, also of one that is partly applied."""
    plain: Any = function
    while isinstance(plain, functools.partial):
        plain = plain.func
    return cleaned(plain.__doc__)


def cleaned(doc: str | None) -> str:
    """A docstring without its indentation; one that is a message stays one."""
    return doc if isinstance(doc, Message) else inspect.cleandoc(doc or "")


def paragraphs(text: str | None) -> list[str]:
    """The paragraphs of a docstring, each on one line: what catalogues translate."""
    doc = cleaned(text)
    if isinstance(doc, Message):
        return [doc]
    return [" ".join(each.split()) for each in doc.split("\n\n") if each.strip()]


def _spoken(parameter: click.Parameter) -> click.Parameter:
    text = getattr(parameter, "help", None)
    if not isinstance(parameter, click.Option) or not text:
        return parameter
    found = copy.copy(parameter)
    found.help = label(text)
    return found


def first_sentence(text: str | None) -> str:
    """The first sentence of a docstring, in plain words, as it stands in a list."""
    first = next(iter(paragraphs(text)), "")
    said = label(first)
    sentence = said.partition("。")[0] if "。" in said else said.partition(". ")[0]
    return sentence.replace("`", "").rstrip(".")


def missing_command(
    group: click.Group, ctx: click.Context, name: str, word: str = COMMAND
) -> click.UsageError:
    """The error for a name that nothing has, with the nearest that something has."""
    from dealwright_core.spelling import did_you_mean

    choices = group.list_commands(ctx)
    return misuse(
        _("there is no {word} {name!r}{near}", word=word, name=name, near=did_you_mean(name, choices)), ctx
    )
