"""A trend: one line for each series, over categories in their order."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from dealwright.charts.figures import MOST_SERIES, Figures, Series
from dealwright.charts.legend import legend
from dealwright.charts.lettering import NARROW, SIZE, fitted, length
from dealwright.charts.markup import END, MIDDLE, element, letters, line, plain
from dealwright.charts.scale import marked, pixels, ticks
from dealwright.language import sdk as _

MOST, MOST_DOTS = 400, 60
LONGEST_NAME, BELOW = 90, 28
HEIGHTS = (200, 240)  # of a narrow chart and of a wide one

Point = tuple[int, int]


@frozen
class Ground:
    """Where lines may go: from ``left`` to ``right``, and from ``low`` at ``bottom`` to ``high`` at ``top``."""

    left: int
    right: int
    top: int
    bottom: int
    low: int
    high: int
    count: int

    def x(self, at: int) -> int:
        """The place of a category."""
        if self.count == 1:
            return (self.left + self.right) // 2
        return self.left + pixels(at, self.count - 1, self.right - self.left)

    def y(self, value: int) -> int:
        """The place of a figure."""
        return self.bottom - pixels(value - self.low, self.high - self.low, self.bottom - self.top)


def lines(figures: Figures, width: int) -> tuple[list[str], int]:
    """The elements of the chart, and its height."""
    drawn, above = legend(figures, width)
    marks = ticks(min(figures.known, default=0), max(figures.known, default=0))
    names = [fitted(each, LONGEST_NAME) for each in figures.categories]
    margin = max(length(marked(figures, each)) for each in marks) + 10
    half = max(map(length, names), default=0) // 2 + 1
    bottom = above + HEIGHTS[width >= NARROW]
    left = max(margin + 8, half)
    ground = Ground(left, width - half, above + 8, bottom, marks[0], marks[-1], len(names))
    for mark in marks:
        y = ground.y(mark)
        drawn.append(line(margin, y, width, y, "axis" if mark == 0 else "grid"))
        drawn.append(
            letters(marked(figures, mark), margin - 8, y + SIZE // 3, anchor=END, class_="soft figure")
        )
    for number, series in enumerate(figures.series, 1):
        drawn += _drawn(ground, figures, series, number)
    drawn += _names(ground, names)
    return drawn, bottom + BELOW


def _names(ground: Ground, names: Sequence[str]) -> Iterator[str]:
    """As many names below as have room, at even distances."""
    widest = max(map(length, names), default=0) + 10
    across = max(ground.right - ground.left, 1)
    every = max(1, -(-widest * max(ground.count - 1, 1) // across))
    for at in range(0, len(names), every):
        yield letters(names[at], ground.x(at), ground.bottom + 20, anchor=MIDDLE, class_="soft figure")


def _drawn(ground: Ground, figures: Figures, series: Series, number: int) -> Iterator[str]:
    has_dots = len(figures.categories) <= MOST_DOTS
    for run in _runs(ground, series):
        path = " ".join(f"{x},{y}" for x, y in run)
        if len(figures.series) == 1 and len(run) > 1:
            zero = ground.y(0)
            yield element(
                "polygon", points=f"{run[0][0]},{zero} {path} {run[-1][0]},{zero}", class_="area s1"
            )
        if len(run) > 1 or not has_dots:
            yield element("polyline", points=path, class_=f"trend s{number}")
    for at, value in enumerate(series.values):
        if value is not None and has_dots:
            said = f"{figures.categories[at]}, {series.title}: {figures.exact(value)}"
            title = element("title", plain(said))
            yield element("circle", title, cx=ground.x(at), cy=ground.y(value), r=4, class_=f"dot s{number}")


def _runs(ground: Ground, series: Series) -> Iterator[list[Point]]:
    """The points of a series, a run for each stretch without a gap."""
    run: list[Point] = []
    for at, value in enumerate(series.values):
        if value is None:
            if run:
                yield run
            run = []
        else:
            run.append((ground.x(at), ground.y(value)))
    if run:
        yield run


def shown(figures: Figures) -> Figures:
    """What lines can show of the figures."""
    return figures.first(MOST, _("periods")).few(MOST_SERIES)
