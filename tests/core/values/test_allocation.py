"""Splitting an amount without losing any of it."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dealwright_core.errors import InvalidValue
from dealwright_core.values import LARGEST, Exact, Money

minors = st.integers(-LARGEST, LARGEST)
weights = st.lists(
    st.one_of(st.integers(0, 10**9), st.fractions(min_value=0, max_value=1, max_denominator=1000)),
    min_size=1,
    max_size=12,
).filter(any)


def split(minor: int, shares: list[Exact]) -> list[int]:
    return [part.minor for part in Money(minor, "USD").allocate(shares)]


def test_a_commission_of_100_dollars_is_split_among_three() -> None:
    assert split(10000, [1, 1, 1]) == [3334, 3333, 3333]


def test_of_equal_remainders_the_earlier_gets_the_cent() -> None:
    assert split(5, [1, 1]) == [3, 2]
    assert split(-5, [1, 1]) == [-3, -2]
    assert split(2, [1, 1, 1]) == [1, 1, 0]


def test_the_largest_remainder_gets_the_cent_wherever_it_stands() -> None:
    assert split(100, [Fraction(1, 8), Fraction(3, 8), Fraction(1, 2)]) == [13, 37, 50]
    assert split(10, [1, 2, 4]) == [1, 3, 6]


@pytest.mark.parametrize("shares", [[], [0], [0, Fraction(0)], [1, -1], [2, Fraction(-1, 2)]])
def test_weights_are_not_negative_and_some_is_above_zero(shares: list[Exact]) -> None:
    with pytest.raises(InvalidValue):
        Money(100, "USD").allocate(shares)


@given(minors, weights)
def test_the_parts_sum_to_the_whole(minor: int, shares: list[Exact]) -> None:
    assert sum(split(minor, shares)) == minor


@given(minors, weights)
def test_each_part_is_within_a_unit_of_its_exact_share(minor: int, shares: list[Exact]) -> None:
    total = sum(Fraction(share) for share in shares)
    for part, share in zip(split(minor, shares), shares, strict=True):
        assert abs(part - minor * Fraction(share) / total) < 1
        assert part == 0 or share > 0


@given(minors, weights)
def test_a_debt_is_split_as_the_credit_would_be(minor: int, shares: list[Exact]) -> None:
    assert split(-minor, shares) == [-part for part in split(minor, shares)]


@given(minors, weights, st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_only_the_proportion_of_the_weights_counts(minor: int, shares: list[Exact], scale: Fraction) -> None:
    assert split(minor, shares) == split(minor, [Fraction(share) * scale for share in shares])


@given(st.integers(0, LARGEST), weights)
def test_a_larger_weight_never_gets_less(minor: int, shares: list[Exact]) -> None:
    parts = split(minor, shares)
    for share, part in zip(shares, parts, strict=True):
        assert all(part >= less for other, less in zip(shares, parts, strict=True) if other < share)


@given(minors, weights)
def test_without_ties_the_order_of_the_weights_does_not_count(minor: int, shares: list[Exact]) -> None:
    total = sum(Fraction(share) for share in shares)
    remainders = [abs(minor) * Fraction(share) / total % 1 for share in shares]
    assume(len(set(remainders)) == len(remainders))
    assert split(minor, shares[::-1]) == split(minor, shares)[::-1]
