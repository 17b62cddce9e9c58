"""Refused rows: kept with the batch they were in, written to files that can be corrected, and read again."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from attrs import evolve
from sqlalchemy.engine import Connection, Engine

from dealwright_core.importing.reading import LONGEST_SHOWN, Batch, Form, Refusal, Rows, read_csv
from dealwright_core.importing.sources import Source
from dealwright_core.language import core as _
from dealwright_core.store import tables
from dealwright_core.store.engine import reading

MOST_EXAMPLES = 20
LINE, REASON = "dealwright_line", "dealwright_reason"
EMPTY = _("has no cells: put what the reason quotes into the columns")


def keep(connection: Connection, run: int, file: str, start: int, refused: Sequence[Refusal]) -> None:
    """Store refused rows of a file, numbered from `start`, with the batch that they were in."""
    rows = [
        {
            "run": run,
            "file": file,
            "line": each.line,
            "number": start + number,
            "reason": printable(each.reason),
            "cells": json.dumps([list(each.cells), each.text]),
        }
        for number, each in enumerate(refused)
    ]
    if rows:
        connection.execute(sa.insert(tables.import_refused), rows)


def write_all(
    engine: Engine, run: int, folder: Path, files: Iterable[tuple[str, Sequence[str]]]
) -> list[tuple[str, Refusal]]:
    """Write the stored refused rows of a run, a file for each of `files` (path, header). Returns the first of
    them.
    """
    examples: list[tuple[str, Refusal]] = []

    def noted(path: str, rows: Iterable[Refusal]) -> Iterator[Refusal]:
        for each in rows:
            if len(examples) < MOST_EXAMPLES:
                examples.append((path, each))
            yield each

    with reading(engine) as connection:
        for path, header in files:
            write(folder, path, header, noted(path, _kept(connection, run, path)))
    return examples


def _kept(connection: Connection, run: int, file: str) -> Iterator[Refusal]:
    """The stored refused rows of a file, by line."""
    t = tables.import_refused.c
    rows = sa.select(t.line, t.reason, t.cells).where(t.run == run, t.file == file).order_by(t.line, t.number)
    for row in connection.execute(rows.execution_options(yield_per=1000)):
        cells, text = json.loads(row.cells)
        yield Refusal(row.line, row.reason, cells, text)


def write(folder: Path, file: str, header: Sequence[str], refused: Iterable[Refusal]) -> Path:
    """Write a file of refused rows, which replaces an older one at once when it is whole. It is UTF-8 with a
    mark.

    A row that does not fit the header has blank cells; its text stands in the reason.
    """
    path = folder / file_name(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow([*header, LINE, REASON])
        for each in refused:
            fits = len(each.cells) == len(header) and "\0" not in "".join(each.cells)
            cells = each.cells if fits else [""] * len(header)
            reason = (
                each.reason
                if fits
                else _(
                    "{reason}; the row reads: {printable}",
                    reason=each.reason,
                    printable=printable(_text(each)),
                )
            )
            rows.writerow([*cells, each.line, reason])
    return unfinished.replace(path)


def file_name(file: str) -> str:
    """The name of the file of refused rows: that of the source, as CSV and not packed."""
    plain = file.removesuffix(".gz")
    return plain if Path(plain).suffix in (".csv", ".tsv", ".txt") else f"{plain}.csv"


@contextmanager
def read_again(source: Source) -> Iterator[Rows]:
    """Open a file of refused rows that somebody corrected. Rows keep the lines that they had in the first
    file.
    """
    with read_csv(source, Form(delimiter=",")) as rows:
        yield _Corrected(rows)


def printable(text: str) -> str:
    """Text without what a database or a CSV file cannot hold."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()


def _text(refusal: Refusal) -> str:
    if not refusal.cells:
        return refusal.text
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(refusal.cells)
    return line.getvalue()[:LONGEST_SHOWN]


class _Corrected:
    """Rows without the two columns that say where they come from and what was wrong."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._line = rows.header.index(LINE) if LINE in rows.header else None
        self._kept = [at for at, name in enumerate(rows.header) if name not in (LINE, REASON)]
        self.header = tuple(rows.header[at] for at in self._kept)

    def batches(self, size: int) -> Iterator[Batch]:
        for batch in self._rows.batches(size):
            rows: list[list[str]] = []
            lines: list[int] = []
            refused = [evolve(each, cells=(), text=_text(each)) for each in batch.refused]
            for line, row in zip(batch.lines, batch.rows, strict=True):
                first = row[self._line] if self._line is not None else ""
                number = int(first) if first.isdecimal() else line
                cells = [row[at] for at in self._kept]
                if any(cells):
                    rows.append(cells)
                    lines.append(number)
                else:
                    reason = row[self._rows.header.index(REASON)] if REASON in self._rows.header else EMPTY
                    refused.append(Refusal(number, EMPTY, text=reason))
            yield Batch(rows, lines, refused)
