"""Breakdowns as report tables, and whether a table is sound."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, get_args

from dealwright_core.contributions import Chart, ChartKind, Column, Table
from dealwright_core.language import Joined, Text, Titled, joined
from dealwright_core.language import core as _
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
    "text": (str, Text, Joined, Titled),
    "integer": (int,),
    "money": (Money,),
    "ratio": (int,),
    "points": (int,),
    "date": (date,),
    "duration": (int,),
}
DRAWN = {"integer", "money", "ratio", "points", "duration"}


def wrong_in(table: object) -> str | None:
    """What is wrong with what a report returned, None where it is a sound table."""
    if not isinstance(table, Table):
        return _("returned {type}, not a Table", type=type(table).__name__)
    rows = table.rows if table.totals is None else (*table.rows, table.totals)
    for number, row in enumerate(rows, 1):
        if len(row) != len(table.columns):
            return _(
                "row {number} has {count} values for {columns} columns",
                number=number,
                count=len(row),
                columns=len(table.columns),
            )
        for column, value in zip(table.columns, row, strict=True):
            if value is not None and type(value) not in TYPES[column.type]:
                got = f"{type(value).__name__} {value!r:.60}"
                return _(
                    "row {number}, column {column}: expected {type}, got {got}",
                    number=number,
                    column=column.name,
                    type=column.type,
                    got=got,
                )
    return _wrong_names(table.columns) or (None if table.chart is None else _wrong_chart(table, table.chart))


def _wrong_names(columns: Sequence[Column]) -> str | None:
    """Every column has a name of its own, also the one that a CSV file has beside an amount."""
    names = [name for each in columns for name in names_of(each)]
    twice = next((each for each in names if names.count(each) > 1), None)
    return None if twice is None else _("two columns are called {twice!r}", twice=twice)


def names_of(column: Column) -> tuple[str, ...]:
    """The names of a column where each value stands by itself: that of an amount, and that of its currency."""
    return (column.name, f"{column.name}_currency") if column.type == "money" else (column.name,)


def _wrong_chart(table: Table, chart: Chart) -> str | None:
    """Whether the table has what its chart draws."""
    if chart.kind not in (kinds := get_args(ChartKind)):
        return _("the chart is of kind {kind!r}{near}", kind=chart.kind, near=did_you_mean(chart.kind, kinds))
    types = {each.name: each.type for each in table.columns}
    for name in (chart.label, *chart.values, *([chart.by] if chart.by else [])):
        if name not in types:
            return _("the chart names no column: {name!r}{near}", name=name, near=did_you_mean(name, types))
    drawn = {types[each] for each in chart.values}
    if not chart.values or not drawn <= DRAWN or len(drawn) > 1:
        return _(
            "the chart draws columns of one type of {drawn}, got {values}",
            drawn=", ".join(sorted(DRAWN)),
            values=", ".join(chart.values),
        )
    if chart.by and chart.kind not in ("lines", "heat"):
        return _("a chart of kind {kind} has no second column of categories", kind=chart.kind)
    if len(chart.values) > 1 and (chart.by or chart.kind == "funnel"):
        return _(
            "this chart of kind {kind} draws one column, got {values}",
            kind=chart.kind,
            values=", ".join(chart.values),
        )
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
    return (
        None
        if twice is None
        else _("the chart draws {label!r:.60}, {by!r:.60} of several rows", label=twice[0], by=twice[1])
    )


def _currencies(table: Table, chart: Chart) -> str | None:
    places = [at for at, each in enumerate(table.columns) if each.name in chart.values]
    found = {row[at].currency for row in table.rows for at in places if isinstance(row[at], Money)}
    return (
        _("the chart draws amounts of {found} together", found=joined(" and ", sorted(found)))
        if len(found) > 1
        else None
    )


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
    heading = dimension_title(found.by)
    kind: ChartKind = "lines" if found.by in PERIODS else "bars"
    return Table(
        columns=(Column(found.by, heading), *columns),
        rows=tuple((group.label, *cells(group)) for group in found.groups),
        totals=(_("Total"), *cells(found.totals)),
        note=note,
        title=title,
        chart=Chart(kind, found.by, tuple(draw)) if draw else None,
    )


# Dimensions that are no field of any record; those that are have its title.
WITHOUT_FIELD = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year"), "office": _("Office")}


def dimension_title(by: str) -> str:
    """A dimension as the heading of its column, such as ``Customer industry``."""
    if by in WITHOUT_FIELD:
        return WITHOUT_FIELD[by]
    first, *others = by.split(".")
    parts = [Titled(first.replace("_", " ").capitalize()), *map(_titled, others)]
    return parts[0] if len(parts) == 1 else joined(" ", parts)


def _titled(name: str) -> str:
    return Titled(name.replace("_", " "), name.replace("_", " ").capitalize())
