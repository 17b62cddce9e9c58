"""The forms in which ``report NAME`` writes a report to a file."""

import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dealwright.cli.invocation import Invocation
from dealwright.language import sdk as _

if TYPE_CHECKING:
    from dealwright_core.contributions import Table

CSV, XLSX, HTML = "csv", "xlsx", "html"
STDOUT = "-"
FORMS = frozenset({CSV, XLSX, HTML})


def form_params() -> list[click.Parameter]:
    """The options that say where a report is written. No parameter of a report starts with an underscore."""
    file = click.Path(dir_okay=False)
    return [
        click.Option(
            ["--csv", "_csv"],
            metavar="FILE",
            type=click.Path(dir_okay=False, allow_dash=True),
            help="write comma-separated values for programs; - is stdout",
        ),
        click.Option(
            ["--xlsx", "_xlsx"], metavar="FILE", type=file, help="write a spreadsheet; needs extra xlsx"
        ),
        click.Option(
            ["--html", "_html"],
            metavar="FILE",
            type=file,
            help="write a page with chart and table; needs extra reports",
        ),
    ]


def taken_forms(given: dict[str, Any]) -> dict[str, str]:
    """What was typed for them, by form, taken out of all that was."""
    found = {form: given.pop(f"_{form}", None) for form in sorted(FORMS)}
    return {form: file for form, file in found.items() if file is not None}


def check_forms(forms: Mapping[str, str]) -> None:
    """Raise before any work where an extra is missing."""
    from dealwright.extras import check_extra

    for form, extra in ((XLSX, "xlsx"), (HTML, "reports")):
        if form in forms:
            check_extra(extra)


def write_forms(
    invocation: Invocation, name: str, table: "Table", given: Mapping[str, Any], forms: Mapping[str, str]
) -> None:
    """Write a report in each of these forms, and say so."""
    for form, file in forms.items():
        with failing_as_file(file):
            if form == CSV:
                _write_csv(table, file)
            elif form == XLSX:
                _write_xlsx(table, Path(file), name)
            else:
                from dealwright.cli.reportpage import page_of, section_of, write_page

                sections = (section_of(invocation.platform, name, table, given),)
                write_page(page_of(invocation, sections, given), Path(file))
    files = {form: file for form, file in forms.items() if file != STDOUT}
    said = [_("wrote {file}", file=file) for file in files.values()]
    if STDOUT in forms.values():
        invocation.say(*said)
    else:
        invocation.show_either(lambda: {"report": name, "files": files}, lambda: said)


@contextmanager
def failing_as_file(file: str) -> Iterator[None]:
    """A file that cannot be written is a line on stderr, not an unforeseen error."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.FileError(file, error.strerror or str(error)) from None


def _write_csv(table: "Table", file: str) -> None:
    from dealwright.tables.csvfile import write_csv
    from dealwright.tables.files import replaced

    if file == STDOUT:
        to = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="")
        try:
            write_csv(table, to)
            to.flush()
        finally:
            to.detach()
        return
    with (
        replaced(Path(file)) as part,
        part.open("w", encoding="utf-8", errors="replace", newline="") as to_file,
    ):
        write_csv(table, to_file)


def _write_xlsx(table: "Table", path: Path, name: str) -> None:
    from dealwright.tables.files import replaced
    from dealwright.tables.workbook import write_workbook

    with replaced(path) as part:
        write_workbook(table, part, name=name)
