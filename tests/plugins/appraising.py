"""A company that appraises: two regions, those who sell and lead there, and what each reached of a target of 1000."""

from datetime import date
from typing import Any

from attrs import frozen

import dealwright_appraisal
from dealwright import (
    ChangingSession,
    Command,
    Customer,
    Measure,
    Member,
    Money,
    Opportunity,
    Platform,
    Position,
    Team,
    fields,
    hookimpl,
)

PERIOD = "2026-Q1"
TEAMS = (("HQ", None), ("NORTH", "HQ"), ("ALPHA", "NORTH"), ("BETA", "NORTH"))
PEOPLE = (
    ("ann", "rep", "ALPHA"), ("ben", "rep", "ALPHA"), ("cat", "rep", "ALPHA"), ("dan", "rep", "BETA"),
    ("sue", "supervisor", "ALPHA"), ("mia", "manager", "NORTH"), ("dia", "director", "HQ"),
)  # fmt: skip
# What each sold in the quarter, in dollars.
SOLD = {"ann": 1050, "ben": 800, "cat": 800, "dan": 400, "sue": 1200, "mia": 0, "dia": 2000}
CONFIG = """
[schemes.sellers]
subject = "member"
period = "quarter"
[schemes.sellers.measures.sold]
target = "1000 USD"
cap = "150 %"
[plugins.appraisal.forms.sales]
scheme = "sellers"
weights = {target = "60 %", ranking = "20 %", attitude = "20 %"}
grades = {A = 90, B = 75, C = 60, D = 0}
[plugins.appraisal.forms.sales.ranking]
ties = "best"
minimum = 3
[plugins.appraisal.forms.sales.attitude]
minimum = 2
trim = "25 %"
"""


class Sales:
    """The plugin that fills a deployment, and measures what was sold."""

    @hookimpl
    def measures(self) -> list[Measure]:
        deal = fields("opportunity")
        return [Measure("sold", "Sold", facts="opportunity", on="opened_on", value=deal.amount)]

    @hookimpl
    def commands(self) -> list[Command]:
        def fill(session: ChangingSession) -> None:
            """Teams, people and deals."""
            teams: dict[str | None, int | None] = {None: None}
            for ref, parent in TEAMS:
                teams[ref] = session.add(Team(ref=ref, name=ref.title(), parent=teams[parent])).id
            customer = session.add(Customer(name="Acme")).id
            for login, role, at in PEOPLE:
                member = session.add(Member(ref=login.upper(), name=login.title(), login=login)).id
                where = teams[at]
                assert where is not None
                session.add(Position(member=member, team=where, role=role, since=date(2025, 1, 1)))
                amount = Money(SOLD[login] * 100, "USD")
                day = date(2026, 2, 1)
                deal = Opportunity(
                    customer=customer, owner=member, stage="won", amount=amount, opened_on=day, closed_on=day
                )
                session.add(deal)

        return [Command("sales.fill", fill)]


PLUGINS: list[tuple[str, object]] = [("sales", Sales()), ("appraisal", dealwright_appraisal)]


@frozen
class Appraising:
    """The company at work, mostly as the director."""

    platform: Platform

    def run(self, command: str, actor: str = "dia", **arguments: Any) -> Any:
        return self.platform.run(command, actor=actor, **arguments).value

    def ref(self, login: str) -> str:
        """The appraisal of a member."""
        with self.platform.session("admin") as session:
            (found,) = session.find("appraisal", member=session.get(Member, login.upper()).id)
        return found.ref

    def open(self) -> None:
        """Evaluate, and open the appraisals."""
        self.run("evaluate", scheme="sellers", period=PERIOD)
        self.run("appraisal.open", form="sales", period=PERIOD)

    def rate(self, login: str, *scores: int, by: tuple[str, ...] = ("SUE", "MIA", "DIA", "DAN")) -> None:
        """Ratings of all three criteria, written down by another program, one rater for each score."""
        for rater, score in zip(by, scores, strict=False):
            for criterion in ("proactivity", "responsibility", "teamwork"):
                given = {"criterion": criterion, "score": score, "evidence": "seen", "rater": rater}
                self.run("appraisal.rate", "admin", ref=self.ref(login), **given)

    def compute(self) -> dict[str, dict[str, Any]]:
        """What a computation says, by login."""
        rows = self.run("appraisal.compute", form="sales", period=PERIOD)
        return {each["member"].lower(): each for each in rows}

    def explained(self, login: str, actor: str = "dia") -> Any:
        return self.run("appraisal.explain", actor, ref=self.ref(login))

    def published(self, login: str) -> str:
        """An appraisal that its member sees."""
        ref = self.ref(login)
        self.run("appraisal.review", "mia", ref=ref, summary="a good quarter")
        self.run("appraisal.publish", "mia", ref=ref)
        return ref


def appraising(platform: Platform) -> Appraising:
    """The company in an empty deployment."""
    platform.run("sales.fill", actor="admin")
    return Appraising(platform)
