"""How many people a target takes."""

from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright import PPM, InvalidValue, UsageError
from dealwright_quota.headcount import capacity
from tests.plugins.quotas import Planning

SHARES = st.integers(1, PPM)


@given(st.integers(1, 10**15), st.integers(1, 10**12), SHARES, SHARES)
def test_headcount_is_the_least_number_that_suffices(target: int, each: int, ramp: int, selling: int) -> None:
    one = capacity(each, ramp, selling)
    people = ceil(target / one)
    assert (people - 1) * one < target <= people * one
    assert one == each * Fraction(ramp, PPM) * Fraction(selling, PPM)


def headcount(planner: Planning, **asked: Any) -> Any:
    return planner.run("quota.headcount", **asked)


def test_the_arithmetic_is_shown(shared_planner: Planning) -> None:
    asked = {"productivity": "400000 USD", "ramp": "80 %", "selling_time": "65 %"}
    assert headcount(shared_planner, target="3000000 USD", **asked) == {
        "people": 15,
        "arithmetic": "3000000.00 USD / (400000.00 USD x 80 % x 65 %) = 375/26, rounded up 15",
    }


def test_exactly_enough_is_enough(shared_planner: Planning) -> None:
    assert headcount(shared_planner, target="100 USD", productivity="50 USD")["people"] == 2
    assert headcount(shared_planner, target="100.01 USD", productivity="50 USD")["people"] == 3


def test_the_target_may_be_one_there_is(shared_planner: Planning) -> None:
    money = shared_planner.target("900 USD", team="NORTH")
    count = shared_planner.target(None, team="NORTH", quantity=10, measure="won_count")
    assert headcount(shared_planner, ref=money.ref, productivity="100 USD", ramp="1/2")["people"] == 18
    assert headcount(shared_planner, ref=count.ref, quantity=3)["people"] == 4


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "give the ref of a target, or --target"),
        ({"target": "1 USD"}, "takes --productivity alone"),
        ({"target": "1 USD", "quantity": 1}, "takes --productivity alone"),
        ({"target": "1 USD", "productivity": "1 EUR"}, "in two currencies"),
        ({"target": "0 USD", "productivity": "1 USD"}, "above zero"),
        ({"target": "1 USD", "productivity": "1 USD", "ramp": "101 %"}, "--ramp is 101 %"),
        ({"target": "1 USD", "productivity": "1 USD", "selling_time": "0"}, "--selling-time is 0 %"),
    ],
)
def test_what_makes_no_sense_is_refused(shared_planner: Planning, asked: dict[str, str], said: str) -> None:
    with pytest.raises((UsageError, InvalidValue), match=said):
        headcount(shared_planner, **asked)
