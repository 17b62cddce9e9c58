"""How a member stands in a window: quota, gates and position, and the curve that follows."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

from attrs import evolve, frozen

from dealwright_core.incentives import wording
from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.plans.figures import Level
from dealwright_core.incentives.plans.goingon import goes_on_over
from dealwright_core.incentives.plans.plan import Gate, Pay
from dealwright_core.incentives.plans.tables import By, Objective, Window
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting.windows import DEAL, Windows
from dealwright_core.payroll.earning.dues import NOTHING, Basis
from dealwright_core.payroll.earning.figures import Figures, Who
from dealwright_core.payroll.earning.quotacurves import attained, unbounded
from dealwright_core.payroll.earning.quotas import Quotas
from dealwright_core.values import Period

ONE, ZERO = Fraction(1), Fraction(0)


@frozen
class Ranked:
    """Where a member stands among others: a figure, and where there is a quota of it, or it is a ratio by itself, the
    attainment. ``said`` is what there is to say of it.
    """

    figure: Fraction
    attained: Fraction | None
    is_open: bool
    said: dict[str, Any]

    @property
    def by(self) -> Fraction:
        """What the ranking goes by."""
        return self.figure if self.attained is None else self.attained

    def is_over(self, bound: Level) -> bool:
        """Whether the member has a place: the gates are reached, and more than the bound is."""
        found = self.by if bound.is_ratio else self.figure
        return self.is_open and found > bound.at


@frozen(eq=False)
class Terms:
    """The terms of a plan's pays for single members, and for all members of a pool together.

    ``curve`` asks the scheme of a pay for a quota.
    """

    quotas: Quotas
    windows: Windows
    figure: Figures
    curve: Callable[[Pay, Fraction | None], Curve]
    last: date

    def basis(self, pay: Pay, who: Who, window: Period) -> tuple[Basis, dict[str, Any]]:
        """From what a pay follows in a window, and what there is to say of it. Raises `Unpaid`.

        Where each deal is a window of its own, its gates and its position are left to `of_deal`.
        """
        part = self.quotas.part(pay, who, window)
        at = self._window_of_position(pay, window)
        quota = self.quotas.of_pay(pay, who, at)
        said: dict[str, Any] = {"quota": None if quota is None else str(quota)}
        plain = Basis(curve=NOTHING, part=part, weight=Fraction(pay.weight), cap=pay.cap, floor=pay.floor)
        if pay.window != DEAL:
            plain = evolve(plain, is_open=self._gates(pay, who, window, quota, said))
        if pay.quota is not None and not quota:
            curve = self._without_quota(pay, who, window)
        else:
            curve = self.curve(pay, ONE if _is_ratio(pay) else quota)
        if pay.window == DEAL:
            return evolve(plain, curve=curve), said
        if goes_on_over(pay, curve) is not None:
            start = self._start(pay, who, window, at, said)
            return evolve(plain, curve=curve, start=start, part=self.quotas.part(pay, who, at)), said
        position = self._position(pay, who, window, at, said)
        if not part and position is None and pay.quota is None:
            plain = evolve(plain, part=ONE, cap=pay.cap and ZERO, floor=pay.floor and ZERO)
            curve = unbounded(curve)
        return evolve(plain, curve=curve, position=position), said

    def ranked(self, pay: Pay, member: int, window: Period) -> Ranked:
        """What a member is ranked by in a window. Raises `Unpaid`."""
        at = self._window_of_position(pay, window)
        quota = self.quotas.of_pay(pay, member, at)
        said: dict[str, Any] = {"quota": None if quota is None else str(quota)}
        is_open = self._gates(pay, member, window, quota, said)
        position = self._position(pay, member, window, at, said)
        if position is None:
            figure = self.figure(pay, pay.measure, member, window, min(window.last, self.last))
            part = self.quotas.part(pay, member, window)
        else:
            figure, part = position, ONE
        if pay.objectives or (isinstance(pay.by, By) and pay.by.per is not None):
            return Ranked(figure, figure, is_open, said)
        if pay.quota is None:
            return Ranked(figure, None, is_open, said)
        return Ranked(figure, self._ratio(pay, figure, quota, part, member, window), is_open, said)

    def of_deal(
        self, pay: Pay, member: int, deal: int, day: date, field_: Fraction | None
    ) -> tuple[Fraction | None, bool]:
        """The position of a deal on the curve, None where its measure is the position; and whether its gates are open.

        ``day`` is that of its last sale, ``field_`` its own field that the pay goes by.
        """
        window = Period(day, day + timedelta(days=1), DEAL)

        def figure(name: str | None, of: Window) -> Fraction:
            if of == DEAL:
                return self.figure.of_deal(pay, name, member, deal)
            return self.figure(pay, name, member, self.windows.deciding(window, of), day)

        position = field_
        if isinstance(pay.by, By):
            of = pay.by.window or DEAL
            position = figure(pay.by.measure or pay.measure, of)
            if pay.by.per is not None:
                per = figure(pay.by.per, of)
                position = position / per if per else ZERO
            elif of != DEAL:
                part = self.part(pay, pay.by.measure, member, self.windows.deciding(window, of))
                position = position / part if part else ZERO
        quota = self.quotas.of_pay(pay, member, window) if pay.quota is not None else None
        is_open = all(
            self.is_reached(pay, each, figure(each.measure or pay.measure, DEAL))
            if each.window == DEAL
            else self.reached(pay, each, member, window, quota)[2]
            for each in pay.gates
        )
        return position, is_open

    def _window_of_position(self, pay: Pay, window: Period) -> Period:
        if pay.window != DEAL and isinstance(pay.by, By) and pay.by.window not in (None, pay.window):
            return self.windows.deciding(window, pay.by.window)
        return window

    def _start(self, pay: Pay, who: Who, window: Period, at: Period, said: dict[str, Any]) -> Fraction | None:
        """What a longer window had reached before a shorter one began; None where both begin together."""
        if window.start <= max(at.start, self.windows.since or date.min):
            return None
        start = self.figure(pay, pay.measure, who, at, window.start - timedelta(days=1))
        said["by"] = {"window": at.label, "start": str(start)}
        return start

    def _position(
        self, pay: Pay, who: Who, window: Period, at: Period, said: dict[str, Any]
    ) -> Fraction | None:
        """The position of the window as it stands at its end; None where the measure itself is the position."""
        day = min(window.last, self.last)
        if pay.objectives:
            return self._blended(pay, who, window, day, said)
        by = pay.by if isinstance(pay.by, By) else By()
        is_itself = by.measure is None and by.per is None and at == window
        if isinstance(pay.by, str) or (is_itself and not self.figure.is_ratio(pay)):
            return None
        figure = self.figure.reached(pay, by.measure or pay.measure, who, at, day)
        said["by"] = {"window": at.label, "figure": str(figure)}
        if by.per is not None:
            per = self.figure.reached(pay, by.per, who, at, day)
            said["by"]["per"] = str(per)
            return figure / per if per else ZERO
        part = self.part(pay, by.measure, who, at)
        return figure / part if part else ZERO

    def _blended(self, pay: Pay, who: Who, window: Period, day: date, said: dict[str, Any]) -> Fraction:
        """The attainments of the objectives, each times its weight."""
        found = [self._attained(pay, each, who, window, day) for each in pay.objectives]
        said["objectives"] = [
            {"measure": each.measure, "figure": str(figure), "quota": str(quota), "attained": str(attained)}
            for each, (figure, quota, attained) in zip(pay.objectives, found, strict=True)
        ]
        return sum(
            (each.weight * attained for each, (_f, _q, attained) in zip(pay.objectives, found, strict=True)),
            ZERO,
        )

    def _attained(
        self, pay: Pay, objective: Objective, who: Who, window: Period, day: date
    ) -> tuple[Fraction, Fraction | None, Fraction]:
        figure = self.figure.reached(pay, objective.measure, who, window, day)
        quota = self.quotas.quota(pay, objective.quota, who, window)
        part = self._part_of_quota(pay, objective.measure, who, window)
        return figure, quota, self._ratio(pay, figure, quota, part, who, window)

    def _ratio(
        self, pay: Pay, figure: Fraction, quota: Fraction | None, part: Fraction, who: Who, window: Period
    ) -> Fraction:
        """An attainment. Without a quota above zero the plan's rule counts, and in no part of a window nothing does."""
        if quota and quota > 0:
            return figure / (quota * part) if part else ZERO
        return ONE if self.quotas.zero_rule(pay, who, window) == "full" else ZERO

    def _gates(
        self, pay: Pay, who: Who, window: Period, quota: Fraction | None, said: dict[str, Any]
    ) -> bool:
        found = [self._gate(pay, each, who, window, quota) for each in pay.gates]
        if found:
            said["gates"] = [each for each, _open in found]
        return all(is_open for _said, is_open in found)

    def _gate(
        self, pay: Pay, gate: Gate, who: Who, window: Period, quota: Fraction | None
    ) -> tuple[dict[str, Any], bool]:
        """Whether a gate is reached, and what there is to say of it."""
        reached, needed, is_open = self.reached(pay, gate, who, window, quota)
        return {"needs": needed, "reached": str(reached), "open": is_open}, is_open

    def reached(
        self, pay: Pay, gate: Gate, who: Who, window: Period, quota: Fraction | None = None
    ) -> tuple[Fraction, str, bool]:
        """What a member has of what a gate asks for, what that is, and whether it is enough."""
        at = window if gate.window == pay.window else self.windows.deciding(window, gate.window)
        day = min(at.last, self.last)
        figure = self.figure.reached(pay, gate.measure or pay.measure, who, at, day)
        if gate.start.is_ratio and pay.objectives and gate.quota is None and gate.measure is None:
            figure = self._blended(pay, who, at, day, {})
        elif whole := self.whole(pay, gate, who, window, quota):
            figure = figure / whole
        elif gate.start.is_ratio:
            figure = ONE if self.quotas.zero_rule(pay, who, at) == "full" else ZERO
        else:
            figure = ZERO
        said = wording.percent(gate.start.at) if gate.start.is_ratio else wording.number(gate.start.at)
        return (
            figure,
            str(_("more than {start}", start=said) if gate.over else _("{start} or more", start=said)),
            self.is_reached(pay, gate, figure),
        )

    def whole(
        self, pay: Pay, gate: Gate, who: Who, window: Period, quota: Fraction | None = None
    ) -> Fraction | None:
        """How much of its measure is one of what a gate asks for: the quota for an attainment, else one of it, as far
        as the window counts for the member. Nothing where that is zero, or there is no quota above zero.
        """
        at = window if gate.window == pay.window else self.windows.deciding(window, gate.window)
        if not gate.start.is_ratio:
            return self.part(pay, gate.measure, who, at) or None
        if gate.quota is not None:
            its = self.quotas.quota(pay, gate.quota, who, at)
        else:
            its = self._quota_of(pay, quota, who, window, at)
        part = self._part_of_quota(pay, gate.measure, who, at)
        return its * part if its and its * part > 0 else None

    def part(self, pay: Pay, measure: str | None, who: Who, window: Period) -> Fraction:
        """The part of a window that counts for a member, for amounts of a measure: a ratio has no parts."""
        return ONE if self.figure.is_ratio(pay, measure) else self.quotas.part(pay, who, window)

    def _part_of_quota(self, pay: Pay, measure: str | None, who: Who, window: Period) -> Fraction:
        """The same for a quota of a measure."""
        return ONE if self.figure.is_ratio(pay, measure) else self.quotas.part_of_quota(pay, who, window)

    def is_reached(self, pay: Pay, gate: Gate, figure: Fraction) -> bool:
        """Whether a figure is what a gate asks for."""
        return figure > gate.start.at if gate.over else figure >= gate.start.at

    def _quota_of(
        self, pay: Pay, quota: Fraction | None, who: Who, window: Period, at: Period
    ) -> Fraction | None:
        """The quota of a pay for another window: a target has its own, and so has the year with weights of its
        quarters; a number grows with the days.
        """
        if at == window or quota is None:
            return quota
        is_its_own = isinstance(pay.quota, str) or pay.window == DEAL or self.quotas.is_weighted(pay, at)
        if is_its_own or at == self._window_of_position(pay, window) or self.figure.is_ratio(pay):
            return self.quotas.of_pay(pay, who, at)
        return quota * self.windows.count(pay.window, at)

    def _without_quota(self, pay: Pay, who: Who, window: Period) -> Curve:
        """What a quota of zero, or none on record, pays: nothing, or whatever is measured as if it were the quota."""
        rule = self.quotas.zero_rule(pay, who, window)
        return attained(partial(self.curve, pay)) if rule == "full" else NOTHING


def _is_ratio(pay: Pay) -> bool:
    """Whether positions are ratios by themselves, so that the whole of them is 1."""
    return (
        bool(pay.objectives) or isinstance(pay.by, str) or (isinstance(pay.by, By) and pay.by.per is not None)
    )
