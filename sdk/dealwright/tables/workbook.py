"""A report as a spreadsheet. Needs the extra ``xlsx``."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealwright.language import sdk as _
from dealwright.tables.spoken import spoken_table
from dealwright.tables.texts import RIGHT, cell_text, width_of
from dealwright_core.contributions import Column, Table
from dealwright_core.language import said
from dealwright_core.values import PPM, PPM_OF_A_POINT, Money, digits

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

# What a cell can hold: it keeps numbers as floats of 15 digits, and takes 1900 for a leap year.
LONGEST_TEXT, EXACT_DIGITS, FIRST_DAY = 32_767, 15, date(1900, 3, 1)
LONGEST_SHEET, WIDEST = 31, 50
FORBIDDEN_IN_SHEET = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def write_workbook(table: Table, path: Path, *, name: str) -> None:
    """Write the table as the only sheet of a workbook."""
    write_sheets((table,), path, name=name)


def write_sheets(tables: Iterable[Table], path: Path, *, name: str) -> None:
    """Write each table, with its totals and note, as a sheet of a workbook; ``name`` where it has no title.

    Amounts, ratios, dates and durations are numbers with a format that shows them so; nothing is ever a formula. A
    number that a spreadsheet could not keep exactly is written as text.
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        for each in map(spoken_table, tables):
            Sheet(workbook, each, sheet_name(each.title or name)).write()


def sheet_name(title: str) -> str:
    """A title as the name of a sheet: of 31 characters, without those that a spreadsheet forbids."""
    plain = _storable(FORBIDDEN_IN_SHEET.sub(" ", title)).strip("' ")[:LONGEST_SHEET].strip("' ")
    return plain if plain and plain.lower() != "history" else "Report"


class Sheet:
    """One sheet that is being written."""

    def __init__(self, workbook: "Workbook", table: Table, name: str) -> None:
        self._workbook, self._table = workbook, table
        self._sheet: Worksheet = workbook.add_worksheet(name)
        self._formats: dict[tuple[str, bool], Format] = {}
        self._write: dict[str, Callable[[int, int, Any, bool], None]] = {
            "money": self._money,
            "ratio": self._ratio,
            "points": self._points,
            "date": self._date,
            "integer": self._integer,
            "duration": self._integer,
            "text": self._text,
        }

    def write(self) -> None:
        """Write the heading, the rows, the totals and the note."""
        table, last = self._table, len(self._table.rows)
        for at, column in enumerate(table.columns):
            self._sheet.set_column(at, at, _width(table, at))
            self._sheet.write_string(0, at, _storable(heading(column)), self._heading(column))
        for number, row in enumerate(table.rows, 1):
            self._row(number, row, is_total=False)
        self._sheet.freeze_panes(1, 1)
        if table.rows:
            self._sheet.autofilter(0, 0, last, len(table.columns) - 1)
        if table.totals is not None:
            last += 1
            self._row(last, table.totals, is_total=True)
        for offset, line in enumerate(table.note.splitlines(), 2):
            self._text(last + offset, 0, line, is_total=False)

    def _row(self, number: int, row: tuple[Any, ...], *, is_total: bool) -> None:
        for at, (column, value) in enumerate(zip(self._table.columns, row, strict=True)):
            if value is None:
                self._sheet.write_blank(number, at, None, self._format("General", is_total))
            else:
                self._write[column.type](number, at, value, is_total)

    def _text(self, row: int, at: int, value: str, is_total: bool) -> None:
        text, format = _storable(value), self._format("@", is_total)
        if text.startswith("<r>") and text.endswith("</r>"):
            # xlsxwriter would take the text for markup of its own, unless it comes in three parts.
            self._sheet.write_rich_string(row, at, text[:1], text[1:2], text[2:], format)
        else:
            self._sheet.write_string(row, at, text, format)

    def _integer(self, row: int, at: int, value: int, is_total: bool) -> None:
        self._number(row, at, Decimal(value), "#,##0", is_total)

    def _ratio(self, row: int, at: int, value: int, is_total: bool) -> None:
        self._number(row, at, Decimal(value) / PPM, "0.00%", is_total)

    def _points(self, row: int, at: int, value: int, is_total: bool) -> None:
        self._number(row, at, Decimal(value) / PPM_OF_A_POINT, "#,##0.####", is_total)

    def _money(self, row: int, at: int, value: Money, is_total: bool) -> None:
        places = digits(value.currency)
        shape = f"#,##0.{'0' * places}" if places else "#,##0"
        self._number(row, at, value.major, f'{shape}\\ "{value.currency}"', is_total)

    def _date(self, row: int, at: int, value: date, is_total: bool) -> None:
        if value < FIRST_DAY:
            self._text(row, at, value.isoformat(), is_total)
        else:
            self._sheet.write_datetime(row, at, value, self._format("yyyy\\-mm\\-dd", is_total))

    def _number(self, row: int, at: int, value: Decimal, shape: str, is_total: bool) -> None:
        if len(value.normalize().as_tuple().digits) > EXACT_DIGITS:
            self._text(row, at, f"{value:f}", is_total)
        else:
            # It writes what it gets with 16 digits: a Decimal keeps all that it has.
            self._sheet.write_number(row, at, value, self._format(shape, is_total))

    def _format(self, shape: str, is_total: bool) -> "Format":
        if (shape, is_total) not in self._formats:
            style: dict[str, Any] = {"num_format": shape}
            self._formats[shape, is_total] = self._workbook.add_format(
                {**style, "bold": True, "top": 1} if is_total else style
            )
        return self._formats[shape, is_total]

    def _heading(self, column: Column) -> "Format":
        side = "right" if column.type in RIGHT else "left"
        return self._workbook.add_format({"bold": True, "bottom": 1, "align": side})


def heading(column: Column) -> str:
    """The title of a column, with the unit that its numbers do not show."""
    return said(_("{title} (days)", title=column.title)) if column.type == "duration" else column.title


def _width(table: Table, at: int) -> int:
    """The width of a column in characters: of what it shows, within reason."""
    column = table.columns[at]
    rows = table.rows if table.totals is None else (*table.rows, table.totals)
    widths = [width_of(cell_text(row[at], column.type)) for row in rows[:1000]]
    # Room for the button of the filter beside the heading.
    return min(WIDEST, max([width_of(heading(column)) + 3, *widths]) + 2)


def _storable(text: str) -> str:
    """A text as a cell can hold it: half a character is none, and there is an end to its length."""
    whole = text.encode("utf-8", "replace").decode()
    return whole if len(whole) <= LONGEST_TEXT else f"{whole[: LONGEST_TEXT - 1]}…"
