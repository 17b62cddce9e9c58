"""What an event takes back of the pay for a sale."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.incentives.plans.figures import Ratio
from dealwright_core.incentives.plans.tables import Clawback
from dealwright_core.payroll.settling.clawing import clawed_back, months_served
from dealwright_core.payroll.settling.releasing import months_after
from dealwright_core.values import Rounding

SOLD = date(2026, 1, 15)

days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
clawbacks = st.builds(
    Clawback,
    share=st.fractions(0, 1, max_denominator=12).map(Ratio),
    term_months=st.none() | st.integers(1, 60),
    limit=st.sampled_from((None, "paid")),
    cancels=st.booleans(),
)
amounts = st.integers(-1_000, 10**8)
roundings = st.sampled_from(Rounding)


def taken(earned: int, happened: date, *, actually_paid: int | None = None, **keys: Any) -> int:
    """What is taken back of a sale of `SOLD`, by the keys that a plan has, of several types."""
    if "share" in keys:
        keys["share"] = Ratio(Fraction(keys["share"]))
    at_most = earned if actually_paid is None else actually_paid
    return clawed_back(earned, Clawback(**keys), SOLD, happened, actually_paid=at_most, left=earned)


def test_all_of_the_pay_is_taken_back() -> None:
    assert taken(60_000, date(2029, 1, 1)) == -60_000


def test_a_share_of_the_pay_is_taken_back() -> None:
    assert taken(60_001, date(2026, 2, 1), share="1/2") == -30_001  # 300.005, half away from zero


def test_a_contract_ended_after_five_of_twelve_months_keeps_five_twelfths() -> None:
    # 15 January to 3 July: five months are full; 600.00 x 7/12 = 350.00
    assert taken(60_000, date(2026, 7, 3), term_months=12) == -35_000


def test_half_of_what_was_not_served() -> None:
    # 600.00 x 1/2 x 7/12 = 175.00
    assert taken(60_000, date(2026, 7, 3), share="1/2", term_months=12) == -17_500


def test_a_month_is_served_on_the_day_that_it_is_full() -> None:
    assert taken(12_000, date(2026, 2, 14), term_months=12) == -12_000
    assert taken(12_000, date(2026, 2, 15), term_months=12) == -11_000


def test_a_term_that_was_served_keeps_all() -> None:
    assert taken(12_000, date(2027, 1, 14), term_months=12) == -1_000
    assert taken(12_000, date(2027, 1, 15), term_months=12) == 0


def test_an_event_before_the_sale_finds_nothing_served() -> None:
    assert taken(12_000, date(2025, 6, 1), term_months=12) == -12_000


@pytest.mark.parametrize(
    ("happened", "months"),
    [
        (date(2027, 2, 27), 0),
        (date(2027, 2, 28), 1),
        (date(2027, 3, 30), 1),
        (date(2027, 3, 31), 2),
        (date(2028, 1, 30), 11),
        (date(2028, 2, 28), 12),
        (date(2028, 2, 29), 13),
    ],
)
def test_months_from_31_january_2027_on(happened: date, months: int) -> None:
    assert months_served(date(2027, 1, 31), happened) == months


def test_no_more_than_was_paid_is_taken_back() -> None:
    assert taken(60_000, SOLD, limit="paid", actually_paid=36_000) == -36_000
    assert taken(60_000, SOLD, limit="paid", actually_paid=0) == 0
    assert taken(60_000, SOLD, limit="paid", actually_paid=-5) == 0
    assert taken(60_000, SOLD, share="1/2", limit="paid", actually_paid=36_000) == -30_000


def test_without_a_limit_pay_that_is_still_to_come_is_taken_back_in_advance() -> None:
    assert taken(60_000, SOLD, actually_paid=36_000) == -60_000


def test_what_is_cancelled_is_not_taken_back_as_well() -> None:
    assert taken(60_000, SOLD, cancels=True, actually_paid=36_000) == -36_000


def test_nothing_is_taken_of_pay_below_zero() -> None:
    assert taken(-500, SOLD) == 0


def test_the_part_is_rounded_as_it_is_stated() -> None:
    terms = Clawback(term_months=3)
    found = {
        each: clawed_back(100, terms, SOLD, date(2026, 2, 20), actually_paid=100, left=100, rounding=each)
        for each in Rounding
    }
    assert found[Rounding.HALF_AWAY] == -67  # 66.67
    assert found[Rounding.DOWN] == -66


@given(amounts, amounts, clawbacks, days, days, roundings)
def test_no_more_than_was_earned_is_ever_taken_back(
    earned: int, paid: int, terms: Clawback, sold: date, happened: date, rounding: Rounding
) -> None:
    found = clawed_back(earned, terms, sold, happened, actually_paid=paid, left=earned, rounding=rounding)
    assert -max(0, earned) <= found <= 0


@given(st.integers(0, 10**8), st.fractions(0, 1), clawbacks, days, days)
def test_what_is_taken_back_and_cancelled_is_no_more_than_was_earned(
    earned: int, part: Fraction, terms: Clawback, sold: date, happened: date
) -> None:
    paid = int(earned * part)
    cancelled = earned - paid if terms.cancels else 0
    assert cancelled - clawed_back(earned, terms, sold, happened, actually_paid=paid, left=earned) <= earned


@given(amounts, clawbacks, st.integers(1, 60), days, st.integers(0, 400))
def test_a_served_term_keeps_all(earned: int, terms: Clawback, term: int, sold: date, more: int) -> None:
    happened = date.fromordinal(months_after(sold, term).toordinal() + more)
    served = Clawback(share=terms.share, term_months=term, limit=terms.limit)
    assert clawed_back(earned, served, sold, happened, actually_paid=earned, left=earned) == 0


@given(amounts, clawbacks, days, days, days, roundings)
def test_the_later_it_happens_the_less_is_taken_back(
    earned: int, terms: Clawback, sold: date, one: date, other: date, rounding: Rounding
) -> None:
    found = [
        clawed_back(earned, terms, sold, each, actually_paid=earned, left=earned, rounding=rounding)
        for each in sorted((one, other))
    ]
    assert found == sorted(found)


@given(days, st.integers(0, 200))
def test_months_are_served_when_as_many_are_over(sold: date, months: int) -> None:
    end = months_after(sold, months)
    assert months_served(sold, end) == months
    assert months == 0 or months_served(sold, date.fromordinal(end.toordinal() - 1)) == months - 1
