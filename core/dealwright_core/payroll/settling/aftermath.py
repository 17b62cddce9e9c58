"""What becomes of the pay for one sale: which parts of it are released by when, and what events take back.

All amounts are whole minor units of the plan's currency.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import takewhile
from typing import NamedTuple

from attrs import field, frozen

from dealwright_core.incentives.plans.facts import BOOKING, COLLECTION, HOLD
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.incentives.plans.tables import Clawback
from dealwright_core.payroll.settling.clawing import clawed_back
from dealwright_core.payroll.settling.releasing import day_of_release
from dealwright_core.values import Calendar, Rounding, divided, rounded

ALL, NONE = Fraction(1), Fraction(0)


class Happening(NamedTuple):
    """Something that happened to a sale on a day, and to which part of it: a refund of a quarter takes a quarter."""

    day: date
    part: Fraction = ALL


@frozen(kw_only=True)
class Hold:
    """From which day on pay was held back, and before which day it was freed again."""

    since: date
    until: date | None = None

    def is_on(self, day: date) -> bool:
        """Whether pay is held back on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@frozen(kw_only=True)
class Fate:
    """What happened to a sale: ``events`` by name, each in the order of days; ``collected``, from which day on which
    part of it was paid by the customer; and when its pay was held back.

    What ``is_no_sale``, such as a prize, waits for dates alone.
    """

    sold: date
    events: Mapping[str, Sequence[Happening]] = field(factory=dict)
    collected: Sequence[Happening] = ()
    holds: Sequence[Hold] = ()
    is_no_sale: bool = False

    def is_held(self, day: date) -> bool:
        """Whether its pay is held back on a day."""
        return any(each.is_on(day) for each in self.holds)

    def free_by(self, day: date) -> date:
        """The last day up to one on which its pay is not held back."""
        while since := [each.since for each in self.holds if each.is_on(day)]:
            day = min(since) - timedelta(days=1)
        return day

    def is_freed(self, day: date) -> bool:
        """Whether somebody has released its pay by a day."""
        return any(each.until is not None and each.until <= day for each in self.holds)


class Taken(NamedTuple):
    """What an event took back of what was released, and cancelled of what was not: zero or below."""

    day: date
    back: int
    cancelled: int


@frozen
class Aftermath:
    """``waiting`` is what is not released yet, by what it waits for; ``taken`` what each event took. What was earned,
    less both, is released.
    """

    waiting: Mapping[str, int]
    taken: Mapping[str, Taken]

    def released(self, earned: int) -> int:
        """What was released of what was earned, before anything was taken back of it."""
        return earned + sum(each.cancelled for each in self.taken.values()) - sum(self.waiting.values())


NOTHING_LEFT = Aftermath({}, {})


@frozen(eq=False, kw_only=True)
class Rules:
    """How a plan pays out what is earned for a sale: its ``parts``, by what each waits for, and its clawbacks."""

    parts: Mapping[str, Fraction]
    clawbacks: Mapping[str, Clawback]
    calendar: Calendar
    rounding: Rounding

    @classmethod
    def of(cls, plan: Plan, calendar: Calendar, rounding: Rounding) -> "Rules":
        """Those of a plan. What it says nothing of is paid with the sale."""
        parts: dict[str, Fraction] = {}
        for each in plan.release:
            parts[each.on] = parts.get(each.on, NONE) + each.share
        return cls(
            parts=parts or {BOOKING: ALL}, clawbacks=plan.clawback, calendar=calendar, rounding=rounding
        )

    @property
    def is_plain(self) -> bool:
        """Whether everything is paid with the sale, whatever happens."""
        return self.parts.keys() == {BOOKING} and not self.clawbacks

    def applied(self, earned: int, fate: Fate, last: date, *, before: int = 0) -> Aftermath:
        """What is left of what was ``earned`` for a sale by a day, the events in the order of their days.

        The parts are divided by largest remainder, so that they sum to what was earned. An event takes its share of all
        that was earned, but never more than what is left. With ``cancels`` it cancels its part of what is not released,
        and takes its share of the rest of its part. While the pay is held back no more is released than was ``before``.
        """
        parts = dict(zip(self.parts, divided(earned, list(self.parts.values())), strict=True))
        cut = dict.fromkeys(parts, 0)
        most = max(0, before) if fate.is_held(last) else None
        taken: dict[str, Taken] = {}
        for name, happened in self._clawing(fate, last):
            terms, back_before = self.clawbacks[name], sum(each.back for each in taken.values())
            left = earned + back_before - sum(cut.values())
            day = fate.free_by(happened.day) if terms.cancels else happened.day
            released = self._released(parts, cut, fate, day, most)
            cancelled = 0
            if terms.cancels and earned > 0:
                gross = self._released(parts, dict.fromkeys(parts, 0), fate, day, most)
                for moment, amount in parts.items():
                    less = rounded((amount - gross[moment]) * happened.part, self.rounding)
                    less = min(less, amount - cut[moment] - released[moment], left - cancelled)
                    cut[moment] += less
                    cancelled += less
            back = clawed_back(
                earned * happened.part - cancelled, terms, fate.sold, happened.day, left=left - cancelled,
                actually_paid=sum(released.values()) + back_before, rounding=self.rounding,
            )  # fmt: skip
            so_far = taken.get(name, Taken(happened.day, 0, 0))
            taken[name] = Taken(happened.day, so_far.back + back, so_far.cancelled - cancelled)
        released = self._released(parts, cut, fate, last, most)
        waiting = {moment: amount - cut[moment] - released[moment] for moment, amount in parts.items()}
        return Aftermath(
            {moment: amount for moment, amount in waiting.items() if amount},
            {name: each for name, each in taken.items() if each.back or each.cancelled},
        )

    def _clawing(self, fate: Fate, last: date) -> Iterator[tuple[str, Happening]]:
        """The events that take back, in the order of their days. What happens to all of a sale happens once."""
        found = []
        for name in self.clawbacks:
            for each in fate.events.get(name, ()):
                if fate.sold <= each.day <= last:
                    found.append((each.day, name, each))
                    if each.part == ALL:
                        break
        yield from ((name, each) for _day, name, each in sorted(found))

    def _released(
        self, parts: Mapping[str, int], cut: Mapping[str, int], fate: Fate, day: date, most: int | None
    ) -> Mapping[str, int]:
        """What of each part is released by a day: at most what is not cancelled of it, and with a limit no more than
        that in all, of the first parts first.
        """
        found: dict[str, int] = {}
        for moment, amount in parts.items():
            released = self._due_by(moment, amount, fate, day)
            if amount > 0:
                released = min(released, amount - cut[moment])
                if most is not None:
                    released = min(released, max(0, most - sum(found.values())))
            found[moment] = released
        return found

    def _due_by(self, moment: str, amount: int, fate: Fate, day: date) -> int:
        """What of a part is to be released by a day."""
        if moment == HOLD and not fate.is_no_sale:
            return amount if fate.is_freed(day) else 0
        if (fixed := day_of_release(moment, fate.sold, self.calendar)) is not None:
            return amount if fixed <= day else 0
        if fate.is_no_sale:
            return amount if fate.sold <= day else 0
        if moment == COLLECTION:
            known = [*takewhile(lambda each: each.day <= day, fate.collected)]
            return rounded(amount * known[-1].part, self.rounding) if known else 0
        return amount if any(fate.sold <= each.day <= day for each in fate.events.get(moment, ())) else 0
