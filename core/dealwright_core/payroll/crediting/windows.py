"""Windows: the days that are measured together."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from attrs import frozen

from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.incentives.plans.tables import Window
from dealwright_core.values import Calendar, Period, Unit

UNITS: Final[dict[str, Unit]] = {"month": "month", "quarter": "quarter", "year": "year"}
# Each deal by itself: what is measured together has no days.
DEAL: Final = "deal"


@frozen
class Windows:
    """The windows of a plan, by the calendar of its deployment."""

    calendar: Calendar
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, plan: Plan, calendar: Calendar) -> "Windows":
        """Those of a plan, which is valid for a time."""
        return cls(calendar, plan.since, plan.until)

    def holding(self, day: date, window: Window) -> Period:
        """The window in which a day lies. A week begins on Monday and is called as in ``2026-W07``."""
        if window == "week":
            start = _monday(day)
            year, week, _day = day.isocalendar()
            return Period(start, start + timedelta(days=7), f"{year:04}-W{week:02}")
        if window == "plan":
            return self.whole
        return self.calendar.containing(day, UNITS[window])

    @property
    def whole(self) -> Period:
        """All days on which the plan is valid."""
        first = self.since or date.min
        end = date.max if self.until is None or self.until == date.max else self.until + timedelta(days=1)
        return Period(first, end, "plan")

    def within(self, first: date, last: date, window: Window) -> Iterator[Period]:
        """The windows of which a day lies from ``first`` to ``last``, both included, and within the plan's validity."""
        day = first if self.since is None else max(first, self.since)
        last = last if self.until is None else min(last, self.until)
        while day <= last:
            found = self.holding(day, window)
            yield found
            if found.end == date.max:
                return
            day = found.end

    def deciding(self, period: Period, window: Window) -> Period:
        """The longer window for which a shorter one counts: the one in which its last day lies."""
        return self.holding(period.last, window)

    def measured(self, period: Period, window: Window) -> Period:
        """The days of a longer window as they are measured for a shorter one: of weeks, those that end in it."""
        if window != "week" or period == self.whole:
            return period
        return Period(_monday(period.start), _monday(period.end), period.label)

    def count(self, window: Window, within: Period) -> int:
        """How many windows end within a longer one."""
        found = self.within(within.start, within.last, window)
        return sum(each.last in within for each in found)


def share_of_year(period: Period, calendar: Calendar, weights: tuple[object, ...]) -> int:
    """The number of the quarter of its fiscal year, from 0, in which a window ends."""
    year = calendar.containing(period.last, "year")
    quarters = [each.start for each in calendar.split(year, "quarter")]
    return max(at for at in range(len(weights)) if quarters[at] <= period.last)


def _monday(day: date) -> date:
    """The first day of a week."""
    return day - timedelta(days=day.weekday())
