"""Which accounts a pay has: whose they are, of which windows, and the sales in each."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from attrs import frozen

from dealwright_core.incentives.plans.plan import Pay, pay_named
from dealwright_core.payroll.crediting.credited import Credited
from dealwright_core.payroll.crediting.crediting import specificity
from dealwright_core.payroll.crediting.entries import ABOUT, DAY, SHORT, SOURCE, WINDOW_DAY, whole
from dealwright_core.payroll.earning.frame import Frame
from dealwright_core.values import Period


@frozen(eq=False, slots=False)
class Opened:
    """The accounts of a plan's pays."""

    frame: Frame

    def of_pay(self, pay: Pay, among: frozenset[int] | None) -> dict[tuple[int, Period], list[Any]]:
        """The credits of a pay by member and window, also of those who have none and may be paid yet."""
        credited = self.frame.figures.credited(pay, by=True)
        found: dict[tuple[int, Period], list[Any]] = {}
        windows = self.frame.windows_of(pay)
        for member, rows in ({} if credited is None else self._taken(pay, credited)).items():
            if among is None or member in among:
                for window, part in self._apart(pay, rows, windows):
                    found[member, window] = part
        for member in self.frame.standing(pay):
            if among is None or member in among:
                found |= {(member, window): [] for window in windows if (member, window) not in found}
        labels = {each.label: each for each in windows}
        for name, member, label in self.frame.accounts.earlier:
            if name == pay.name and label in labels and (among is None or member in among):
                found.setdefault((member, labels[label]), [])
        return dict(sorted(found.items(), key=_by_member_and_day))

    def _taken(self, pay: Pay, credited: Credited) -> Mapping[int, list[Any]]:
        """The credits that a pay takes: with ``first_match`` only those for which it is the most specific one."""
        if not self.frame.plan.credit.first_match:
            return credited.by_member
        found = {
            member: [
                row
                for row in whole(rows, credited.about)
                if self._claims.get((member, row[ABOUT], row[SOURCE]), pay.name) == pay.name
            ]
            for member, rows in credited.by_member.items()
        }
        return {member: rows for member, rows in found.items() if rows}

    @cached_property
    def _claims(self) -> Mapping[tuple[int, str, int], str]:
        """The most specific pay for each sale of each member: the one whose condition asks for most, or comes first."""
        claims: dict[tuple[int, str, int], str] = {}
        for pay in sorted(self.frame.plan.pays, key=lambda each: -specificity(each.where)):
            if pay.measure is not None and pay_named(pay.measure) is not None:
                continue
            credited = self.frame.figures.credited(pay, by=True)
            for member, rows in ({} if credited is None else credited.by_member).items():
                for row in whole(rows, "" if credited is None else credited.about):
                    claims.setdefault((member, row[ABOUT], row[SOURCE]), pay.name)
        return claims

    def _apart(
        self, pay: Pay, rows: list[Any], windows: Sequence[Period]
    ) -> Iterator[tuple[Period, list[Any]]]:
        """The rows of each window, in their order."""
        if len(windows) == 1 and windows[0].start <= self.frame.first:
            yield windows[0], rows
            return
        place = DAY if len(rows[0]) == SHORT else WINDOW_DAY
        starts = [each.start.isoformat() for each in windows]
        parts: defaultdict[int, list[Any]] = defaultdict(list)
        for row in rows:
            parts[bisect_right(starts, row[place]) - 1].append(row)
        yield from ((windows[at], part) for at, part in sorted(parts.items()) if at >= 0)


def _by_member_and_day(each: tuple[tuple[int, Period], object]) -> tuple[int, date]:
    (member, window), _rows = each
    return member, window.start
