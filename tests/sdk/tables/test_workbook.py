"""A report as a spreadsheet, read back by another library."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from dealwright import Column, Money, Table
from dealwright.tables.workbook import LONGEST_TEXT, sheet_name, write_workbook

COLUMNS = (
    Column("region", "Region"), Column("won", "Won", "money"), Column("rate", "Rate", "ratio"),
    Column("deals", "Deals", "integer"), Column("since", "Since", "date"), Column("cycle", "Cycle", "duration"),
)  # fmt: skip
FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "{=1+1}",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    "http://example.com",
]


def sheet(path: Path, table: Table) -> Worksheet:
    """The sheet of a table, written and read back."""
    write_workbook(table, path / "table.xlsx", name="won")
    book = load_workbook(path / "table.xlsx")
    (found,) = book.worksheets
    return found


def values(cells: Iterable[Any]) -> list[Any]:
    """What cells hold; a day is read back as its midnight."""
    found = (each.value for each in cells)
    return [each.date() if isinstance(each, datetime) else each for each in found]


def texts(path: Path, *given: str) -> list[Any]:
    """What these texts are when they are read back; each of them as text."""
    found = sheet(path, Table((Column("a", "A"),), tuple((each,) for each in given)))
    cells = [found.cell(row, 1) for row in range(2, len(given) + 2)]
    assert {each.data_type for each in cells} == {"s"}
    return [each.value for each in cells]


def test_numbers_are_numbers_that_show_their_unit(tmp_path: Path) -> None:
    row = ("华东", Money(123450, "USD"), 631_500, 1234, date(2026, 3, 31), 14)
    found = sheet(tmp_path, Table(COLUMNS, (row,)))
    assert [each.value for each in found[1]] == ["Region", "Won", "Rate", "Deals", "Since", "Cycle (days)"]
    assert values(found[2]) == ["华东", 1234.5, 0.6315, 1234, date(2026, 3, 31), 14]
    assert [each.number_format for each in found[2]] == [
        "@", '#,##0.00\\ "USD"', "0.00%", "#,##0", "yyyy\\-mm\\-dd", "#,##0",
    ]  # fmt: skip


def test_an_amount_shows_the_digits_of_its_currency(tmp_path: Path) -> None:
    rows = tuple((Money(-5, currency),) for currency in ("JPY", "KWD"))
    found = sheet(tmp_path, Table((Column("a", "A", "money"),), rows))
    cells = [found.cell(row, 1) for row in (2, 3)]
    assert [(each.value, each.number_format) for each in cells] == [
        (-5, '#,##0\\ "JPY"'),
        (-0.005, '#,##0.000\\ "KWD"'),
    ]


def test_nothing_is_a_formula_or_a_link(tmp_path: Path) -> None:
    assert texts(tmp_path, *FORMULAS) == FORMULAS
    with ZipFile(tmp_path / "table.xlsx") as parts:
        assert not [
            name for name in parts.namelist() if "rels" in name and b"example.com" in parts.read(name)
        ]


def test_markup_and_line_ends_stay_text(tmp_path: Path) -> None:
    given = ["<r><t>x</t></r>", "<script>", "a\nb", "  spaced ", "&amp;", "康沐医院", "👩‍💻"]
    assert texts(tmp_path, *given) == given


def test_what_a_cell_cannot_hold_is_replaced_or_cut(tmp_path: Path) -> None:
    half, long = texts(tmp_path, "\ud800", "x" * 40_000)
    assert half == "?"
    assert long == f"{'x' * (LONGEST_TEXT - 1)}…"


def test_control_characters_do_not_break_the_file(tmp_path: Path) -> None:
    assert len(texts(tmp_path, "a\x00b", "a\x1bb", "\x0b", "_x000D_")) == 4


def test_totals_and_note_stand_below(tmp_path: Path) -> None:
    found = sheet(
        tmp_path, Table(COLUMNS[:2], (("West", None),), ("Total", Money(5, "USD")), "a note\nin two lines")
    )
    assert [[each.value for each in row] for row in found] == [
        ["Region", "Won"], ["West", None], ["Total", 0.05], [None, None], ["a note", None], ["in two lines", None],
    ]  # fmt: skip
    assert found["A3"].font.b
    assert found.auto_filter.ref == "A1:B2"


def test_a_number_that_a_spreadsheet_would_round_is_text(tmp_path: Path) -> None:
    rows = tuple((Money(minor, "USD"),) for minor in (10**17 + 1, 123_456_789_012_345, 10**17))
    found = sheet(tmp_path, Table((Column("a", "A", "money"),), rows))
    cells = [found.cell(row, 1).value for row in (2, 3, 4)]
    assert cells == ["1000000000000000.01", 1234567890123.45, 10**15]


def test_a_day_before_the_calendar_of_spreadsheets_is_text(tmp_path: Path) -> None:
    days = (date(1900, 2, 28), date(1900, 3, 1))
    found = sheet(tmp_path, Table((Column("a", "A", "date"),), tuple((day,) for day in days)))
    assert values([found["A2"], found["A3"]]) == ["1900-02-28", date(1900, 3, 1)]


def test_no_rows_are_a_heading(tmp_path: Path) -> None:
    assert [[each.value for each in row] for row in sheet(tmp_path, Table(COLUMNS[:2], ()))] == [
        ["Region", "Won"]
    ]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Won", "Won"),
        ("Won/lost [2026]: all?", "Won lost  2026   all"),
        ("'quoted'", "quoted"),
        ("History", "Report"),
        ("///", "Report"),
        ("x" * 40, "x" * 31),
        ("赢单金额", "赢单金额"),
    ],
)
def test_a_title_becomes_the_name_of_the_sheet(tmp_path: Path, title: str, name: str) -> None:
    assert sheet_name(title) == name
    assert sheet(tmp_path, Table(COLUMNS[:1], (), title=title)).title == name
