"""The parts of an appraisal: attainment under an index, ranks, trimmed means, shared weights, and its lifecycle."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dealwright import PPM, Money
from dealwright_appraisal.attitude import of_full_marks, trimmed, trimmed_mean
from dealwright_appraisal.computing import shared
from dealwright_appraisal.ground import unit, units
from dealwright_appraisal.ranking import place
from dealwright_appraisal.records import FINAL, LIFECYCLE
from dealwright_appraisal.settings import Ties
from dealwright_appraisal.target import Terms, weighted

VALUES = st.lists(st.fractions(min_value=-2, max_value=3, max_denominator=8), min_size=2, max_size=12)
SCORES = st.lists(st.integers(1, 5), min_size=1, max_size=15)
TRIMS = st.integers(0, PPM // 2 - 1)
TIES: tuple[Ties, ...] = ("best", "worst", "mean")
ONE = Fraction(1)


def test_the_index_of_the_market_adjusts_before_the_cap() -> None:
    terms = Terms(ONE, cap=1_200_000, floor=500_000)
    assert terms.attained(126, 100, Fraction(105, 100)) == Fraction(6, 5)
    assert terms.attained(150, 100, Fraction(5, 4)) == Fraction(6, 5)
    assert terms.attained(130, 100, Fraction(2)) == Fraction(13, 20)
    assert terms.attained(10, 100, ONE) == Fraction(1, 2)


def test_without_a_target_the_rule_of_the_scheme_counts_whatever_the_index() -> None:
    for rule, value in (("zero", Fraction(0)), ("full", ONE), ("leave out", None), ("refuse", None)):
        assert Terms(ONE, zero_target=rule).attained(7, 0, Fraction(2)) == value
        assert Terms(ONE, zero_target=rule).attained(7, None, Fraction(2)) == value


def test_what_says_nothing_leaves_its_weight_to_the_others() -> None:
    assert weighted([(Fraction(3), ONE), (Fraction(1), None), (Fraction(1), Fraction(0))]) == Fraction(3, 4)
    assert weighted([(ONE, None)]) is None
    halves = {"target": Fraction(1, 2), "ranking": Fraction(1, 4), "attitude": Fraction(1, 4)}
    assert shared(halves, ["ranking"]) == {"target": Fraction(2, 3), "attitude": Fraction(1, 3)}
    assert shared({"ranking": ONE}, ["ranking"]) == {}


def test_equals_share_the_best_place_the_worst_or_the_mean() -> None:
    values = [Fraction(each) for each in (9, 7, 7, 7, 1)]
    ranks = {ties: place(Fraction(7), values, ties) for ties in TIES}
    assert {ties: each.rank for ties, each in ranks.items()} == {"best": 2, "worst": 4, "mean": 3}
    assert ranks["best"].percentile == Fraction(3, 4)
    assert ranks["mean"].equal == 3


@given(VALUES, st.sampled_from(TIES))
def test_a_percentile_lies_between_0_and_1_and_falls_with_the_rank(
    values: list[Fraction], ties: Ties
) -> None:
    places = sorted((place(each, values, ties) for each in values), key=lambda each: each.rank)
    shares = [each.percentile for each in places]
    assert all(0 <= each <= 1 for each in shares)
    assert shares == sorted(shares, reverse=True)


@given(VALUES)
def test_whoever_reached_more_ranks_higher_and_equals_rank_alike(values: list[Fraction]) -> None:
    for ties in TIES:
        ranks = {each: place(each, values, ties).rank for each in values}
        for one in ranks:
            for other in ranks:
                assert (ranks[one] < ranks[other]) == (one > other)
    for each in values:
        best, worst, mean = (place(each, values, ties).rank for ties in ("best", "worst", "mean"))
        assert best <= mean <= worst
        assert 2 * mean == best + worst


@given(VALUES)
def test_mean_ranks_sum_to_those_of_a_group_without_equals(values: list[Fraction]) -> None:
    count = len(values)
    assert sum(place(each, values, "mean").rank for each in values) == Fraction(count * (count + 1), 2)


@given(VALUES, st.sampled_from(TIES))
def test_the_order_of_peers_changes_nothing(values: list[Fraction], ties: Ties) -> None:
    turned = [*reversed(values)]
    assert [place(each, values, ties) for each in values] == [place(each, turned, ties) for each in values]


@given(SCORES, TRIMS)
def test_a_trimmed_mean_lies_between_the_scores_in_whichever_order(scores: list[int], trim: int) -> None:
    mean = trimmed_mean(scores, trim)
    assert min(scores) <= mean <= max(scores)
    assert mean == trimmed_mean([*reversed(scores)], trim)
    assert 0 <= of_full_marks(mean) <= 1


@given(st.lists(st.integers(2, 4), min_size=4, max_size=11), st.sampled_from((1, 5)))
def test_one_outlier_that_is_trimmed_changes_no_mean_beyond_the_others(
    scores: list[int], outlier: int
) -> None:
    trim = 250_000
    assert trimmed(len(scores) + 1, trim) >= 1
    assert min(scores) <= trimmed_mean([*scores, outlier], trim) <= max(scores)


def test_how_many_are_trimmed_is_rounded_down() -> None:
    assert [trimmed(count, 250_000) for count in (1, 3, 4, 7, 8)] == [0, 0, 1, 1, 2]
    assert trimmed_mean([1, 3, 4, 5], 250_000) == Fraction(7, 2)
    assert trimmed_mean([1, 3, 4], 0) == Fraction(8, 3)


@given(st.lists(st.integers(0, 5), max_size=30))
def test_nothing_leads_out_of_final_and_everything_leads_there(choices: list[int]) -> None:
    state = LIFECYCLE.initial
    for each in choices:
        moves = LIFECYCLE.allowed(state)
        assert bool(moves) == (state != FINAL)
        state = moves[each % len(moves)].to if moves else state
    while state != FINAL:
        onwards = [move.to for move in LIFECYCLE.allowed(state) if move.event != "reopen"]
        assert onwards
        state = onwards[0]


def test_figures_of_an_evaluation_count_in_their_smallest_unit() -> None:
    figures = (Money(1050, "USD"), 7, "33.5 %", None)
    assert [(unit(each), units(each)) for each in figures] == [
        ("money", 1050), ("number", 7), ("share", 335_000), ("number", None),
    ]  # fmt: skip


@given(
    st.dictionaries(
        st.sampled_from(("target", "ranking", "attitude")), st.fractions(Fraction(1, 100), 1), min_size=1
    ),
    st.sets(st.sampled_from(("target", "ranking", "attitude"))),
)
def test_whatever_is_left_out_the_weights_that_count_are_the_whole(
    weights: dict[str, Fraction], out: set[str]
) -> None:
    found = shared(weights, out)
    assert set(found) == set(weights) - out
    assert sum(found.values(), Fraction(0)) == (1 if found else 0)
