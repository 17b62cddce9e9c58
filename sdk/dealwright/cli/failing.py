"""What is printed when a command fails, and the exit code it ends with."""

import os
import sys
import traceback
from typing import TYPE_CHECKING

import click

from dealwright.cli.invocation import Invocation
from dealwright.language import sdk as _
from dealwright_core.language import joined, said

if TYPE_CHECKING:
    from dealwright_core.errors import Refused
    from dealwright_core.findings import Finding

DEBUG = "DEALWRIGHT_DEBUG"
INTERRUPTED = 130


def exit_code_of(error: BaseException, invocation: Invocation) -> int:
    """Print what went wrong on stderr; returns the exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.Abort | KeyboardInterrupt):
        click.echo(said(_("interrupted")), err=True)
        return INTERRUPTED
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    if os.environ.get(DEBUG):
        traceback.print_exception(error, file=sys.stderr)
    return _failure(error, invocation)


def _failure(error: BaseException, invocation: Invocation) -> int:
    from dealwright_core.errors import ConfigError, DealwrightError, Refused

    if isinstance(error, Refused):
        _say_refusal(error, invocation)
        return error.exit_code
    if isinstance(error, ConfigError):
        click.echo(said(error.text), err=True)
        return error.exit_code
    if isinstance(error, DealwrightError):
        click.echo(said(_("error: {error}", error=error)), err=True)
        return error.exit_code
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    hint = "" if os.environ.get(DEBUG) else _("; {debug}=1 shows where", debug=DEBUG)
    click.echo(said(_("error: this should not happen: {what}{hint}", what=what, hint=hint)), err=True)
    return 1


def _say_refusal(error: "Refused", invocation: Invocation) -> None:
    for each in error.findings:
        finding = said_of(each)
        refused = _("refused: {finding}", finding=finding)
        click.echo(
            said(refused if each.level == "block" else _("warning: {finding}", finding=finding)), err=True
        )
    waivable = sorted({each.code for each in error.findings if each.waivable and each.level == "block"})
    if waivable:
        options = " ".join(f"--waive {code}=REASON" for code in waivable)
        click.echo(said(_("to go on in spite of it: {options}", options=options)), err=True)
    if invocation.json:
        from dealwright.cli.jsonform import form_of, text_of

        click.echo(text_of({"refused": form_of(error.findings)}))


def said_of(finding: "Finding") -> str:
    """A finding as a line; the ref comes first where the message does not say it."""
    if finding.ref is None or finding.ref in finding.message:
        return joined("", (finding.message, " [", finding.code, "]"))
    return finding.text
