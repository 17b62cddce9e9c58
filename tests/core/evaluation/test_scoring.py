"""Scoring one record in hand: the sum of the lines, a reason for each, and what happens at the bounds."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import (
    Customer,
    Money,
    Opportunity,
    OpportunityLine,
    Platform,
    ScoringRule,
    UsageError,
    band,
    fields,
    hookimpl,
    match,
)
from dealwright_testing.deployments import MakePlatform

DEAL = fields("opportunity")
NUMBERS = itertools.count(1)
# It has rules of its own.
WITHOUT = '[plugins]\ndisabled = ["qualification"]\n'


class Rules:
    @hookimpl
    def scoring_rules(self) -> Iterator[ScoringRule]:
        size = band(DEAL.amount, ("50000", 25), ("5000", 15))
        yield ScoringRule("deal-size", "Large deals first", points=size)
        trade = match(DEAL.customer.industry, {"hospital": 20, "retail": -10})
        yield ScoringRule("segment", "Segments of ours", points=trade)
        yield ScoringRule("staff", "Staff of the customer", points=DEAL.customer.employees, highest=100)
        yield ScoringRule(
            "name", "A known name", points=match(fields("customer").name, {"Acme": 1}), subject="customer"
        )


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    platform = make_platform(database_url, WITHOUT, plugins=[("rules", Rules())])
    platform.run("customer.add", actor="admin", ref="ACME", name="Acme", industry="hospital", employees=100)
    platform.run("opportunity.add", actor="admin", ref="DEAL", customer="ACME", amount="50000 USD")
    return platform


def test_a_score_is_the_sum_of_its_lines_and_says_why(platform: Platform) -> None:
    score = platform.run("score", actor="guest", ref="DEAL").value
    points = {line.rule: line.points for line in score.lines}
    assert points == {"deal-size": 25, "segment": 20, "staff": 100}
    assert (score.total, score.complete) == (145, True)
    reasons = {line.rule: line.reason for line in score.lines}
    assert reasons["deal-size"] == "amount is 50000.00 USD, at least 50000.00 USD -> 25"
    assert "hospital" in reasons["segment"]


def test_a_rule_out_of_bounds_leaves_the_score_incomplete(platform: Platform) -> None:
    platform.run("customer.change", actor="admin", ref="ACME", employees=101)
    score = platform.run("score", actor="guest", ref="DEAL").value
    assert (score.total, score.complete) == (45, False)
    assert score.missing == ("staff of plugin rules gave 101, outside -1000000 to 100",)


def test_what_is_unknown_gives_no_points(platform: Platform) -> None:
    platform.run("opportunity.add", actor="admin", ref="EMPTY")
    score = platform.run("score", actor="guest", ref="EMPTY").value
    assert [line.points for line in score.lines] == [None, None, None]
    assert (score.total, score.complete) == (0, True)


def test_any_kind_of_record_can_be_scored(platform: Platform) -> None:
    assert platform.run("score", actor="guest", ref="ACME", kind="customer").value.total == 1
    with pytest.raises(UsageError, match="no plugin contributes a scoring rule for product"):
        platform.run("score", actor="guest", ref="ACME", kind="product")


def test_a_record_that_is_not_saved_is_scored_as_a_saved_one(platform: Platform) -> None:
    with platform.session("guest") as session:
        rules = [(each.item, each.plugin) for each in session.contributions.scoring_rules.values()]
        scorer = session.scorer([each for each in rules if each[0].subject == "opportunity"])
        saved = session.get(Opportunity, "DEAL")
        unsaved = Opportunity(stage="prospecting", amount=Money.parse("50000 USD"), customer=saved.customer)
        assert scorer.score_in(session, unsaved).points == scorer.score_in(session, saved).points
        given_customer = Customer(name="Acme", industry="hospital", employees=100)
        assert scorer.score(unsaved, session.base_minor, [given_customer]).points == (25, 20, 100)


def test_a_score_tells_which_rules_it_lacks(platform: Platform) -> None:
    platform.run("customer.change", actor="admin", ref="ACME", employees=101)
    with platform.session("guest") as session:
        rules = [(each.item, each.plugin) for each in session.contributions.scoring_rules.values()]
        scorer = session.scorer([each for each in rules if each[0].subject == "opportunity"])
        score = scorer.score_in(session, session.get(Opportunity, "DEAL"))
        assert score.missing == ("staff of plugin rules gave 101, outside -1000000 to 100",)
        assert score.points == (25, 20, None)


def test_amounts_in_hand_are_converted_at_the_day_of_their_record(platform: Platform) -> None:
    def run(command: str, **given: Any) -> Any:
        return platform.run(command, actor="admin", **given).value

    for on, rate in (("2020-01-01", 1), ("2025-01-01", 3), ("2026-01-01", 5)):
        run("exchange-rate.add", base="EUR", quote="USD", on=on, numerator=rate)
    run("product.add", ref="P", name="Pump", sku="P")
    for day in ("2020-06-01", "2025-06-01", None):
        deal = run("opportunity.add", customer="ACME", amount="1000 EUR", expected_close=day, opened_on=day)
        run("opportunity-line.add", opportunity=deal.ref, product="P", amount="1000 EUR")
    line = fields("opportunity_line")
    size = band(DEAL.amount, ("5000", 5), ("3000", 3), ("1000", 1))
    with platform.session("guest") as session:
        for kind, amount in ((Opportunity, DEAL.amount), (OpportunityLine, line.amount)):
            deals = [each for each in session.find(kind) if each.ref != "DEAL"]
            for expression in (amount >= "1000", amount >= "3000", amount >= "5000"):
                stored = {each.ref for each in session.find(kind, expression)}
                assert [session.value_of(each, expression) for each in deals] == [
                    each.ref in stored for each in deals
                ]
        scorer = session.scorer([(ScoringRule("size", "Size", points=size), "rules")])
        deals = [each for each in session.find(Opportunity) if each.ref != "DEAL"]
        assert [scorer.score_in(session, each).total for each in deals] == [1, 3, 5]
        of_deal = [
            session.value_of(each, line.opportunity.amount >= "3000")
            for each in session.find(OpportunityLine)
        ]
        assert of_deal == [False, True, True]
        unsaved = Opportunity(stage="prospecting", amount=Money.parse("1000 EUR"))
        assert scorer.score(unsaved, session.base_minor).total == 5
        assert session.base_minor(Money(100, "EUR"), deals[0]) == 100
        assert session.base_minor(Money(100, "EUR")) == 500


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amount=st.one_of(st.none(), st.integers(-(10**9), 10**9)),
    industry=st.sampled_from([None, "hospital", "retail", "Hospital", ""]),
    employees=st.one_of(st.none(), st.integers(0, 200)),
)
def test_in_hand_and_in_the_database_agree(
    sqlite: Platform, amount: int | None, industry: str | None, employees: int | None
) -> None:
    customer = sqlite.run(
        "customer.add", actor="admin", name=f"no. {next(NUMBERS)}", industry=industry, employees=employees
    ).value
    money = None if amount is None else Money(amount, "USD")
    deal = sqlite.run("opportunity.add", actor="admin", customer=customer.ref, amount=money).value
    with sqlite.session("guest") as session:
        rules = [each.item for each in session.contributions.scoring_rules.values()]
        rules = [rule for rule in rules if rule.subject == "opportunity"]
        points = session.scorer([(rule, "rules") for rule in rules]).score_in(session, deal).points
        for rule, given_points in zip(rules, points, strict=True):
            stored = given_points if rule.name != "staff" else employees
            assert rule.points is not None
            condition = rule.points.is_null() if stored is None else (rule.points == stored)
            assert session.count(Opportunity, condition, ref=deal.ref) == 1


@pytest.fixture
def sqlite(make_platform: MakePlatform) -> Platform:
    return make_platform(config=WITHOUT, plugins=[("rules", Rules())])


def test_a_rule_that_yields_text_fails_its_plugin_by_name(make_platform: MakePlatform) -> None:
    class Wrong:
        @hookimpl
        def scoring_rules(self) -> Iterator[ScoringRule]:
            yield ScoringRule("wrong", "Text", points=DEAL.stage)

    platform = make_platform(plugins=[("wrong", Wrong()), ("rules", Rules())])
    status = platform.host.status("wrong")
    assert status is not None
    assert (status.state, "wrong: its expression is text" in status.reason) == ("failed", True)
    assert "deal-size" in platform.host.registry.scoring_rules


def test_an_expression_in_a_listing_that_fits_nothing_is_a_usage_error(platform: Platform) -> None:
    with pytest.raises(UsageError, match="did you mean 'amount'"):
        platform.run("opportunity.list", actor="guest", where="amout > 5")
    with pytest.raises(UsageError, match="no function '__import__'"):
        platform.run("opportunity.list", actor="guest", where="__import__('os')")
