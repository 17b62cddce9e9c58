"""Those to whom records belong: members, and teams."""

from attrs import field, frozen

MEMBER = "member"
TEAM = "team"


@frozen
class Owners:
    """Members and teams, by id. A record of a team is nobody's own: it belongs to the team alone."""

    members: frozenset[int] = field(default=frozenset())
    teams: frozenset[int] = field(default=frozenset())

    def of(self, kind: str) -> frozenset[int]:
        """The ids of those of a kind: ``member`` or ``team``."""
        return self.members if kind == MEMBER else self.teams

    def __bool__(self) -> bool:
        return bool(self.members or self.teams)

    def __or__(self, other: "Owners") -> "Owners":
        return Owners(self.members | other.members, self.teams | other.teams)

    def __and__(self, other: "Owners") -> "Owners":
        return Owners(self.members & other.members, self.teams & other.teams)


NOBODY = Owners()
