"""Tables as a page shows them: texts in cells, with the unit of a column at its head where all cells share it."""

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen

from dealwright.language import sdk as _
from dealwright.tables.texts import RIGHT, cell_text
from dealwright_core.contributions import Table
from dealwright_core.language import said
from dealwright_core.values import Money

MOST_ROWS, MOST_OPEN, MOST_HEADLINES = 500, 15, 4


@frozen
class Heading:
    """The head of a column. ``side`` is the class of its cells."""

    title: str
    unit: str
    side: str


@frozen
class ShownTable:
    """A table as texts. ``left_out`` counts the rows that a page is too small for; ``is_long`` that it is folded."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] | None
    left_out: int
    is_long: bool


def shown_table(table: Table) -> ShownTable:
    """The table as a page shows it."""
    units = [_unit(table, at) for at in range(len(table.columns))]
    headings = tuple(
        Heading(each.title, _unsaid(unit, each.title), "number" if each.type in RIGHT else "words")
        for each, unit in zip(table.columns, units, strict=True)
    )
    return ShownTable(
        headings,
        tuple(_texts(table, row, units) for row in table.rows[:MOST_ROWS]),
        None if table.totals is None else _texts(table, table.totals, units),
        max(len(table.rows) - MOST_ROWS, 0),
        table.chart is not None and len(table.rows) > MOST_OPEN,
    )


def headlines(table: Table) -> Iterator[tuple[str, str, str]]:
    """The figures of the totals that a page shows large: title, number and unit."""
    if table.totals is None:
        return
    figures = [
        at for at, each in enumerate(table.columns) if each.type in RIGHT and table.totals[at] is not None
    ]
    units = [_unit(table, at) for at in range(len(table.columns))]
    texts = _texts(table, table.totals, units)
    for at in figures[:MOST_HEADLINES]:
        yield table.columns[at].title, texts[at], _unsaid(units[at], table.columns[at].title)


def _unsaid(unit: str, title: str) -> str:
    """The unit, unless the title says it."""
    return "" if unit in title.lower().split() else unit


def _unit(table: Table, at: int) -> str:
    """What all figures of a column are counted in, empty where they differ or the number says it."""
    if table.columns[at].type == "duration":
        return said(_("days"))
    rows = table.rows if table.totals is None else (*table.rows, table.totals)
    found = {row[at].currency for row in rows if isinstance(row[at], Money)}
    return found.pop() if len(found) == 1 else ""


def _texts(table: Table, row: Sequence[Any], units: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        _text(value, column.type, unit) for value, column, unit in zip(row, table.columns, units, strict=True)
    )


def _text(value: Any, type: str, unit: str) -> str:
    if value is not None and unit:
        return f"{value.major:,f}" if isinstance(value, Money) else f"{value:,}"
    return cell_text(value, type)
