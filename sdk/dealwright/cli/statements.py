"""The forms in which a statement is written to a file: ``pay statement MEMBER --period P --html FILE``."""

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from dealwright.cli.invocation import Invocation
from dealwright.cli.reportfiles import form_params, write_files
from dealwright.language import sdk as _
from dealwright_core.contributions import Command
from dealwright_core.language import said
from dealwright_core.payroll.telling.statements import Statement, state_text

if TYPE_CHECKING:
    from dealwright.pages import Page
    from dealwright_core.contributions import Table


def is_statement(command: Command) -> bool:
    """Whether a command answers with a statement."""
    return inspect.signature(command.function).return_annotation is Statement


def statement_params(command: Command) -> list[click.Parameter]:
    """The options that say where a statement is written, for a command that answers with one."""
    if not is_statement(command):
        return []
    return form_params(
        csv=_("write its lines as comma-separated values for programs; - is stdout"),
        html=_("write it as a page to read and to print; needs extra reports"),
    )


def write_statement(invocation: Invocation, found: Statement, forms: Mapping[str, str]) -> None:
    """Write a statement in each of these forms, and say so: the lines alone as comma-separated values."""
    from dealwright_core.payroll.telling.tables import outcome_table, statement_tables

    *summary, lines = statement_tables(found)
    outcome = outcome_table(found)
    tables = (*summary, *([] if outcome is None else [outcome]), lines)
    subject = {"statement": found.member, "period": found.period}
    write_files(invocation, subject, forms, tables, lambda: _page(invocation, found, tables))


def _page(invocation: Invocation, found: Statement, tables: "tuple[Table, ...]") -> "Page":
    from dealwright.cli.reportpage import made_page
    from dealwright.pages import Section

    summary, payments, *outcome, lines = tables
    sections = (
        Section(
            name="summary",
            table=summary,
            what=said(_("What each pay of a plan gives in this period, and what earlier ones paid of it.")),
        ),
        Section(
            name="payments",
            table=payments,
            what=said(_("What each plan pays out for it, after releases, draws and caps.")),
        ),
        *(
            Section(
                name="outcome",
                table=each,
                what=said(_("What waits until it is paid, what no longer does, and what events took back.")),
            )
            for each in outcome
        ),
        Section(
            name="lines",
            table=lines,
            what=said(_("What each sale pays. How a line came about: dealwright pay explain LINE")),
        ),
    )
    asked = (
        (said(_("Member")), found.member),
        (said(_("Period")), found.period),
        (said(_("State")), said(state_text(found.state))),
    )
    title = said(_("Pay statement of {name}", name=found.name))
    return made_page(invocation, sections, title=title, asked=asked)
