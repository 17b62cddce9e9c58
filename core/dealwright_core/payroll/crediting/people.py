"""Who held which position when, and who stands above whom."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from attrs import field, frozen

from dealwright_core.records import Member, Position, Team

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

ALL_LEVELS = 1_000


@frozen
class Seat:
    """A position of a member, from ``since`` until before ``until``."""

    member: int
    team: int
    role: str
    is_main: bool
    since: date
    until: date

    def holds_on(self, day: date) -> bool:
        """Whether it is held on a day."""
        return self.since <= day < self.until


class Person(NamedTuple):
    """What pay asks of a member; plain, since there are thousands."""

    id: int
    ref: str
    login: str | None
    joined_on: date | None
    left_on: date | None


@frozen(eq=False, slots=False)
class People:
    """The members of a deployment, their dated positions, and the tree of teams.

    ``leading`` are the roles that lead a team: whoever else is in it stands below.
    """

    members: Mapping[int, Person]
    seats: tuple[Seat, ...]
    parents: Mapping[int, int | None]
    leading: Collection[str] = field(factory=frozenset)

    @classmethod
    def read(cls, session: "Session", leading: Collection[str]) -> "People":
        """Everybody, as the session sees them."""
        m = session.table(Member).c
        members = sa.select(m.id, m.ref, m.login, m.joined_on, m.left_on).order_by(m.id)
        seats = [
            Seat(each.member, each.team, each.role, each.main, each.since or date.min, each.until or date.max)
            for each in session.find(Position)
            if each.member is not None
        ]
        return cls(
            {row[0]: Person._make(row) for row in session.select(members)},
            tuple(seats),
            {each.id: each.parent for each in session.find(Team)},
            leading,
        )

    @cached_property
    def ids(self) -> Mapping[str, int]:
        """Members by ref and by login."""
        by_login = {each.login: each.id for each in self.members.values() if each.login}
        return by_login | {each.ref: each.id for each in self.members.values()}

    @cached_property
    def _of(self) -> Mapping[int, list[Seat]]:
        found: defaultdict[int, list[Seat]] = defaultdict(list)
        for each in self.seats:
            found[each.member].append(each)
        return found

    @cached_property
    def _in_team(self) -> Mapping[int, list[Seat]]:
        found: defaultdict[int, list[Seat]] = defaultdict(list)
        for each in self.seats:
            found[each.team].append(each)
        return found

    @cached_property
    def _changes(self) -> list[date]:
        """The days on which somebody's position begins or ends."""
        return sorted({day for each in self.seats for day in (each.since, each.until)})

    def names_of(self, member: int) -> tuple[str, ...]:
        """What plans may call a member."""
        found = self.members[member]
        return tuple(filter(None, (found.ref, found.login)))

    def roles(self, member: int, day: date) -> frozenset[str]:
        """The roles that a member holds on a day."""
        return frozenset(each.role for each in self._of.get(member, ()) if each.holds_on(day))

    def earning(self, earners: str | tuple[str, ...], first: date, last: date) -> list[int]:
        """Who is named, or holds a role that is, on some day from ``first`` to ``last``."""
        names = {earners} if isinstance(earners, str) else set(earners)
        found = {self.ids[each] for each in names if each in self.ids}
        found |= {
            each.member
            for each in self.seats
            if each.role in names and each.since <= last and each.until > first
        }
        return sorted(found)

    def is_employed(self, member: int, first: date, last: date) -> bool:
        """Whether a member is there on some day from ``first`` to ``last``."""
        found = self.members[member]
        return (found.joined_on or date.min) <= last and (found.left_on or date.max) > first

    def stretch(self, day: date) -> int:
        """The number of the stretch of time in which a day lies: within one, nobody's position changes."""
        return bisect_right(self._changes, day)

    def above(self, member: int, day: date, levels: int = ALL_LEVELS) -> list[tuple[int, str]]:
        """Who stands above a member on a day, nearest first, each with the role by which they do.

        The main position decides. Who holds a leading role in the member's team stands one level above whoever does not
        lead it; who leads the team above that, one level above those.
        """
        main = next((each for each in self._of.get(member, ()) if each.is_main and each.holds_on(day)), None)
        if main is None:
            return []
        found: list[tuple[int, str]] = []
        team = self.parents.get(main.team) if main.role in self.leading else main.team
        seen: set[int] = set()
        while team is not None and team not in seen and len(seen) < levels:
            seen.add(team)
            found += [
                (each.member, each.role)
                for each in self._in_team.get(team, ())
                if each.role in self.leading and each.member != member and each.holds_on(day)
            ]
            team = self.parents.get(team)
        return found

    def ever_above(self, member: int) -> frozenset[int]:
        """Everybody who stands above a member on some day."""
        days = [date.min, *(each for each in self._changes if each != date.max)]
        return frozenset(each for day in days for each, _role in self.above(member, day))

    def holder_above(self, member: int, role: str, day: date) -> int | None:
        """The nearest who holds a role above a member, or in the member's own team."""
        main = next((each for each in self._of.get(member, ()) if each.is_main and each.holds_on(day)), None)
        team, seen = None if main is None else main.team, set[int]()
        while team is not None and team not in seen:
            seen.add(team)
            for each in self._in_team.get(team, ()):
                if each.role == role and each.member != member and each.holds_on(day):
                    return each.member
            team = self.parents.get(team)
        return None

    def active_days(
        self, member: int, first: date, last: date, roles: Collection[str] | None
    ) -> Iterator[tuple[date, date]]:
        """The stretches of days, both ends included, on which a member is employed, and has a role if any is given."""
        known = self.members[member]
        first = max(first, known.joined_on or date.min)
        last = min(last, _day_before(known.left_on or date.max))
        if first > last:
            return
        if roles is None:
            yield first, last
            return
        held = [
            (max(first, each.since), min(last, _day_before(each.until)))
            for each in self._of.get(member, ())
            if each.role in roles
        ]
        yield from _merged(pair for pair in held if pair[0] <= pair[1])


def _day_before(day: date) -> date:
    return day if day == date.max else date.fromordinal(day.toordinal() - 1)


def _merged(pairs: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """Stretches of days that overlap or touch, as one."""
    current: tuple[date, date] | None = None
    for first, last in sorted(pairs):
        if current is not None and first.toordinal() <= current[1].toordinal() + 1:
            current = (current[0], max(current[1], last))
            continue
        if current is not None:
            yield current
        current = (first, last)
    if current is not None:
        yield current
