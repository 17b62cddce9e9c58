"""What an expression says of itself: its hash, its words, its reasons."""

import os
import pickle
import subprocess
import sys
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dealwright_core.expr import (
    Expression,
    any_of,
    band,
    case,
    coalesce,
    days_since,
    explain,
    fields,
    in_words,
    literal,
    match,
    stable_hash,
    today,
)
from dealwright_core.values import Money, Price
from tests.core.expr.asking import LACKING, checked
from tests.core.expr.deals import by_attribute

deal = fields("opportunity")

EVERYTHING = case(
    (deal.amount - deal.cost * 2 >= "50000") & ~deal.stage.is_in("won", None),
    band(days_since(deal.opened_on), (30, -5), (90, Decimal("-10")), default=0, unknown=1),
    any_of(
        deal.name.starts_with("Dr"),
        deal.name.contains("é"),
        deal.updated_at < datetime(2026, 1, 1, tzinfo=UTC),
    ),
    match(fields("customer").name, {"x": -deal.seats, "y": abs(deal.seats).clip(0)}),
    otherwise=coalesce(deal.grade, case(deal.closed_on.is_between(date(2026, 1, 1), today), 1)),
)
ROOT = Path(__file__).parents[3]
PINNED = "a2f8109c1b3da31d7412147ee273a45f6d0d097c7f2bf72b790b7a8b8c12239b"


def test_the_hash_never_changes() -> None:
    assert stable_hash(EVERYTHING) == PINNED


def test_the_hash_is_the_same_in_another_process() -> None:
    script = "from tests.core.expr.test_saying import *; print(stable_hash(EVERYTHING), end='')"
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        )
        assert run.stdout == PINNED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (deal.seats == 1, deal.seats == True),  # noqa: E712
        (deal.seats == 1, deal.seats == "1"),
        (deal.seats == 1, deal.seats != 1),
        (deal.seats == 1, fields().seats == 1),
        (deal.amount == 1, deal.amount == Money(100, "EUR")),
        (deal.amount == Money(100, "EUR"), deal.amount == Money(100, "USD")),
        (deal.unit_price == Price(Decimal(1), "EUR"), deal.unit_price == Money(100, "EUR")),
        (deal.opened_on == date(2026, 1, 1), deal.opened_on == "2026-01-01"),
        (deal.seats - deal.grade, deal.grade - deal.seats),
        (match(deal.stage, {"won": 1}), match(deal.stage, {"won": 1}, 0)),
        (match(deal.seats, {1: 1}), band(deal.seats, (1, 1))),
        (literal(None), literal("None")),
    ],
)
def test_different_expressions_have_different_hashes(one: Expression, other: Expression) -> None:
    assert stable_hash(one) != stable_hash(other)


def test_equal_content_has_equal_hashes() -> None:
    def build() -> Expression:
        return case((deal.seats > 5) & deal.urgent, band(deal.amount, ("5", 1)), otherwise=Decimal("1.50"))

    assert hash(build()) == hash(build())
    assert stable_hash(build()) == stable_hash(build())
    assert stable_hash(deal.amount == Decimal("1.5")) == stable_hash(deal.amount == Decimal("1.50"))


def test_an_expression_can_be_copied_and_sent_elsewhere() -> None:
    for copy in (deepcopy(EVERYTHING), pickle.loads(pickle.dumps(EVERYTHING))):
        assert stable_hash(copy) == stable_hash(EVERYTHING)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ((deal.amount >= 50000) & (deal.stage == "won"), "amount is at least 50000 and stage is 'won'"),
        (any_of(deal.urgent & deal.partner, deal.seats > 5), "(urgent and partner) or seats is above 5"),
        (~(deal.seats > 5), "not (seats is above 5)"),
        (deal.stage.not_in("won", "lost"), "stage is not one of 'won', 'lost'"),
        (deal.amount.is_known() | deal.cost.is_null(), "amount is known or cost is unknown"),
        (deal.opened_on <= today, "opened_on is on or before today"),
        (days_since(deal.opened_on) > 30, "days since opened_on is above 30"),
        ((deal.amount + "5") * 2, "(amount + 5) * 2"),
        (-abs(deal.seats), "-abs(seats)"),
        (deal.seats.clip(0, 9).is_between(1, 2), "clip(seats, 0, 9) is between 1 and 2"),
        (deal.name.starts_with("Dr"), "name starts with 'Dr'"),
        (coalesce(deal.seats, 0) != 5, "the first known of (seats, 0) is not 5"),
        (case(deal.urgent, 1, otherwise=None), "1 if urgent, otherwise unknown"),
        (
            band(deal.amount, ("5", 1), default=2, unknown=3),
            "1 from 5, otherwise 2, where unknown 3, by amount",
        ),
        (match(fields("customer").name, {"x": 1}), "1 for 'x', by customer.name"),
        (deal.customer.owner.name == "O'Brien", 'customer.owner.name is "O\'Brien"'),
    ],
)
def test_an_expression_prints_itself_in_words(expression: Expression, words: str) -> None:
    assert in_words(expression, "opportunity") == words


def reason(expression: Expression | str, **given: Any) -> str:
    return str(explain(checked(expression), by_attribute, SimpleNamespace(**LACKING | given)))


@pytest.mark.parametrize(
    ("expression", "given", "text"),
    [
        (match(deal.stage, {"won": 20}), {"stage": "won"}, "stage is 'won' -> 20"),
        (match(deal.stage, {"won": 20}), {}, "stage is unknown -> unknown"),
        (
            band(deal.amount, ("5000", 15), ("50000", 25)),
            {"amount": 6_000_050},
            "amount is 60000.50 EUR, at least 50000.00 EUR -> 25",
        ),
        (band(deal.amount, ("5000", 15)), {"amount": 100}, "amount is 1.00 EUR, below 5000.00 EUR -> 0"),
        (
            band(days_since(deal.opened_on), (30, -5), (90, -10)),
            {"opened_on": date(2026, 2, 1)},
            "days since opened_on is 58, at least 30 -> -5",
        ),
        (
            case(deal.seats > 5, 1, deal.urgent, 2),
            {"seats": 3, "urgent": True},
            "urgent (urgent is true) -> 2",
        ),
        (
            case(deal.seats > 5, 1, deal.urgent, 2),
            {"seats": 3},
            "no condition holds (seats is 3, urgent is unknown) -> unknown",
        ),
        (
            deal.amount - deal.cost,
            {"amount": 500, "cost": 200},
            "amount - cost (amount is 5.00 EUR, cost is 2.00 EUR) -> 3.00 EUR",
        ),
        (deal.probability, {"probability": 250_000}, "probability (probability is 25 %) -> 25 %"),
        (
            deal.closed_on,
            {"closed_on": date(2026, 1, 2)},
            "closed_on (closed_on is 2026-01-02) -> 2026-01-02",
        ),
        (deal.unit_price, {"unit_price": 4_250_000}, "unit_price (unit_price is 0.0425 EUR) -> 0.0425 EUR"),
        (literal(5) + 1, {}, "5 + 1 -> 6"),
    ],
)
def test_an_expression_explains_itself_with_what_it_saw(
    expression: Expression, given: dict[str, Any], text: str
) -> None:
    assert reason(expression, **given) == text


def test_an_explanation_has_the_values_apart() -> None:
    found = explain(
        checked("amount - cost"), by_attribute, SimpleNamespace(**LACKING | {"amount": 5, "cost": 3})
    )
    assert found.value == 2
    assert [(str(path), value) for path, value in found.saw] == [("amount", 5), ("cost", 3)]
