"""The option of commands whose answer can be drawn: ``plan show NAME --svg FILE``."""

import inspect
from pathlib import Path

import click

from dealwright.cli.invocation import Invocation
from dealwright.cli.reportfiles import failing_as_file
from dealwright.language import sdk as _
from dealwright_core.contributions import Command
from dealwright_core.incentives.plans.shown import ShownPlan

# No parameter of a command starts with an underscore.
SVG = "_svg"


def drawing_params(command: Command) -> list[click.Parameter]:
    """The option that says where the drawing is written, for a command whose answer has one."""
    if inspect.signature(command.function).return_annotation is not ShownPlan:
        return []
    help = _("write its curves as a drawing")
    return [click.Option(["--svg", SVG], metavar="FILE", type=click.Path(dir_okay=False), help=help)]


def write_drawing(invocation: Invocation, shown: ShownPlan, file: str) -> None:
    """Write the curves of a plan into a file, and say so."""
    from dealwright.charts.payout import drawn_curves
    from dealwright.tables.files import replaced

    with failing_as_file(file), replaced(Path(file)) as part:
        part.write_text(drawn_curves(shown), encoding="utf-8", errors="replace")
    invocation.show_either(
        lambda: {"plan": shown.plan, "files": {"svg": file}}, lambda: [_("wrote {file}", file=file)]
    )
