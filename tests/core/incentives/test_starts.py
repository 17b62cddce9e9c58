"""Where tiers and points start, and what is wrong with a list of them."""

from fractions import Fraction
from typing import Any

import pytest
from attrs import field, frozen

from dealwright import (
    Bound,
    ConfigError,
    InvalidValue,
    Percent,
    PointStart,
    TierStart,
    exact_number,
    position_of,
    quota_above_zero,
    start_bounds,
    start_mistakes,
)
from dealwright_core.config.structure import structure
from dealwright_core.incentives.starts import MOST


def told(*rows: TierStart | PointStart | None) -> list[str]:
    return [str(each) for each in start_mistakes(rows)]


def tier(start: int | Percent) -> TierStart:
    return TierStart(start=Percent(start) if isinstance(start, Percent) else Fraction(start))


def test_a_tier_starts_at_or_over_its_bound_and_a_point_stands_at_one() -> None:
    rows = (TierStart(start=Fraction(5)), TierStart(over=Fraction(5)), PointStart(at=Fraction(7)))
    assert [each.key for each in rows] == ["from", "over", "at"]
    assert [each.bound for each in rows] == [5, 5, 7]
    assert start_bounds(rows, None, "tiers") == [Bound(5), Bound(5, over=True), Bound(7)]


def test_an_attainment_is_a_part_of_the_quota() -> None:
    rows = [PointStart(at=Percent(1, 2)), PointStart(at=Fraction(1, 2))]
    assert start_bounds(rows, Fraction(300), "points") == [Bound(150), Bound(Fraction(1, 2))]
    assert position_of(Percent(3, 2), Fraction(300), "points[1].at") == 450


def test_bounds_keep_the_order_of_the_rows() -> None:
    assert start_bounds([tier(9), tier(3)], None, "tiers") == [Bound(9), Bound(3)]


def test_rows_that_start_at_one_place_are_told() -> None:
    assert told(tier(5), tier(7), tier(5)) == ["[3]: starts where number 1 does, leave one out"]
    assert told(tier(0), tier(Percent(0))) == ["[2]: starts where number 1 does, leave one out"]
    assert told(tier(1), tier(Percent(1)), TierStart(over=Fraction(1))) == []


def test_a_tier_without_a_start_or_with_two_is_told() -> None:
    assert told(TierStart(), TierStart(start=Fraction(1), over=Fraction(2))) == [
        "[1]: does not say where it starts, write from or over",
        "[2]: has from and over, leave one out",
    ]


def test_what_cannot_be_read_is_passed_over() -> None:
    assert told(None, tier(5), None, tier(5)) == ["[4]: starts where number 2 does, leave one out"]


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_there_are_some_rows_and_not_too_many(count: int) -> None:
    assert told(*map(tier, range(count))) == [f"there are 1 to 500, and here {count}"]
    assert told(*map(tier, range(MOST))) == []


def test_bounds_that_fall_on_one_another_with_a_quota_are_told_with_both_paths() -> None:
    rows = [PointStart(at=Percent(1, 2)), PointStart(at=Fraction(50))]
    with pytest.raises(ConfigError, match=r"rows\[2\].at: with this quota it starts where rows\[1\].at does"):
        start_bounds(rows, Fraction(100), "rows")


@pytest.mark.parametrize(
    ("quota", "said"),
    [
        (None, "tiers[1].over: needs a quota, and there is none, give the plan a quota"),
        (Fraction(0), "tiers[1].over: needs a quota above zero, and it is 0"),
        (Fraction(-5), "tiers[1].over: needs a quota above zero, and it is -5"),
    ],
)
def test_an_attainment_needs_a_quota_above_zero(quota: Fraction | None, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        start_bounds([TierStart(over=Percent(1, 2))], quota, "tiers")
    assert said in str(error.value)


def test_a_quota_above_zero_is_given_back() -> None:
    assert quota_above_zero(Fraction(1, 3), "target") == Fraction(1, 3)


@frozen
class Terms:
    """Settings of one number."""

    rate: Fraction | None = field(default=None, validator=exact_number)


def test_a_number_is_as_fine_and_as_large_as_somebody_means() -> None:
    assert Terms(Fraction(1, 10**9)).rate == Fraction(1, 10**9)
    assert Terms().rate is None
    with pytest.raises(InvalidValue, match="finer than one billionth"):
        Terms(Fraction(1, 10**9 + 1))
    with pytest.raises(InvalidValue, match="out of range"):
        Terms(Fraction(-(2**63)))


@pytest.mark.parametrize("value", [0.5, True, "5"])
def test_what_is_no_exact_number_is_refused(value: Any) -> None:
    with pytest.raises(InvalidValue, match="is not exact"):
        Terms(value)


def test_a_plan_writes_from_for_where_a_tier_starts() -> None:
    assert structure(TierStart, {"from": "50 %"}) == (TierStart(start=Percent(1, 2)), [])
