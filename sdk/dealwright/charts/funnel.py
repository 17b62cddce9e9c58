"""A funnel: steps below one another, as wide as what comes in, and between them the share that goes on."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from dealwright.charts.figures import Figures
from dealwright.charts.legend import legend
from dealwright.charts.lettering import SIZE, length, names
from dealwright.charts.markup import END, MIDDLE, box, element, letters
from dealwright.charts.scale import brief, briefly, pixels
from dealwright.language import sdk as _
from dealwright_core.values import PPM, rounded

MOST, STEP, BETWEEN = 20, 30, 24


def funnel(figures: Figures, width: int) -> tuple[list[str], int]:
    """The elements of the chart, and its height."""
    drawn, y = legend(figures, width)
    called = names(figures.categories, width)
    values = [max(each or 0, 0) for each in figures.series[0].values]
    left = max(map(length, called), default=0) + 12
    right = width - max((length(briefly(figures, each)) for each in values), default=0) - 12
    middle, room, widest = (left + right) // 2, right - left, max(values, default=0)
    halves = [max(pixels(each, widest, room), 2) // 2 for each in values]
    for at, (name, value, half) in enumerate(zip(called, values, halves, strict=True)):
        base = y + STEP // 2 + SIZE // 3 + 1
        said = f"{figures.categories[at]}: {figures.exact(value)}"
        drawn += [
            letters(name, 0, base),
            box(middle - half, y, 2 * half, STEP, "fill s1", said),
            letters(briefly(figures, value), width, base, anchor=END, class_="figure"),
        ]
        y += STEP
        if at + 1 < len(called):
            drawn += _between(middle, y, (half, halves[at + 1]), values[at : at + 2])
            y += BETWEEN
    return drawn, y + 8


def _between(middle: int, y: int, halves: tuple[int, int], values: Sequence[int]) -> Iterator[str]:
    """The way from a step to the next, and the share that takes it."""
    above, below = halves
    corners = [(-above, y), (above, y), (below, y + BETWEEN), (-below, y + BETWEEN)]
    yield element("polygon", points=" ".join(f"{middle + x},{y}" for x, y in corners), class_="area s1")
    if values[0]:
        share = rounded(Fraction(values[1] * PPM, values[0]))
        base = y + BETWEEN // 2 + SIZE // 3 + 1
        yield letters(brief(share, "ratio"), middle, base, anchor=MIDDLE, class_="figure")


def shown(figures: Figures) -> Figures:
    """What a funnel can show of the figures."""
    return figures.first(MOST, _("steps")).few(1)
