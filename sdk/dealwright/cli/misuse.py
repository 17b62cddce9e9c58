"""Errors of those who type a command wrongly."""

import click

from dealwright_core.language import said


def misuse(message: str, ctx: click.Context | None = None) -> click.UsageError:
    """The error that shows how a command is used, in the language that is spoken."""
    return click.UsageError(said(message), ctx)
