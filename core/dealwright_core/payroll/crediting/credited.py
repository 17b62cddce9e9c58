"""Credits by member, and those of them that earn a pay: one's own, or those of everybody below."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from attrs import evolve, frozen

from dealwright_core.incentives.plans.plan import Pay
from dealwright_core.payroll.crediting.entries import ABOUT, DAY, MEASURE, MEMBER, SHORT, SOURCE, WINDOW_DAY
from dealwright_core.payroll.crediting.people import ALL_LEVELS, People


@frozen(eq=False)
class Credited:
    """Credits by member, in the order of day and ref. ``scale`` of what they measure make one unit of it, which is
    ``finer`` by so much than what is measured itself, for parts of it.

    ``left`` counts the sales of which a part is credited to nobody. ``about`` is the kind of all sales where their rows
    are short.
    """

    by_member: Mapping[int, list[Any]]
    scale: int
    left: int = 0
    about: str = ""
    finer: int = 1


@frozen(eq=False, slots=False)
class Earning:
    """Who earns a pay with which credits, by the roles and positions of the day."""

    people: People

    def earned(self, pay: Pay, credited: Credited) -> Credited:
        """The credits of those who earn a pay: their own, or those of everybody below them on the day."""
        if pay.credit == "team":
            return self._rolled_up(pay, credited)
        if pay.earners is None:
            return credited
        found = {
            member: [row for row in rows if self._earns(pay, member, _credit_day(row))]
            for member, rows in credited.by_member.items()
        }
        return evolve(credited, by_member={member: rows for member, rows in found.items() if rows})

    def _rolled_up(self, pay: Pay, credited: Credited) -> Credited:
        levels = ALL_LEVELS if pay.levels == "all" else pay.levels
        found: defaultdict[int, list[Any]] = defaultdict(list)
        above: dict[tuple[int, int], list[int]] = {}
        for member, rows in credited.by_member.items():
            for row in rows:
                day = self._days[_credit_day(row)]
                key = (member, self.people.stretch(day))
                if key not in above:
                    above[key] = [
                        each
                        for each, role in self.people.above(member, day, levels)
                        if pay.earned_by(self.people.names_of(each), {role})
                    ]
                for each in above[key]:
                    found[each].append(row)
        merged = found if credited.about else {member: _merged(rows) for member, rows in found.items()}
        return evolve(credited, by_member=in_order(merged))

    def _earns(self, pay: Pay, member: int, day: str) -> bool:
        when = self._days[day]
        key = ("earns", pay.earners, member, self.people.stretch(when))
        if key not in self._known:
            earns = pay.earned_by(self.people.names_of(member), self.people.roles(member, when))
            self._known[key] = earns
        return self._known[key]

    @cached_property
    def _days(self) -> "_Days":
        return _Days()

    @cached_property
    def _known(self) -> dict[Any, bool]:
        return {}


class _Days(dict[str, date]):
    """Days by their texts, each read once."""

    def __missing__(self, text: str) -> date:
        day = self[text] = date.fromisoformat(text)
        return day


def in_order(by_member: Mapping[int, list[Any]]) -> Mapping[int, list[Any]]:
    """The same in order. Rows sort as they are: by day and ref, and no two of a member have both and the id."""
    for rows in by_member.values():
        rows.sort()
    return dict(sorted(by_member.items()))


def _merged(rows: Iterable[Sequence[Any]]) -> list[Any]:
    """The parts of one sale that several below are credited with, as one."""
    found: dict[tuple[str, int], Sequence[Any]] = {}
    for row in rows:
        before = found.setdefault((row[ABOUT], row[SOURCE]), row)
        if before is not row:
            both = before[MEASURE] + row[MEASURE]
            found[row[ABOUT], row[SOURCE]] = (*row[:MEASURE], both, *row[MEMBER:])
    return list(found.values())


def _credit_day(row: Sequence[Any]) -> str:
    """The day on which it counts who holds which role: that of the sale, also for what corrects it."""
    day: str = row[DAY] if len(row) == SHORT else row[WINDOW_DAY]
    return day
