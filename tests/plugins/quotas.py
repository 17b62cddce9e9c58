"""A company that plans: two regions, teams and people in them, what they won, and their targets."""

import itertools
from datetime import date
from typing import Any

from attrs import frozen

import dealwright_quota
from dealwright import (
    ChangingSession,
    Command,
    Customer,
    ExchangeRate,
    Member,
    Money,
    Opportunity,
    OpportunityLine,
    Platform,
    Position,
    Product,
    Target,
    Team,
    hookimpl,
)

# Teams: ref, kind, and the ref of the one above; members: login, role, team.
TEAMS = (
    ("HQ", "company", None), ("NORTH", "region", "HQ"), ("SOUTH", "region", "HQ"), ("ALPHA", "team", "NORTH"),
    ("BETA", "team", "NORTH"),
)  # fmt: skip
PEOPLE = (
    ("ann", "rep", "ALPHA"), ("ben", "rep", "ALPHA"), ("cat", "rep", "BETA"), ("dan", "rep", "SOUTH"),
    ("sue", "supervisor", "ALPHA"), ("mia", "manager", "NORTH"), ("dia", "director", "HQ"),
)  # fmt: skip
PRODUCTS = (("MRI", "imaging"), ("CT", "imaging"), ("GLOVE", "supplies"))
# Deals won: owner, day, amount in dollars, product.
WON = (
    ("ann", date(2025, 2, 1), 300, "MRI"), ("ann", date(2026, 2, 1), 600, "MRI"), ("ben", date(2025, 5, 1), 100, "CT"),
    ("ben", date(2026, 5, 1), 150, "GLOVE"), ("cat", date(2026, 2, 2), 50, "CT"), ("dan", date(2025, 8, 1), 200, "CT"),
)  # fmt: skip
MEASURE = "won_amount"
YEARS = itertools.count(2030)


class Company:
    """The plugin that fills a deployment."""

    @hookimpl
    def commands(self) -> list[Command]:
        def fill(session: ChangingSession) -> None:
            """Teams, people, products and deals."""
            _fill(session)

        return [Command("company.fill", fill)]


PLUGINS: list[tuple[str, object]] = [("company", Company()), ("quota", dealwright_quota)]


def _fill(session: ChangingSession) -> None:
    session.add(ExchangeRate(base="EUR", quote="USD", on=date(2020, 1, 1), numerator=1))
    teams: dict[str | None, int | None] = {None: None}
    for ref, kind, parent in TEAMS:
        teams[ref] = session.add(Team(ref=ref, name=ref.title(), kind=kind, parent=teams[parent])).id
    members = {}
    for login, role, at in PEOPLE:
        members[login] = session.add(Member(ref=login.upper(), name=login.title(), login=login)).id
        where = teams[at]
        assert where is not None
        session.add(Position(member=members[login], team=where, role=role, since=date(2024, 1, 1)))
    products = {
        ref: session.add(Product(ref=ref, name=ref.lower(), family=family)).id for ref, family in PRODUCTS
    }
    customer = session.add(Customer(name="Acme")).id
    for owner, day, amount, product in WON:
        money = Money(amount * 100, "USD")
        deal = Opportunity(
            customer=customer, owner=members[owner], stage="won", amount=money, opened_on=day, closed_on=day
        )
        line = OpportunityLine(opportunity=session.add(deal).id, product=products[product], amount=money)
        session.add(line)


@frozen
class Planning:
    """The company at work, mostly as the director."""

    platform: Platform

    def run(self, command: str, actor: str = "dia", **arguments: Any) -> Any:
        return self.platform.run(command, actor=actor, **arguments).value

    def warned(self, command: str, **arguments: Any) -> list[str]:
        """The warnings that a command gives."""
        return [each.code for each in self.platform.run(command, actor="dia", **arguments).findings]

    def target(self, amount: str | None = "1000 USD", *, period: str = "2026", **more: Any) -> Target:
        """Add a target."""
        more = {"measure": MEASURE, "period": period, "amount": amount} | more
        found = self.run("target.add", **more)
        assert isinstance(found, Target)
        return found

    def a_target(self, **more: Any) -> Target:
        """Add a target for a year that no other has."""
        return self.target(**({"period": str(next(YEARS))} | more))

    def below(self, parent: Target, **more: Any) -> Target:
        """Add a child; of a period such as ``-Q1`` within the year of its parent."""
        period = more.pop("period", "")
        whole = f"{parent.period}{period}" if period.startswith("-") else period or parent.period
        return self.target(parent=parent.ref, **({"amount": "1 USD", "period": whole} | more))

    def cascade(self, ref: str, by: str, **more: Any) -> dict[str, str]:
        """The children that a cascade gives: the figures by subject, or by period where it is by period."""
        rows = self.run("quota.cascade", ref=ref, by=by, **more)
        return {str(row["period" if by == "period" else "subject"]): str(row["figure"]) for row in rows}

    def children(self, parent: Target) -> list[Target]:
        with self.platform.session("dia") as session:
            return session.find(Target, parent=parent.id)


def planning(platform: Platform) -> Planning:
    """The company in an empty deployment."""
    platform.run("company.fill", actor="admin")
    return Planning(platform)
