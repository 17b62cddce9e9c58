"""A table's chart as one element of SVG."""

from collections.abc import Callable, Mapping
from importlib.resources import files

from dealwright.charts import bars, funnel, heat, lines
from dealwright.charts.figures import Figures, figures_of
from dealwright.charts.lettering import SIZE, fitted
from dealwright.charts.markup import element, letters, plain
from dealwright.language import sdk as _
from dealwright_core.contributions import Chart, ChartKind, Table
from dealwright_core.language import joined, said

Draw = Callable[[Figures, int], tuple[list[str], int]]

# What each kind is called, what it can show of the figures, and how it draws them.
KINDS: Mapping[ChartKind, tuple[str, Callable[[Figures], Figures], Draw]] = {
    "bars": (_("Bar chart"), bars.shown, bars.bars),
    "lines": (_("Line chart"), lines.shown, lines.lines),
    "funnel": (_("Funnel chart"), funnel.shown, funnel.funnel),
    "heat": (_("Heat map"), heat.shown, heat.heat),
}


def drawn(table: Table, chart: Chart, *, width: int, id: str) -> str:
    """The chart as SVG of this width in pixels. ``id``, unique on its page, names it for screen readers.

    What does not fit is left out, and said to be in the table.
    """
    name, limit, draw = KINDS[chart.kind]
    found = limit(figures_of(table, chart))
    elements, height = draw(found, width) if found.known else _nothing()
    if found.hidden:
        height += SIZE + 6
        hidden = said(_("in the table alone: {hidden}", hidden=joined(", ", found.hidden)))
        elements.append(letters(fitted(hidden, width), 0, height - 4, class_="soft"))
    title = element("title", plain(chart.title or table.title or said(name)), id=f"{id}-title")
    described = element("desc", plain(said(_described(name, found))), id=f"{id}-desc")
    return element(
        "svg",
        title,
        described,
        *elements,
        class_="chart",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{id}-title {id}-desc",
    )


def style() -> str:
    """How charts look: the style sheet for a page that has some."""
    return files(__package__).joinpath("chart.css").read_text(encoding="utf-8")


def _nothing() -> tuple[list[str], int]:
    return [letters(said(_("nothing to draw")), 0, SIZE, class_="soft")], SIZE + 8


def _described(name: str, found: Figures) -> str:
    """The chart in words: what it shows, its highest and its lowest figure."""
    series = ", ".join(each.title for each in found.series)
    cells = [
        (value, category, each.title)
        for each in found.series
        for category, value in zip(found.categories, each.values, strict=True)
        if value is not None
    ]
    if not cells:
        return _("{name} of {series} without figures.", name=name, series=series)
    (high, most, of_most), (low, least, of_least) = max(cells), min(cells)
    return _(
        "{name} of {series} over {count} categories; highest {most}, {of_most}: {highest}; "
        "lowest {least}, {of_least}: {lowest}. The table beside it has every figure.",
        name=name,
        series=series,
        count=len(found.categories),
        most=most,
        of_most=of_most,
        highest=found.exact(high),
        least=least,
        of_least=of_least,
        lowest=found.exact(low),
    )
