"""Commands of the platform as commands of the command line: their signatures say the options."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import click

from dealwright.cli.drawings import SVG, drawing_params, write_drawing
from dealwright.cli.following import runs_shown
from dealwright.cli.helptext import ExampleCommand, text_of
from dealwright.cli.invocation import Invocation
from dealwright.cli.reportfiles import FORMS, check_forms, form_params, taken_forms, write_forms
from dealwright.cli.statements import is_statement, statement_params, write_statement
from dealwright.language import sdk as _
from dealwright_core.commands.signature import Parameter, parameters
from dealwright_core.contributions import Command, Report
from dealwright_core.errors import UsageError
from dealwright_core.findings import Waiver
from dealwright_core.language import joined, label, said
from dealwright_core.values import Money, Period, Price

# A parameter with one of these names gets the option --with-NAME.
TAKEN = frozenset({"config", "as", "no_plugins", "json", "help", "key", "waive", "because"})
METAVARS: dict[type, str] = {
    str: "TEXT",
    int: "INTEGER",
    date: "YYYY-MM-DD",
    datetime: "MOMENT",
    Money: "AMOUNT",
    Price: "PRICE",
    Period: "PERIOD",
}


def platform_command(invocation: Invocation, name: str, command: Command) -> click.Command:
    """The command of the command line that runs a command of the platform."""
    params = [
        *_params(command.function, TAKEN | FORMS if is_statement(command) else TAKEN),
        *drawing_params(command),
        *statement_params(command),
        *([] if command.reads else _writing_params()),
    ]

    def run(**given: Any) -> None:
        key, waive = given.pop("_key", None), given.pop("_waive", ())
        svg, forms = given.pop(SVG, None), taken_forms(given)
        check_forms(forms)
        with runs_shown():
            outcome = invocation.platform.run(
                name,
                actor=invocation.actor,
                key=key,
                waivers=waivers_of(waive, invocation),
                **_arguments(given),
            )
        if command.reads:
            invocation.warn(outcome.findings)
            if svg is not None:
                write_drawing(invocation, outcome.value, svg)
            elif forms:
                write_statement(invocation, outcome.value, forms)
            else:
                invocation.show(outcome.value)
        else:
            invocation.show_outcome(outcome)

    return _leaf(name.rpartition(".")[2], command.function, params, run, command.example)


def report_command(invocation: Invocation, name: str, report: Report) -> click.Command:
    """The command of the command line that runs a report."""
    params = [*_params(report.function, TAKEN | FORMS), *form_params()]

    def run(**given: Any) -> None:
        forms = taken_forms(given)
        check_forms(forms)
        arguments = _arguments(given)
        table = invocation.platform.report(name, actor=invocation.actor, **arguments)
        if forms:
            write_forms(invocation, name, table, arguments, forms)
        else:
            invocation.show(table)

    return _leaf(name, report.function, params, run, report.example)


def _leaf(
    name: str,
    function: Callable[..., Any],
    params: list[click.Parameter],
    run: Callable[..., None],
    example: str,
) -> click.Command:
    return ExampleCommand(name, params=params, callback=run, help=text_of(function), example=example)


def _arguments(given: dict[str, Any]) -> dict[str, Any]:
    """What was typed: an option that was left out is left to the default of the function."""
    return {name: value for name, value in given.items() if value is not None and value != ()}


def _params(function: Callable[..., Any], taken: frozenset[str] = TAKEN) -> list[click.Parameter]:
    """The argument first, then the options in the order of the signature."""
    found = [_param(each, option_of(each.name, taken)) for each in parameters(function)]
    return sorted(found, key=lambda each: isinstance(each, click.Option))


def _param(parameter: Parameter, option: str) -> click.Parameter:
    if parameter.is_argument:
        several = -1 if parameter.many else 1
        return click.Argument([parameter.name], required=parameter.required, nargs=several)
    if parameter.type is bool and not parameter.many:
        return click.Option(
            _flags(option, parameter.name), default=None, help=_help(parameter), required=parameter.required
        )
    return click.Option(
        [option, parameter.name],
        type=click.Choice(parameter.choices, case_sensitive=False) if parameter.choices else str,
        metavar=None if parameter.choices else _metavar(parameter),
        multiple=parameter.many and parameter.count is None,
        nargs=parameter.count or 1,
        required=parameter.required,
        help=_help(parameter),
    )


def option_of(name: str, taken: frozenset[str] = TAKEN) -> str:
    """The option of a parameter: ``--lost-reason`` for ``lost_reason``, ``--with-json`` for one that is taken."""
    plain = name.rstrip("_").replace("_", "-")
    return f"--with-{plain}" if name in taken else f"--{plain}"


def _flags(option: str, name: str) -> Sequence[str]:
    return [f"{option}/--no-{option.removeprefix('--')}", name]


def _metavar(parameter: Parameter) -> str:
    if parameter.field is not None and parameter.field.link is not None:
        return parameter.field.link.upper()
    if parameter.field is not None and parameter.field.type.name == "ratio":
        return "PERCENT"
    return " ".join([METAVARS[parameter.type]] * (parameter.count or 1))


def _help(parameter: Parameter) -> str:
    told = (label(parameter.help), *_notes(parameter))
    return said(joined("; ", (each for each in told if each)))


def _notes(parameter: Parameter) -> Iterator[str]:
    if parameter.field is not None and parameter.field.link is not None:
        yield _("ref or name of a {link}", link=parameter.field.link.replace("_", " "))
    if parameter.many and parameter.count is None:
        yield _("may be given more than once")
    if not parameter.required and parameter.default not in (None, "", ()):
        yield _("default {default}", default=_default(parameter))


def _default(parameter: Parameter) -> str:
    if isinstance(parameter.default, bool):
        return said(_("yes") if parameter.default else _("no"))
    return (
        str(parameter.default) if parameter.field is None else parameter.field.type.to_text(parameter.default)
    )


def _writing_params() -> list[click.Parameter]:
    # No field of a record starts with an underscore, so these two get in nobody's way.
    return [
        click.Option(
            ["--key", "_key"],
            metavar="TEXT",
            help="idempotency key: the same key again gives the same outcome, once",
        ),
        click.Option(
            ["--waive", "_waive"],
            metavar="CODE=REASON",
            multiple=True,
            help="let a waivable finding pass, in your name and with a reason; may be given more than once",
        ),
    ]


def waivers_of(given: Iterable[str], invocation: Invocation) -> list[Waiver]:
    """What ``--waive`` says, in the name of the actor. Raises `UsageError` for one without a reason."""
    waivers = []
    for each in given:
        code, __, reason = each.partition("=")
        if not code.strip() or not reason.strip():
            raise UsageError(_("--waive {each!r} gives no reason", each=each), _("write --waive CODE=REASON"))
        waivers.append(Waiver(code.strip(), invocation.actor, reason.strip()))
    return waivers
