"""A page as HTML: one file, without script, without anything from elsewhere."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from dealwright.charts import drawn, style
from dealwright.charts.payout import drawn_curve
from dealwright.language import sdk as _
from dealwright.pages.page import Page, Section
from dealwright.pages.tables import headlines, shown_table
from dealwright.tables.spoken import spoken_table
from dealwright.tables.texts import shown, value_text
from dealwright_core.contributions import Table
from dealwright_core.incentives.plans.shown import ShownPlan
from dealwright_core.language import said, spoken

if TYPE_CHECKING:
    from jinja2 import Template

# A chart is drawn for a phone and for a wide screen; the style sheet shows one of the two.
WIDTHS = (("narrow", 342), ("wide", 880))


def rendered(page: Page) -> str:
    """The page as HTML, in the language that is spoken. Everything that came from records is escaped."""
    return _template().render(
        page=page,
        language=spoken().language.replace("_", "-"),
        day=value_text(page.made_on),
        sections=[_section(each, number) for number, each in enumerate(page.sections, 1)],
        style=f"{_file('page.css')}{style()}",
    )


def _section(section: Section, number: int) -> dict[str, Any]:
    table = spoken_table(section.table)
    return {
        "id": f"report-{number}",
        "title": table.title or section.name.replace("-", " ").replace(".", " ").capitalize(),
        "what": section.what,
        "asked": section.asked,
        "headlines": list(headlines(table)),
        "charts": list(_charts(table, f"chart-{number}")),
        "table": shown_table(table),
        "notes": [line for line in table.note.splitlines() if line.strip()],
        "plans": [_plan(each, f"plan-{number}-{at}") for at, each in enumerate(section.plans, 1)],
    }


def _plan(plan: ShownPlan, id: str) -> dict[str, Any]:
    """A plan in words, with its curves in each width."""
    return {
        "name": plan.plan,
        "parts": [(said(each.title), [said(line) for line in each.lines]) for each in plan.sections],
        "curves": [
            [(name, drawn_curve(each, width=width, id=f"{id}-{at}-{name}")) for name, width in WIDTHS]
            for at, each in enumerate(plan.curves, 1)
        ],
        "warnings": plan.warnings,
    }


def _charts(table: Table, id: str) -> Iterator[tuple[str, str]]:
    """The chart in each width."""
    if table.chart is not None and table.rows:
        for name, width in WIDTHS:
            yield name, drawn(table, table.chart, width=width, id=f"{id}-{name}")


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, finalize=_plain, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["_"] = _said
    return environment.from_string(_file("page.html.j2"))


def _said(template: str, **values: object) -> str:
    """A message of the template."""
    return said(_(template, **values))


def _plain(value: object) -> object:
    """Any text without characters that steer a browser; what is marked as safe stays."""
    return shown(value) if type(value) is str else value


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
