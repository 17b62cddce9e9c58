"""Where what is due reaches an amount, and where it falls.

Due is a square at most: a straight piece, or for a curve of rates that piece times the measure. Everything is
solved over whole numbers, since the root of a square is no fraction.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from attrs import frozen

from dealwright_core.incentives.pieces import Bound, Kind, Piece


@frozen
class Fall:
    """Where more is paid less: from ``start`` to ``end``, which are one at a jump. None has no end.

    ``lost`` is what the whole fall takes away, None where it never ends.
    """

    start: Fraction | None
    end: Fraction | None
    lost: Fraction | None


@frozen
class Arc:
    """What is due from ``start`` to ``end``, where the next arc starts: ``square * x * x + slope * x + constant``."""

    start: Bound
    end: Bound | None
    square: Fraction
    slope: Fraction
    constant: Fraction

    def at(self, position: Fraction) -> Fraction:
        """What is due at a position, or would be."""
        return (self.square * position + self.slope) * position + self.constant

    @property
    def turn(self) -> Fraction:
        """Where a square turns."""
        return -self.slope / (2 * self.square)


def arcs(pieces: Sequence[Piece], kind: Kind, measure: Fraction | None) -> list[Arc]:
    """What is due on each piece. A curve of rates is paid on ``measure``, or where it is None, on the position."""
    ends = [*(each.start for each in pieces[1:]), None]
    return [_arc(piece, end, kind, measure) for piece, end in zip(pieces, ends, strict=True)]


def _arc(piece: Piece, end: Bound | None, kind: Kind, measure: Fraction | None) -> Arc:
    slope, constant = piece.slope, piece.at(Fraction(0))
    if kind == "pay":
        return Arc(piece.start, end, Fraction(0), slope, constant)
    if measure is None:
        return Arc(piece.start, end, slope, constant, Fraction(0))
    return Arc(piece.start, end, Fraction(0), measure * slope, measure * constant)


def least(course: Sequence[Arc], amount: Fraction, step: Fraction) -> Fraction | None:
    """The least multiple of ``step`` at or above zero where at least ``amount`` is due; None where there is none."""
    for at, arc in enumerate(course):
        first = 0 if at == 0 else max(0, _first(arc.start, step))
        last = None if arc.end is None else _first(arc.end, step) - 1
        if last is not None and last < first:
            continue
        found = _least_within(arc, first, last, amount, step)
        if found is not None:
            return found * step
    return None


def most(course: Sequence[Arc], step: Fraction) -> Fraction | None:
    """The most that is due at any multiple of ``step`` at or above zero; None where it has no end."""
    found: list[Fraction] = []
    for at, arc in enumerate(course):
        first = 0 if at == 0 else max(0, _first(arc.start, step))
        last = None if arc.end is None else _first(arc.end, step) - 1
        if last is None and (arc.square > 0 or (arc.square == 0 and arc.slope > 0)):
            return None
        if last is None or first <= last:
            numbers = [first, *([] if last is None else [last])]
            numbers += [_top(arc, first, last, step)] if arc.square < 0 else []
            found += [arc.at(each * step) for each in numbers]
    return max(found)


def _first(start: Bound, step: Fraction) -> int:
    """The first whole number of steps behind a bound."""
    return floor(start.at / step) + 1 if start.over else ceil(start.at / step)


def _least_within(arc: Arc, first: int, last: int | None, amount: Fraction, step: Fraction) -> int | None:
    def is_reached(number: int) -> bool:
        return arc.at(number * step) >= amount

    if is_reached(first):
        return first
    if arc.square < 0:
        last = _top(arc, first, last, step)
    elif last is None:
        if arc.square == 0 and arc.slope <= 0:
            return None
        last = _doubled(first, is_reached)
    # Below the amount at first, an arc that rises, or that turns upwards, stays above once it is there.
    return _bisected(first, last, is_reached) if is_reached(last) else None


def _top(arc: Arc, first: int, last: int | None, step: Fraction) -> int:
    """The number of steps at which an arc that turns downwards is highest."""
    around = floor(arc.turn / step)
    candidates = [max(first, each) for each in (around, around + 1)]
    if last is not None:
        candidates = [min(last, each) for each in candidates]
    return max(candidates, key=lambda each: arc.at(each * step))


def _doubled(first: int, is_reached: Callable[[int], bool]) -> int:
    gap = 1
    while not is_reached(first + gap):
        gap *= 2
    return first + gap


def _bisected(below: int, reached: int, is_reached: Callable[[int], bool]) -> int:
    while reached - below > 1:
        middle = (below + reached) // 2
        if is_reached(middle):
            reached = middle
        else:
            below = middle
    return reached


def falls(course: Sequence[Arc]) -> Iterator[Fall]:
    """Where more is paid less, in order; the first arc has no beginning."""
    before: list[Arc | None] = [None, *course]
    for previous, arc in pairwise(before):
        assert arc is not None
        if previous is not None and (lost := previous.at(arc.start.at) - arc.at(arc.start.at)) > 0:
            yield Fall(arc.start.at, arc.start.at, lost)
        start = None if previous is None else arc.start.at
        yield from _within(arc, start, None if arc.end is None else arc.end.at)


def _within(arc: Arc, start: Fraction | None, end: Fraction | None) -> Iterator[Fall]:
    if arc.square == 0 and arc.slope >= 0:
        return
    if arc.square > 0:
        end = arc.turn if end is None else min(end, arc.turn)
    elif arc.square < 0:
        start = arc.turn if start is None else max(start, arc.turn)
    if start is None or end is None:
        yield Fall(start, end, None)
    elif start < end:
        yield Fall(start, end, arc.at(start) - arc.at(end))
