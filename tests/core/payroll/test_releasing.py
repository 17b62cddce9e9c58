"""When pay is released, and that no cent of it is lost on the way."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.errors import InvalidValue
from dealwright_core.payroll.settling.releasing import day_of_release, months_after
from dealwright_core.values import Calendar, divided

CALENDAR, FROM_APRIL = Calendar(), Calendar(fiscal_year_start=4)
THIRD = Fraction(1, 3)

amounts = st.integers(-(10**9), 10**9)
weights = st.lists(st.fractions(0, 1, max_denominator=60), min_size=1, max_size=6).filter(any)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_sixty_percent_at_booking_and_forty_at_collection() -> None:
    # 60 % of 1,234.56 is 740.736, 40 % are 493.824: the cent goes to the remainder of 0.6
    assert divided(123_456, [Fraction(60, 100), Fraction(40, 100)]) == [74_074, 49_382]


def test_three_instalments_of_a_third() -> None:
    # 100.00 = 33.33 + 33.33 + 33.33 + 0.01, and of equal remainders the first one has the cent
    assert divided(10_000, [THIRD] * 3) == [3_334, 3_333, 3_333]
    assert divided(20_000, [THIRD] * 3) == [6_667, 6_667, 6_666]


def test_what_is_taken_back_is_split_as_it_was_paid() -> None:
    assert divided(-10_000, [THIRD] * 3) == [-3_334, -3_333, -3_333]


def test_a_tenth_is_kept_for_the_end_of_the_year() -> None:
    shares = [Fraction(9, 10), Fraction(1, 10)]
    assert divided(85_005, shares) == [76_505, 8_500]  # 765.045 and 85.005: equal remainders
    assert day_of_release("year end", date(2026, 2, 11), CALENDAR) == date(2026, 12, 31)


def test_a_share_of_nothing_gets_nothing() -> None:
    assert divided(1, [Fraction(0), Fraction(1)]) == [0, 1]


def test_shares_have_to_be_shares_of_something() -> None:
    with pytest.raises(InvalidValue, match="at least zero, got -1/2"):
        divided(100, [Fraction(3, 2), Fraction(-1, 2)])
    with pytest.raises(InvalidValue, match="no weight is above zero"):
        divided(100, [])


@given(amounts, weights)
def test_parts_sum_to_the_whole_and_are_within_a_unit_of_their_shares(
    amount: int, shares: list[Fraction]
) -> None:
    parts, total = divided(amount, shares), sum(shares)
    assert sum(parts) == amount
    assert all(abs(part - amount * share / total) < 1 for part, share in zip(parts, shares, strict=True))


@given(amounts, weights)
def test_parts_of_a_debt_are_those_of_the_credit(amount: int, shares: list[Fraction]) -> None:
    assert divided(-amount, shares) == [-each for each in divided(amount, shares)]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("booking", date(2026, 5, 20)),
        ("+1 month", date(2026, 6, 20)),
        ("+2 months", date(2026, 7, 20)),
        ("+10 months", date(2027, 3, 20)),
        ("month end", date(2026, 5, 31)),
        ("quarter end", date(2026, 6, 30)),
        ("year end", date(2026, 12, 31)),
    ],
)
def test_a_part_of_a_sale_of_20_may_2026_is_released(moment: str, day: date) -> None:
    assert day_of_release(moment, date(2026, 5, 20), CALENDAR) == day


def test_the_end_of_a_year_is_that_of_the_fiscal_year() -> None:
    assert day_of_release("year end", date(2026, 2, 11), FROM_APRIL) == date(2026, 3, 31)
    assert day_of_release("year end", date(2026, 4, 1), FROM_APRIL) == date(2027, 3, 31)
    shifted = Calendar(fiscal_year_start=2)
    assert day_of_release("quarter end", date(2026, 4, 30), shifted) == date(2026, 4, 30)


@pytest.mark.parametrize("moment", ["collection", "hold", "delivery", "terminate"])
def test_a_part_that_waits_has_no_day(moment: str) -> None:
    assert day_of_release(moment, date(2026, 5, 20), CALENDAR) is None


@pytest.mark.parametrize(
    ("months", "day"),
    [
        (1, date(2027, 2, 28)),
        (13, date(2028, 2, 29)),
        (2, date(2027, 3, 31)),
        (3, date(2027, 4, 30)),
        (11, date(2027, 12, 31)),
        (-2, date(2026, 11, 30)),
    ],
)
def test_months_after_31_january_2027_end_with_their_last_day(months: int, day: date) -> None:
    assert months_after(date(2027, 1, 31), months) == day


def test_no_month_follows_the_last_one() -> None:
    with pytest.raises(InvalidValue, match="the year 10000 is out of range"):
        day_of_release("+1 month", date(9999, 12, 1), CALENDAR)


@given(days, st.integers(1, 999), st.integers(1, 12))
def test_a_release_is_never_before_its_sale(sale: date, months: int, start: int) -> None:
    calendar = Calendar(fiscal_year_start=start)
    ends = [day_of_release(f"{unit} end", sale, calendar) for unit in ("month", "quarter", "year")]
    found = [each for each in ends if each is not None]
    assert [sale, *found] == sorted([sale, *found])
    later = months_after(sale, months)
    assert (later.year - sale.year) * 12 + later.month - sale.month == months
