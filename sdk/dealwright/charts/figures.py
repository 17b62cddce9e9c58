"""What a chart draws, taken out of its table: categories and series of whole numbers."""

import re
from collections.abc import Sequence
from typing import Any

from attrs import evolve, frozen

from dealwright.language import sdk as _
from dealwright.tables.texts import cell_text
from dealwright_core.contributions import Chart, Column, ColumnType, Table
from dealwright_core.language import said
from dealwright_core.values import Money

UNKNOWN = _("(none)")
ROWS = _("rows")
MOST_SERIES = 5
PERIOD = re.compile(r"(\d{4,5})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


@frozen
class Series:
    """One set of figures, in the order of the categories; money in minor units, ratios in parts per million."""

    title: str
    values: tuple[int | None, ...]


@frozen
class Figures:
    """The categories and series of a chart. ``hidden`` says, in words, what stands in the table alone."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    type: ColumnType
    currency: str = ""
    hidden: tuple[str, ...] = ()

    @property
    def known(self) -> list[int]:
        """Every figure there is."""
        return [each for series in self.series for each in series.values if each is not None]

    def exact(self, value: int) -> str:
        """A figure as the table shows it."""
        return cell_text(Money(value, self.currency) if self.type == "money" else value, self.type)

    def first(self, most: int, things: str = ROWS) -> "Figures":
        """The same with the first categories only."""
        left = len(self.categories) - most
        if left <= 0:
            return self
        series = tuple(Series(each.title, each.values[:most]) for each in self.series)
        return evolve(
            self,
            categories=self.categories[:most],
            series=series,
            hidden=(*self.hidden, _("{left:,} more {things}", left=left, things=things)),
        )

    def few(self, most: int) -> "Figures":
        """The same with the first series only."""
        left = len(self.series) - most
        if left <= 0:
            return self
        said = (
            _("{left:,} more series", left=left)
            if most > 1
            else ", ".join(each.title for each in self.series[1:])
        )
        return evolve(self, series=self.series[:most], hidden=(*self.hidden, said))


def figures_of(table: Table, chart: Chart) -> Figures:
    """What the chart of a table draws."""
    places = {each.name: at for at, each in enumerate(table.columns)}
    columns = [table.columns[places[each]] for each in chart.values]
    rows = [row for row in table.rows if row[places[chart.label]] is not None or chart.kind != "lines"]
    taken = _by_second(table, chart, rows) if chart.by else _by_column(table, chart, rows)
    cells = (row[places[each]] for row in rows for each in chart.values)
    currencies = (each.currency for each in cells if isinstance(each, Money))
    found = Figures(*taken, columns[0].type, next(currencies, ""))
    if undated := len(table.rows) - len(rows):
        label = table.columns[places[chart.label]].title
        found = evolve(
            found, hidden=(_("{undated:,} without {label}", undated=undated, label=label.lower()),)
        )
    return _without_gaps(found) if chart.kind == "lines" else found


def _by_column(table: Table, chart: Chart, rows: Sequence[Any]) -> tuple[tuple[str, ...], tuple[Series, ...]]:
    """A series for each column of figures."""
    places = {each.name: at for at, each in enumerate(table.columns)}
    label = places[chart.label]
    categories = tuple(_name(row[label], table.columns[label]) for row in rows)
    return categories, tuple(
        Series(table.columns[places[each]].title, tuple(_number(row[places[each]]) for row in rows))
        for each in chart.values
    )


def _by_second(table: Table, chart: Chart, rows: Sequence[Any]) -> tuple[tuple[str, ...], tuple[Series, ...]]:
    """A series for each value of the second column of categories."""
    label, by, value = (
        next(at for at, each in enumerate(table.columns) if each.name == name)
        for name in (chart.label, chart.by, chart.values[0])
    )
    names = (table.columns[label], table.columns[by])
    cells = {(row[label], row[by]): _number(row[value]) for row in rows}
    categories, seconds = (tuple(dict.fromkeys(row[at] for row in rows)) for at in (label, by))
    return tuple(_name(each, names[0]) for each in categories), tuple(
        Series(_name(second, names[1]), tuple(cells.get((category, second)) for category in categories))
        for second in seconds
    )


def _name(value: Any, column: Column) -> str:
    return said(UNKNOWN) if value is None else cell_text(value, column.type)


def _number(value: Any) -> int | None:
    return value.minor if isinstance(value, Money) else value


def _without_gaps(found: Figures) -> Figures:
    """The same with a place for every period in between, for which nothing is known."""
    every = _periods(found.categories)
    if len(every) == len(found.categories):
        return found
    places = {each: at for at, each in enumerate(found.categories)}
    series = tuple(
        Series(each.title, tuple(each.values[places[name]] if name in places else None for name in every))
        for each in found.series
    )
    return evolve(found, categories=every, series=series)


def _periods(labels: tuple[str, ...]) -> tuple[str, ...]:
    """All periods from the first to the last, where the labels are periods of one length in order."""
    found = [PERIOD.fullmatch(each) for each in labels]
    read = [each.groups() for each in found if each is not None]
    shapes = {(quarter is not None, month is not None) for _, quarter, month in read}
    if len(read) < len(labels) or len(shapes) != 1:
        return labels
    is_quarter, is_month = shapes.pop()
    parts = 4 if is_quarter else 12 if is_month else 1
    numbers = [int(year) * parts + int(quarter or month or 1) - 1 for year, quarter, month in read]
    if numbers != sorted(set(numbers)) or numbers[-1] - numbers[0] > 20 * len(numbers) + 100:
        return labels
    names = dict(zip(numbers, labels, strict=True))
    return tuple(names.get(each, _label(each, parts)) for each in range(numbers[0], numbers[-1] + 1))


def _label(number: int, parts: int) -> str:
    year, part = divmod(number, parts)
    if parts == 1:
        return f"{year:04}"
    return f"{year:04}-Q{part + 1}" if parts == 4 else f"{year:04}-{part + 1:02}"
