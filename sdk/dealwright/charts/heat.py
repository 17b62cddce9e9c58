"""A heat map: a cell for each category and series, the darker the more."""

from collections.abc import Iterator, Sequence

from dealwright.charts.figures import Figures
from dealwright.charts.lettering import SIZE, fitted, length, names
from dealwright.charts.markup import END, MIDDLE, box, letters
from dealwright.charts.scale import briefly, unit

MOST, MOST_COLUMNS = 40, 60
TALL, WIDE, LEVELS = 28, 84, 5
# Of titles: how tall a line is, how many there are, and the pixels in which a shortened one still says something.
LINE, MOST_LINES, ENOUGH = 16, 3, 56


def heat(figures: Figures, width: int) -> tuple[list[str], int]:
    """The elements of the chart, and its height."""
    called = names(figures.categories, width)
    left = max(map(length, called), default=0) + 10
    titles = [each.title for each in figures.series]
    wide = min((width - left) // max(len(titles), 1), max([WIDE, *(length(each) + 12 for each in titles)]))
    drawn, top = _headings(titles, left, wide, width)
    low, high = min([0, *figures.known]), max([0, *figures.known])
    said = [briefly(figures, each) for each in figures.known]
    has_room = max(map(length, said), default=0) + 6 <= wide
    for row, name in enumerate(called):
        y = top + row * TALL
        drawn.append(letters(name, 0, y + TALL // 2 + SIZE // 3))
        for column in range(len(titles)):
            if (value := figures.series[column].values[row]) is not None:
                place = (left + column * wide, y, wide, _level(value, low, high))
                drawn += _cell(figures, row, column, value, place, has_room=has_room)
    bottom = top + len(called) * TALL + 14
    return [*drawn, *_key(figures, (low, high), left, bottom, width)], bottom + 24


def _headings(titles: Sequence[str], left: int, wide: int, width: int) -> tuple[list[str], int]:
    """The titles above their columns, on several lines where they need them, and where the cells begin.

    Where they have no room that way, as many as have, at even distances.
    """
    broken = [_broken(each, wide - 4) for each in titles]
    if all(broken):
        tall = max(map(len, broken), default=1)
        return [
            letters(
                line, left + at * wide + wide // 2, SIZE + number * LINE, anchor=MIDDLE, class_="soft figure"
            )
            for at, lines in enumerate(broken)
            for number, line in enumerate(lines, tall - len(lines))
        ], SIZE + 10 + (tall - 1) * LINE
    widest = min(max(map(length, titles)) + 8, (width - left) // 2)
    every = max(1, -(-widest // wide))
    return [
        letters(
            fitted(titles[at], min(wide * every, width - left - at * wide) - 6),
            left + at * wide,
            SIZE,
            class_="soft figure",
        )
        for at in range(0, len(titles), every)
    ], SIZE + 10


def _broken(title: str, room: int) -> list[str]:
    """The title on as few lines as it takes, at most three, shortened where it is cut in a wide column; none where it
    has no room.
    """
    lines: list[str] = []
    for word in title.split(" "):
        if lines and length(f"{lines[-1]} {word}") <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    if len(lines) <= MOST_LINES and max(map(length, lines)) <= room:
        return [fitted(each, room) for each in lines]
    return [fitted(title, room)] if room >= ENOUGH else []


def _cell(
    figures: Figures, row: int, column: int, value: int, place: tuple[int, int, int, int], *, has_room: bool
) -> Iterator[str]:
    x, y, wide, level = place
    said = f"{figures.categories[row]}, {figures.series[column].title}: {figures.exact(value)}"
    yield box(x, y, wide - 2, TALL - 2, f"h{level}", said)
    if has_room:
        text, base = briefly(figures, value), y + TALL // 2 + SIZE // 3
        yield letters(text, x + wide // 2 - 1, base, anchor=MIDDLE, class_=f"figure t{level}")


def _level(value: int, low: int, high: int) -> int:
    """From 0, for the lowest or nothing, to `LEVELS`."""
    return -(-(value - low) * LEVELS // (high - low)) if value > low else 0


def _key(figures: Figures, ends: tuple[int, int], left: int, y: int, width: int) -> Iterator[str]:
    """From which figure to which the colours go."""
    low, high = ends
    of = f" {unit(figures)}" if unit(figures) else ""
    first, last = briefly(figures, low), f"{briefly(figures, high)}{of}"
    end = length(first) + 8 + (LEVELS + 1) * 16
    start = left if left + end + 8 + length(last) <= width else 0
    yield letters(first, start + length(first), y + 12, anchor=END, class_="soft figure")
    for level in range(LEVELS + 1):
        yield box(start + length(first) + 8 + level * 16, y, 16, 14, f"h{level}")
    yield letters(last, start + end + 8, y + 12, class_="soft figure")


def shown(figures: Figures) -> Figures:
    """What a heat map can show of the figures."""
    return figures.first(MOST).few(MOST_COLUMNS)
