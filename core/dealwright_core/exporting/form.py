"""The formats of exports: each writes records line by line as they come."""

import csv
import json
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, ClassVar

from dealwright_core.exporting.columns import IN_CURRENCY, REF, Column, record_form

BYTE_ORDER_MARK = "\ufeff"
# The last is the minus sign of mathematics.
FORMULA_BEGINS = "=+-@\u2212"


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
            writer.writerow(
                [self.text(row[0]), *(cell for each in columns for cell in self._cells(each, row))]
            )
            count += 1
        return count

    def text(self, text: str) -> str:
        """A text as it is written."""
        return text

    def _cells(self, column: Column, row: Sequence[Any]) -> Iterator[str]:
        is_text = column.field.link is not None or column.field.type.name == "text"
        for cell in _cells(column, row):
            yield self.text(cell) if is_text else cell


class Spreadsheet(Csv):
    """The same for spreadsheet programs, which take none of the texts for a formula: see `inert`. Numbers stay numbers.

    It begins with the mark by which these programs know UTF-8. It is not to be imported again.
    """

    def write(self, to: IO[str], columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
        to.write(BYTE_ORDER_MARK)
        return super().write(to, columns, rows)

    def text(self, text: str) -> str:
        return inert(text)


def inert(text: str) -> str:
    """A text with an apostrophe before it where a spreadsheet program might run it.

    That is one which begins with a control character such as a tab, or in which = + - @, of whatever width, comes first
    after white space and marks that are not seen.
    """
    if not text:
        return text
    first = next((each for each in text if not _is_passed_over(each)), " ")
    begins = unicodedata.normalize("NFKC", first)[0]
    return f"'{text}" if begins in FORMULA_BEGINS or unicodedata.category(text[0]) == "Cc" else text


def _is_passed_over(character: str) -> bool:
    """Whether programs may look at what follows instead: white space, control characters and marks."""
    return character.isspace() or unicodedata.category(character)[0] in "CMZ"


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


FORMATS: Mapping[str, Format] = {"csv": Csv(), "jsonl": JsonLines(), "spreadsheet": Spreadsheet()}
