"""The organisation on one day: who holds which position, and which teams stand under which."""

from collections.abc import Mapping
from functools import cached_property

from attrs import frozen

from dealwright_core.access.owners import Owners
from dealwright_core.access.rights import Scope


@frozen
class Holding:
    """A position as somebody holds it now: as its member, or as the deputy who stands in, for its member ``holder``
    unless it is vacant.
    """

    position: str
    member: int
    team: int
    role: str
    is_deputy: bool = False
    holder: int | None = None


@frozen
class Organisation:
    """Positions that hold on one day, and the tree of teams as child to parent.

    ``members`` gives the id of each member by ref and by login, and ``names`` the ref by id.
    """

    holdings: tuple[Holding, ...]
    parents: Mapping[int, int | None]
    members: Mapping[str, int]
    names: Mapping[int, str]

    @cached_property
    def _by_team(self) -> Mapping[int, frozenset[int]]:
        found: dict[int, set[int]] = {}
        for each in self.holdings:
            if not each.is_deputy:  # what a deputy owns belongs to the team of the deputy's own position
                found.setdefault(each.team, set()).add(each.member)
        return {team: frozenset(members) for team, members in found.items()}

    @cached_property
    def _below(self) -> Mapping[int, tuple[int, ...]]:
        found: dict[int, list[int]] = {}
        for team, parent in self.parents.items():
            if parent is not None:
                found.setdefault(parent, []).append(team)
        return {team: tuple(teams) for team, teams in found.items()}

    def held_by(self, member: int) -> tuple[Holding, ...]:
        """The positions of a member, those included in which they stand in for somebody."""
        return tuple(each for each in self.holdings if each.member == member)

    def subtree(self, team: int) -> frozenset[int]:
        """The team and all teams below it. A circle of parents ends where it closes."""
        found: set[int] = set()
        waiting = [team]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                waiting += self._below.get(at, ())
        return frozenset(found)

    def in_scope(self, holding: Holding, scope: Scope) -> Owners | None:
        """Whose records a scope covers for who holds a position, None for all.

        Team and subtree always cover one's own records, and own of a deputy also those of whom they stand in for.
        Own covers no record of a team.
        """
        if scope == "all":
            return None
        own = frozenset({holding.member} if holding.holder is None else {holding.member, holding.holder})
        if scope == "own":
            return Owners(own)
        teams = frozenset({holding.team}) if scope == "team" else self.subtree(holding.team)
        return Owners(own.union(*(self._by_team.get(team, frozenset()) for team in teams)), teams)
