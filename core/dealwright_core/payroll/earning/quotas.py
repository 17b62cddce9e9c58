"""What a member is to reach in a window, and which part of a full window that is."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import frozen

from dealwright_core.errors import UsageError
from dealwright_core.incentives.plans.plan import Pay, Plan
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting.people import People
from dealwright_core.payroll.crediting.windows import DEAL, UNITS, share_of_year
from dealwright_core.payroll.earning.figures import Who
from dealwright_core.records import Target
from dealwright_core.store.rates import BaseAmounts
from dealwright_core.values import Calendar, Period, Unit
from dealwright_core.values import digits as currency_digits

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

ONE, ZERO = Fraction(1), Fraction(0)
PARTS: Mapping[Unit, tuple[Unit, ...]] = {"year": ("quarter", "month"), "quarter": ("month",), "month": ()}


class Unpaid(UsageError):
    """Members have no figure: what the plan asks for is not there. ``lacking`` says of each what."""

    def __init__(self, lacking: Mapping[int, str]) -> None:
        self.lacking = lacking
        hint = _("add a target, or set zero_quota of the plan to zero or full")
        super().__init__(next(iter(lacking.values())), hint)


@frozen(eq=False, slots=False)
class Quotas:
    """The quotas of a plan's members: numbers of the plan, or targets, at the rate when their period begins.

    Of several members together a number is that of them all, and targets are summed.
    """

    session: "Session"
    plan: Plan
    people: People
    amounts: BaseAmounts

    def part(self, pay: Pay, who: Who, window: Period) -> Fraction:
        """The part of a full window that counts for a member: of who joins, leaves or takes on the role meanwhile the
        days or months, and, where amounts are those of the year, the weight of its quarters. Of several together the
        weight alone counts.
        """
        is_of_year = pay.quota is not None or bool(pay.objectives)
        return self._worked(pay, who, window) * (self._weight(pay, window) if is_of_year else ONE)

    def part_of_quota(self, pay: Pay, who: Who, window: Period) -> Fraction:
        """The part of a quota of its own, such as that of a gate, that counts for a member in a window."""
        return self._worked(pay, who, window) * self._weight(pay, window)

    def _worked(self, pay: Pay, who: Who, window: Period) -> Fraction:
        return ONE if isinstance(who, tuple) else self._active(pay, who, window)

    def _active(self, pay: Pay, member: int, window: Period) -> Fraction:
        """The part of a window in which a member earned a pay. A month counts of which half of the days or more do."""
        if self.plan.prorate is None or window.label == DEAL:
            return ONE
        first, last = (
            max(window.start, self.plan.since or date.min),
            min(window.last, self.plan.until or date.max),
        )
        if first == date.min or last == date.max:
            return ONE  # a window without end has no parts
        roles = _roles(pay, self.people)
        active = list(self.people.active_days(member, first, last, roles))
        if self.plan.prorate == "day":
            days = sum((end - start).days + 1 for start, end in active)
            return Fraction(days, (window.last - window.start).days + 1)
        months = _months(window, self.session.calendar)
        counted = sum(2 * _days_of(active, each) >= (each.last - each.start).days + 1 for each in months)
        return Fraction(counted, len(months)) if months else ONE

    def _weight(self, pay: Pay, window: Period) -> Fraction:
        """The part of a year's quota that its quarters, or thirds of them, have in a window."""
        weights = self.plan.quarter_weights
        if weights is None or not self.is_weighted(pay, window):
            return ONE
        months = _months(window, self.session.calendar)
        quarters = (share_of_year(each, self.session.calendar, weights) for each in months)
        return sum((Fraction(weights[each]) for each in quarters), ZERO) / 3

    def is_weighted(self, pay: Pay, window: Period) -> bool:
        """Whether the quotas of a pay are those of the year, of which a window has a part."""
        has_parts = pay.window not in ("year", "plan") and window.label != DEAL
        return (
            has_parts
            and self.plan.quarter_weights is not None
            and bool(_months(window, self.session.calendar))
        )

    def quota(self, pay: Pay, quota: Fraction | str | None, who: Who, window: Period) -> Fraction | None:
        """A quota for a full window in whole units: a number as it is, or the member's target of a measure: that of the
        year where its quarters have weights. Of several the targets are summed.

        Raises `Unpaid` for those of several who have no target above zero, where the plan refuses that.
        """
        if not isinstance(quota, str):
            return quota
        full = (
            self.session.calendar.containing(window.last, "year") if self.is_weighted(pay, window) else window
        )
        if not isinstance(who, tuple):
            return self._target(quota, who, full)
        targets = {each: self._target(quota, each, full) or ZERO for each in who}
        lacking = [each for each, target in targets.items() if target <= 0]
        if lacking and self.plan.zero_quota == "refuse":
            raise self._unpaid(pay, lacking, full)
        return sum((target * self._active(pay, each, window) for each, target in targets.items()), ZERO)

    def of_pay(self, pay: Pay, who: Who, window: Period) -> Fraction | None:
        """The quota of a pay for a full window."""
        return self.quota(pay, pay.quota, who, window)

    def zero_rule(self, pay: Pay, who: Who, window: Period) -> str:
        """What is paid without a quota above zero: ``zero`` or ``full``. Raises `Unpaid` where the plan refuses it."""
        if self.plan.zero_quota in ("zero", "full"):
            return self.plan.zero_quota
        raise self._unpaid(pay, who if isinstance(who, tuple) else (who,), window)

    def _unpaid(self, pay: Pay, members: Collection[int], window: Period) -> Unpaid:
        lacking = {
            each: _(
                "{member} has no quota above zero for pay {pay} in {window}",
                member=self.people.members[each].ref,
                pay=pay.name,
                window=window.label,
            )
            for each in members
        }
        return Unpaid(lacking)

    def _target(self, measure: str, member: int, window: Period) -> Fraction | None:
        rows = self._targets.get((measure, member))
        if rows is None:
            return None
        for labels in _labels(window, self.session.calendar):
            if all(label in rows for label in labels):
                found = [each for label in labels for each in rows[label]]
                ids = {each.id for each in found}
                return sum((self._amount(each) for each in found if each.parent not in ids), Fraction(0))
        return None

    def _amount(self, target: Target) -> Fraction:
        if target.amount is None:
            return Fraction(target.quantity or 0)
        if target.amount.currency == self.plan.currency:
            return Fraction(target.amount.major)
        period = self.session.calendar.parse(target.period)
        minor = self.amounts.minor(target.amount, period.start)
        return Fraction(minor, 10 ** currency_digits(self.plan.currency))

    @cached_property
    def _targets(self) -> Mapping[tuple[str, int], Mapping[str, Sequence[Target]]]:
        """Targets of members as a whole, by measure and member, then by period."""
        found: defaultdict[tuple[str, int], defaultdict[str, list[Target]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for each in self.session.find(Target):
            if each.member is not None and each.team is None and each.product is None and each.family is None:
                found[each.measure, each.member][each.period].append(each)
        return found


def _roles(pay: Pay, people: People) -> Collection[str] | None:
    """The roles that earn a pay; None where members are named, or everybody earns it."""
    names = (pay.earners,) if isinstance(pay.earners, str) else pay.earners
    if names is None or any(each in people.ids for each in names):
        return None
    return names


def _months(window: Period, calendar: Calendar) -> list[Period]:
    try:
        return list(calendar.split(window, "month"))
    except ValueError:
        return []


def _days_of(active: Sequence[tuple[date, date]], month: Period) -> int:
    return sum(
        max((min(last, month.last) - max(first, month.start)) // timedelta(days=1) + 1, 0)
        for first, last in active
    )


def _labels(window: Period, calendar: Calendar) -> list[list[str]]:
    """The window as targets call it, then the shorter periods that it consists of."""
    unit = next((unit for unit in UNITS.values() if calendar.containing(window.start, unit) == window), None)
    if unit is None:
        return []
    parts = [[each.label for each in calendar.split(window, smaller)] for smaller in PARTS[unit]]
    return [[window.label], *parts]
