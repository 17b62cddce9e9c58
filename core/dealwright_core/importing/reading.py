"""Rows of a file in batches, with the lines where they start. What cannot be read as a row is refused, never
dropped.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

from attrs import field, frozen

from dealwright_core.contributions import Importer
from dealwright_core.errors import PluginError
from dealwright_core.importing.quoting import OpenQuote, explain, lines_in
from dealwright_core.importing.sources import DAMAGED, Source, UnreadableFile
from dealwright_core.language import core as _
from dealwright_core.store.pause import no_collection

BLOCK = 1 << 18
SURROGATE = re.compile("[\ud800-\udfff]")
LONGEST_SHOWN = 4_000


@frozen(kw_only=True)
class Form:
    """How a file is laid out. Without `delimiter` it is a tab in ``.tsv`` files and a comma in all others.

    `quote` may be empty, where nothing is quoted. `skip_lines` lines stand above the header. Without `header`
    the columns are called `columns`.
    """

    delimiter: str | None = None
    quote: str = '"'
    skip_lines: int = 0
    header: bool = True
    columns: tuple[str, ...] = ()

    def delimiter_of(self, path: Path) -> str:
        """The delimiter of a file of this form."""
        return self.delimiter or ("\t" if ".tsv" in path.suffixes[-2:] else ",")


@frozen
class Refusal:
    """A row that was not imported: its first line, why, and its cells, or its text where it has no cells."""

    line: int
    reason: str
    cells: Sequence[str] = ()
    text: str = ""


@frozen
class Batch:
    """Some rows, all as wide as the header, with the line of each, and those refused among them."""

    rows: list[list[str]]
    lines: Sequence[int]
    refused: list[Refusal] = field(factory=list)

    @property
    def count(self) -> int:
        """How many rows of the file it holds. Blank lines are no rows."""
        return len(self.rows) + len(self.refused)

    def parts(self, size: int) -> Iterator["Batch"]:
        """The same rows in smaller batches; the first one has those refused."""
        for start in range(0, max(len(self.rows), 1), size):
            refused = self.refused if start == 0 else []
            yield Batch(self.rows[start : start + size], self.lines[start : start + size], refused)


class Rows(Protocol):
    """A file that is open for reading: the names of its columns, and its rows."""

    header: tuple[str, ...]

    def batches(self, size: int) -> Iterator[Batch]:
        """The rows, about `size` at a time; the same file always gives the same batches."""


@contextmanager
def read_csv(source: Source, form: Form) -> Iterator[Rows]:
    """Open a text file. Raises UnreadableFile where it has no header that can be read."""
    with source.open() as lines:
        yield _CsvRows(source, form, lines)


@contextmanager
def read_with(importer: Importer, path: Path, form: Form) -> Iterator[Rows]:
    """Open a file of another format through a plugin. Raises PluginError where the plugin fails."""
    yield _ImportedRows(importer, path, form)


class _Lines:
    """The lines of a file, of which the last ones are kept for messages about rows that cannot be read."""

    def __init__(self, source: Source, lines: Iterator[str]) -> None:
        self._source, self._file = source, lines
        self._kept: deque[tuple[int, list[str]]] = deque()
        self._following = 1
        self.iterator = chain.from_iterable(self._blocks())

    def _blocks(self) -> Iterator[list[str]]:
        try:
            while block := self._file.readlines(BLOCK):  # type: ignore[attr-defined]  # a text file
                self._kept.append((self._following, block))
                self._following += len(block)
                yield block
        except (*DAMAGED, UnicodeDecodeError) as error:
            raise UnreadableFile(
                self._source.path, _("changed while it was read: {error}", error=error)
            ) from error

    def forget(self, before: int) -> None:
        """Keep no block that ends before this line."""
        while self._kept and self._kept[0][0] + len(self._kept[0][1]) <= before:
            self._kept.popleft()

    def between(self, first: int, last: int) -> Iterator[str]:
        """The lines from `first` to `last`, which must not be forgotten."""
        for number, block in self._kept:
            yield from block[max(first - number, 0) : max(last + 1 - number, 0)]


class _CsvRows:
    def __init__(self, source: Source, form: Form, lines: Iterator[str]) -> None:
        self._source = source
        self._delimiter, self._quote = form.delimiter_of(source.path), form.quote
        self._lines = _Lines(source, lines)
        # Lines that the reader has not counted: skipped above the header, or inside a row that it gave up.
        self._uncounted = sum(1 for _ in islice(self._lines.iterator, form.skip_lines))
        self._reader = csv.reader(
            self._lines.iterator,
            delimiter=self._delimiter,
            quotechar=self._quote or None,
            quoting=csv.QUOTE_MINIMAL if self._quote else csv.QUOTE_NONE,
            strict=True,
        )
        self.header = form.columns if not form.header else self._read_header()

    @property
    def _line(self) -> int:
        return self._uncounted + self._reader.line_num

    def _read_header(self) -> tuple[str, ...]:
        try:
            cells = next((row for row in self._reader if row), None)
        except csv.Error as error:
            raise UnreadableFile(
                self._source.path,
                _("line {line}: the header cannot be read: {error}", line=self._line, error=error),
            ) from None
        return header_of(self._source.path, cells)

    def batches(self, size: int) -> Iterator[Batch]:
        while (batch := self._batch(size)) is not None:
            yield batch

    def _batch(self, size: int) -> Batch | None:
        start = self._line
        self._lines.forget(start + 1)
        rows: list[list[str]] = []
        error = self._read(rows, size)
        if not rows and error is None:
            return None
        plain = error is None and self._line - start == len(rows) and not self._source.has_null
        if plain and set(map(len, rows)) == {len(self.header)}:
            return Batch(rows, range(start + 1, start + 1 + len(rows)))
        sorter = _Sorter(len(self.header))
        left = size
        while True:
            start = sorter.sort(rows, start)
            left -= len(rows)
            if error is not None:
                sorter.refused.append(self._give_up(error, start + 1))
                start, left = self._line, left - 1
            if error is None or left <= 0:
                return sorter.batch()
            rows = []
            error = self._read(rows, left)

    def _read(self, rows: list[list[str]], size: int) -> csv.Error | None:
        """Append up to `size` rows; the error where one cannot be split. Those before it are kept."""
        try:
            with no_collection():
                rows.extend(islice(self._reader, size))
        except csv.Error as error:
            return error
        return None

    def _give_up(self, error: csv.Error, first: int) -> Refusal:
        """Refuse the row that starts in line `first`, with all the lines that its quotes enclose."""
        text, state = "", OpenQuote(self._delimiter, self._quote or "\0")
        for number, line in enumerate(self._lines.between(first, self._line), first):
            state = state.after(line, number)
            text += line[: max(0, LONGEST_SHOWN - len(text))]
        while state.opened is not None and (following := next(self._lines.iterator, None)) is not None:
            self._uncounted += 1
            self._lines.forget(self._line)
            state = state.after(following, self._line)
            text += following[: max(0, LONGEST_SHOWN - len(text))]
        reason = explain(error, state.opened, first, self._line)
        return Refusal(first, reason, text=text.rstrip("\r\n"))


class _ImportedRows:
    def __init__(self, importer: Importer, path: Path, form: Form) -> None:
        self._importer = importer
        self._numbered = self._checked(path)
        for __ in range(form.skip_lines):
            next(self._numbered, None)
        first = None if not form.header else next((cells for _, cells in self._numbered if cells), None)
        self.header = form.columns if not form.header else header_of(path, first)

    def _checked(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        try:
            for line, cells in self._importer.read(path):
                if type(line) is not int or not all(type(cell) is str for cell in cells):
                    raise TypeError(f"expected (line, list of texts), got {(line, cells)!r:.200}")
                yield line, list(cells)
        except (Exception, SystemExit) as error:  # whatever a plugin raises
            raise PluginError(
                self._importer.name, "importers", f"{path}: {type(error).__name__}: {error}"
            ) from error

    def batches(self, size: int) -> Iterator[Batch]:
        while some := list(islice(self._numbered, size)):
            sorter = _Sorter(len(self.header))
            for line, cells in some:
                sorter.take(line, cells)
            yield sorter.batch()


class _Sorter:
    """Tells rows that fit the header from those that do not."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._rows: list[list[str]] = []
        self._lines: list[int] = []
        self.refused: list[Refusal] = []

    def sort(self, rows: list[list[str]], line: int) -> int:
        """Take rows of which the first starts behind `line`; returns the line where the last one ends."""
        for row in rows:
            self.take(line + 1, row)
            line += lines_in(row)
        return line

    def take(self, line: int, row: list[str]) -> None:
        """Take one row; an empty one is a blank line."""
        if not row:
            return
        reason = self._flaw(row)
        if reason is None:
            self._rows.append(row)
            self._lines.append(line)
        else:
            self.refused.append(Refusal(line, reason, row))

    def _flaw(self, row: list[str]) -> str | None:
        if len(row) != self._width:
            cells = _.counted(len(row), "{count} cell", "{count} cells")
            return _("has {cells}, the header {width}", cells=cells, width=self._width)
        text = "".join(row)
        if "\0" in text:
            return _("holds a null character, which no database keeps: remove it")
        if not text.isascii() and SURROGATE.search(text):
            return _("holds half of a surrogate pair: its encoding was read wrongly")
        return None

    def batch(self) -> Batch:
        return Batch(self._rows, self._lines, self.refused)


def header_of(path: Path, cells: list[str] | None) -> tuple[str, ...]:
    """The names of the columns, without the white space around them. Raises UnreadableFile where there are
    none.
    """
    names = tuple(cell.strip() for cell in cells or ())
    if not any(names):
        raise UnreadableFile(path, _("is empty: expected a header, the row that names the columns"))
    if any("\0" in name for name in names):
        raise UnreadableFile(
            path, _("has null characters in its header: state its encoding, such as utf-16-le")
        )
    return names
