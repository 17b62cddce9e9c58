"""Scoring one opportunity in hand by ten rules against the same rules inlined by hand."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.deployments import deployment
from benchmarks.paired import Result, paired, timed
from dealwright import Customer, Money, Opportunity, ScoringRule, band, case, fields, hookimpl, match

ROUNDS, CALLS = 21, 20_000
DEAL = fields("opportunity")
CUSTOMER = fields("opportunity").customer
RULES = (
    ("large", band(DEAL.amount, ("50000", 25), ("5000", 15))),
    ("likely", band(DEAL.probability, ("75 %", 20), ("40 %", 10))),
    ("source", match(DEAL.source, {"referral": 15, "fair": 5, "cold call": -5})),
    ("commit", match(DEAL.forecast_category, {"commit": 20, "best case": 10})),
    ("advanced", match(DEAL.stage, {"demonstration": 10, "negotiation": 20})),
    ("owned", case(DEAL.owner.is_known(), 5, otherwise=-5)),
    ("known", case(DEAL.customer.is_known(), 5, otherwise=-10)),
    ("soon", case(DEAL.expected_close < date(2026, 6, 30), 10, otherwise=0)),
    ("big customer", band(CUSTOMER.employees, (1000, 15), (100, 5))),
    ("industry", match(CUSTOMER.industry, {"hospital": 10, "clinic": 5})),
)


class Rules:
    """The rules as a plugin."""

    @hookimpl
    def scoring_rules(self) -> Iterator[ScoringRule]:
        for name, points in RULES:
            yield ScoringRule(name.replace(" ", "-"), name, points=points)


def by_hand(deal: Opportunity, customer: Customer | None) -> tuple[int, tuple[int | None, ...]]:
    """The same rules, as one would write them without the language."""
    amount = None if deal.amount is None else deal.amount.minor
    large = None if amount is None else 25 if amount >= 5_000_000 else 15 if amount >= 500_000 else 0
    p = deal.probability
    likely = None if p is None else 20 if p >= 750_000 else 10 if p >= 400_000 else 0
    source = (
        {"referral": 15, "fair": 5, "cold call": -5}.get(deal.source, 0) if deal.source is not None else None
    )
    category = deal.forecast_category
    commit = {"commit": 20, "best case": 10}.get(category, 0) if category is not None else None
    advanced = {"demonstration": 10, "negotiation": 20}.get(deal.stage, 0)
    owned = 5 if deal.owner is not None else -5
    known = 5 if deal.customer is not None else -10
    soon = 10 if deal.expected_close is not None and deal.expected_close < date(2026, 6, 30) else 0
    employees = customer.employees if customer is not None else None
    big = None if employees is None else 15 if employees >= 1000 else 5 if employees >= 100 else 0
    trade = customer.industry if customer is not None else None
    industry = {"hospital": 10, "clinic": 5}.get(trade, 0) if trade is not None else None
    points = (large, likely, source, commit, advanced, owned, known, soon, big, industry)
    return sum(given for given in points if given is not None), points


def measure(rows: int) -> Iterator[Result]:
    """One result."""
    deal = Opportunity(
        ref="O-1", stage="negotiation", amount=Money.parse("61000 USD"), probability=600_000, source="referral",
        forecast_category="commit", owner=1, customer=1, expected_close=date(2026, 3, 1),
    )  # fmt: skip
    customer = Customer(name="St. Mary", industry="hospital", employees=800)
    with tempfile.TemporaryDirectory() as name, deployment(Path(name), [("rules", Rules())]) as platform:
        with platform.session("admin") as session:
            found = session.contributions.scoring_rules
            rules = [(each.item, each.plugin) for each in found.values() if each.plugin == "rules"]
            scorer = session.scorer(rules)
            to_base = session.base_minor
        score = scorer.score(deal, to_base, [customer])
        assert (score.total, sorted(filter(None, score.points))) == (
            by_hand(deal, customer)[0],
            sorted(filter(None, by_hand(deal, customer)[1])),
        ), "the two sides differ"

        def repeat(work: Callable[[], Any]) -> float:
            return timed(lambda: [work() for _ in range(CALLS)]) / CALLS

        ours, floor = paired(
            lambda: repeat(lambda: scorer.score(deal, to_base, [customer])),
            lambda: repeat(lambda: by_hand(deal, customer)),
            ROUNDS,
        )
    yield Result(
        "score one opportunity in hand, ten rules, with what their reasons are rendered from",
        "the same rules inlined by hand in one Python function",
        ours,
        floor,
        2.5,
    )
