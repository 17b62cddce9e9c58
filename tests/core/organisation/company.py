"""A company for tests: teams, and short ways to run the commands of the organisation."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from dealwright import Finding, Platform, Refused
from dealwright_core.commands.organisation.tree import Branch, OrgTree, Place

TEAMS = (
    ("HEAD", "company", None),
    ("EAST", "region", "HEAD"),
    ("E1", "team", "EAST"),
    ("E2", "team", "EAST"),
)
STARTED = date(2026, 1, 1)


class Company:
    """Runs commands as the administrator, who may do all."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        for ref, kind, parent in TEAMS:
            self.run("team.add", ref=ref, name=f"team {ref}", kind=kind, parent=parent)

    def run(self, command: str, actor: str = "admin", **arguments: Any) -> Any:
        """The value of a command."""
        return self.platform.run(command, actor=actor, **arguments).value

    def hire(self, ref: str, team: str = "E1", role: str = "rep", since: date = STARTED, **more: Any) -> Any:
        """A position of a new member."""
        return self.run(
            "member.hire", ref=ref, name=f"Name of {ref}", team=team, role=role, since=since, **more
        )

    def refused(self, command: str, actor: str = "admin", **arguments: Any) -> Finding:
        """What a command is refused with first."""
        with pytest.raises(Refused) as error:
            self.run(command, actor, **arguments)
        return error.value.findings[0]

    def tree(self, on: date | str) -> OrgTree:
        """The organisation on a day."""
        found: OrgTree = self.run("org.tree", on=on)
        return found

    def places(self, on: date | str) -> list[tuple[str, str, str | None]]:
        """Team, role and member of every position on a day, in the order of the tree."""
        return [
            (team.ref, each.role, None if each.member is None else each.member.ref)
            for team in branches(self.tree(on).teams)
            for each in team.positions
        ]

    def place(self, ref: str, on: date | str) -> Place:
        """A position as the tree of a day shows it."""
        return next(
            each for team in branches(self.tree(on).teams) for each in team.positions if each.ref == ref
        )


def branches(teams: tuple[Branch, ...]) -> Iterator[Branch]:
    """These teams and all below them."""
    for each in teams:
        yield each
        yield from branches(each.teams)
