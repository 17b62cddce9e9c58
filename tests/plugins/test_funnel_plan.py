"""The plan back from a target: its formula, its intervals, the bottleneck, and what it says of little history."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright import InvalidValue, Money, Table
from dealwright_funnel.chance import Interval, intervals, needed
from dealwright_funnel.effects import bottleneck, effects
from tests.plugins.stories import OPEN, Story, Told, a_deal, column

TARGET = "1000.00 USD"


def history(won: int, lost: int, minor: int = 5_000, owner: str = "Ann") -> list[Story]:
    """Deals that were all in every stage, and won or lost from the last one."""
    ends = ["won"] * won + ["lost"] * lost
    return [a_deal(*OPEN, end, minor=minor, owner=owner) for end in ends]


def plan(told: Told, stories: Sequence[Story], target: str = TARGET, **more: Any) -> Table:
    return told.plan(*stories, target=target, period="2023-Q1", **more)


def test_the_need_goes_back_from_the_target(told: Told) -> None:
    table = plan(told, history(40, 60))
    # 1000 / 50 are 20 deals to win; 2 of 5 that negotiate are won
    assert column(table, "needed") == [50, 50, 50, 50, 20]
    assert column(table, "conversion") == [1_000_000, 1_000_000, 1_000_000, 400_000, None]
    assert column(table, "history") == [100, 100, 100, 100, 40]
    assert column(table, "stage") == ["Prospecting", "Engaging", "Demonstration", "Negotiation", "Won"]


def test_one_more_point_says_what_it_brings_and_names_the_bottleneck(told: Told) -> None:
    early = [a_deal("prospecting", "lost") for _ in range(25)]
    table = plan(told, [*history(40, 60), *early])
    # 63 deals x 80 % x 40 % are 20.16 deals of 50.00 USD; with 41 % 20.664, with 81 % 20.412
    assert column(table, "needed")[0] == 63
    assert column(table, "point_gain")[0] == Money(1_260, "USD")
    assert column(table, "point_gain")[3] == Money(2_520, "USD")
    assert column(table, "bottleneck") == [None, None, None, "yes", None]
    assert "Bottleneck: Negotiation, where one more point of conversion brings 25.20 USD" in table.note


def test_stages_that_no_deal_was_in_are_left_out_and_said(told: Told) -> None:
    deals = [a_deal("prospecting", "negotiation", end) for end in ["won"] * 40 + ["lost"] * 40]
    table = plan(told, deals)
    assert column(table, "stage") == ["Prospecting", "Negotiation", "Won"]
    assert "Left out, because no deal of history was in them: Engaging, Demonstration" in table.note


def test_the_method_and_the_history_are_named(told: Told) -> None:
    note = plan(told, history(40, 60)).note
    assert note.startswith("1000.00 USD in 2023-Q1, from history 2022\nAverage deal 50.00 USD\n")
    assert "90 % of 1,000 draws with seed 1,729" in note
    assert "Beta posteriors (Jeffreys prior)" in note


def test_a_plan_is_the_same_every_time(told: Told) -> None:
    deals = history(40, 60)
    assert plan(told, deals) == plan(told, deals)


def test_too_little_history_is_said_with_stage_and_number(told: Told) -> None:
    note = plan(told, history(12, 17)).note
    assert "All: too little history in 2022, 29 deals at Negotiation, at least 30 needed" in note
    assert "All: too little history in 2022, 12 deals at Won, at least 30 needed" in note


def test_without_wins_there_is_no_plan_and_the_stage_is_named(told: Told) -> None:
    table = plan(told, history(0, 40))
    assert column(table, "needed") == [None] * 5
    assert column(table, "history") == [40, 40, 40, 40, 0]
    assert "All: no plan, since no deal went on from Negotiation in 2022" in table.note
    assert "No average deal" in table.note


def test_without_any_history_there_is_no_plan(told: Told) -> None:
    table = plan(told, [])
    assert column(table, "needed") == [None, None]
    assert "All: no plan, since no deal went on from Prospecting in 2022" in table.note


def test_deals_won_without_amount_give_conversions_but_no_average(told: Told) -> None:
    table = plan(told, [a_deal(*OPEN, end, minor=None) for end in ["won"] * 40 + ["lost"] * 10])
    assert column(table, "needed") == [None] * 5
    assert "No average deal" in table.note


def test_one_deal_makes_a_plan_and_says_what_it_is_worth(told: Told) -> None:
    table = plan(told, history(1, 0))
    assert column(table, "needed") == [20] * 5
    assert "1 deals at Won" in table.note


def test_each_member_has_the_share_of_the_target_won_of_history(told: Told) -> None:
    table = plan(told, [*history(60, 40, owner="Ann"), *history(30, 30, owner="Ben")], by="owner")
    shares = dict(zip(column(table, "owner"), column(table, "target"), strict=True))
    assert shares == {"All": Money(100_000, "USD"), "Ann": Money(66_667, "USD"), "Ben": Money(33_333, "USD")}
    needs = list(zip(column(table, "owner"), column(table, "stage"), column(table, "needed"), strict=True))
    assert ("Ann", "Won", 14) in needs
    assert ("Ann", "Negotiation", 24) in needs
    assert ("Ben", "Won", 7) in needs
    assert ("Ben", "Negotiation", 14) in needs


def test_a_member_with_little_history_is_planned_by_that_of_all_and_it_is_said(told: Told) -> None:
    table = plan(told, [*history(90, 30, owner="Ann"), *history(10, 20, owner="Ben")], by="owner")
    needs = list(zip(column(table, "owner"), column(table, "stage"), column(table, "needed"), strict=True))
    assert ("Ben", "Won", 2) in needs
    assert ("Ben", "Negotiation", 3) in needs  # at 2 of 3, as all did, not at 1 of 3
    assert "Ben: too little history in 2022, 10 deals at Won, at least 30 needed" in table.note
    assert "Ben: planned by the conversions and the average deal of all" in table.note


def test_who_won_nothing_has_no_share(told: Told) -> None:
    table = plan(told, [*history(40, 40, owner="Ann"), *history(0, 40, owner="Ben")], by="owner")
    needs = zip(column(table, "owner"), column(table, "needed"), strict=True)
    assert [need for owner, need in needs if owner == "Ben"] == [None] * 5
    assert "Ben: won nothing in 2022, so has no share of the target" in table.note


def test_a_seller_plans_by_own_deals_only(told: Told) -> None:
    deals = [*history(40, 40, owner="Ann"), *history(30, 90, owner="Ben")]
    assert column(plan(told, deals, actor="ann"), "history")[0] == 80
    assert column(plan(told, deals, actor="ben"), "needed")[0] == 80


def test_history_may_be_another_period(told: Told) -> None:
    table = plan(told, history(40, 60), history="2022-Q1")
    assert column(table, "history")[0] == 100
    assert column(plan(told, history(40, 60), history="2022-Q2"), "history")[0] == 0


def test_a_target_that_is_no_amount_to_win_is_refused(told: Told) -> None:
    with pytest.raises(InvalidValue, match="plan for an amount above zero"):
        plan(told, [], target="0 USD")


RATES = st.lists(st.fractions(Fraction(1, 1000), 1, max_denominator=1000), min_size=1, max_size=5)


@given(st.integers(1, 10**9), st.integers(1, 10**7), RATES)
def test_the_need_is_the_least_that_reaches_the_next_one(
    target: int, average: int, rates: list[Fraction]
) -> None:
    needs = needed(target, Fraction(average), rates)
    assert (needs[-1] - 1) * average < target <= needs[-1] * average
    for need, following, rate in zip(needs, needs[1:], rates, strict=False):
        assert (need - 1) * rate < following <= need * rate


@given(st.integers(1, 10**9), st.integers(1, 10**7), RATES)
def test_no_point_is_worth_more_than_one_at_the_bottleneck(
    target: int, average: int, rates: list[Fraction]
) -> None:
    found = effects(target, Fraction(average), rates)
    begun = needed(target, Fraction(average), rates)[0]
    for at, each in enumerate(found):
        better = [
            min(rate + Fraction(1, 100), Fraction(1)) if n == at else rate for n, rate in enumerate(rates)
        ]
        before, after = Fraction(begun * average), Fraction(begun * average)
        for old, new in zip(rates, better, strict=True):
            before, after = before * old, after * new
        assert each.gain == after - before
        assert each.fewer == begun - needed(target, Fraction(average), better)[0]
    worst = bottleneck(found)
    assert (worst is None) == all(rate == 1 for rate in rates)
    if worst is not None:
        assert found[worst].gain == max(each.gain for each in found)


COUNTS = st.lists(st.integers(1, 500), min_size=1, max_size=4)


@settings(max_examples=15)
@given(st.integers(1, 10**8), st.lists(st.integers(0, 10**6), min_size=1, max_size=40), COUNTS)
def test_intervals_are_whole_numbers_around_the_need(
    target: int, amounts: list[int], more: list[int]
) -> None:
    if not sum(amounts):
        amounts = [*amounts, 1_000]
    target = min(target, sum(amounts) * 100)
    entered = [len(amounts)]
    for each in more:
        entered.insert(0, entered[0] + each)
    rates = [Fraction(after, before) for before, after in pairwise(entered)]
    needs = needed(target, Fraction(sum(amounts), len(amounts)), rates)
    for need, found in zip(needs, intervals(target, amounts, entered, needs), strict=True):
        assert type(found.low) is type(found.high) is int
        assert 1 <= found.low <= need <= found.high


def test_more_history_makes_the_interval_narrower() -> None:
    spans = []
    for times in (1, 4, 16):
        (first, _) = intervals(10**6, [500, 1_500] * 10 * times, [40 * times, 20 * times], [2_000, 1_000])
        spans.append(first.high - first.low)
    assert spans == sorted(spans, reverse=True)


def test_what_is_certain_has_no_interval_for_deals_of_one_amount() -> None:
    assert intervals(10_000, [100] * 50, [50], [100]) == (Interval(100, 100),)
