"""What is due for what was measured in one window: exactly, and rounded to whole units of money.

Measures are whole numbers here: ``scale`` of them make one unit of what is measured. So are amounts: 10 to the power of
``digits`` make one unit of the currency. Nothing is rounded but what `Due` gives in the end.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Any

from attrs import evolve, field, frozen

from dealwright_core.incentives import reaching
from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.pieces import Bound, Piece
from dealwright_core.values import Rounding, divided, rounded

ONE, ZERO = Fraction(1), Fraction(0)
NOTHING = Curve((Piece(0),))


@frozen(kw_only=True)
class Basis:
    """How what is due follows from a measure, in whole units of both.

    ``position`` is where on the curve the window stands, None where the measure itself is the position. That may begin
    at ``start``, which a longer window had reached, and only what comes on top of it is paid. ``part`` is the
    part of a full window, such as half of it for who joined in the middle, or of a year by the weight of its quarter:
    positions, bounds, amounts, cap and floor are those of the full one. Where ``is_open`` is false a gate is not
    reached, and the curve gives nothing; a floor still does.
    """

    curve: Curve
    position: Fraction | None = None
    start: Fraction | None = None
    part: Fraction = ONE
    weight: Fraction = ONE
    cap: Fraction | None = None
    floor: Fraction | None = None
    is_open: bool = True

    def due(self, measure: Fraction) -> Fraction:
        """What is due, before any rounding: curve, weight, cap and floor."""
        earned = self.weight * self._earned(measure) if self.is_open and self.part else ZERO
        if self.cap is not None:
            earned = min(earned, self.cap * self.part)
        return earned if self.floor is None else max(earned, self.floor * self.part)

    @property
    def reached(self) -> tuple[Fraction, Fraction]:
        """Where on the curve the window begins, and what was due there before."""
        if self.start is None or not self.part:
            return ZERO, ZERO
        start = self.start / self.part
        return start, self.curve.due(start)

    def _earned(self, measure: Fraction) -> Fraction:
        if self.position is None:
            start, before = self.reached
            return self.part * (self.curve.due(start + measure / self.part) - before)
        if self.curve.kind == "pay":
            return self.part * self.curve.at(self.position)
        return measure * self.curve.at(self.position)


@frozen
class Rounds:
    """The stated rounding: to whole multiples of ``step`` of the amounts, which have ``digits`` decimal places."""

    digits: int
    step: int = 1
    rounding: Rounding = Rounding.HALF_AWAY

    def __call__(self, amount: Fraction) -> int:
        """An amount in whole units of the currency, rounded."""
        return self.of(amount * 10**self.digits)

    def of(self, units: Fraction) -> int:
        """An amount in units of lines, rounded."""
        return rounded(units / self.step, self.rounding) * self.step

    def divided(self, amount: int, weights: Sequence[Fraction]) -> list[int]:
        """A rounded amount by weights and largest remainder: the parts sum to it, and are rounded, too."""
        return [each * self.step for each in divided(amount // self.step, weights)]


def _whole(values: Iterable[Fraction], by: int) -> tuple[int, ...]:
    return tuple(int(each * by) for each in values)


@frozen(eq=False)
class Due:
    """A basis ready for many lines: what is due at a measure of ``n`` parts of 1 / ``scale``."""

    basis: Basis
    scale: int
    rounds: Rounds
    _starts: tuple[int, ...] = field(init=False)
    _arcs: tuple[tuple[int, ...], ...] = field(init=False)
    _by: int = field(init=False)
    _cap: int | None = field(init=False)
    _floor: int | None = field(init=False)

    def __attrs_post_init__(self) -> None:
        unit = Fraction(10**self.rounds.digits, self.rounds.step)
        starts, arcs = _arcs(self.basis, self.scale, unit)
        part = self.basis.part
        bounds = [None if each is None else each * part * unit for each in (self.basis.cap, self.basis.floor)]
        by = lcm(
            *(each.denominator for arc in arcs for each in arc),
            *(each.denominator for each in bounds if each),
        )
        set_ = object.__setattr__  # how a frozen class fills what it computes
        set_(self, "_starts", starts)
        set_(self, "_arcs", tuple(_whole(arc, by) for arc in arcs))
        set_(self, "_by", by)
        for name, bound in zip(("_cap", "_floor"), bounds, strict=True):
            set_(self, name, None if bound is None else int(bound * by))

    def exact(self, n: int) -> Fraction:
        """What is due, in units of money as lines have them, before it is rounded."""
        return Fraction(self._times(n), self._by) * self.rounds.step

    def __call__(self, n: int) -> int:
        """What is due, rounded."""
        return self._round(self._times(n))

    def placed(self, position: Fraction) -> "Due":
        """The same for a deal with a position of its own, before cap and floor: no deal is a part of one."""
        part = ONE if self.basis.part else ZERO
        basis = evolve(self.basis, position=position, part=part, cap=None, floor=None)
        return Due(basis, self.scale, self.rounds)

    def held(self, units: Fraction) -> Fraction:
        """An amount in units of lines within cap and floor."""
        basis = self.basis
        unit = 10**self.rounds.digits * basis.part
        found = units if basis.cap is None else min(units, basis.cap * unit)
        return found if basis.floor is None else max(found, basis.floor * unit)

    def amounts(self, measures: Iterable[int], n: int, posted: int) -> list[int]:
        """What each of these measures pays behind ``n``, for which ``posted`` was paid: their sum is what is due at the
        end, rounded, less ``posted``.
        """
        found: list[int] = []
        add = found.append
        starts, arcs, last = self._starts, self._arcs, len(self._starts) - 1
        double, by, step = 2 * self._by, self._by, self.rounds.step
        is_plain = self._cap is None and self._floor is None and self.rounds.rounding is Rounding.HALF_AWAY
        at = -1
        low = high = square = slope = constant = 0
        for measure in measures:
            n += measure
            if at < 0 or n < low or (at < last and n >= high):
                at = max(bisect_right(starts, n) - 1, 0)
                square, slope, constant = arcs[at]
                low = starts[at] if at else n - (1 << 80)
                high = starts[at + 1] if at < last else 0
            if is_plain and not square:
                times = 2 * (slope * n + constant)
                now = ((times + by) // double if times >= 0 else -((by - times) // double)) * step
            else:
                now = self._round(self._held((square * n + slope) * n + constant))
            add(now - posted)
            posted = now
        return found

    def _times(self, n: int) -> int:
        square, slope, constant = self._arcs[max(bisect_right(self._starts, n) - 1, 0)]
        return self._held((square * n + slope) * n + constant)

    def _held(self, times: int) -> int:
        held = times if self._cap is None else min(times, self._cap)
        return held if self._floor is None else max(held, self._floor)

    def _round(self, times: int) -> int:
        return rounded(Fraction(times, self._by), self.rounds.rounding) * self.rounds.step


Coefficients = tuple[Fraction, Fraction, Fraction]


def _arcs(basis: Basis, scale: int, unit: Fraction) -> tuple[tuple[int, ...], Sequence[Coefficients]]:
    """From which measure on what is due is which square of it, before cap and floor."""
    if not basis.is_open or not basis.part:
        return (0,), [(ZERO, ZERO, ZERO)]
    if basis.position is not None:
        level = basis.curve.at(basis.position) * basis.weight * unit
        if basis.curve.kind == "pay":
            return (0,), [(ZERO, ZERO, level * basis.part)]
        return (0,), [(ZERO, level / scale, ZERO)]
    whole = scale * basis.part
    times = basis.part * basis.weight * unit
    shift, before = basis.reached
    found = reaching.arcs(basis.curve.pieces, basis.curve.kind, None)
    arcs = [
        (
            each.square * times / whole**2,
            (2 * each.square * shift + each.slope) * times / whole,
            (each.at(shift) - before) * times,
        )
        for each in found
    ]
    return tuple(_first(each.start, whole, shift) for each in found), arcs


def _first(start: Bound, whole: Fraction, shift: Fraction) -> int:
    """The first measure that a bound lets in."""
    at = (start.at - shift) * whole
    return floor(at) + 1 if start.over else ceil(at)


def describe(basis: Basis) -> dict[str, Any]:
    """A basis as JSON can say it; `described` reads it."""
    pieces = [
        [str(each.start.at), each.start.over, str(each.value), str(each.slope)] for each in basis.curve.pieces
    ]
    said = {
        "position": basis.position,
        "start": basis.start,
        "part": basis.part,
        "weight": basis.weight,
        "cap": basis.cap,
        "floor": basis.floor,
    }
    texts = {name: None if each is None else str(each) for name, each in said.items()}
    return {"kind": basis.curve.kind, "pieces": pieces, "open": basis.is_open, **texts}


def described(said: dict[str, Any]) -> Basis:
    """The basis that `describe` said."""
    pieces = [
        Piece(Bound(Fraction(at), over), Fraction(value), Fraction(slope))
        for at, over, value, slope in said["pieces"]
    ]

    def number(name: str) -> Fraction | None:
        return None if said[name] is None else Fraction(said[name])

    return Basis(
        curve=Curve(pieces, said["kind"]),
        position=number("position"),
        start=number("start"),
        part=Fraction(said["part"]),
        weight=Fraction(said["weight"]),
        cap=number("cap"),
        floor=number("floor"),
        is_open=said["open"],
    )
