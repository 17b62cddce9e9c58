"""The least that has to be sold more: exactly that is enough, and one unit less is not."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dealwright_core.incentives.curve import Bound, Curve
from dealwright_core.incentives.pieces import Piece
from dealwright_core.payroll.earning.dues import Basis, Due, Rounds
from dealwright_core.payroll.trying.searching import Crossing, TooCheap, TooDear, highest
from dealwright_core.payroll.trying.solving import Way, bound_of
from dealwright_core.values import Rounding, rounded
from tests.core.payroll.test_pay_properties import GROWING, SINKING

CENT = Fraction(1, 100)
parts = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(2, 3)])
weights = st.sampled_from([Fraction(1), Fraction(3, 7)])
cents = st.integers(-80_000, 200_000).map(lambda each: each * CENT)
roundings = st.builds(Rounds, st.just(2), st.sampled_from([1, 100]), st.sampled_from(Rounding))


def bases(curves: list[Curve]) -> st.SearchStrategy[Basis]:
    return st.builds(
        Basis,
        curve=st.sampled_from(curves),
        start=st.sampled_from([None, Fraction(700)]),
        part=parts,
        weight=weights,
        cap=st.sampled_from([None, Fraction(150)]),
        floor=st.sampled_from([None, Fraction(10)]),
    )


@given(bases(list(GROWING.values())), roundings, cents, st.integers(1, 40_000), st.booleans())
def test_the_answer_is_enough_and_one_unit_less_is_not(
    basis: Basis, rounds: Rounds, sold: Fraction, pay: int, apart: bool
) -> None:
    way = Way(basis=basis, rounds=rounds, sold=sold, apart=apart)
    more = way.least(pay, CENT)
    if more is None:
        most = way.most(CENT)
        assert most is not None
        assert most < pay
        return
    assert (more / CENT).denominator == 1
    assert way.pays(more) >= pay
    assert more > 0
    assert way.pays(more - CENT) < pay


@given(bases([*GROWING.values(), SINKING]), roundings, cents, cents)
def test_what_is_due_is_what_a_run_has_due(
    basis: Basis, rounds: Rounds, sold: Fraction, more: Fraction
) -> None:
    way, due = Way(basis=basis, rounds=rounds, sold=sold), Due(basis, 100, rounds)
    assert way.due(abs(more)) == due.exact(int((sold + abs(more)) * 100))
    assert way.pays(abs(more)) == due(int((sold + abs(more)) * 100)) - due(int(sold * 100))


@given(st.sampled_from(sorted(GROWING)), roundings, cents, cents, parts, st.integers(1, 40_000))
def test_a_longer_window_that_chooses_the_rate_grows_along(
    name: str, rounds: Rounds, sold: Fraction, before: Fraction, part: Fraction, pay: int
) -> None:
    """The year to date picks the rate, which pays on the month alone."""
    curve, sold, year = GROWING[name], abs(sold), abs(sold) + abs(before)
    way = Way(
        basis=Basis(curve=curve, position=year / part), rounds=rounds, sold=sold, position=year, part=part
    )

    def earned(more: Fraction) -> int:
        position = (year + more) / part
        return rounds(curve.due(position, sold + more))

    more = way.least(pay, CENT)
    if more is None:
        return
    assert earned(more) - earned(Fraction(0)) == way.pays(more) >= pay
    assert earned(more - CENT) - earned(Fraction(0)) < pay


@given(st.sampled_from(list(GROWING.values())), cents, st.integers(0, 50_000), st.integers(1, 30_000))
def test_what_opens_a_gate_comes_first(curve: Curve, sold: Fraction, first: int, pay: int) -> None:
    way = Way(basis=Basis(curve=curve, is_open=False), rounds=Rounds(2), sold=abs(sold))
    more = way.least(pay, CENT, first * CENT)
    if more is None:
        return
    assert more >= first * CENT
    assert way.pays(more) >= pay
    assert more == first * CENT or way.pays(more - CENT) < pay


def test_a_part_that_does_not_count_earns_nothing() -> None:
    way = Way(basis=Basis(curve=GROWING["flat"], part=Fraction(0)), rounds=Rounds(2), sold=Fraction(0))
    assert (way.least(1, CENT), way.most(CENT)) == (None, 0)


def test_a_cap_is_the_most() -> None:
    way = Way(basis=Basis(curve=GROWING["flat"], cap=Fraction(50)), rounds=Rounds(2), sold=Fraction(1_000))
    assert way.least(1_501, CENT) is None  # 35.00 are earned
    assert way.most(CENT) == 1_500
    assert way.least(1_500, CENT) == Fraction("428.43")  # 1,428.43 at 3.5 % is 49.99505


def test_a_curve_that_falls_has_a_most() -> None:
    falling = Curve((Piece(0, 0, 1), Piece(Bound(100), 100, -1)))
    way = Way(basis=Basis(curve=falling), rounds=Rounds(2), sold=Fraction(30))
    assert [way.most(CENT), way.least(7_000, CENT), way.least(7_001, CENT)] == [7_000, 70, None]


def test_a_rate_that_falls_has_its_most_where_it_turns() -> None:
    sinking = Curve.interpolated((0, Fraction(1, 10)), (1_000, 0), kind="rate")
    way = Way(basis=Basis(curve=sinking), rounds=Rounds(2), sold=Fraction(0))
    assert [way.most(CENT), way.least(2_500, CENT)] == [2_500, Fraction("492.93")]  # 24.995


@given(st.sampled_from(Rounding), st.integers(-5, 5), st.fractions(-6, 6, max_denominator=12))
@example(Rounding.HALF_AWAY, 0, Fraction(-1, 2))
@example(Rounding.HALF_AWAY, 1, Fraction(1, 2))
@example(Rounding.HALF_EVEN, 1, Fraction(1, 2))
@example(Rounding.HALF_EVEN, 2, Fraction(3, 2))
@example(Rounding.UP, 0, Fraction(-1, 12))
@example(Rounding.DOWN, 0, Fraction(-11, 12))
def test_a_bound_lets_in_what_is_rounded_so_high(rounding: Rounding, whole: int, value: Fraction) -> None:
    assert (Bound(value) >= bound_of(whole, rounding)) == (rounded(value, rounding) >= whole)


# The highest number within a budget.


@given(
    st.integers(0, 10**6), st.integers(0, 500), st.integers(0, 50), st.integers(1, 10**9), st.integers(0, 10**9),
    st.integers(1, 10**8),
)  # fmt: skip
def test_the_highest_number_within_a_budget_is_found(
    slope: int, nothing: int, coarse: int, start: int, budget: int, cap: int
) -> None:
    asked: list[int] = []

    def cost(number: int) -> int:
        asked.append(number)
        steps = number if not coarse else number // coarse * coarse
        return nothing + min(slope * steps // 1_000, cap)

    try:
        found = highest(cost, budget, start, 10**9)
    except TooDear:
        assert nothing > budget
    except TooCheap:
        assert cost(10**9) <= budget
    else:
        assert found == Crossing(found.number, cost(found.number), cost(found.number + 1))
        assert found.cost <= budget < cost(found.number + 1)


@pytest.mark.parametrize("budget", [1, 99_999, 123_456_789, 4 * 10**9])
def test_a_straight_cost_takes_a_few_looks(budget: int) -> None:
    asked: set[int] = set()

    def cost(number: int) -> int:
        asked.add(number)
        return (number * 7_919 + 500) // 1_000

    highest(cost, budget, 40_000, 10**9)
    assert len(asked) <= 7


def test_a_number_that_is_refused_is_too_high() -> None:
    found = highest(lambda number: number if number <= 700 else None, 10_000, 40, 10**6)
    assert found == Crossing(700, 700, None)
