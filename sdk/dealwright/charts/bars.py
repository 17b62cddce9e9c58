"""Bars from left to right, one for each category and series."""

from attrs import frozen

from dealwright.charts.figures import MOST_SERIES, Figures
from dealwright.charts.legend import legend
from dealwright.charts.lettering import SIZE, length, names
from dealwright.charts.markup import END, box, letters, line
from dealwright.charts.scale import briefly, pixels

MOST, THICK, THIN, GAP, SPACE = 20, 18, 14, 2, 12


@frozen
class Ground:
    """Where bars may go: ``zero`` is where they start, ``room`` the pixels for all of ``span``."""

    zero: int
    room: int
    span: int
    thick: int


def bars(figures: Figures, width: int) -> tuple[list[str], int]:
    """The elements of the chart, and its height."""
    drawn, top = legend(figures, width)
    thick = THICK if len(figures.series) == 1 else THIN
    called = names(figures.categories, width)
    left = max(map(length, called), default=0) + 10
    ground = _ground(figures, left, width, thick)
    tall = (thick + GAP) * len(figures.series) - GAP
    y = top
    for at, name in enumerate(called):
        drawn.append(letters(name, 0, y + tall // 2 + SIZE // 3 + 1))
        for number, series in enumerate(figures.series):
            if (value := series.values[at]) is not None:
                said = f"{figures.categories[at]}: {figures.exact(value)}"
                place = y + number * (thick + GAP)
                drawn += _bar(ground, place, number + 1, value, briefly(figures, value), said)
        y += tall + SPACE
    drawn.append(line(ground.zero, top - 4, ground.zero, max(y - SPACE + 4, top), "axis"))
    return drawn, y


def _ground(figures: Figures, left: int, width: int, thick: int) -> Ground:
    """Between the names and the right edge there is room for the longest bars and what they say."""
    known = figures.known
    lowest, highest = min([0, *known]), max([0, *known])
    before = max((length(briefly(figures, each)) + 8 for each in known if each < 0), default=0)
    after = max((length(briefly(figures, each)) + 8 for each in known if each >= 0), default=0)
    room, span = width - left - before - after, highest - lowest
    return Ground(left + before + pixels(-lowest, span, room), room, span, thick)


def _bar(ground: Ground, y: int, number: int, value: int, brief: str, said: str) -> list[str]:
    long = pixels(abs(value), ground.span, ground.room)
    base = y + ground.thick // 2 + SIZE // 3 + 1
    if value < 0:
        start = ground.zero - long
        text = letters(brief, start - 6, base, anchor=END, class_="figure")
    else:
        start = ground.zero
        text = letters(brief, ground.zero + long + 6, base, class_="figure")
    return [box(start, y, max(long, 1), ground.thick, f"fill s{number}", said), text]


def shown(figures: Figures) -> Figures:
    """What bars can show of the figures."""
    return figures.first(MOST).few(MOST_SERIES)
