"""A report as comma-separated values, for programs."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import IO, Any

from dealwright.tables.texts import points_text, ratio_text
from dealwright_core.contributions import Column, Table
from dealwright_core.reporting.tables import names_of
from dealwright_core.values import Money


def write_csv(table: Table, to: IO[str]) -> None:
    """Write the rows below the names of the columns, without totals, title and note.

    What nobody knows is blank. An amount is a decimal number with its currency in the next column, a ratio a decimal
    number, 0.25 for 25 %, a date as in ISO 8601, a duration a number of days. Texts stand as they are, also those that
    a spreadsheet takes for formulas: open the form for spreadsheets there.
    """
    # A line feed alone would leave a carriage return inside a text unquoted.
    writer = csv.writer(to, lineterminator="\r\n")
    writer.writerow([name for column in table.columns for name in names_of(column)])
    for row in table.rows:
        pairs = zip(table.columns, row, strict=True)
        writer.writerow([cell for column, value in pairs for cell in _cells(column, value)])


def _cells(column: Column, value: Any) -> Iterator[str]:
    if column.type == "money":
        yield f"{value.major:f}" if isinstance(value, Money) else ""
        yield value.currency if isinstance(value, Money) else ""
    elif value is None:
        yield ""
    elif column.type == "ratio":
        yield ratio_text(value)
    elif column.type == "points":
        yield points_text(value)
    else:
        yield value.isoformat() if isinstance(value, date) else str(value)
