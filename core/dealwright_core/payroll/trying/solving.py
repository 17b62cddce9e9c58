"""What has to be measured more so that so much is earned: the inverse of how what is due follows from a measure."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, lcm

from attrs import frozen

from dealwright_core.incentives import reaching
from dealwright_core.incentives.pieces import Bound
from dealwright_core.incentives.reaching import Arc
from dealwright_core.payroll.earning.dues import Basis, Rounds
from dealwright_core.values import Rounding

ZERO, HALF = Fraction(0), Fraction(1, 2)


@frozen(kw_only=True)
class Way:
    """How what is due goes on from where a member stands, in whole units of both.

    ``sold`` was measured so far. ``position`` is where the window stands on the curve, where that is not the measure
    itself but grows with it: a longer window, of which ``part`` counts for the member. ``is_fixed`` says that the
    position of the basis stays where it is; ``apart``, that each step is rounded by itself; ``is_new``, that the window
    is opened by what is sold more, such as a further deal.
    """

    basis: Basis
    rounds: Rounds
    sold: Fraction
    position: Fraction | None = None
    part: Fraction = Fraction(1)
    is_fixed: bool = False
    apart: bool = False
    is_new: bool = False

    def due(self, more: Fraction) -> Fraction:
        """What is due after so much more, with every gate open, before it is rounded: in units of lines."""
        if not self.basis.part:
            return self._held(ZERO)
        course = self._course(ZERO)
        reached = [each for each in course if _lets_in(each.start, more)]
        return self._held((reached or course[:1])[-1].at(more))

    def pays(self, more: Fraction) -> int:
        """What so much more pays on top of what is due now, with every gate open: in units of lines."""
        now = self._now
        if self.apart:
            return self.rounds.of(self.due(more) - now)
        return self.rounds.of(self.due(more)) - self.rounds.of(now)

    def least(self, pay: int, step: Fraction, first: Fraction = ZERO) -> Fraction | None:
        """The least multiple of ``step`` that pays ``pay`` units of lines on top of what is due now; from ``first`` on,
        which opens the gates, and is a multiple, too. None where nothing does.
        """
        if pay <= 0:
            return ZERO
        bound = self._bound(pay)
        if self.basis.floor is not None and _lets_in(bound, self._of_part(self.basis.floor)):
            return first
        if self.basis.cap is not None and not _lets_in(bound, self._of_part(self.basis.cap)):
            return None
        if not self.basis.part:
            return None
        course = self._course(first)
        found = reaching.least(course, _inclusive(bound, course, step), step)
        return None if found is None else first + found

    def most(self, step: Fraction, first: Fraction = ZERO) -> int | None:
        """The most that more pays on top of what is due now, in units of lines; None where that has no end."""
        most = reaching.most(self._course(first), step) if self.basis.part else ZERO
        if most is None and self.basis.cap is None:
            return None
        held = self._held(most) if most is not None else self._of_part(self.basis.cap or ZERO)
        if self.apart:
            return max(0, self.rounds.of(held - self._now))
        return max(0, self.rounds.of(held) - self.rounds.of(self._now))

    @property
    def _now(self) -> Fraction:
        if self.is_new:
            return ZERO
        return self.due(ZERO) if self.basis.is_open else self._held(ZERO)

    def _bound(self, pay: int) -> Bound:
        """What has to be due so that, rounded, it pays so much."""
        now, step = self._now, self.rounds.step
        needed = pay if self.apart else pay + self.rounds.of(now)
        bound = bound_of(-(-needed // step), self.rounds.rounding)
        return Bound(bound.at * step + (now if self.apart else 0), bound.over)

    def _course(self, first: Fraction) -> list[Arc]:
        """What is due for what is measured on top of ``first``, in units of lines, before cap and floor."""
        basis, unit = self.basis, 10**self.rounds.digits
        times = basis.weight * unit
        measured = self.sold + first
        pieces = reaching.arcs(basis.curve.pieces, "pay", None)
        is_rate = basis.curve.kind == "rate"
        if self.is_fixed:
            value = basis.curve.at(basis.position or ZERO) * times
            slope, constant = (value, value * measured) if is_rate else (ZERO, value * basis.part)
            return [Arc(Bound(0), None, ZERO, slope, constant)]
        start, before = basis.reached
        by = basis.part if self.position is None else self.part
        at = start + measured / by if self.position is None else (self.position + first) / by
        found = []
        for arc in pieces:
            # At a position of at + x / by, the curve has this value, as a line over x.
            slope, constant = arc.slope / by, arc.slope * at + arc.constant
            if not is_rate:
                square, line, level = ZERO, basis.part * slope, basis.part * (constant - before)
            elif self.position is None:
                # A curve of rates pays on the position, which is the measure by its part.
                square, line = slope, basis.part * at * slope + constant
                level = basis.part * (at * constant - before)
            else:
                square, line, level = slope, measured * slope + constant, measured * constant
            found.append(
                Arc(
                    _moved(arc.start, at, by), None if arc.end is None else _moved(arc.end, at, by),
                    square * times, line * times, level * times,
                )
            )  # fmt: skip
        return found

    def _held(self, units: Fraction) -> Fraction:
        """Within cap and floor."""
        basis = self.basis
        found = units if basis.cap is None else min(units, self._of_part(basis.cap))
        return found if basis.floor is None else max(found, self._of_part(basis.floor))

    def _of_part(self, amount: Fraction) -> Fraction:
        """The part of an amount that counts, in units of lines."""
        return amount * self.basis.part * Fraction(10) ** self.rounds.digits


def bound_of(whole: int, rounding: Rounding) -> Bound:
    """From where on what is rounded gives a whole number, or more."""
    match rounding:
        case Rounding.HALF_AWAY:
            return Bound(whole - HALF, whole <= 0)
        case Rounding.HALF_EVEN:
            return Bound(whole - HALF, whole % 2 != 0)
        case Rounding.UP:
            return Bound(whole - 1, over=True) if whole > 0 else Bound(whole)
        case Rounding.DOWN:
            return Bound(whole) if whole > 0 else Bound(whole - 1, over=True)


def opening(start: Bound, step: Fraction) -> Fraction:
    """The first multiple of ``step`` at or above zero that a bound lets in."""
    number = floor(start.at / step) + 1 if start.over else ceil(start.at / step)
    return max(0, number) * step


def _lets_in(start: Bound, value: Fraction) -> bool:
    return value > start.at if start.over else value >= start.at


def _moved(start: Bound, at: Fraction, by: Fraction) -> Bound:
    return Bound((start.at - at) * by, start.over)


def _inclusive(bound: Bound, course: Sequence[Arc], step: Fraction) -> Fraction:
    """The least that multiples of ``step`` can be due which a bound lets in: all of it is parts of one whole."""
    if not bound.over:
        return bound.at
    parts = lcm(
        *((each.square * step * step).denominator for each in course),
        *((each.slope * step).denominator for each in course),
        *(each.constant.denominator for each in course),
    )
    return Fraction(floor(bound.at * parts) + 1, parts)
