"""Payout curves: what a tier pays, exactly, and what can be asked of the whole."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright import Bound, Curve, Fall, InvalidValue, Piece, Stretch

FIVE, EIGHT = Fraction(5, 100), Decimal("0.08")
NEAR = Fraction(1, 10**9)
careless: Any = Curve  # what a careless author gives them is of no type
careless_bound: Any = Bound

fractions = st.fractions(min_value=-300, max_value=300, max_denominator=12)
positions = st.integers(-60, 120).map(lambda each: Fraction(each, 2)) | fractions  # bounds among them
rates = st.fractions(min_value=Fraction(-1, 2), max_value=3, max_denominator=20)
growing = st.fractions(min_value=0, max_value=3, max_denominator=20)
starts = st.builds(Bound, st.integers(-60, 100).map(lambda each: Fraction(each, 2)), st.booleans())
KINDS: tuple[Literal["pay", "rate"], ...] = ("pay", "rate")
kinds = st.sampled_from(KINDS)
amounts = st.fractions(min_value=-20, max_value=200, max_denominator=6)
measures = st.none() | fractions


def tiers(values: st.SearchStrategy[Fraction], at: st.SearchStrategy[Any] = starts) -> Any:
    return st.lists(st.tuples(at, values), min_size=1, max_size=5, unique_by=lambda each: each[0])


numbers = st.integers(-30, 60).map(Fraction)
slabs = tiers(rates, numbers).map(lambda each: Curve.slab(*each))
lines = tiers(rates).flatmap(
    lambda each: kinds.map(
        lambda kind: Curve([Piece(0), *(Piece(s, v, v / 50) for s, v in each if s > Bound(0))], kind)
    )
)
bent = st.builds(
    lambda points, kind: Curve.interpolated(*points, kind=kind), tiers(growing | rates, numbers), kinds
)
curves = st.one_of(
    slabs,
    lines,
    bent,
    tiers(rates).map(lambda each: Curve.whole(*each)),
    tiers(fractions).map(lambda each: Curve.lookup(*each)),
    rates.map(Curve.flat),
    fractions.map(Curve.fixed),
)


def accelerator() -> Curve:
    return Curve.slab((0, FIVE), (100_000, EIGHT), (150_000, 0))


def test_a_slab_pays_each_rate_for_what_lies_within_its_tier() -> None:
    assert accelerator().due(120_000) == 5_000 + 1_600


def test_a_slab_ends_at_its_cap() -> None:
    assert accelerator().due(10**9) == 9_000


def test_overage_pays_for_what_is_above_the_quota() -> None:
    overage = Curve.slab((100, FIVE))
    assert [overage.due(each) for each in (-50, 100, 160)] == [0, 0, 3]


def test_a_whole_scheme_pays_the_reached_rate_for_everything() -> None:
    curve = Curve.whole((0, FIVE), (Bound(100, over=True), EIGHT))
    assert [curve.due(each) for each in (100, 101)] == [5, Fraction(808, 100)]


def test_a_rate_is_chosen_by_the_position_and_paid_on_the_measure() -> None:
    assert Curve.whole((0, FIVE), (1, EIGHT)).due(Fraction(6, 5), 1_000) == 80


def test_a_lookup_pays_the_amount_of_the_reached_tier() -> None:
    curve = Curve.lookup((Bound(0, over=True), 500), (80, 1_000))
    assert [curve.due(each) for each in (0, NEAR, 79, 80)] == [0, 500, 500, 1_000]


def test_a_fixed_amount_is_due_whatever_was_sold() -> None:
    assert {Curve.fixed(500).due(each) for each in (-1, 0, 10**6)} == {500}


def test_interpolation_is_straight_between_points_and_level_behind_the_last() -> None:
    curve = Curve.interpolated((80, 100), (100, 300), (120, 900))
    assert [curve.due(each) for each in (79, 80, 90, 110, 200)] == [0, 100, 200, 600, 900]


def test_an_interpolated_rate_rises_with_the_position() -> None:
    curve = Curve.interpolated((80, Fraction(4, 100)), (100, Fraction(8, 100)), kind="rate")
    assert curve.due(90, 1_000) == 60


def test_the_first_tier_takes_back_below_zero_what_it_pays_above() -> None:
    for curve in (accelerator(), Curve.flat(FIVE), Curve.whole((0, FIVE), (100, EIGHT))):
        assert curve.due(-100) == -5


def test_a_tier_of_its_own_may_hold_at_one_position() -> None:
    curve = Curve.lookup((0, 1), (100, 2), (Bound(100, over=True), 3))
    assert [curve.due(each) for each in (99, 100, 101)] == [1, 2, 3]


@given(curves, positions, measures)
def test_the_stretches_sum_to_what_is_due(curve: Curve, position: Fraction, measure: Fraction | None) -> None:
    found = curve.stretches(position, measure)
    assert sum(each.pay for each in found) == curve.due(position, measure)
    for each in found:
        assert each.start == each.end or each.pay == each.slope * (each.end - each.start)


@given(curves.filter(lambda curve: curve.kind == "pay"), positions)
def test_the_stretches_lead_from_zero_to_the_position(curve: Curve, position: Fraction) -> None:
    here = Fraction(0)
    for each in curve.stretches(position):
        assert each.start == here
        here = each.end
    assert here == position


def test_a_payment_is_explained_tier_by_tier() -> None:
    assert accelerator().stretches(120_000) == (
        Stretch(Fraction(0), Fraction(100_000), FIVE, Fraction(5_000)),
        Stretch(Fraction(100_000), Fraction(120_000), Fraction(EIGHT), Fraction(1_600)),
    )


def test_what_reaching_a_tier_pays_is_a_stretch_of_its_own() -> None:
    curve = Curve.lookup((0, 0), (80, 500))
    assert [each.pay for each in curve.stretches(80)] == [0, 500]


def test_a_debt_is_explained_from_zero_downwards() -> None:
    curve = Curve.slab((-100, 1), (-50, 2), (0, 3))
    assert [each.end for each in curve.stretches(-120)] == [-50, -120]
    assert [each.pay for each in curve.stretches(-120)] == [-100, -70]


@given(slabs)
def test_a_slab_pays_nothing_for_nothing_and_never_jumps(curve: Curve) -> None:
    assert curve.due(0) == 0
    for one, other in zip(curve.pieces, curve.pieces[1:], strict=False):
        assert one.at(other.start.at) == other.value


@given(tiers(growing, numbers))
def test_a_slab_of_positive_rates_never_falls(found: list[Any]) -> None:
    assert Curve.slab(*found).falls() == ()


@given(curves, measures, st.lists(fractions, min_size=2, max_size=12))
def test_where_nothing_falls_more_never_pays_less(
    curve: Curve, measure: Fraction | None, positions: list[Fraction]
) -> None:
    edges = [each.start.at + by for each in curve.pieces for by in (-NEAR, 0, NEAR)]
    dues = [curve.due(each, measure) for each in sorted([*positions, *edges])]
    if not curve.falls(measure=measure):
        assert dues == sorted(dues)


@given(curves, measures)
def test_where_it_falls_more_pays_less(curve: Curve, measure: Fraction | None) -> None:
    for fall in curve.falls(measure=measure):
        start = fall.start if fall.start is not None else (fall.end or Fraction(0)) - 10**6
        end = fall.end if fall.end is not None else start + 10**6
        # A piece holds at its start or only over it, so just inside a slope, and just around a jump.
        inside = min(NEAR, (end - start) / 4)
        low, high = (start + inside, end - inside) if start < end else (start - NEAR, start + NEAR)
        around = [curve.due(each, measure) for each in (low, (low + high) / 2, high)]
        assert around != sorted(around)
        assert fall.lost is None or fall.lost > 0


@given(tiers(rates, st.integers(0, 60).map(Fraction)))
def test_each_lower_rate_for_everything_is_named_as_a_fall(found: list[Any]) -> None:
    curve = Curve.whole(*found)
    falling = [
        other.start.at
        for one, other in zip(curve.pieces, curve.pieces[1:], strict=False)
        if other.value < one.value and other.start.at > 0
    ]
    jumps = [each for each in curve.falls() if each.start is not None and each.start == each.end]
    assert [each.start for each in jumps] == falling


def test_a_fall_says_what_is_lost() -> None:
    curve = Curve.whole((0, EIGHT), (100, FIVE))
    assert curve.falls() == (Fall(Fraction(100), Fraction(100), Fraction(3)),)


def test_a_rate_that_sinks_with_the_position_falls_from_where_it_pays_most() -> None:
    curve = Curve.interpolated((0, 1), (100, 0), kind="rate")
    (fall,) = curve.falls()
    assert fall == Fall(Fraction(50), Fraction(100), Fraction(25))


def test_a_curve_that_sinks_for_ever_falls_without_end() -> None:
    (fall,) = Curve.flat(-1).falls()
    assert fall == Fall(None, None, None)


@given(curves, amounts, measures, st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(7, 3)]))
def test_inverting_finds_the_least_position(
    curve: Curve, amount: Fraction, measure: Fraction | None, step: Fraction
) -> None:
    found = curve.invert(amount, measure=measure, step=step)
    limit = 150 if found is None else found / step
    assert limit == int(limit)
    assert all(curve.due(each * step, measure) < amount for each in range(min(int(limit), 400)))
    if found is not None:
        assert found >= 0
        assert curve.due(found, measure) >= amount
        assert found == 0 or curve.due(found - step, measure) < amount


@given(slabs, amounts)
def test_what_is_reached_by_a_slab_is_found(curve: Curve, amount: Fraction) -> None:
    if curve.due(10**6) >= amount:
        assert curve.invert(amount) is not None


def test_what_must_be_sold_to_earn_an_amount() -> None:
    assert accelerator().invert(6_600) == 120_000
    assert accelerator().invert(9_001) is None


def test_behind_an_open_bound_the_next_cent_is_the_least() -> None:
    curve = Curve.lookup((Bound(100, over=True), 500))
    assert curve.invert(500) == Decimal("100.01")
    assert curve.invert(500, step=1) == 101


def test_an_amount_between_the_steps_around_the_peak_is_found() -> None:
    curve = Curve.interpolated((0, 1), (100, 0), kind="rate")  # which pays most, 25, at 50
    assert curve.invert(24, step=30) == 60
    assert curve.invert(25, step=30) is None


def test_a_step_is_above_zero() -> None:
    with pytest.raises(InvalidValue, match="step: 0 is not above zero"):
        accelerator().invert(5, step=0)


MAKERS: list[Callable[..., Curve]] = [Curve.slab, Curve.whole, Curve.lookup, Curve.interpolated]


@pytest.mark.parametrize("make", MAKERS)
@given(found=tiers(rates, numbers), data=st.data())
def test_tiers_in_any_order_make_the_same_curve(
    make: Callable[..., Curve], found: list[Any], data: st.DataObject
) -> None:
    assert make(*data.draw(st.permutations(found))) == make(*found)


@given(curves)
def test_a_curve_has_a_line_of_words_for_each_piece(curve: Curve) -> None:
    assert len(curve.words()) == len(curve.pieces)


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        (
            accelerator(),
            [
                "below 100,000: 5 % of all",
                "from 100,000 to below 150,000: 5,000, and 8 % of what is above 100,000",
                "from 150,000: 9,000",
            ],
        ),
        (
            Curve.whole((0, Fraction(1, 12)), (Bound(100, over=True), EIGHT)),
            ["up to 100: 8 1/3 % of the measure", "over 100: 8 % of the measure"],
        ),
        (Curve.slab((5, 25)), ["below 5: nothing", "from 5: 25 for each one above 5"]),
        (Curve.flat(Fraction(1, 3)), ["always: 33 1/3 % of the measure"]),
        (Curve.fixed(Decimal("1250.05")), ["always: 1,250.05"]),
        (Curve.fixed(Fraction(-1, 3)), ["always: -1/3"]),
        (
            Curve.lookup((0, 1), (100, 2), (Bound(100, over=True), 3)),
            ["below 100: 1", "at 100: 2", "over 100: 3"],
        ),
        (
            Curve.interpolated((80, Fraction(4, 100)), (100, EIGHT), kind="rate"),
            [
                "below 80: nothing",
                "from 80 to below 100: 4 % of the measure at 80, going evenly to 8 % at 100",
                "from 100: 8 % of the measure",
            ],
        ),
        (
            Curve([Piece(0, FIVE, Fraction(1, 100))], "rate"),
            ["always: 5 % of the measure at 0, and 1 % more with each one above"],
        ),
    ],
)
def test_a_curve_in_words(curve: Curve, words: list[str]) -> None:
    assert list(curve.words()) == words


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: careless.slab((0, 0.05)), "tier 1: float 0.05 is not exact; use int, Decimal or Fraction"),
        (lambda: careless.whole((0, 1), (5.5, 1)), "tier 2: float 5.5 is not exact"),
        (lambda: careless.flat(float("nan")), "float nan is not exact"),
        (lambda: careless.flat(Decimal("NaN")), "NaN is not a number"),
        (lambda: careless.fixed(Decimal("Infinity")), "Infinity is not a number"),
        (lambda: careless.flat(True), "bool True is not exact"),
        (lambda: careless.flat("5 %"), "str '5 %' is not exact"),
        (lambda: careless.fixed(2**600), "out of range"),
        (lambda: careless.flat(1).due(0.5), "float 0.5 is not exact"),
        (lambda: careless.flat(1).due(1, 0.5), "float 0.5 is not exact"),
        (lambda: careless.flat(1).invert(0.5), "float 0.5 is not exact"),
        (lambda: careless_bound(5, over=1), "over: expected true or false, got 1"),
        (lambda: careless.slab(), "there is no tier"),
        (lambda: careless.slab(0, FIVE), "tier 1: 0 is no tier; write (start, value)"),
        (lambda: careless.slab((100, 1), (0, 1), (100, 2)), "two tiers start from 100; leave one out"),
        (lambda: careless.slab((100, 1), (Bound(100, over=True), 2)), "two tiers start from 100"),
        (
            lambda: careless.whole((Bound(5, over=True), 1), (Bound(5, over=True), 1)),
            "two tiers start over 5",
        ),
        (lambda: careless(()), "a curve has 1 to 1,000 pieces, and this one 0"),
        (
            lambda: careless.lookup(*((each, 1) for each in range(1_001))),
            "1 to 1,000 pieces, and this one 1,001",
        ),
        (lambda: careless([Piece(5)]), "the first piece starts above zero; say what is paid below, from 0"),
        (lambda: careless([Piece(0), Piece(0, 1)]), "two tiers start from 0; leave one out"),
        (lambda: careless.interpolated((5, 1), (5, 2)), "two tiers start from 5; leave one out"),
        (lambda: careless([5]), "expected a piece, got int; write Piece(start, value, slope)"),
        (lambda: careless([Piece(0)], "pays"), "'pays' is no kind of curve; write 'pay' or 'rate'"),
    ],
)
def test_what_is_no_exact_curve_is_refused(make: Callable[[], Any], reason: str) -> None:
    with pytest.raises(InvalidValue) as error:
        make()
    assert reason in str(error.value)
