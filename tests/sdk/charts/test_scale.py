"""Places and short forms of figures."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.charts.scale import brief, pixels, ticks
from dealwright_core.language import speaking
from dealwright_core.values import LARGEST


@pytest.mark.parametrize(
    ("minor", "shown"),
    [
        (0, "0"), (5, "0.05"), (-5, "-0.05"), (1_250, "12.5"), (99_949, "999"), (99_950, "1k"), (123_456, "1.23k"),
        (100_000_000, "1M"), (-123_456_789_00, "-123M"), (10**14, "1tn"),
    ],
)  # fmt: skip
def test_an_amount_has_three_digits(minor: int, shown: str) -> None:
    assert brief(minor, "money", "USD") == shown


def test_amounts_are_counted_in_their_own_digits() -> None:
    assert [brief(5, "money", each) for each in ("JPY", "USD", "KWD")] == ["5", "0.05", "0.01"]


def test_counts_are_exact_as_long_as_they_are_short() -> None:
    assert [brief(each, "integer") for each in (0, 99_999, 100_000, -7)] == ["0", "99,999", "100k", "-7"]


def test_ratios_have_one_decimal() -> None:
    assert [brief(each, "ratio") for each in (0, 400_000, 333_333, -1_500)] == [
        "0.0 %",
        "40.0 %",
        "33.3 %",
        "-0.2 %",
    ]


@given(st.integers(-LARGEST, LARGEST), st.integers(-LARGEST, LARGEST))
def test_an_axis_covers_all_in_a_few_round_steps(one: int, other: int) -> None:
    low, high = min(one, other), max(one, other)
    marks = ticks(low, high)
    assert marks[0] <= min(low, 0)
    assert marks[-1] >= max(high, 0)
    assert 0 in marks
    assert 2 <= len(marks) <= 6
    assert len({after - before for before, after in pairwise(marks)}) == 1


@given(st.integers(0, LARGEST), st.integers(1, LARGEST), st.integers(0, 2000))
def test_a_place_lies_within_the_room_there_is(value: int, whole: int, room: int) -> None:
    assert 0 <= pixels(min(value, whole), whole, room) <= room


def test_chinese_counts_in_tens_of_thousands() -> None:
    with speaking("zh_CN"):
        said = [brief(each, "integer") for each in (99_999, 100_000, 99_940_000, 123_400_000, 10**12)]
    assert said == ["99,999", "10万", "9,994万", "1.23亿", "1万亿"]
