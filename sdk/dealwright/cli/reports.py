"""``report``: run a report, or list them."""

from typing import TYPE_CHECKING

import click

from dealwright.cli.helptext import ExampleGroup, first_sentence, missing_command, text_of
from dealwright.cli.invocation import Invocation
from dealwright.language import sdk as _
from dealwright_core.language import said

if TYPE_CHECKING:
    from dealwright.cli.menu import Menu


PAGE = "page"


class Reports(ExampleGroup):
    """One command for each report of the deployment."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the reports, and `PAGE`."""
        return [*sorted(self._menu(ctx).reports), PAGE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The report of this name, with the options of its signature."""
        invocation = ctx.ensure_object(Invocation)
        if cmd_name == PAGE:
            from dealwright.cli.reportpage import page

            return page
        invocation.check_deployment()
        reports = invocation.platform.host.registry.reports
        if cmd_name not in reports:
            raise missing_command(self, ctx, cmd_name, _("report"))
        from dealwright.cli.groups import report_command

        return report_command(invocation, cmd_name, reports[cmd_name].item)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The reports, as the manifest lists them, and what puts several on a page."""
        reports = self._menu(ctx).reports
        if reports:
            with formatter.section(said(_("Reports"))):
                formatter.write_dl([(name, each.summary) for name, each in sorted(reports.items())])
        with formatter.section(said(_("Several reports"))):
            formatter.write_dl(
                [(PAGE, said(_("Put several reports on one page, each with its chart and its table")))]
            )

    def _menu(self, ctx: click.Context) -> "Menu":
        from dealwright.cli.menu import menu_of

        return menu_of(ctx.ensure_object(Invocation))


@click.group(
    cls=Reports,
    invoke_without_command=True,
    example=("dealwright report won --by quarter", "dealwright report win-rate --by owner --html rates.html"),
)
@click.pass_context
def report(ctx: click.Context) -> None:
    """Run a report; without a name, list the reports of the deployment."""
    if ctx.invoked_subcommand is not None:
        return
    invocation = ctx.ensure_object(Invocation)
    known = invocation.platform.host.registry.reports
    listed = [
        {"report": name, "what": first_sentence(text_of(each.item.function)), "plugin": each.plugin}
        for name, each in sorted(known.items())
    ]
    invocation.show(listed)
