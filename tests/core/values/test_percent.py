"""Percent is read exactly, and keeps apart from a plain number."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.errors import InvalidValue
from dealwright_core.values import Percent, as_fraction


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5 %", Fraction(1, 20)),
        ("5%", Fraction(1, 20)),
        (" 12.5 % ", Fraction(1, 8)),
        ("-0.25 %", Fraction(-1, 400)),
        ("+120 %", Fraction(6, 5)),
        ("-1/3 %", Fraction(-1, 300)),
        ("100 / 3 %", Fraction(1, 3)),
        ("33 1/3 %", Fraction(1, 3)),
        ("-133 1/3 %", Fraction(-4, 3)),
    ],
)
def test_percent_is_read_exactly(text: str, value: Fraction) -> None:
    found = Percent.parse(text)
    assert (type(found), found) == (Percent, value)


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "%",
        "five %",
        "5 %%",
        "1/0 %",
        "1e3 %",
        "1,5 %",
        ".5 %",
        "5. %",
        "٥ %",
        "-%",
        "3 1 %",
        "9" * 41 + "%",
    ],
)
def test_what_is_not_in_percent_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="is not in percent; write it as '5 %'"):
        Percent.parse(text)


@given(st.decimals(-1000, 1000, places=4))
def test_percent_is_a_hundredth_of_its_number(number: object) -> None:
    assert Percent.parse(f"{number} %") == Fraction(str(number)) / 100


def test_percent_calculates_as_a_fraction() -> None:
    share = Percent.parse("50 %")
    assert (share * 3, share + 1) == (Fraction(3, 2), Fraction(3, 2))
    assert type(share * 3) is Fraction
    assert type(as_fraction(share)) is Fraction
