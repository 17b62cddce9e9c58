"""Ratios in parts per million, and exchange rates."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.errors import InvalidValue
from dealwright_core.values import LARGEST, format_ppm, parse_ppm, parse_rate, rate_fraction


@pytest.mark.parametrize(
    ("written", "ppm"),
    [
        ("25 %", 250_000),
        ("25%", 250_000),
        (" 0.25 ", 250_000),
        ("1/4", 250_000),
        ("1", 1_000_000),
        ("120 %", 1_200_000),
        ("-5 %", -50_000),
        ("0.0001 %", 1),
        ("12.50000 %", 125_000),
        ("0", 0),
        (Fraction(1, 4), 250_000),
        (Decimal("0.25"), 250_000),
        (2, 2_000_000),
    ],
)
def test_a_ratio_is_read_in_every_exact_form(written: Any, ppm: int) -> None:
    assert parse_ppm(written) == ppm


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1/3", "1/3 is finer than one millionth"),
        (Fraction(1, 3), "1/3 is finer than one millionth"),
        (Decimal("0.0000001"), "finer than one millionth"),
        ("0.0000001", "a ratio (kept in millionths) has at most 6 digits after the point, got 7"),
        ("0.00001 %", "in percent has at most 4 digits after the point, got 5"),
        (0.25, "float 0.25 is not exact"),
        (True, "bool True is not exact"),
        (None, "is not exact"),
        (Decimal("NaN"), "is not a number"),
        ("1/0", "divides by zero"),
        ("1/2/3", "is not a number"),
        ("%", "is not a number"),
        ("", "is not a number"),
        ("２５ %", "digits other than 0 to 9"),
        ("9999999999999999", "out of range"),
    ],
)
def test_what_is_no_exact_ratio_is_refused(written: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_ppm(written)
    assert said in str(refusal.value)


def test_a_ratio_is_shown_in_percent() -> None:
    assert [format_ppm(ppm) for ppm in (250_000, 333_333, 1, 0, -50_000, 10_000_000)] == [
        "25 %",
        "33.3333 %",
        "0.0001 %",
        "0 %",
        "-5 %",
        "1000 %",
    ]


@given(st.integers(-LARGEST, LARGEST))
def test_what_is_shown_is_read_back(ppm: int) -> None:
    assert parse_ppm(format_ppm(ppm)) == ppm
    assert parse_ppm(Fraction(ppm, 1_000_000)) == ppm


def test_an_exchange_rate_is_a_fraction() -> None:
    assert rate_fraction(3, 6) == Fraction(1, 2)
    assert rate_fraction(7) == 7
    assert parse_rate("1.0845") == Fraction(10845, 10000)
    assert parse_rate(Decimal("0.000001")) == Fraction(1, 10**6)


@pytest.mark.parametrize("parts", [(0, 1), (1, 0), (-1, 1), (1.0, 1), (True, 1), (1, None), (LARGEST + 1, 1)])
def test_the_parts_of_a_rate_are_whole_and_above_zero(parts: tuple[Any, Any]) -> None:
    with pytest.raises(InvalidValue, match="whole numbers above zero"):
        rate_fraction(*parts)


@pytest.mark.parametrize("written", ["0", "-1", "1/3", "1e-3", 1.1, "0." + "0" * 18 + "1", "9" * 19])
def test_what_is_no_exact_rate_is_refused(written: Any) -> None:
    with pytest.raises(InvalidValue):
        parse_rate(written)


@given(st.decimals(min_value=Decimal("0.000001"), max_value=10**6, places=6))
def test_a_rate_is_read_exactly(rate: Decimal) -> None:
    assert parse_rate(str(rate)) == Fraction(rate)
    assert parse_rate(rate) == Fraction(rate)
