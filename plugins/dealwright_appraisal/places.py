"""Where members count, whom they lead, and so whose leaders review them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Final

from attrs import frozen

from dealwright import Deployment, Deputation, Member, Period, Position, Session, Team

# What a right to read may name so that it shows results and ratings.
SHOWING: Final = frozenset({"owned", "declared", "*", "appraisal_result", "appraisal_rating"})


@frozen
class Leading:
    """The roles that see results and ratings of a team, and those that see them of everybody."""

    of_teams: frozenset[str]
    of_all: frozenset[str]

    @classmethod
    def roles(cls, deployment: Deployment) -> "Leading":
        """Those of a deployment."""

        def seeing(*scopes: str) -> frozenset[str]:
            return frozenset(
                name
                for name, role in deployment.access.roles.items()
                for each in role.rights
                if each.action in ("read", "*") and each.on in SHOWING and each.scope in scopes
            )

        return cls(seeing("team", "subtree"), seeing("all"))


def acting_member(session: Session) -> Member | None:
    """The member who acts, also through a plugin; None for an actor of the configuration and for `system`."""
    found = session.find(Member, ref=str(session.actor).rpartition(" for ")[2])
    return found[0] if found else None


def is_central(session: Session) -> bool:
    """Whether the actor opens and computes appraisals: whoever evaluates everybody and sees every rating."""
    return session.unbounded("run", "evaluate") and session.unbounded("read", "appraisal_rating")


def _holds(held: Position | Deputation, day: date) -> bool:
    return (held.since is None or held.since <= day) and (held.until is None or held.until > day)


@frozen(eq=False, slots=False)
class Places:
    """The organisation as a session sees it."""

    session: Session
    leading: Leading

    @cached_property
    def teams(self) -> dict[int, Team]:
        """Every team by id."""
        return {each.id: each for each in self.session.find(Team)}

    @cached_property
    def _positions(self) -> dict[int, list[Position]]:
        found: defaultdict[int, list[Position]] = defaultdict(list)
        for each in self.session.find(Position):
            if each.member is not None:
                found[each.member].append(each)
        return found

    @cached_property
    def _deputised(self) -> dict[int, list[Position]]:
        """The positions in which members stand in today."""
        positions = {each.id: each for each in self.session.find(Position)}
        found: defaultdict[int, list[Position]] = defaultdict(list)
        for each in self.session.find(Deputation):
            if _holds(each, self.session.today):
                found[each.deputy].append(positions[each.position])
        return found

    def main(self, member: int, period: Period) -> Position | None:
        """The main position on the last day of a period, or today where that is still to come."""
        day = min(period.last, self.session.today)
        held = (each for each in self._positions.get(member, ()) if each.main and _holds(each, day))
        return next(held, None)

    def held(self, member: int) -> Iterator[Position]:
        """The positions that a member holds today."""
        return (each for each in self._positions.get(member, ()) if _holds(each, self.session.today))

    def upwards(self, team: int | None) -> list[int]:
        """A team and those above it, nearest first. A circle of parents ends where it closes."""
        way: list[int] = []
        while team is not None and team in self.teams and team not in way:
            way.append(team)
            team = self.teams[team].parent
        return way

    def led(self, member: int) -> set[int]:
        """The teams that a member leads today, or stands in for who does."""
        return {each.team for each in self._filled(member) if each.role in self.leading.of_teams}

    def _filled(self, member: int) -> tuple[Position, ...]:
        return (*self.held(member), *self._deputised.get(member, ()))

    def reviewing(self, member: int, team: int | None) -> int | None:
        """The nearest team, from a member's own upwards, that the member does not lead; None where there is none.

        Whoever sees everything is for those alone who do so, too.
        """
        if any(each.role in self.leading.of_all for each in self._filled(member)):
            return None
        led = self.led(member)
        return next((each for each in self.upwards(team) if led.isdisjoint(self.upwards(each))), None)

    def sees(self, member: int, other: int) -> bool:
        """Whether a member leads a team in which another one holds a position, or one above it."""
        led = self.led(member)
        return any(not led.isdisjoint(self.upwards(each.team)) for each in self.held(other))
