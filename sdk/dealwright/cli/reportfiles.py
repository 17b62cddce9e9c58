"""The forms in which ``report NAME`` writes a report to a file."""

import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dealwright.cli.invocation import Invocation
from dealwright.language import sdk as _

if TYPE_CHECKING:
    from dealwright.pages import Page
    from dealwright_core.contributions import Table

CSV, XLSX, HTML = "csv", "xlsx", "html"
STDOUT = "-"
FORMS = frozenset({CSV, XLSX, HTML})


def form_params(
    csv: str = _("write comma-separated values for programs; - is stdout"),
    html: str = _("write a page with chart and table; needs extra reports"),
) -> list[click.Parameter]:
    """The options that say where a report is written, with the help of some. No parameter of a report or a command
    starts with an underscore.
    """
    file = click.Path(dir_okay=False)
    return [
        click.Option(
            ["--csv", "_csv"],
            metavar="FILE",
            type=click.Path(dir_okay=False, allow_dash=True),
            help=csv,
        ),
        click.Option(
            ["--xlsx", "_xlsx"], metavar="FILE", type=file, help="write a spreadsheet; needs extra xlsx"
        ),
        click.Option(["--html", "_html"], metavar="FILE", type=file, help=html),
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

    def page() -> "Page":
        from dealwright.cli.reportpage import page_of, section_of

        section = section_of(invocation.platform, invocation.actor, name, table, given)
        return page_of(invocation, (section,), given)

    write_files(invocation, {"report": name}, forms, (table,), page)


def write_files(
    invocation: Invocation,
    subject: Mapping[str, str],
    forms: Mapping[str, str],
    tables: "Sequence[Table]",
    page: "Callable[[], Page]",
) -> None:
    """Write tables in each of these forms, and say so: the last one as comma-separated values, each as a sheet of a
    workbook, or the page that they make. ``subject`` says what they are, its first value what they are called.
    """
    for form, file in forms.items():
        with failing_as_file(file):
            if form == CSV:
                _write_csv(tables[-1], file)
            elif form == XLSX:
                _write_xlsx(tables, Path(file), next(iter(subject.values())))
            else:
                from dealwright.cli.reportpage import write_page

                write_page(page(), Path(file))
    files = {form: file for form, file in forms.items() if file != STDOUT}
    said = [_("wrote {file}", file=file) for file in files.values()]
    if STDOUT in forms.values():
        invocation.say(*said)
    else:
        invocation.show_either(lambda: {**subject, "files": files}, lambda: said)


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


def _write_xlsx(tables: "Sequence[Table]", path: Path, name: str) -> None:
    from dealwright.tables.files import replaced
    from dealwright.tables.workbook import write_sheets

    with replaced(path) as part:
        write_sheets(tables, part, name=name)
