"""Conditions as a configuration states them."""

import tomllib
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dealwright_core.errors import ConfigError
from dealwright_core.expr import condition, in_words
from tests.core.expr.asking import ask


def said(toml: str) -> str:
    return in_words(condition(tomllib.loads(f"x = {toml}")["x"], "rule.when"))


def refused(data: Any) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        condition(data, "rule.when")
    return [str(problem) for problem in raised.value.problems]


def test_a_list_means_all() -> None:
    assert said('[{field = "seats", op = ">", value = 5}, "urgent"]') == "seats is above 5 and urgent"


def test_conditions_nest() -> None:
    assert said('{any = ["urgent", {all = ["seats > 5", {not = ["grade > 1", "grade < 5"]}]}]}') == (
        "urgent or (seats is above 5 and not (grade is above 1 and grade is below 5))"
    )


def test_a_float_is_the_decimal_it_shows() -> None:
    assert ask(condition({"field": "amount", "op": "==", "value": 0.1}), amount=10) is True
    assert ask(condition({"field": "probability", "op": "==", "value": 0.25}), probability=250_000) is True


def test_dates_and_moments_of_toml() -> None:
    assert ask(
        condition({"field": "opened_on", "op": "<", "value": date(2026, 1, 1)}), opened_on=date(2025, 1, 1)
    )
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert ask(condition({"field": "updated_at", "op": "==", "value": moment}), updated_at=moment)


def test_a_value_is_never_an_expression() -> None:
    assert (
        ask(condition({"field": "name", "op": "==", "value": "amount - cost"}), name="amount - cost") is True
    )


def test_every_problem_is_found_with_its_key() -> None:
    found = refused(
        {
            "all": [
                {"field": "seats", "op": "=>", "value": 5},
                {"any": ["seats >", {"feld": "seats"}]},
                {"not": {"field": "seats", "op": "in", "value": 5}},
            ]
        }
    )
    assert found == [
        "rule.when.all[1]: unknown op '=>', did you mean '>'?",
        "rule.when.all[2].any[1]: column 1: this is no expression: invalid syntax",
        "rule.when.all[2].any[2]: unknown key 'feld', did you mean 'field'?",
        "rule.when.all[3].not: 'in' and 'not-in' need a list of values",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (5, "int is no condition"),
        (None, "NoneType is no condition"),
        ([], "'all' needs a list of conditions"),
        ({"any": []}, "'any' needs a list of conditions"),
        ({"all": "seats > 5"}, "'all' needs a list of conditions"),
        ({"all": ["urgent"], "any": ["urgent"]}, "'all' stands alone, without any"),
        ({"not": "urgent", "field": "seats"}, "'not' stands alone, without field"),
        ({}, "a condition has 'field' and 'op'"),
        ({"field": "seats"}, "a condition has 'field' and 'op'"),
        ({"field": 5, "op": "=="}, "a condition has 'field' and 'op'"),
        ({"field": "seats", "op": "=="}, "'==' needs a value"),
        ({"field": "seats", "op": "is-null", "value": 1}, "'is-null' takes no value"),
        ({"field": "seats", "op": "between", "value": [1]}, "'between' needs a list of two values"),
        ({"field": "seats", "op": "in", "value": []}, "is_in needs at least one value"),
        ({"field": "seats + 1", "op": "==", "value": 1}, "'seats + 1' is no field"),
        ({"field": "__class__", "op": "==", "value": 1}, "is no field"),
        ({"field": "a." * 60 + "a", "op": "==", "value": 1}, "is no field"),
        ({"field": "seats", "op": "==", "value": {"x": 1}}, "dict {'x': 1} cannot be part of an expression"),
        ({"field": "seats", "op": "==", "value": float("nan")}, "nan is not exact"),
        ({"field": "seats", "op": "==", "value": float("inf")}, "inf is not exact"),
        ({"field": "seats", "op": "==", "value": 0.1 + 0.2}, "0.30000000000000004 is not exact"),
        ({"field": "seats", "op": "==", "value": 2**63}, "does not fit into 64 bits"),
        ({"field": "updated_at", "op": "==", "value": datetime(2026, 1, 1)}, "has no time zone"),  # noqa: DTZ001
    ],
)
def test_what_is_no_condition_is_refused(data: Any, message: str) -> None:
    (found,) = refused(data)
    assert message in found


def test_nesting_is_bounded() -> None:
    data: Any = "urgent"
    for _ in range(500):
        data = {"not": data}
    assert "at most 40 levels" in refused(data)[0]
