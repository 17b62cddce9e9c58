"""A report in the language of whoever reads it."""

from typing import Any

from attrs import evolve

from dealwright_core.contributions import Chart, Column, Table
from dealwright_core.language import ENGLISH, Message, label, said, spoken


def spoken_table(table: Table) -> Table:
    """The same table with titles, notes, and those cells that are messages, in the language that is spoken.

    Whatever came from records stays as it is.
    """
    if spoken().language == ENGLISH:
        return table
    return evolve(
        table,
        columns=tuple(spoken_column(each) for each in table.columns),
        rows=tuple(tuple(map(_cell, row)) for row in table.rows),
        totals=None if table.totals is None else tuple(map(_cell, table.totals)),
        note=label(table.note),
        title=label(table.title),
        chart=None if table.chart is None else _spoken_chart(table.chart),
    )


def spoken_column(column: Column) -> Column:
    """The same column with its title in the language that is spoken."""
    return evolve(column, title=label(column.title))


def _spoken_chart(chart: Chart) -> Chart:
    return evolve(chart, title=label(chart.title))


def _cell(value: Any) -> Any:
    return said(value) if isinstance(value, Message) else value
