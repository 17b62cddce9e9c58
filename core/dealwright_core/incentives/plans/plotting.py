"""A payout curve as points, and as a small plot of letters."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.wording import number, percent
from dealwright_core.language.width import width_of
from dealwright_core.values import rounded

Point = tuple[Fraction, Fraction]
WIDTH, HEIGHT = 60, 12
# How finely a line that bends is drawn.
STEPS = 24
# How long a number at an axis may be, and to which part of one it is rounded otherwise.
LONGEST, FINE = 16, 10_000
DOT, RISE, EMPTY = "*", "|", " "


@frozen
class Drawing:
    """A curve from zero to where all of it shows: a run of points for each stretch without a jump.

    Across is the position, in percent where ``is_ratio``; up is what is due, or with ``is_rate`` the rate.
    """

    runs: tuple[tuple[Point, ...], ...]
    is_ratio: bool = False
    is_rate: bool = False

    @property
    def right(self) -> Fraction:
        """The last position."""
        return self.runs[-1][-1][0]

    @property
    def top(self) -> Fraction:
        """The highest value, at least zero."""
        return max((y for run in self.runs for __, y in run), default=Fraction(0))

    @property
    def bottom(self) -> Fraction:
        """The lowest value, at most zero."""
        return min(Fraction(0), *(y for run in self.runs for __, y in run))

    def across(self, position: Fraction) -> str:
        """A position in words."""
        return _brief(position, percent if self.is_ratio else number)

    def up(self, value: Fraction) -> str:
        """A value in words."""
        return _brief(value, percent if self.is_rate else number)


def _brief(value: Fraction, told: Callable[[Fraction], str]) -> str:
    """A number as it stands at an axis: exact where it is short, else rounded, and cut where it is huge."""
    said = told(value)
    if len(said) > LONGEST:
        said = told(Fraction(rounded(value * FINE), FINE))
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 3]}..."


def drawing_of(curve: Curve, *, of_itself: bool, quota: Fraction | None, is_ratio: bool = False) -> Drawing:
    """The drawing of a curve. ``of_itself`` says that a curve of rates pays on its position."""
    is_rate = curve.kind == "rate" and not of_itself
    starts = [each.start.at for each in curve.pieces if each.start.at > 0]
    right = _right(starts, quota, Fraction(1) if is_ratio else Fraction(100))
    edges = [Fraction(0), *(each for each in dict.fromkeys(starts) if each < right), right]
    runs: list[list[Point]] = []
    for start, end in pairwise(edges):
        found = _run(curve, start, end, is_rate=is_rate)
        if runs and runs[-1][-1] == found[0]:
            runs[-1] += found[1:]
        else:
            runs.append(found)
    return Drawing(tuple(map(tuple, runs)), is_ratio, is_rate)


def _right(starts: Sequence[Fraction], quota: Fraction | None, least: Fraction) -> Fraction:
    """Where a drawing ends: behind the last tier, and behind the quota."""
    return max([*starts, quota or Fraction(0)], default=Fraction(0)) * Fraction(5, 4) or least


def _run(curve: Curve, start: Fraction, end: Fraction, *, is_rate: bool) -> list[Point]:
    """The points of one piece: of a line its ends, of what bends some between."""
    piece = next(each for each in reversed(curve.pieces) if each.start.at <= start)
    bends = curve.kind == "rate" and not is_rate and piece.slope != 0
    steps = STEPS if bends else 1
    places = [start + (end - start) * step / steps for step in range(steps + 1)]
    heights = [piece.at(each) for each in places]
    if curve.kind == "rate" and not is_rate:
        heights = [each * height for each, height in zip(places, heights, strict=True)]
    return list(zip(places, heights, strict=True))


def plotted(drawing: Drawing, width: int = WIDTH, height: int = HEIGHT) -> tuple[str, ...]:
    """The drawing in letters, at most so many columns wide and lines high."""
    labels = [drawing.up(drawing.top), drawing.up(drawing.bottom)]
    margin = max(map(width_of, labels))
    columns, rows = max(width - margin - 2, 8), max(height - 2, 2)
    cells = [[EMPTY] * columns for __ in range(rows)]
    before: int | None = None
    for column, row in _marks(drawing, columns, rows):
        for between in _between(before, row):
            cells[between][column] = RISE
        cells[row][column] = DOT
        before = row
    lines = [f"{_label(labels, at, rows, margin)} |{''.join(row)}".rstrip() for at, row in enumerate(cells)]
    end = drawing.across(drawing.right)
    below = "0" + " " * max(columns - 1 - width_of(end), 1) + end
    return (*lines, f"{' ' * margin} +{'-' * columns}", f"{' ' * margin}  {below}")


def _label(labels: Sequence[str], at: int, rows: int, margin: int) -> str:
    text = labels[0] if at == 0 else labels[1] if at == rows - 1 else ""
    return " " * (margin - width_of(text)) + text


def _marks(drawing: Drawing, columns: int, rows: int) -> Iterator[tuple[int, int]]:
    """For each column the row in which the curve is there; the first row is the highest."""
    span = drawing.top - drawing.bottom
    for column in range(columns):
        value = _at(drawing, drawing.right * column / (columns - 1))
        share = (value - drawing.bottom) / span if span else Fraction(0)
        yield column, rows - 1 - rounded(share * (rows - 1))


def _at(drawing: Drawing, position: Fraction) -> Fraction:
    """The value at a position; at a jump that behind it."""
    run = next(each for each in reversed(drawing.runs) if each[0][0] <= position)
    for (left, low), (right, high) in pairwise(run):
        if position <= right:
            return low + (high - low) * (position - left) / (right - left)
    return run[-1][1]


def _between(one: int | None, other: int) -> range:
    """The rows between two neighbours."""
    if one is None or abs(one - other) < 2:
        return range(0)
    return range(min(one, other) + 1, max(one, other))
