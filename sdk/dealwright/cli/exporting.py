"""``export``: write the records of a kind to a file or to stdout."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from dealwright.cli.helptext import ExampleCommand
from dealwright.cli.invocation import Invocation, pass_invocation
from dealwright.cli.misuse import misuse
from dealwright.language import sdk as _
from dealwright.tables.files import replaced

if TYPE_CHECKING:
    from dealwright_core.exporting import Exported

CSV, JSONL, SPREADSHEET = "csv", "jsonl", "spreadsheet"
MAPPING = "mapping.toml"
EXAMPLE = (
    "dealwright export opportunity -o opportunities.csv --mapping opportunities.toml",
    "dealwright export customer --where \"industry == 'health'\" --format jsonl",
    "dealwright export customer --spreadsheet -o customers.csv",
    "dealwright export --all -o everything",
)


@click.command("export", cls=ExampleCommand, example=EXAMPLE)
@click.argument("kind", required=False)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="every kind that you may export: one file each in a new folder -o, with the mapping to import them",
)
@click.option(
    "--format",
    "form",
    type=click.Choice([CSV, JSONL]),
    help="comma-separated values, or a JSON object a line; default csv, with --json to stdout jsonl",
)
@click.option(
    "--spreadsheet",
    is_flag=True,
    help="comma-separated values for a spreadsheet program, which runs none of them; not to be imported again",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="the file to write, else stdout; it is replaced when all is written; with --all a new folder",
)
@click.option("--where", metavar="CONDITION", help="only records for which this is true")
@click.option(
    "--mapping",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="also write the mapping with which the file is imported again",
)
@pass_invocation
def export(
    invocation: Invocation,
    *,
    kind: str | None,
    everything: bool,
    form: str | None,
    spreadsheet: bool,
    output: Path | None,
    where: str | None,
    mapping: Path | None,
) -> None:
    """Export the records of a kind, or of all, as far as you may.

    Links are refs, and amounts exact with their currency beside them. Fields of classes that you may not export are
    left out. The journal notes who exported how many.
    """
    if spreadsheet and form == JSONL:
        raise misuse(_("--spreadsheet goes with --format csv"))
    form = SPREADSHEET if spreadsheet else form or (JSONL if invocation.json and output is None else CSV)
    if mapping is not None and form != CSV:
        raise misuse(_("--mapping goes with --format csv alone: an import reads no other form"))
    if (kind is None) != everything:
        raise misuse(_("name a kind to export, or give --all"))
    try:
        if kind is not None:
            found = _written(invocation, kind, form, output, where, mapping)
            _tell(invocation, found, output, mapping)
        elif output is None or where is not None or mapping is not None:
            raise misuse(_("--all takes -o FOLDER, and neither --where nor --mapping"))
        else:
            _tell_all(invocation, _written_all(invocation, form, output), output, form)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.FileError(str(output or error.filename), error.strerror) from None


def _written(
    invocation: Invocation, kind: str, form: str, output: Path | None, where: str | None, mapping: Path | None
) -> "Exported":
    from dealwright_core.exporting import export_records, mapping_of

    with _opened(output) as to:
        found = export_records(invocation.platform, kind, to, actor=invocation.actor, form=form, where=where)
    if mapping is not None:
        path = f"{found.kind}.csv" if output is None else output.name
        mapping.write_text(mapping_of({path: (found.kind, found.columns)}), encoding="utf-8")
    return found


def _written_all(invocation: Invocation, form: str, folder: Path) -> "list[Exported]":
    """Write every kind into a new folder, which is there whole or not at all."""
    from shutil import rmtree

    from dealwright_core.exporting import FORMATS, export_all, mapping_of

    if folder.exists():
        raise misuse(_("{folder} is there already: give a new folder", folder=folder))
    part = folder.with_name(f"{folder.name}.part")
    part.mkdir()
    ending = FORMATS[form].suffix
    try:
        actor, platform = invocation.actor, invocation.platform
        found = export_all(platform, lambda kind: _opened(part / f"{kind}{ending}"), actor=actor, form=form)
        if form == CSV:
            text = mapping_of({f"{each.kind}{ending}": (each.kind, each.columns) for each in found})
            (part / MAPPING).write_text(text, encoding="utf-8")
        part.rename(folder)
    finally:
        rmtree(part, ignore_errors=True)
    return found


def _tell_all(invocation: Invocation, found: "list[Exported]", folder: Path, form: str) -> None:
    listed = [{"kind": each.kind, "rows": each.rows, "left out": ", ".join(each.left_out)} for each in found]
    invocation.show(listed)
    if form == CSV:
        invocation.say(
            _(
                "to import them again: dealwright import {mapping} --data {folder}",
                mapping=folder / MAPPING,
                folder=folder,
            )
        )


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[str]]:
    """Where to write, in UTF-8 and without touching line ends. A file is there whole or not at all."""
    if output is None:
        to = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
        try:
            yield to
            to.flush()
        finally:
            to.detach()
        return
    with replaced(output) as part, part.open("w", encoding="utf-8", newline="") as file:
        yield file


def _tell(invocation: Invocation, found: "Exported", output: Path | None, mapping: Path | None) -> None:
    if found.left_out:
        invocation.say(
            _("left out, for you may not export them: {left_out}", left_out=", ".join(found.left_out))
        )
    if output is None:
        invocation.say(_("exported {rows:,} records of kind {kind}", rows=found.rows, kind=found.kind))
        return
    invocation.show_either(
        lambda: {
            "kind": found.kind, "rows": found.rows, "file": str(output),
            "mapping": None if mapping is None else str(mapping), "left_out": list(found.left_out),
        },
        lambda: [
            _("exported {rows:,} records of kind {kind} to {file}", rows=found.rows, kind=found.kind, file=output)
        ],
    )  # fmt: skip
    if mapping is not None:
        invocation.say(
            _(
                "to import them again: dealwright import {mapping} --data {parent}",
                mapping=mapping,
                parent=output.parent,
            )
        )
