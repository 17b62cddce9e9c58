"""Breakdowns as report tables, and whether a table is sound."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, get_args

from dealwright_core.contributions import Chart, ChartKind, Column, Table
from dealwright_core.reporting.breakdown import Breakdown
from dealwright_core.reporting.cells import Group
from dealwright_core.reporting.dimensions import PERIODS
from dealwright_core.spelling import did_you_mean
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
DRAWN = {"integer", "money", "ratio", "duration"}


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
    return _wrong_names(table.columns) or (None if table.chart is None else _wrong_chart(table, table.chart))


def _wrong_names(columns: Sequence[Column]) -> str | None:
    """Every column has a name of its own, also the one that a CSV file has beside an amount."""
    names = [name for each in columns for name in names_of(each)]
    twice = next((each for each in names if names.count(each) > 1), None)
    return None if twice is None else f"two columns are called {twice!r}"


def names_of(column: Column) -> tuple[str, ...]:
    """The names of a column where each value stands by itself: that of an amount, and that of its currency."""
    return (column.name, f"{column.name}_currency") if column.type == "money" else (column.name,)


def _wrong_chart(table: Table, chart: Chart) -> str | None:
    """Whether the table has what its chart draws."""
    if chart.kind not in (kinds := get_args(ChartKind)):
        return f"the chart is of kind {chart.kind!r}{did_you_mean(chart.kind, kinds)}"
    types = {each.name: each.type for each in table.columns}
    for name in (chart.label, *chart.values, *([chart.by] if chart.by else [])):
        if name not in types:
            return f"the chart names no column: {name!r}{did_you_mean(name, types)}"
    drawn = {types[each] for each in chart.values}
    if not chart.values or not drawn <= DRAWN or len(drawn) > 1:
        return f"the chart draws columns of one type of {', '.join(sorted(DRAWN))}, got {', '.join(chart.values)}"
    if chart.by and chart.kind not in ("lines", "heat"):
        return f"a chart of kind {chart.kind} has no second column of categories"
    if len(chart.values) > 1 and (chart.by or chart.kind == "funnel"):
        return f"this chart of kind {chart.kind} draws one column, got {', '.join(chart.values)}"
    return _currencies(table, chart) or _twice(table, chart)


def _twice(table: Table, chart: Chart) -> str | None:
    """Of two categories each pair stands in one row."""
    if not chart.by:
        return None
    label, by = (
        next(at for at, each in enumerate(table.columns) if each.name == name)
        for name in (chart.label, chart.by)
    )
    pairs = Counter((row[label], row[by]) for row in table.rows)
    twice = next((pair for pair, count in pairs.items() if count > 1), None)
    return None if twice is None else f"the chart draws {twice[0]!r:.60}, {twice[1]!r:.60} of several rows"


def _currencies(table: Table, chart: Chart) -> str | None:
    places = [at for at, each in enumerate(table.columns) if each.name in chart.values]
    found = {row[at].currency for row in table.rows for at in places if isinstance(row[at], Money)}
    return f"the chart draws amounts of {' and '.join(sorted(found))} together" if len(found) > 1 else None


def breakdown_table(
    found: Breakdown,
    columns: Sequence[Column],
    cells: Callable[[Group], Sequence[Any]],
    note: str = "",
    *,
    title: str = "",
    draw: Sequence[str] = (),
) -> Table:
    """A table with a row for each group and a last one for the total. ``cells`` gives the values behind the label.

    ``draw`` names the columns that its chart shows: as lines over periods, else as bars.
    """
    heading = found.by.replace("_", " ").replace(".", " ").capitalize()
    kind: ChartKind = "lines" if found.by in PERIODS else "bars"
    return Table(
        columns=(Column(found.by, heading), *columns),
        rows=tuple((group.label, *cells(group)) for group in found.groups),
        totals=("Total", *cells(found.totals)),
        note=note,
        title=title,
        chart=Chart(kind, found.by, tuple(draw)) if draw else None,
    )
