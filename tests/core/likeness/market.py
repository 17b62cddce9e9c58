"""Customers of two representatives for tests, and short ways to run commands."""

from typing import Any

import pytest

from dealwright import Customer, Finding, Platform, Refused

REPS = ("anna-rep", "ben-rep")


class Market:
    """Runs commands; by default as the director, who may do all."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.run("team.add", ref="E1", name="East one")
        for ref in REPS:
            self.run("member.add", ref=ref, name=f"Name of {ref}")
            self.run("position.add", member=ref, team="E1", role="rep")

    def run(self, command: str, actor: str = "admin", **arguments: Any) -> Any:
        """The value of a command."""
        return self.platform.run(command, actor=actor, **arguments).value

    def customer(self, name: str, actor: str = "admin", **fields: Any) -> Customer:
        """A new customer."""
        added: Customer = self.run("customer.add", actor, name=name, **fields)
        return added

    def refused(self, command: str, actor: str = "admin", **arguments: Any) -> Finding:
        """What a command is refused with first."""
        with pytest.raises(Refused) as error:
            self.run(command, actor, **arguments)
        return error.value.findings[0]

    def get(self, ref: str | int, kind: str = "customer") -> Any:
        """A record as it is stored."""
        with self.platform.session("admin") as session:
            return session.get(kind, ref)

    def found(self, kind: str, **equals: Any) -> list[Any]:
        """The records of a kind."""
        with self.platform.session("admin") as session:
            return session.find(kind, **equals)

    def groups(self, actor: str = "admin", **options: Any) -> list[tuple[int | None, str, str]]:
        """Group, ref and reason of every line that lists duplicates."""
        table = self.run("customer.duplicates", actor, **options)
        names = [each.name for each in table.columns]
        at = [names.index(each) for each in ("group", "ref", "why")]
        return [(row[at[0]], row[at[1]], row[at[2]]) for row in table.rows]
