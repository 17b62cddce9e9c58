"""Breakdowns as report tables."""

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from dealwright_core.contributions import Column, Table
from dealwright_core.reporting.breakdown import Breakdown
from dealwright_core.reporting.cells import Group
from dealwright_core.store.session import Session
from dealwright_core.values import PPM, Money, rounded


def money(session: Session, minor: int) -> Money:
    """An amount of minor units in the base currency."""
    return Money(minor, session.currency)


def share(part: int, whole: int) -> int | None:
    """``part / whole`` in parts per million, half away from zero; None where there is nothing to divide by."""
    return rounded(Fraction(part * PPM, whole)) if whole else None


TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "money": (Money,),
    "ratio": (int,),
    "date": (date,),
    "duration": (int,),
}


def wrong_in(table: object) -> str | None:
    """What is wrong with what a report returned, None where it is a sound table."""
    if not isinstance(table, Table):
        return f"returned {type(table).__name__}, not a Table"
    rows = table.rows if table.totals is None else (*table.rows, table.totals)
    for number, row in enumerate(rows, 1):
        if len(row) != len(table.columns):
            return f"row {number} has {len(row)} values for {len(table.columns)} columns"
        for column, value in zip(table.columns, row, strict=True):
            if value is not None and type(value) not in TYPES[column.type]:
                got = f"{type(value).__name__} {value!r:.60}"
                return f"row {number}, column {column.name}: expected {column.type}, got {got}"
    return None


def breakdown_table(
    found: Breakdown, columns: Sequence[Column], cells: Callable[[Group], Sequence[Any]], note: str = ""
) -> Table:
    """A table with a row for each group and a last one for the total. ``cells`` gives the values behind the label."""
    title = found.by.replace("_", " ").replace(".", " ").capitalize()
    return Table(
        columns=(Column(found.by, title), *columns),
        rows=tuple((group.label, *cells(group)) for group in found.groups),
        totals=("Total", *cells(found.totals)),
        note=note,
    )
