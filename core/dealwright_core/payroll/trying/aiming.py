"""How a member stands in a window, and what there is to sell more so that a pay earns so much."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from operator import itemgetter
from typing import NamedTuple

from attrs import evolve, frozen

from dealwright_core.errors import UsageError
from dealwright_core.expr import Type, parse
from dealwright_core.incentives.pieces import Bound
from dealwright_core.incentives.plans.facts import AMOUNT
from dealwright_core.incentives.plans.plan import Gate, Pay, Plan, pay_named
from dealwright_core.incentives.plans.tables import By
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting.apart import is_apart
from dealwright_core.payroll.crediting.sourcing import counted_value, summed
from dealwright_core.payroll.crediting.windows import DEAL, Windows
from dealwright_core.payroll.earning.calculating import Calculation
from dealwright_core.payroll.earning.dues import Basis
from dealwright_core.payroll.earning.frame import Frame
from dealwright_core.payroll.earning.posting import MEASURE
from dealwright_core.payroll.earning.postings import EMPTY, Posting
from dealwright_core.payroll.reckoning import Reckoning
from dealwright_core.payroll.trying.solving import Way, opening
from dealwright_core.values import Period
from dealwright_core.values import digits as currency_digits

ZERO = Fraction(0)
PRICE_PARTS = 10**8


class GateFound(NamedTuple):
    """A gate: what it needs of which measure in which window, what of that is reached, and whether it is open; and what
    to sell more to open it, None where that is not what opens it.
    """

    measure: str
    window: str
    needs: str
    reached: Fraction
    is_ratio: bool
    is_open: bool
    missing: Fraction | None


@frozen(kw_only=True)
class Aim:
    """Where a member stands with a pay in a window on a day: ``way`` from there on, counted in whole ``step``, and what
    the lines so far pay, in units of lines. ``measure`` is what counts.
    """

    plan: Plan
    pay: Pay
    window: Period
    as_of: date
    quota: Fraction | None
    way: Way
    step: Fraction
    due: int
    measure: str
    gates: tuple[GateFound, ...]

    @property
    def first(self) -> Fraction:
        """What to sell more so that every gate opens that this opens."""
        return max((each.missing for each in self.gates if each.missing is not None), default=ZERO)


def check_solvable(pay: Pay) -> None:
    """Raise `UsageError` where no one number says what has to be sold for a pay."""
    for is_so, why in _unsolvable(pay):
        if is_so:
            raise UsageError(
                _("what to sell for pay {pay} is no one number: {why}", pay=pay.name, why=why),
                _("try plans out with: dealwright pay simulate"),
            )


def _unsolvable(pay: Pay) -> Iterator[tuple[bool, str]]:
    by = pay.by
    yield not pay.scheme or pay.pool is not None, _("it is given among members")
    yield bool(pay.objectives), _("its position is blended of objectives")
    yield isinstance(by, str), _("each sale has a position of its own")
    yield isinstance(by, By) and by.per is not None, _("its position is a ratio")
    yield isinstance(by, By) and by.measure is not None, _("its position is another measure")
    yield pay.window == DEAL and (by is not None or bool(pay.gates)), _("each deal is judged by itself")


def window_of(pay: Pay, plan: Plan, period: Period, reckoning: Reckoning) -> Period | None:
    """The window of a pay that a period is; the only one of a pay over the whole plan; None where it is none."""
    calendar = reckoning.session.calendar
    if pay.window == "plan":
        return Windows.of(plan, calendar).whole
    if pay.window == DEAL:
        return Period(period.start, period.end, DEAL)
    return period if calendar.unit_of(period) == pay.window else None


def aimed(reckoning: Reckoning, plan: Plan, pay: Pay, member: int, window: Period) -> Aim:
    """How a member stands with a pay in a window today. Raises `UsageError` where there is no figure."""
    check_solvable(pay)
    session = reckoning.session
    since = max(window.start, plan.since or date.min)
    last = min(window.last, max(session.today, since))
    so_far = Period(since, last + timedelta(days=1), window.label) if last < date.max else window
    apart = frozenset({member}) if is_apart(plan) else None
    frame = reckoning.frame(plan, so_far, since, EMPTY, apart)
    failed = Calculation(frame).run().failed
    if member in failed:
        raise UsageError(_("there is no figure: {why}", why=failed[member]))
    credited = frame.figures.credited(pay, by=True)
    if credited is None:
        raise UsageError(
            _("{measure} is no sum of sales, so that none can be added to it", measure=pay.measure or AMOUNT)
        )
    if not frame.earns(pay, member, window) and pay.earners is not None:
        name = reckoning.people.members[member].ref
        raise UsageError(
            _("{member} does not earn pay {pay} in {window}", member=name, pay=pay.name, window=window.label)
        )
    posting = _posting(frame, pay, member, window)
    sold = ZERO if posting is None else Fraction(sum(map(itemgetter(MEASURE), posting.lines)), posting.scale)
    measured = window if pay.window != DEAL else so_far
    basis, said = frame.terms.basis(pay, member, measured)
    quota = None if said["quota"] is None else Fraction(said["quota"])
    step = _step(frame, pay, credited.scale)
    return Aim(
        plan=plan,
        pay=pay,
        window=window,
        as_of=last,
        quota=quota,
        way=_way(frame, pay, member, measured, basis, sold, quota),
        step=step,
        due=0 if posting is None else posting.amount,
        measure=pay.measure or AMOUNT,
        gates=tuple(_gate(frame, pay, each, member, measured, quota, step) for each in _gates(pay)),
    )


def _posting(frame: Frame, pay: Pay, member: int, window: Period) -> Posting | None:
    """What the curve pays in the window so far."""
    return next(
        (
            each
            for each in frame.found[pay.name]
            if (each.member, each.window) == (member, window.label) and each.basis["curve"] is not None
        ),
        None,
    )


def _way(
    frame: Frame, pay: Pay, member: int, window: Period, basis: Basis, sold: Fraction, quota: Fraction | None
) -> Way:
    apart = frame.plan.round.at == "step"
    way = Way(basis=basis, rounds=frame.rounds(pay), sold=sold, apart=apart)
    if pay.window == DEAL:
        return evolve(way, sold=ZERO, is_new=True)
    if basis.position is None:
        return way
    at = window
    if isinstance(pay.by, By) and pay.by.window not in (None, pay.window):
        at = frame.windows.deciding(window, pay.by.window)
    part = frame.quotas.part(pay, member, at)
    if (pay.quota is not None and not quota) or not part:
        return evolve(way, is_fixed=True)
    return evolve(way, position=basis.position * part, part=part)


def _step(frame: Frame, pay: Pay, scale: int) -> Fraction:
    """The smallest unit of what a pay measures."""
    name = pay.measure or AMOUNT
    if pay_named(name) is not None:
        return Fraction(1, scale)
    measure = summed(frame.session.contributions.measures, name)
    value = parse(name) if measure is None else counted_value(measure)
    kind = frame.plan.records[0] if measure is None else measure.facts
    found = frame.session.joined(kind).type_of(value)
    parts = {Type.MONEY: 10 ** currency_digits(frame.plan.currency), Type.PRICE: PRICE_PARTS}.get(found, 1)
    return Fraction(1, parts)


def _gates(pay: Pay) -> tuple[Gate, ...]:
    return () if pay.window == DEAL else pay.gates


def _gate(
    frame: Frame, pay: Pay, gate: Gate, member: int, window: Period, quota: Fraction | None, step: Fraction
) -> GateFound:
    reached, needs, is_open = frame.terms.reached(pay, gate, member, window, quota)
    at = window if gate.window == pay.window else frame.windows.deciding(window, gate.window)
    whole = frame.terms.whole(pay, gate, member, window, quota)
    missing = None
    if whole is not None and (gate.measure or pay.measure or AMOUNT) == (pay.measure or AMOUNT):
        missing = opening(Bound((gate.start.at - reached) * whole, gate.over), step)
    return GateFound(
        gate.measure or pay.measure or AMOUNT, at.label, needs, reached, gate.start.is_ratio, is_open, missing
    )
