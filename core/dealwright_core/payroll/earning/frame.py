"""A plan in a pay period: what every step of its calculation looks at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from sqlalchemy.engine import Connection

from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.plans.plan import Pay, Plan
from dealwright_core.payroll.crediting.apart import is_of_owners
from dealwright_core.payroll.crediting.crediting import Crediting
from dealwright_core.payroll.crediting.people import People
from dealwright_core.payroll.crediting.windows import DEAL, Windows
from dealwright_core.payroll.earning.dues import Basis, Due, Rounds, describe
from dealwright_core.payroll.earning.figures import Figures
from dealwright_core.payroll.earning.posting import Earlier, Line
from dealwright_core.payroll.earning.postings import Accounts, Posting, valid_from
from dealwright_core.payroll.earning.quotacurves import Curves
from dealwright_core.payroll.earning.quotas import Quotas
from dealwright_core.payroll.earning.terms import Terms
from dealwright_core.values import Period, Rounding
from dealwright_core.values import digits as currency_digits

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

ROUNDINGS: Mapping[str, Rounding] = {
    "away": Rounding.HALF_AWAY, "even": Rounding.HALF_EVEN, "up": Rounding.UP, "down": Rounding.DOWN,
}  # fmt: skip
ZERO = Fraction(0)


@frozen(eq=False, slots=False, kw_only=True)
class Frame:
    """One plan in one pay period. ``since`` is the first day of the first pay period that the plan was run for.

    ``origin`` says, for the trace, which scheme of which plugin a pay has. ``ask`` asks a scheme for a curve. Only what
    ``members`` are paid is calculated, where they are given. ``failed`` says why somebody has no figure; ``found`` are
    the postings of pays by name, as they are made.
    """

    connection: Connection
    session: "Session"
    plan: Plan
    period: Period
    since: date
    people: People
    won: Sequence[str]
    accounts: Accounts
    ask: Callable[[Pay, Plan, Fraction | None], Curve]
    origin: Callable[[str], str]
    members: frozenset[int] | None = None
    failed: dict[int, str] = field(factory=dict)
    found: dict[str, list[Posting]] = field(factory=dict)

    @cached_property
    def own(self) -> Mapping[int, Plan]:
        """The plans of members with terms of their own."""
        ids = self.people.ids
        return {ids[name]: plan for name, plan in self.plan.own.items() if name in ids}

    def pay_of(self, pay: Pay, member: int) -> Pay:
        """A pay of the plan as it holds for a member."""
        own = self.own.get(member)
        return pay if own is None else own.pays[pay.at]

    @cached_property
    def windows(self) -> Windows:
        """The windows of the plan."""
        return Windows.of(self.plan, self.session.calendar)

    @cached_property
    def first(self) -> date:
        """The first day that may count: that of the longest window that is asked for."""
        days = [max(self.since, self.plan.since or date.min)]
        for pay in self.plan.pays:
            for window in pay.asked_windows():
                if window != DEAL:
                    days += [
                        self.windows.measured(each, pay.window).start
                        for each in self.windows.within(self.since, self.since, window)
                    ]
        return max(min(days), self.plan.since or date.min)

    @cached_property
    def last(self) -> date:
        return self.period.last if self.plan.until is None else min(self.period.last, self.plan.until)

    @cached_property
    def crediting(self) -> Crediting:
        return Crediting(
            self.connection,
            self.session,
            self.plan,
            self.people,
            self.first,
            self.period.last,
            self.last,
            self.won,
            self.members if is_of_owners(self.plan) else None,
        )

    @cached_property
    def figures(self) -> Figures:
        return Figures(
            self.session, self.crediting, self.people, self.windows, self.accounts, self.found, self.curves
        )

    @cached_property
    def quotas(self) -> Quotas:
        return Quotas(self.session, self.plan, self.people, self.crediting.conversion.amounts)

    @cached_property
    def curves(self) -> Curves:
        # Without the frame, whose millions of rows would wait for a collector.
        ask, plan = self.ask, self.plan
        return Curves(lambda pay, quota: ask(pay, plan, quota))

    @cached_property
    def terms(self) -> Terms:
        return Terms(self.quotas, self.windows, self.figures, self.curves, self.period.last)

    def rounds(self, pay: Pay) -> Rounds:
        stated = self.plan.round
        least = 0 if pay.unit is not None else currency_digits(self.plan.currency)
        digits = least if stated.digits is None else stated.digits
        kept = max(digits, least)
        return Rounds(kept, 10 ** (kept - digits), ROUNDINGS[stated.half])

    def windows_of(self, pay: Pay) -> list[Period]:
        if pay.window == DEAL:
            return [Period(max(self.since, self.plan.since or date.min), self.period.end, DEAL)]
        return list(self.windows.within(self.since, self.last, pay.window))

    def standing(self, pay: Pay) -> Iterable[int]:
        """Those who may be paid without any sale: whom a pay is for by role or name."""
        if pay.window == DEAL:
            return ()
        if pay.earners is not None:
            return self.people.earning(pay.earners, self.since, self.last)
        if self.figures.is_summed(pay):
            return ()
        return [each for each in self.people.members if self.people.is_employed(each, self.since, self.last)]

    def earns(self, pay: Pay, member: int, window: Period) -> bool:
        if pay.earners is None:
            return not self.figures.is_summed(pay)
        first, last = max(window.start, self.plan.since or date.min), min(window.last, self.last)
        return first <= last and member in self._earners(pay.earners, first, last)

    def _earners(self, earners: str | tuple[str, ...], first: date, last: date) -> frozenset[int]:
        key = (earners, first, last)
        if key not in self._earning:
            self._earning[key] = frozenset(self.people.earning(earners, first, last))
        return self._earning[key]

    def due(self, basis: Basis, scale: int, rounds: Rounds) -> Due:
        """What is due on a basis. Many members have the same, and it is made once."""
        key = (
            id(basis.curve), basis.position, basis.start, basis.part, basis.weight, basis.cap, basis.floor,
            basis.is_open, scale, rounds,
        )  # fmt: skip
        if key not in self._dues:
            self._dues[key] = Due(basis, scale, rounds)
        return self._dues[key]

    @cached_property
    def _earning(self) -> dict[Any, frozenset[int]]:
        return {}

    @cached_property
    def _dues(self) -> dict[Any, Due]:
        return {}

    def posted(
        self,
        pay: Pay,
        member: int,
        window: Period,
        lines: Sequence[Line],
        basis: Basis | None,
        said: Mapping[str, Any],
        scale: int,
        earlier: Earlier,
        *,
        exact: Fraction = ZERO,
        kept: int = 0,
    ) -> Posting:
        rounds = self.rounds(pay)
        stated = {
            "scheme": pay.scheme,
            "origin": self.origin(pay.scheme),
            "curve": None if basis is None else describe(basis),
            "round": {"step": rounds.step, "half": self.plan.round.half, "at": self.plan.round.at},
            **said,
        }
        return Posting(
            plan=self.plan.name, valid_from=valid_from(self.plan), pay=pay.name, member=member,
            window=window.label, start=window.start, last=window.last,
            unit=pay.unit or self.plan.currency, digits=rounds.digits, scale=scale, basis=stated, lines=lines,
            measured=earlier.measure, posted=earlier.posted, exact=exact, kept=kept,
        )  # fmt: skip
