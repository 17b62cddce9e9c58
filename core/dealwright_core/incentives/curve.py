"""The payout curve of an incentive scheme, exact from end to end."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Self

from attrs import evolve, field, frozen

from dealwright_core.errors import InvalidValue
from dealwright_core.incentives import reaching, wording
from dealwright_core.incentives.pieces import Bound, Kind, Piece, Stretch, exact
from dealwright_core.incentives.reaching import Fall
from dealwright_core.language import core as _
from dealwright_core.values import Exact

__all__ = ["Bound", "Curve", "Fall", "Piece", "Stretch", "Tier"]

Tier = tuple[Bound | Exact, Exact]
MOST_PIECES = 1_000
ZERO = Fraction(0)
CENT = Fraction(1, 100)


def _in_order(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    found = tuple(pieces)
    for each in found:
        if type(each) is not Piece:
            raise InvalidValue(
                _("expected a piece, got {type}", type=type(each).__name__),
                _("write Piece(start, value, slope)"),
            )
    return tuple(sorted(found, key=lambda each: each.start))


@frozen
class Curve:
    """What is due at each position, in straight pieces; between them it may jump.

    Of kind ``pay``, due is the curve's value at the position, in whole units of the plan's currency; of kind ``rate``,
    it is the measure times that value. A piece holds from its start, or over it, to the start of the next; the first
    starts from zero or below, and reaches below without end. The constructors take tiers in any order; where none
    starts from zero or below, nothing is paid below the first. Raises InvalidValue for floats and all else that is
    not exact.
    """

    pieces: tuple[Piece, ...] = field(converter=_in_order)
    kind: Kind = "pay"

    def __attrs_post_init__(self) -> None:
        if self.kind not in ("pay", "rate"):
            raise InvalidValue(_("{kind!r} is no kind of curve", kind=self.kind), _("write 'pay' or 'rate'"))
        if not 0 < len(self.pieces) <= MOST_PIECES:
            raise InvalidValue(
                _(
                    "a curve has 1 to {most_pieces:,} pieces, and this one {count:,}",
                    most_pieces=MOST_PIECES,
                    count=len(self.pieces),
                )
            )
        if self.pieces[0].start > Bound(0):
            raise InvalidValue(_("the first piece starts above zero"), _("say what is paid below, from 0"))
        _check_apart(self.pieces)

    @classmethod
    def flat(cls, rate: Exact) -> Self:
        """One rate for everything."""
        return cls((Piece(0, rate),), "rate")

    @classmethod
    def slab(cls, *tiers: Tier) -> Self:
        """Marginal: each tier (start, rate) pays for what lies within it. Zero pays zero, and nothing jumps.

        An accelerator has growing rates, overage is one tier from the quota on, a last rate of 0 is a cap.
        """
        steps = _from_zero(_read(tiers, keeps_over=False))
        widths = (one.value * (other.start.at - one.start.at) for one, other in pairwise(steps))
        rising = cls(
            Piece(step.start, height, step.value)
            for step, height in zip(steps, accumulate(widths, initial=ZERO), strict=True)
        )
        at_zero = rising.at(0)
        return cls(Piece(each.start, each.value - at_zero, each.slope) for each in rising.pieces)

    @classmethod
    def whole(cls, *tiers: Tier) -> Self:
        """Retroactive: the rate of the tier (start, rate) that is reached pays for everything."""
        return cls(_from_zero(_read(tiers)), "rate")

    @classmethod
    def lookup(cls, *tiers: Tier) -> Self:
        """A table: the amount of the tier (start, amount) that is reached."""
        return cls(_from_zero(_read(tiers)))

    @classmethod
    def fixed(cls, amount: Exact) -> Self:
        """One amount, whatever was sold."""
        return cls((Piece(0, amount),))

    @classmethod
    def interpolated(cls, *points: tuple[Exact, Exact], kind: Kind = "pay") -> Self:
        """Straight from point to point: (at, amount), or (at, rate) of kind ``rate``. The value of the last stays."""
        found = _read(points, keeps_over=False)
        lines = [
            Piece(one.start, one.value, (other.value - one.value) / (other.start.at - one.start.at))
            for one, other in pairwise(found)
        ]
        return cls(_from_zero([*lines, found[-1]]), kind)

    def of_position(self) -> Self:
        """As a curve of pay: what a curve of level rates pays on the position. Raises InvalidValue for other rates."""
        if self.kind == "pay":
            return self
        if any(each.slope for each in self.pieces):
            raise InvalidValue(_("a rate that goes on rising or falling pays no line on the position"))
        return evolve(
            self,
            kind="pay",
            pieces=[Piece(each.start, each.value * each.start.at, each.value) for each in self.pieces],
        )

    def at(self, position: Exact) -> Fraction:
        """The value of the curve at a position: an amount, or a rate."""
        found = exact(position)
        return self._piece(found).at(found)

    def due(self, position: Exact, measure: Exact | None = None) -> Fraction:
        """What is due at a position, before any rounding.

        A curve of rates pays on ``measure``, or where none is given, on the position; a curve of pay needs none.
        """
        value = self.at(position)
        if self.kind == "pay":
            return value
        return value * exact(position if measure is None else measure)

    def stretches(self, position: Exact, measure: Exact | None = None) -> tuple[Stretch, ...]:
        """The way from zero to a position, piece by piece; the pay of the stretches sums to `due`.

        A curve of rates has one: all of the measure, at the rate of the position.
        """
        end = exact(position)
        if self.kind == "rate":
            paid_on = end if measure is None else exact(measure)
            return (Stretch(ZERO, paid_on, self.at(end), self.due(end, paid_on)),)
        standing = self.at(ZERO)
        first = [Stretch(ZERO, ZERO, ZERO, standing)] if standing else []
        if end >= 0:
            return (*first, *self._upwards(ZERO, end))
        back = [Stretch(each.end, each.start, each.slope, -each.pay) for each in self._upwards(end, ZERO)]
        return (*first, *reversed(back))

    def way(self, start: Exact, end: Exact) -> tuple[Stretch, ...]:
        """The way from one position to another, piece by piece, where each is paid on itself: the pay of the stretches
        sums to what is due at the end less what is due at the start.
        """
        low, high = exact(start), exact(end)
        if self.kind == "rate":
            gone = self.due(low)
            first = (Stretch(low, ZERO, self.at(low), -gone),) if gone else ()
            return (*first, *self.stretches(high))
        if low <= high:
            return tuple(self._upwards(low, high))
        back = [Stretch(each.end, each.start, each.slope, -each.pay) for each in self._upwards(high, low)]
        return tuple(reversed(back))

    def invert(self, amount: Exact, *, measure: Exact | None = None, step: Exact = CENT) -> Fraction | None:
        """The least position at or above zero where at least ``amount`` is due; None where it never is.

        Positions are counted in whole ``step``, since there is no first one over a bound. A curve of rates pays on
        ``measure``, or where none is given, on the position.
        """
        unit = exact(step)
        if unit <= 0:
            raise InvalidValue(_("step: {unit} is not above zero", unit=unit))
        return reaching.least(self._arcs(measure), exact(amount), unit)

    def falls(self, *, measure: Exact | None = None) -> tuple[Fall, ...]:
        """Where it pays less for more, in order; none where it never does.

        A curve of rates pays on ``measure``, or where none is given, on the position.
        """
        return tuple(reaching.falls(self._arcs(measure)))

    def words(self) -> tuple[str, ...]:
        """The curve in plain English, one line a piece, every number exact."""
        return tuple(wording.lines(self.pieces, self.kind))

    def _arcs(self, measure: Exact | None) -> list[reaching.Arc]:
        return reaching.arcs(self.pieces, self.kind, None if measure is None else exact(measure))

    def _piece(self, position: Fraction) -> Piece:
        behind = bisect_right(self.pieces, Bound(position), key=lambda each: each.start)
        return self.pieces[max(behind - 1, 0)]

    def _upwards(self, low: Fraction, high: Fraction) -> Iterator[Stretch]:
        """The stretches and jumps behind ``low``, up to ``high``."""
        here, piece = low, self._piece(low)
        for following in self.pieces[1:]:
            if not Bound(low) < following.start <= Bound(high):
                continue
            edge = following.start.at
            yield from _stretch(here, edge, piece.slope)
            if jump := following.value - piece.at(edge):
                yield Stretch(edge, edge, ZERO, jump)
            here, piece = edge, following
        yield from _stretch(here, high, piece.slope)


def _stretch(start: Fraction, end: Fraction, slope: Fraction) -> Iterator[Stretch]:
    if start < end:
        yield Stretch(start, end, slope, slope * (end - start))


def _read(tiers: Sequence[Tier], *, keeps_over: bool = True) -> list[Piece]:
    """The tiers as level pieces, in order. Raises InvalidValue, naming the tier."""
    found = []
    for number, tier in enumerate(tiers, 1):
        try:
            start, value = tier
            piece = Piece(start, value)
        except InvalidValue as error:
            raise InvalidValue(
                _("tier {number}: {message}", number=number, message=error.message), error.hint
            ) from None
        except (TypeError, ValueError):
            raise InvalidValue(
                _("tier {number}: {tier!r} is no tier", number=number, tier=tier), _("write (start, value)")
            ) from None
        found.append(piece if keeps_over else evolve(piece, start=Bound(piece.start.at)))
    if not found:
        raise InvalidValue(_("there is no tier"), _("write at least one (start, value)"))
    found.sort(key=lambda each: each.start)
    _check_apart(found)
    return found


def _from_zero(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces, behind one that pays nothing where the first does not start from zero or below."""
    return [Piece(0), *pieces] if pieces[0].start > Bound(0) else pieces


def _check_apart(pieces: Sequence[Piece]) -> None:
    for one, other in pairwise(pieces):
        if one.start == other.start:
            said = wording.starting(one.start)
            raise InvalidValue(_("two tiers start {said}", said=said), _("leave one out"))
