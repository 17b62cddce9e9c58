"""An office of two teams on payday: ANN and BEN sell in the north for MIA, ZOE in the south, and LEE directs.

Everybody is paid 10 % of what they won in a month, managers a tenth of what their team is paid.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from attrs import define, frozen

from dealwright import (
    ChangingSession,
    Command,
    Customer,
    Member,
    Money,
    Opportunity,
    Platform,
    Position,
    Refused,
    Team,
    hookimpl,
)
from dealwright_core.payroll.telling.statements import Statement
from dealwright_core.payroll.telling.trace import Trace
from dealwright_testing.deployments import MakePlatform

PLAN = """
name = "Reps"
[[pay]]
name = "commission"
for = "rep"
rate = "10 %"
[[pay]]
name = "override"
for = "manager"
credit = "team"
measure = "pay.commission"
rate = "10 %"
"""
PEOPLE = (
    ("ANN", "rep", "NORTH"), ("BEN", "rep", "NORTH"), ("MIA", "manager", "NORTH"), ("ZOE", "rep", "SOUTH"),
    ("LEE", "director", "ALL"),
)  # fmt: skip


@define
class Desk:
    """The plugin through which tests enter what happened."""

    entry: Callable[[ChangingSession], Any] = lambda _session: None

    @hookimpl
    def commands(self) -> list[Command]:
        def enter(session: ChangingSession) -> Any:
            """Do what the test wants."""
            return self.entry(session)

        return [Command("desk.enter", enter)]


@frozen
class Office:
    """A deployment with a plan."""

    platform: Platform
    desk: Desk

    def enter(self, entry: Callable[[ChangingSession], Any]) -> Any:
        """Do something in one command."""
        self.desk.entry = entry
        return self.platform.run("desk.enter", actor="admin").value

    def run(self, command: str, actor: str = "admin", **given: Any) -> Any:
        """What a command gives."""
        return self.platform.run(command, actor=actor, **given).value

    def sold(self, owner: str, on: str, amount: int, currency: str = "USD", ref: str | None = None) -> str:
        """Enter a deal that was won; its ref."""

        def sell(session: ChangingSession) -> str:
            day = date.fromisoformat(on)
            given: dict[str, Any] = {} if ref is None else {"ref": ref}
            deal = Opportunity(
                customer=session.find(Customer)[0].id, owner=session.find(Member, ref=owner)[0].id, stage="won",
                amount=Money.from_major(amount, currency), opened_on=day, closed_on=day, **given,
            )  # fmt: skip
            return session.add(deal).ref

        sold: str = self.enter(sell)
        return sold

    def statement(self, member: str, period: str, actor: str = "admin") -> Statement:
        found: Statement = self.run("pay.statement", actor, ref=member, period=period)
        return found

    def explain(self, line: str, actor: str = "admin") -> Trace:
        found: Trace = self.run("pay.explain", actor, ref=line)
        return found

    def lines(self, member: str, period: str) -> list[str]:
        """The names of a member's lines."""
        return [line.line for part in self.statement(member, period).parts for line in part.lines]


def opened(make: MakePlatform, *plans: str, url: str | None = None, config: str = "") -> Office:
    """An office with these plans."""
    paths = [make.folder / f"plan-{number}.toml" for number, _text in enumerate(plans, 1)]
    for path, text in zip(paths, plans, strict=True):
        path.write_text(text, "utf-8")
    desk = Desk()
    named = f"{config}\n[incentives]\nplans = {[path.name for path in paths]}\n"
    platform = make(url, named, plugins=[("desk", desk)])
    assert platform.host.problems == (), list(map(str, platform.host.problems))
    office = Office(platform, desk)
    office.enter(_staffed)
    return office


def _staffed(session: ChangingSession) -> None:
    teams: dict[str, int] = {}
    for ref, parent in (("ALL", None), ("NORTH", "ALL"), ("SOUTH", "ALL")):
        teams[ref] = session.add(Team(ref=ref, name=ref.title(), parent=teams.get(parent or ""))).id
    for ref, role, team in PEOPLE:
        member = session.add(Member(ref=ref, name=ref.title(), login=ref.lower()))
        session.add(Position(member=member.id, team=teams[team], role=role, since=date(2025, 1, 1)))
    session.add(Customer(ref="ACME", name="Acme"))


def codes(refused: Refused) -> set[str]:
    return {each.code for each in refused.findings}
