"""The formats of exports: each writes records line by line as they come."""

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, ClassVar

from dealwright_core.exporting.columns import IN_CURRENCY, REF, Column, record_form


class Format(ABC):
    """A format; ``suffix`` ends the names of its files."""

    suffix: ClassVar[str]

    @abstractmethod
    def write(self, to: IO[str], columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
        """Write all rows; returns how many."""


class Csv(Format):
    """Comma-separated values with a header: what nobody knows is blank, an amount and its currency are two cells.

    Cells are written as they are, also those that a spreadsheet takes for formulas.
    """

    suffix = ".csv"

    def write(self, to: IO[str], columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
        # A line feed alone would leave a carriage return inside a text unquoted.
        writer = csv.writer(to, lineterminator="\r\n")
        writer.writerow([REF, *(name for each in columns for name in each.names)])
        count = 0
        for row in rows:
            writer.writerow([row[0], *(cell for each in columns for cell in _cells(each, row))])
            count += 1
        return count


def _cells(column: Column, row: Sequence[Any]) -> Iterator[str]:
    form = column.form(row)
    if column.field.type.name in IN_CURRENCY:
        amount: Mapping[str, str] = form or {"amount": "", "currency": ""}
        yield amount["amount"]
        yield amount["currency"]
    elif isinstance(form, bool):
        yield "true" if form else "false"
    else:
        yield "" if form is None else str(form)


class JsonLines(Format):
    """One JSON object a line, of the form that the command line prints with ``--json``."""

    suffix = ".jsonl"

    def write(self, to: IO[str], columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
        count = 0
        for row in rows:
            to.write(f"{json.dumps(record_form(columns, row), ensure_ascii=False)}\n")
            count += 1
        return count


FORMATS: Mapping[str, Format] = {"csv": Csv(), "jsonl": JsonLines()}
