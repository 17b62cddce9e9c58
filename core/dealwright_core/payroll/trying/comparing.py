"""What plans pay over history beside others: by pay period, and for each member."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import attrs
from attrs import field, frozen

from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.payroll.reckoning import Reckoning
from dealwright_core.payroll.trying.candidates import pay_periods
from dealwright_core.payroll.trying.simulating import NOTHING, Amounts, PeriodPaid, simulated
from dealwright_core.values import Period, Unit

# From the shortest to the longest.
UNITS: Sequence[Unit] = ("month", "quarter", "year")


@frozen(kw_only=True)
class Failed:
    """Somebody has no figure in a pay period of a plan, and why."""

    plan: str
    member: int
    period: str
    why: str


@attrs.define(eq=False, kw_only=True)
class Side:
    """What some plans pay those who are ``seen``, added up: by row, which is a pay period, by member, and by member and
    unit for what is not money. ``last`` is the last pay period that was counted for each plan.
    """

    seen: Callable[[int], bool]
    by_row: defaultdict[str, Amounts] = field(factory=lambda: defaultdict(Amounts))
    by_member: defaultdict[int, Amounts] = field(factory=lambda: defaultdict(Amounts))
    rewards: defaultdict[tuple[int, str], Decimal] = field(factory=lambda: defaultdict(Decimal))
    failed: list[Failed] = field(factory=list)
    left: int = 0

    def add(self, row: str, plan: Plan, paid: PeriodPaid) -> None:
        """Count a pay period of a plan in a row."""
        total = self.by_row[row]
        for member, amounts in paid.amounts.items():
            if self.seen(member):
                total += amounts
                self.by_member[member] += amounts
        self.by_row[row] = total
        for (member, unit), reward in paid.rewards.items():
            if self.seen(member):
                self.rewards[member, unit] += reward
        self.failed += [
            Failed(plan=plan.name, member=member, period=paid.period.label, why=why)
            for member, why in sorted(paid.failed.items())
            if self.seen(member)
        ]

    @property
    def total(self) -> Amounts:
        """All of it."""
        return sum(self.by_row.values(), NOTHING)


@frozen(eq=False, kw_only=True)
class Comparison:
    """Two sides over the same rows, in their order; ``against`` is None where nothing is compared."""

    rows: Sequence[Period]
    tried: Side
    against: Side | None


def compared(
    reckoning: Reckoning,
    tried: Sequence[Plan],
    against: Sequence[Plan] | None,
    period: Period,
    seen: Callable[[int], bool],
) -> Comparison:
    """Run plans over a period, and others beside them.

    The rows are the pay periods of the plans that are tried, the longest where these differ, from the first one in
    which one of them is paid. A pay period counts in the row in which it ends. Those of the others count while the
    plans that are tried hold; both are run from the beginning of the period.
    """
    calendar = reckoning.session.calendar
    unit = max((each.period for each in tried), key=UNITS.index)
    side = _side(reckoning, tried, period, seen, lambda ends: calendar.containing(ends.last, unit).label)
    rows = [each for each in calendar.split(period, unit) if each.label in side.by_row]
    if against is None:
        return Comparison(rows=rows, tried=side, against=None)
    until = calendar.containing(_until(tried, period), unit).last
    labels = {each.label for each in rows if each.last <= until}

    def row_of(ends: Period) -> str | None:
        label = calendar.containing(ends.last, unit).label
        return label if label in labels else None

    return Comparison(rows=rows, tried=side, against=_side(reckoning, against, period, seen, row_of))


def _side(
    reckoning: Reckoning,
    plans: Iterable[Plan],
    period: Period,
    seen: Callable[[int], bool],
    row_of: Callable[[Period], str | None],
) -> Side:
    side = Side(seen=seen)
    for plan in plans:
        left = 0
        for each in simulated(reckoning, plan, pay_periods(plan, period, reckoning.session.calendar)):
            left = each.left
            if (row := row_of(each.period)) is not None:
                side.add(row, plan, each)
        side.left += left
    return side


def _until(plans: Iterable[Plan], period: Period) -> date:
    """The last day of a period on which one of some plans holds."""
    return min(period.last, max(each.until or date.max for each in plans))


def differences(tried: Mapping[int, Amounts], against: Mapping[int, Amounts]) -> dict[int, int]:
    """By how much the cost of each member differs."""
    members = sorted({*tried, *against})
    return {each: tried.get(each, NOTHING).cost - against.get(each, NOTHING).cost for each in members}
