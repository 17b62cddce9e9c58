"""Figures of members: what a pay measures, and what gates, positions and objectives ask for."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from dealwright_core.errors import DealwrightError, UsageError
from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.plans.plan import Pay, pay_named
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting.credited import Credited, Earning
from dealwright_core.payroll.crediting.crediting import Crediting
from dealwright_core.payroll.crediting.entries import (
    ABOUT,
    DAY,
    DEAL,
    MEASURE,
    PAY,
    REVERSES,
    SHORT,
    SOURCE,
    WINDOW_DAY,
    of_figure,
    whole,
)
from dealwright_core.payroll.crediting.people import ALL_LEVELS, People
from dealwright_core.payroll.crediting.sourcing import summed
from dealwright_core.payroll.crediting.windows import Windows
from dealwright_core.payroll.earning.postings import Accounts, Posting
from dealwright_core.reporting.breakdown import figures
from dealwright_core.reporting.measured import is_money, owner_path
from dealwright_core.reporting.selection import Selection
from dealwright_core.values import Period
from dealwright_core.values import digits as currency_digits

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

ONE, ZERO = Fraction(1), Fraction(0)
# A member, or all members of a pool together.
Who = int | tuple[int, ...]


@frozen(eq=False, slots=False)
class Figures:
    """The figures of a plan's pays. ``found`` are the postings of pays so far by name, ``accounts`` those before.

    ``curve`` asks the scheme of a pay for a quota.
    """

    session: "Session"
    crediting: Crediting
    people: People
    windows: Windows
    accounts: Accounts
    found: Mapping[str, Sequence[Posting]]
    curve: Callable[[Pay, Fraction | None], Curve]
    _credited: dict[Any, Credited | None] = field(factory=dict)
    _sums: dict[Any, tuple[list[str], list[int]]] = field(factory=dict)
    _measured: dict[Any, Mapping[int, Fraction]] = field(factory=dict)

    @cached_property
    def _earning(self) -> Earning:
        return Earning(self.people)

    def credited(self, pay: Pay, name: str | None = None, *, by: bool = False) -> Credited | None:
        """The credits behind a figure of a pay, of those who earn it; None where it is no sum of sales."""
        name = name or pay.measure
        key = (id(pay), name, by)
        if key not in self._credited:
            self._credited[key] = self._earned(pay, name, by=by)
        return self._credited[key]

    def _earned(self, pay: Pay, name: str | None, *, by: bool) -> Credited | None:
        if by and not self.is_measured(pay):
            return None
        referred = None if name is None else pay_named(name)
        if referred is not None:
            return self._earning.earned(pay, self._of_another(referred))
        found = self.crediting.of_pay(pay, name, by=by)
        return None if found is None else self._earning.earned(pay, found)

    def _of_another(self, name: str) -> Credited:
        """What members are paid by another pay: for each day one entry, of all lines for sales of that day."""
        known = [account for account in self.accounts.lines_of if account[0] == name]
        made = self.found.get(name, ())
        digits = max(
            [*(each.digits for each in made), *(self.accounts.digits[each] for each in known)], default=0
        )
        sold = self._days_of_corrections(name)
        totals: defaultdict[tuple[int, str], int] = defaultdict(int)
        for account in known:
            unit = 10 ** (digits - self.accounts.digits[account])
            for source, day, amount in self.accounts.lines_of[account]:
                totals[account[1], sold.get(source, day)] += amount * unit
        for each in made:
            unit = 10 ** (digits - each.digits)
            for about, id, _deal, day, _measure, amount, _position in each.lines:
                totals[each.member, sold.get((about, id), day)] += amount * unit
        by_member: defaultdict[int, list[Any]] = defaultdict(list)
        for (member, day), amount in sorted(totals.items()):
            if amount:
                ref, about = f"{self.people.members[member].ref} {day}", f"{PAY}.{name} {day}"
                by_member[member].append(tuple(of_figure(day, amount, about, ref=ref, source=member)))
        return Credited(by_member, 10**digits)

    def _days_of_corrections(self, name: str) -> Mapping[tuple[str, int], str]:
        """The day of the sale that each correction is of: its pay belongs to whom the pay for the sale did."""
        pay = next(each for each in self.crediting.plan.pays if each.name == name)
        found = self.credited(pay, by=True)
        return {
            (row[ABOUT], row[SOURCE]): row[WINDOW_DAY]
            for rows in ({} if found is None else found.by_member).values()
            for row in rows
            if len(row) > SHORT and row[REVERSES] is not None
        }

    def is_measured(self, pay: Pay) -> bool:
        """Whether a pay is for a measure: with objectives only a curve of rates needs one."""
        if not pay.objectives:
            return True
        try:
            return bool(pay.scheme) and self.curve(pay, ONE).kind == "rate"
        except DealwrightError:  # which is told for each member who has no figure
            return False

    def is_summed(self, pay: Pay) -> bool:
        """Whether a pay measures a sum of sales, or what another pays."""
        if not self.is_measured(pay):
            return False
        name = pay.measure
        measures = self.session.contributions.measures
        return name is None or name not in measures or summed(measures, name) is not None

    def is_ratio(self, pay: Pay, name: str | None = None) -> bool:
        """Whether a figure of a pay, by default what it measures, is a ratio, of which a part of a window has all."""
        measure = self.session.contributions.measures.get(name or pay.measure or "")
        return measure is not None and measure.item.per is not None

    def __call__(self, pay: Pay, name: str | None, who: Who, window: Period, day: date) -> Fraction:
        """A figure of a member over a window as it stands on a day, in whole units; of several its sum."""
        return self._of(pay, name, who, window, day)

    def reached(self, pay: Pay, name: str | None, who: Who, window: Period, day: date) -> Fraction:
        """The same for gates and positions. Where refunds reverse the lines of their sales, they leave these where they
        stood, or what they take back would be taken twice.
        """
        is_gross = self.crediting.plan.refund.basis == "original"
        return self._of(pay, name, who, window, day, is_gross=is_gross)

    def _of(
        self, pay: Pay, name: str | None, who: Who, window: Period, day: date, *, is_gross: bool = False
    ) -> Fraction:
        members = who if isinstance(who, tuple) else (who,)
        found = (self._of_member(pay, name, each, window, day, is_gross=is_gross) for each in members)
        return sum(found, ZERO)

    def _of_member(
        self, pay: Pay, name: str | None, member: int, window: Period, day: date, *, is_gross: bool
    ) -> Fraction:
        window = self.windows.measured(window, pay.window)
        day = min(day, window.last)
        found = self.credited(pay, name)
        if found is None:
            return self._of_measure(pay, name or "", member, window, day)
        key = (id(pay), name, member, is_gross)
        if key not in self._sums:
            rows = sorted(
                (_window_day(row), row[MEASURE])
                for row in found.by_member.get(member, ())
                if not (is_gross and len(row) > SHORT and row[REVERSES] is not None)
            )
            self._sums[key] = [each[0] for each in rows], [0, *accumulate(each[1] for each in rows)]
        days, sums = self._sums[key]
        first, last = bisect_left(days, window.start.isoformat()), bisect_right(days, day.isoformat())
        return Fraction(sums[max(last, first)] - sums[first], found.scale)

    def last_day(self, pay: Pay, member: int, window: Period) -> str:
        """The day of a member's last sale in a window: when they got to where they are."""
        found = self.credited(pay)
        rows = [] if found is None else found.by_member.get(member, [])
        first, last = window.start.isoformat(), window.last.isoformat()
        return max((row[DAY] for row in rows if first <= _window_day(row) <= last), default="")

    def of_deal(self, pay: Pay, name: str | None, member: int, deal: int) -> Fraction:
        """A figure of a member for one deal."""
        found = self.credited(pay, name)
        if found is None:
            raise UsageError(
                _("{name} is no sum of sales, so that no single deal has it", name=name or ""),
                _("give pay {pay} another window", pay=pay.name),
            )
        key = (id(pay), name, member, "deals")
        if key not in self._measured:
            sums: dict[int, Fraction] = {}
            for row in whole(found.by_member.get(member, ()), found.about):
                sums[row[DEAL]] = sums.get(row[DEAL], ZERO) + Fraction(row[MEASURE], found.scale)
            self._measured[key] = sums
        return self._measured[key].get(deal, ZERO)

    def _of_measure(self, pay: Pay, name: str, member: int, window: Period, day: date) -> Fraction:
        """What a measure that is no sum of sales says of a member, or of all below them together."""
        found = self._by_member(name, window, day)
        if pay.credit != "team":
            return found.get(member, ZERO)
        levels = ALL_LEVELS if pay.levels == "all" else pay.levels
        measure = self.session.contributions.measures[name].item
        if measure.per is not None or measure.aggregate == "distinct":
            raise UsageError(
                _("measure {name} of a team is not the sum of what its members have", name=name),
                _('leave credit = "team" out of pay {pay}, or take a measure that is summed', pay=pay.name),
            )
        below = [
            each
            for each in found
            if any(above == member for above, _role in self.people.above(each, day, levels))
        ]
        return sum((found[each] for each in below), ZERO)

    def _by_member(self, name: str, window: Period, day: date) -> Mapping[int, Fraction]:
        key = (name, window, day)
        if key not in self._measured:
            measure = self.session.contributions.measures[name].item
            unit = 10 ** currency_digits(self.session.currency) if is_money(self.session, measure) else 1
            own = self._figures(name, window, day)
            if measure.per is None:
                self._measured[key] = {each: Fraction(figure, unit) for each, figure in own.items()}
            else:
                per = self._figures(measure.per, window, day)
                divided = {each: Fraction(own.get(each, 0), figure) for each, figure in per.items() if figure}
                self._measured[key] = {each: figure / unit for each, figure in divided.items()}
        return self._measured[key]

    def _figures(self, name: str, window: Period, day: date) -> Mapping[int, int]:
        measure = self.session.contributions.measures[name].item
        selection = Selection(by=owner_path(self.session, measure.facts), period=window, as_of=day)
        _by, rows = figures(self.session, measure, selection)
        found: dict[int, int] = {}
        for member, figure in rows:
            if member is not None:
                found[member] = found.get(member, 0) + (1 if measure.aggregate == "distinct" else figure)
        return found


def _window_day(row: Sequence[Any]) -> str:
    day: str = row[DAY] if len(row) == SHORT else row[WINDOW_DAY]
    return day
