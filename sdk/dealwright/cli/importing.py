"""``import``: read records from files, as a mapping says."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dealwright.cli.helptext import ExampleCommand
from dealwright.cli.invocation import Invocation, pass_invocation
from dealwright.cli.misuse import misuse
from dealwright.language import sdk as _
from dealwright_core.language import joined, label

if TYPE_CHECKING:
    from dealwright_core.importing import Progress, Report

EXAMPLE = (
    "dealwright import mapping.toml --data exports/ --dry-run",
    "dealwright import mapping.toml --data exports/",
)


@click.command("import", cls=ExampleCommand, example=EXAMPLE)
@click.argument("mapping", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="the folder with the files",
)
@click.option(
    "--retry",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="instead of --data: a folder of refused rows that were corrected",
)
@click.option(
    "--encoding",
    metavar="[FILE=]NAME",
    multiple=True,
    help="encoding of files without a mark, or of one file; may be given more than once",
)
@click.option("--dry-run", is_flag=True, help="do all of it and write nothing")
@click.option(
    "--waive",
    metavar="CODE=REASON",
    multiple=True,
    help="let a waivable finding pass, in your name and with a reason",
)
@pass_invocation
def import_(
    invocation: Invocation,
    *,
    mapping: Path,
    data: Path | None,
    retry: Path | None,
    encoding: tuple[str, ...],
    dry_run: bool,
    waive: tuple[str, ...],
) -> None:
    """Import the files that a mapping names.

    Every row is accepted, refused or unprocessed. The same import again changes nothing, and one that was
    broken off goes on. Refused rows are written to files with the reason: correct them and give their folder
    to --retry. The exit code is 1 when rows were refused.
    """
    from dealwright.cli.groups import waivers_of
    from dealwright_core.importing import import_files

    if (data is None) == (retry is None):
        raise misuse(_("give either --data DIR or --retry DIR"))
    of_all, of_files = _encodings(encoding)
    with progress_shown() as on_progress:
        report = import_files(
            invocation.platform,
            mapping,
            data or retry or Path(),
            actor=invocation.actor,
            encoding=of_all,
            encodings=of_files,
            retry=retry is not None,
            dry_run=dry_run,
            waivers=waivers_of(waive, invocation),
            on_progress=on_progress,
        )
    _show(invocation, report, mapping)
    if not dry_run:
        invocation.deliver()
    if report.refused:
        raise click.exceptions.Exit(1)


def _encodings(given: Sequence[str]) -> tuple[str | None, dict[str, str]]:
    """The encoding of all files, and those of single ones."""
    of_all, of_files = None, {}
    for each in given:
        file, named, encoding = each.rpartition("=")
        if named:
            of_files[file] = encoding
        else:
            of_all = each
    return of_all, of_files


def _show(invocation: Invocation, report: "Report", mapping: Path) -> None:
    data = report.to_json()
    invocation.show_either(lambda: data, lambda: report_lines(data))
    for each in data["warnings"]:
        invocation.say(_("warning: {message} ({rows:,} rows)", message=each["message"], rows=each["rows"]))
    for file in data["files"]:
        invocation.say(*(joined(": ", (file["path"], warning)) for warning in file["warnings"]))
    for each in data["refused"]["examples"]:
        place = f"{each['file']}:{each['line']}"
        invocation.say(_("refused: {place}: {reason}", place=place, reason=each["reason"]))
    more = report.refused - len(data["refused"]["examples"])
    if more > 0:
        invocation.say(_("and {more} more", more=more))
    if report.refused_folder is not None and report.refused:
        config = [] if invocation.given_config is None else ["--config", invocation.given_config]
        command = " ".join(
            ["dealwright", *config, "import", str(mapping), "--retry", str(report.refused_folder)]
        )
        invocation.say(
            _(
                "correct the refused rows in {refused_folder}, then: {command}",
                refused_folder=report.refused_folder,
                command=command,
            )
        )


def report_lines(data: Mapping[str, Any]) -> Iterator[str]:
    """The counts by file and by kind of record."""
    from dealwright.cli.output import aligned

    counts = ("input", "accepted", "refused", "unprocessed")
    right = (False, True, True, True, True)
    files = [(each["path"], *(f"{each[name]:,}" for name in counts)) for each in data["files"]]
    totals = (_("total"), *(f"{data['totals'][name]:,}" for name in counts))
    yield from aligned([[label(each) for each in ("file", *counts)], *files, totals], right)
    states = ("created", "changed", "unchanged")
    records = [(kind, *(f"{each[name]:,}" for name in states)) for kind, each in data["records"].items()]
    if records:
        yield ""
        yield from aligned([[label(each) for each in ("record", *states)], *records], right)
    if data["continued"]:
        yield _("this went on with an import that was broken off")
    if data["dry_run"]:
        yield _("this was a dry run: nothing was written")


@contextmanager
def progress_shown() -> "Iterator[Callable[[Progress], None] | None]":
    """A progress bar on stderr, where that is a terminal and rich is installed."""
    try:
        from rich.console import Console
        from rich.progress import Progress as Bars
    except ImportError:
        yield None
        return
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield None
        return
    with Bars(console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def on_progress(progress: "Progress") -> None:
            if progress.file not in tasks:
                tasks[progress.file] = bars.add_task(progress.file, total=progress.of_lines)
            bars.update(tasks[progress.file], completed=progress.lines, total=progress.of_lines)

        yield on_progress
