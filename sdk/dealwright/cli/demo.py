"""``demo``: a deployment with a year of a made-up seller, what its reports say, and a page of them."""

import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from dealwright.cli.helptext import ExampleCommand
from dealwright.cli.invocation import Invocation, pass_invocation
from dealwright.language import sdk as _
from dealwright_core.language import label

if TYPE_CHECKING:
    from dealwright_core.contributions import Table
    from dealwright_core.platform import Platform

ACTOR, CURRENCY, NAME = "admin", "USD", "Lindenmark"
# Title, report, what it is broken down by, and how many rows are shown.
HEADLINES: tuple[tuple[str, str, str | None, int | None], ...] = (
    (_("Won by region"), "won", "region", None),
    (_("Win rate by owner, the ten with the most deals won"), "win-rate", "owner", 10),
    (_("Pipeline by stage"), "pipeline", "stage", None),
    (_("Sellers of the quarter, the ten best"), "leaderboard", None, 10),
    (_("Pay of the year, the ten best paid"), "pay", "member", 10),
)
PAGE = "report.html"
SCHEME = "sellers"
# Reports, and what they are asked with.
ON_PAGE: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("won", {"by": "month"}),
    ("won", {"by": "region"}),
    ("funnel", {}),
    ("win-rate", {"by": "product.family"}),
    ("pipeline", {"by": "stage"}),
    ("attainment", {"period": "2025", "by": "region"}),
    ("leaderboard", {}),
    ("score-distribution", {}),
    ("what-changed", {}),
    ("pay", {"by": "member"}),
)
# The quarters in which sellers are evaluated, of the year that the data is of.
QUARTERS = ("2025-Q3", "2025-Q4")
# The quarters in which they are paid, by the plan that is copied there.
PAID = ("2025-Q1", "2025-Q2", *QUARTERS)
PLAN = "plans/representatives.toml"


@click.command(cls=ExampleCommand, example="dealwright demo")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@pass_invocation
def demo(invocation: Invocation, folder: Path | None) -> None:
    """Make a deployment with a year of a seller of medical supplies, print its headline tables, and write a page.

    FOLDER is where it is made, a new temporary one where it is left out. The data is made up and the same every time.
    """
    from dealwright.cli.deployment import create

    place = folder or _temporary()
    config = create(place, currency=CURRENCY, name=NAME, actor=ACTOR)
    _add_schemes(config)
    _add_plan(config)
    made = Invocation(str(config), ACTOR)
    made.platform.upgrade()
    imported = _fill(made.platform, place)
    _evaluate(made.platform)
    _pay(made.platform)
    tables = {title: headline(made.platform, name, by, most) for title, name, by, most in HEADLINES}
    page = _page(made, place / PAGE)
    invocation.show_either(
        lambda: {
            "config": str(config),
            "import": imported,
            "reports": tables,
            "page": None if page is None else str(page),
        },
        lambda: _lines(config, imported, tables, page),
    )


def _temporary() -> Path:
    import tempfile

    return Path(tempfile.mkdtemp(prefix="dealwright-demo-"))


def _fill(platform: "Platform", folder: Path) -> dict[str, Any]:
    """Generate the files and import them; what the import counted."""
    from dealwright.cli.importing import progress_shown
    from dealwright.demo import generate
    from dealwright_core.errors import DealwrightError
    from dealwright_core.importing import import_files

    files = generate(folder)
    with progress_shown() as on_progress:
        report = import_files(platform, files.mapping, files.data, actor=ACTOR, on_progress=on_progress)
    if report.refused:
        raise DealwrightError(
            _(
                "{refused} rows of the demo were refused: {examples}",
                refused=report.refused,
                examples=report.examples[0],
            )
        )
    return report.to_json()


def _add_schemes(config: Path) -> None:
    """Let the deployment evaluate sellers and deals."""
    schemes = resources.files("dealwright.demo").joinpath("schemes.toml").read_text("utf-8")
    with config.open("a", encoding="utf-8") as file:
        file.write(schemes)


def _add_plan(config: Path) -> None:
    """Let the deployment pay its representatives and their managers."""
    plan = config.parent / PLAN
    plan.parent.mkdir(exist_ok=True)
    plan.write_bytes(resources.files("dealwright.demo").joinpath("plan.toml").read_bytes())
    with config.open("a", encoding="utf-8") as file:
        file.write(f'\n[incentives]\nplans = ["{PLAN}"]\n')


def _pay(platform: "Platform") -> None:
    """Calculate the pay of each quarter."""
    for period in PAID:
        platform.run("pay.run", actor=ACTOR, period=platform.calendar.parse(period))


def _evaluate(platform: "Platform") -> None:
    """Evaluate the sellers in each of the `QUARTERS`."""
    for period in QUARTERS:
        platform.run("evaluate", actor=ACTOR, scheme=SCHEME, period=period, limit=0)


def _page(made: Invocation, path: Path) -> Path | None:
    """Write the page, where what makes it is installed."""
    from dealwright.cli.reportpage import page_of, sections_of, write_page
    from dealwright.extras import has_extra

    if not has_extra("reports"):
        return None
    write_page(page_of(made, sections_of(made.platform, ACTOR, ON_PAGE, {}), {}), path)
    return path.absolute()


def headline(platform: "Platform", report: str, by: str | None, most: int | None) -> "Table":
    """A report, of which the first rows are kept."""
    given = {} if by is None else {"by": by}
    table = platform.report(report, actor=ACTOR, **given)
    return table if most is None else attrs.evolve(table, rows=table.rows[:most])


def _lines(
    config: Path, imported: dict[str, Any], tables: "dict[str, Table]", page: Path | None
) -> Iterator[str]:
    from dealwright.cli.output import table_lines
    from dealwright.extras import install

    created = {kind: each["created"] for kind, each in imported["records"].items()}
    yield _(
        "a year of {name}, a made-up seller of medical supplies: {customers:,} customers, "
        "{opportunities:,} opportunities, {members:,} members",
        name=NAME,
        customers=created.get("customer", 0),
        opportunities=created.get("opportunity", 0),
        members=created.get("member", 0),
    )
    for title, table in tables.items():
        yield from ("", label(title), "", *table_lines(table))
    program = _program()
    yield from (
        "",
        _("the deployment is {config}; look around:", config=config),
        f"  cd {shlex.quote(str(config.parent))}",
        f"  {program} report won --by product.family",
        f"  {program} opportunity list --where \"amount >= '50000'\" --order -amount --limit 5",
        f"  {program} --help",
        "",
        _("for a page of the reports: {install}", install=install("reports"))
        if page is None
        else _("the reports as a page: {page}", page=page),
    )


def _program() -> str:
    """What to type for this program: its name where it is found, else its path."""
    name = "dealwright"
    return name if shutil.which(name) else shlex.quote(str(Path(sys.argv[0]).absolute()))
