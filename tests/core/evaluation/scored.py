"""Deals and the schemes that score them, for the tests of runs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dealwright import Evaluation, Platform, ScoringRule, band, fields, hookimpl, match

DEAL = fields("opportunity")
CONFIG = """
[schemes.leads]
title = "Leads worth a call"
subject = "opportunity"
where = "stage != 'lost'"
grades = {A = 40, B = 20, C = 0}
[schemes.leads.rules]
deal-size = 1
segment = "50 %"
staff = "1/3"
model = 2
[schemes.leads.rules.owned]
title = "Somebody cares"
points = "5 if owner is not None else -5"
[[schemes.leads.gates]]
when = "source == 'spam'"
total = "none"
grade = "X"
reason = "nobody asked for this"
[[schemes.leads.gates]]
when = "customer.region == 'embargo'"

[schemes.bounded]
subject = "opportunity"
lowest = 0
highest = "25/2"
[schemes.bounded.rules]
deal-size = 1
segment = 1

[schemes.customers]
subject = "customer"
rules = {staff-of-customer = 1}
"""


def model(columns: Mapping[str, Sequence[Any]]) -> list[int | None]:
    """A trained model, as it were."""
    return [None if each is None else each % 7 for each in columns["amount"]]


class Rules:
    """A plugin with rules, in one order or the other."""

    def __init__(self, *, backwards: bool = False) -> None:
        self.backwards = backwards

    @hookimpl
    def scoring_rules(self) -> Iterator[ScoringRule]:
        found = [
            ScoringRule(
                "deal-size", "Large deals first", points=band(DEAL.amount, ("50000", 25), ("5000", 15))
            ),
            ScoringRule(
                "segment",
                "Segments of ours",
                points=match(DEAL.customer.industry, {"hospital": 20, "retail": -10}),
            ),
            ScoringRule("staff", "Staff of the customer", points=DEAL.customer.employees, highest=100),
            ScoringRule("model", "What the model says", batch=model, columns={"amount": DEAL.amount}),
            ScoringRule(
                "staff-of-customer", "Staff", points=fields("customer").employees, subject="customer"
            ),
        ]
        yield from reversed(found) if self.backwards else found


def add_deals(platform: Platform, deals: Sequence[tuple[Any, ...]]) -> None:
    """A customer and a deal each, from (industry, region, employees, amount in cents, source, has an owner)."""
    platform.run("member.add", actor="admin", ref="M-1", name="Ann")
    for n, (industry, region, employees, cents, source, owned) in enumerate(deals):
        amount = None if cents is None else f"{cents // 100}.{cents % 100:02} USD"
        platform.run(
            "customer.add", actor="admin", ref=f"C-{n}", name=f"no. {n}", industry=industry, region=region,
            employees=employees,
        )  # fmt: skip
        platform.run(
            "opportunity.add", actor="admin", ref=f"O-{n}", customer=f"C-{n}", amount=amount, source=source,
            owner="M-1" if owned else None,
        )  # fmt: skip


def said(found: Evaluation) -> tuple[Any, ...]:
    """Everything of an evaluation that is computed from its subject alone."""
    lines = [(each.name, each.value, each.points, each.actual, each.target) for each in found.lines]
    return found.ref, found.total, found.grade, found.gate, found.missing, found.digest, lines
