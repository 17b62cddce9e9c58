"""``report page``: several reports as one page."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dealwright.cli.helptext import ExampleCommand, first_sentence, text_of
from dealwright.cli.invocation import Invocation, pass_invocation
from dealwright.cli.misuse import misuse
from dealwright.language import sdk as _
from dealwright_core.language import ENGLISH, label, said, spoken

if TYPE_CHECKING:
    from dealwright.pages import Page, Section
    from dealwright_core.contributions import Table
    from dealwright_core.incentives.plans.shown import ShownPlan
    from dealwright_core.platform import Platform
    from dealwright_core.values import Period

UNTITLED = _("Reports")
# The report beside which plans stand.
PAY = "pay"
# What is chosen for the whole page, and how it is called there.
COMMON = {"period": _("Period"), "where": _("Where"), "as_of": _("As of")}


@click.command(
    "page",
    cls=ExampleCommand,
    example=(
        "dealwright report page --with won,funnel,pipeline -o sales.html",
        "dealwright report page --with won,pipeline --by won=region --period 2026-Q1 -o sales.html",
    ),
)
@click.option(
    "--with",
    "names",
    metavar="NAME,NAME",
    multiple=True,
    required=True,
    help="the reports, in this order; may be given more than once",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="the file to write; it is replaced when all is written",
)
@click.option(
    "--by",
    metavar="NAME=DIMENSION",
    multiple=True,
    help="what one of them is broken down by, else its default",
)
@click.option("--period", metavar="PERIOD", help="period such as 2026, 2026-Q1 or 2026-03")
@click.option("--where", metavar="CONDITION", help="only what this condition is true for")
@click.option("--as-of", metavar="YYYY-MM-DD", help="as of the end of this day, default today")
@click.option("--title", metavar="TEXT", help="the heading, default the name of the deployment")
@pass_invocation
def page(
    invocation: Invocation,
    *,
    names: tuple[str, ...],
    output: Path,
    by: tuple[str, ...],
    period: str | None,
    where: str | None,
    as_of: str | None,
    title: str | None,
) -> None:
    """Put several reports on one page, each with its chart and its table.

    The page is one HTML file that needs nothing else: no script, no font, no network. It is readable on a phone, in
    print, with a screen reader, in light and in dark. Period, condition and day hold for every report on it; a report
    that does not take one of them is refused.
    """
    from dealwright.cli.reportfiles import failing_as_file
    from dealwright.extras import check_extra

    check_extra("reports")
    wanted = [each.strip() for listed in names for each in listed.split(",") if each.strip()]
    if not wanted:
        raise misuse(_("--with names no report; see: dealwright report"))
    asked = {"period": period, "where": where, "as_of": as_of}
    given = {name: value for name, value in asked.items() if value is not None}
    dimensions = _dimensions(by, wanted)
    chosen = [(name, {"by": dimensions[name]} if name in dimensions else {}) for name in wanted]
    sections = sections_of(invocation.platform, invocation.actor, chosen, given)
    with failing_as_file(str(output)):
        write_page(page_of(invocation, sections, given, title=title or ""), output)
    invocation.show_either(
        lambda: {"reports": wanted, "files": {"html": str(output)}},
        lambda: [_("wrote {output}", output=output)],
    )


def _dimensions(given: Iterable[str], wanted: Sequence[str]) -> dict[str, str]:
    """What ``--by`` says for each report. Raises `UsageError` where it names none on the page."""
    from dealwright_core.errors import UsageError
    from dealwright_core.spelling import did_you_mean

    found = {}
    for each in given:
        name, __, dimension = each.partition("=")
        if not dimension:
            raise UsageError(
                _("--by {each!r} names no report", each=each),
                _("write --by {wanted}={each}", wanted=wanted[0], each=each),
            )
        if name not in wanted:
            raise UsageError(
                _(
                    "--by {each!r}: {name!r} is not on the page{near}",
                    each=each,
                    name=name,
                    near=did_you_mean(name, wanted),
                )
            )
        found[name] = dimension
    return found


def sections_of(
    platform: "Platform",
    actor: str,
    chosen: Iterable[tuple[str, Mapping[str, Any]]],
    common: Mapping[str, Any],
) -> "tuple[Section, ...]":
    """Run reports, each with what it is asked with, and with what holds for all of them."""
    from dealwright_core.errors import UsageError

    found = []
    for name, asked in chosen:
        given = {**common, **asked}
        try:
            table = platform.report(name, actor=actor, **given)
        except UsageError as error:
            said = (
                error.message
                if name in error.message
                else _("report {name}: {message}", name=name, message=error.message)
            )
            raise UsageError(said, error.hint) from None
        found.append(section_of(platform, actor, name, table, given))
    return tuple(found)


def section_of(
    platform: "Platform", actor: str, name: str, table: "Table", given: Mapping[str, Any]
) -> "Section":
    """A report that was run, with what it was asked for besides what is common to the page; beside pay stand the plans
    in force at the end of the period, or today.
    """
    from dealwright.pages import Section
    from dealwright_core.commands.signature import parameters

    function = platform.host.registry.reports[name].item.function
    asked = {each.name: given.get(each.name, each.default) for each in parameters(function)}
    told = [
        _told(each, value)
        for each, value in asked.items()
        if each not in COMMON and value is not None and (each == "by" or each in given)
    ]
    return Section(
        name=name,
        table=table,
        what=first_sentence(text_of(function)),
        asked=", ".join(told),
        plans=_plans(platform, actor, given.get("period")) if name == PAY else (),
    )


def _plans(platform: "Platform", actor: str, period: "Period | str | None") -> "tuple[ShownPlan, ...]":
    from dealwright_core.commands.plans import shown_in_force

    if isinstance(period, str):
        period = platform.calendar.parse(period)
    with platform.session(actor) as session:
        return tuple(shown_in_force(session, session.today if period is None else period.last))


def _told(name: str, value: Any) -> str:
    """What was chosen for a report: ``by customer industry``, ``percent 90``."""
    from dealwright_core.reporting import dimension_title

    if name != "by":
        return f"{label(name.replace('_', ' '))} {_words(value)}"
    is_english = spoken().language == ENGLISH
    return said(_("by {dimension}", dimension=_words(value) if is_english else dimension_title(value)))


def _words(value: Any) -> str:
    from dealwright.tables.texts import value_text

    return value_text(value).replace("_", " ").replace(".", " ")


def page_of(
    invocation: Invocation, sections: "tuple[Section, ...]", given: Mapping[str, Any], *, title: str = ""
) -> "Page":
    """The page that these reports make."""
    asked = tuple(
        (label(called), str(given[name])) for name, called in COMMON.items() if given.get(name) is not None
    )
    return made_page(invocation, sections, title=title, asked=asked)


def made_page(
    invocation: Invocation,
    sections: "tuple[Section, ...]",
    *,
    title: str = "",
    asked: tuple[tuple[str, str], ...] = (),
) -> "Page":
    """A page that is made now, for the actor. Without a title it has the name of the deployment."""
    from datetime import UTC, datetime

    from dealwright.pages import Page

    platform = invocation.platform
    of = platform.deployment.name
    return Page(
        title=title or of or said(UNTITLED),
        sections=sections,
        made_on=platform.calendar.day_of(datetime.now(UTC)),
        made_for=invocation.actor,
        made_of=of if title else "",
        asked=asked,
    )


def write_page(page: "Page", path: Path) -> None:
    """Write a page; the file is there whole or not at all."""
    from dealwright.pages import rendered
    from dealwright.tables.files import replaced

    html = rendered(page)
    with replaced(path) as part:
        part.write_text(html, encoding="utf-8", errors="replace")
