"""What holds for payments with every draw, cap and balance."""

from fractions import Fraction
from itertools import accumulate

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.incentives.plans.figures import Number, Ratio
from dealwright_core.incentives.plans.tables import Draw, PayCap
from dealwright_core.payroll.settling.paying import (
    NOTHING,
    Balance,
    Terms,
    settle,
)
from dealwright_core.values import Rounding
from tests.core.payroll.periods import NO_TERMS, capped, drawing, paid, settlements

positive = st.fractions(Fraction(1, 2), 3_000, max_denominator=4).map(Number)
draws = st.builds(
    Draw,
    amount=positive,
    pays=st.sampled_from(("up to", "on top")),
    recover=(st.sampled_from((0, 1)).map(Fraction) | st.fractions(0, 1, max_denominator=9)).map(Ratio),
    recover_from=st.integers(1, 8),
    periods=st.none() | st.integers(1, 8),
)
caps = st.builds(
    PayCap,
    amount=st.fractions(0, 4_000, max_denominator=4).map(Number),
    excess=st.sampled_from(("later", "never")),
)
terms_of_plans = st.builds(
    Terms, st.none() | draws, st.none() | caps, st.integers(0, 1), st.sampled_from(Rounding)
)
amounts = st.integers(-6_000, 9_000)
periods = st.lists(amounts, max_size=12)
balances = st.builds(
    Balance, st.integers(-3_000, 0), st.integers(0, 3_000), st.integers(0, 3_000), st.integers(0, 9)
)


@given(amounts, balances, terms_of_plans, st.integers(1, 9))
def test_no_part_of_a_payment_vanishes(released: int, before: Balance, terms: Terms, number: int) -> None:
    found = settle(released, before, terms, number)
    to_pay = released + before.debt + found.from_excess + found.draw
    assert to_pay - found.recovered - found.capped - found.forfeited - found.after.debt == found.paid
    assert found.after.excess == before.excess + found.capped - found.from_excess
    is_owed = terms.draw is not None and terms.draw.recover > 0
    assert found.after.owed == before.owed + (found.draw if is_owed else 0) - found.recovered


@given(amounts, balances, terms_of_plans, st.integers(1, 9))
def test_a_payment_is_never_negative_nor_above_the_cap(
    released: int, before: Balance, terms: Terms, number: int
) -> None:
    found = settle(released, before, terms, number)
    parts = (found.draw, found.recovered, found.capped, found.from_excess, found.forfeited, found.paid)
    assert min(parts) >= 0
    assert terms.most is None or found.paid <= terms.most
    assert found.recovered <= before.owed
    assert not found.after.debt or found.after.excess == 0
    assert not (found.capped and found.from_excess)


@given(periods, terms_of_plans, balances)
def test_over_many_periods_all_is_paid_or_carried(released: list[int], terms: Terms, start: Balance) -> None:
    found = settlements(released, terms, start)
    end = found[-1].after if found else start
    flow = sum(each.draw - each.recovered - each.forfeited for each in found)
    assert sum(paid(found)) + end.debt + end.excess == sum(released) + start.debt + start.excess + flow


@given(periods, draws)
def test_what_was_paid_too_much_is_what_is_owed_or_was_given(released: list[int], draw: Draw) -> None:
    found = settlements(released, Terms(draw, None, 0))
    end = found[-1].after if found else NOTHING
    given_away = 0 if draw.recover else sum(each.draw for each in found)
    assert sum(paid(found)) == sum(released) - end.debt + end.owed + given_away


@given(periods, terms_of_plans, balances, st.integers(0, 12))
def test_periods_settled_in_two_runs_are_paid_as_in_one(
    released: list[int], terms: Terms, start: Balance, at: int
) -> None:
    first = settlements(released[:at], terms, start)
    between = first[-1].after if first else start
    second = settlements(released[at:], terms, between, first=len(first) + 1)
    assert first + second == settlements(released, terms, start)


@given(amounts, st.integers(0, 5_000), balances, terms_of_plans, st.integers(1, 9))
def test_who_earns_more_is_never_paid_less_nor_owes_more(
    released: int, more: int, before: Balance, terms: Terms, number: int
) -> None:
    one, other = (settle(each, before, terms, number) for each in (released, released + more))
    assert one.paid <= other.paid
    assert one.after.owed >= other.after.owed
    assert one.after.debt <= other.after.debt


@given(amounts, balances, draws, st.integers(1, 9))
def test_a_draw_up_to_an_amount_is_a_least_payment(
    released: int, before: Balance, draw: Draw, number: int
) -> None:
    terms = Terms(evolve(draw, pays="up to", periods=None), None, 2)
    assert settle(released, before, terms, number).paid >= int(draw.amount * 100)


@given(periods)
def test_without_draw_or_cap_the_highest_total_so_far_was_paid(released: list[int]) -> None:
    totals = [max(0, each) for each in accumulate(released)]
    assert list(accumulate(paid(settlements(released, NO_TERMS)))) == list(accumulate(totals, max))


@given(st.lists(st.integers(0, 9_000), max_size=8), st.integers(1, 4_000))
def test_an_excess_is_paid_in_full_when_quiet_periods_follow(released: list[int], amount: int) -> None:
    quiet = [0] * (sum(released) // amount + 1)
    found = settlements(released + quiet, capped(amount))
    assert sum(paid(found)) == sum(released)
    assert found[-1].after == NOTHING


@given(periods, st.integers(1, 3_000))
def test_once_enough_was_earned_who_had_a_draw_has_what_all_others_have(
    released: list[int], amount: int
) -> None:
    total = sum(map(abs, released)) + amount * (len(released) + 1)
    last = [total + amount, 0]
    found = settlements(released + last, drawing(amount, periods=len(released) + 1))
    assert sum(paid(found)) == sum(paid(settlements(released + last, NO_TERMS)))
    assert found[-1].after.owed == 0
