"""The funnel: what it means to enter a stage, checked by examples and against plain Python."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import Platform, rounded
from dealwright_funnel.conversion import furthest
from dealwright_funnel.stages import Road
from dealwright_testing.deployments import MakePlatform
from tests.plugins.stories import (
    DAYS,
    FIRST,
    HISTORIES,
    OPEN,
    Stories,
    Story,
    Told,
    a_deal,
    by_label,
    column,
    stands,
)

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def entered(told: Told, *stories: Story) -> list[int]:
    return column(told.of(*stories)("funnel"), "entered")


def test_a_deal_that_goes_through_all_stages_enters_each(told: Told) -> None:
    assert entered(told, a_deal(*OPEN, "won")) == [1, 1, 1, 1, 1]


def test_a_skipped_stage_counts_as_entered(told: Told) -> None:
    assert entered(told, a_deal("prospecting", "negotiation", "lost")) == [1, 1, 1, 1, 0]


def test_going_back_takes_nothing_away(told: Told) -> None:
    table = told.of(a_deal("prospecting", "engaging", "demonstration", "engaging"))("funnel")
    assert column(table, "entered") == [1, 1, 1, 0, 0]
    assert column(table, "open") == [0, 0, 1, 0, None]


def test_a_deal_drops_out_where_it_came_furthest(told: Told) -> None:
    table = told.of(a_deal("prospecting", "demonstration", "engaging", "disqualified"))("funnel")
    assert column(table, "disqualified") == [0, 0, 1, 0, None]
    assert column(table, "lost") == [0, 0, 0, 0, None]


def test_a_reopened_deal_counts_by_its_end(told: Told) -> None:
    table = told.of(a_deal("prospecting", "engaging", "lost", "engaging", "won"))("funnel")
    assert column(table, "lost") == [0, 0, 0, 0, None]
    assert column(table, "entered")[-1] == 1


def test_what_was_won_once_and_is_open_again_is_not_won(told: Told) -> None:
    assert entered(told, a_deal("prospecting", "won", "engaging")) == [1, 1, 1, 1, 0]


def test_the_stage_that_the_first_move_left_was_entered(told: Told) -> None:
    assert entered(told, a_deal("lost", left="negotiation")) == [1, 1, 1, 1, 0]


def test_deals_without_moves_count_by_their_stage_and_are_told(told: Told) -> None:
    table = told.of(Story(stage="demonstration"), Story(stage="lost", closed_on=FIRST), Story(stage="won"))(
        "funnel"
    )
    assert column(table, "entered") == [3, 2, 2, 1, 1]
    assert column(table, "lost") == [1, 0, 0, 0, None]
    assert table.note == (
        "3 deals have no moves and count by the stage they are in; 1 of them, lost or disqualified, in the first"
    )


def test_no_deals_have_no_conversion(told: Told) -> None:
    table = told.of()("funnel")
    assert column(table, "entered") == [0, 0, 0, 0, 0]
    assert column(table, "conversion") == column(table, "median_days") == [None] * 5


def test_a_stay_ends_with_the_next_move_and_one_that_lasts_does_not_count(told: Told) -> None:
    table = told.of(a_deal("prospecting", "engaging", every=7), a_deal("prospecting", "won", every=10))(
        "funnel"
    )
    assert column(table, "median_days") == [9, None, None, None, None]
    assert column(table, "mean_days") == [9, None, None, None, None]


def test_the_day_of_opening_places_a_deal_in_a_period(told: Told) -> None:
    report = told.of(a_deal(*OPEN), a_deal(*OPEN, opened=date(2022, 4, 1)), a_deal(*OPEN, opened=None))
    assert column(report("funnel", period="2022-Q1"), "entered")[0] == 1
    assert column(report("funnel"), "entered")[0] == 3


def test_a_seller_sees_own_deals_only(told: Told) -> None:
    report = told.of(a_deal(*OPEN, "won", owner="Ann"), a_deal("prospecting", "engaging", owner="Ben"))
    assert column(report("funnel", actor="ann"), "entered") == [1, 1, 1, 1, 1]
    assert column(report("funnel", actor="ben"), "entered") == [1, 1, 0, 0, 0]
    assert column(report("funnel", actor="ben"), "mean_days") == [10, None, None, None, None]


STAGES = """
[[stages]]
name = "lead"
means = "open"
[[stages]]
name = "signed"
means = "won"
[[stages]]
name = "offer"
title = "Offer made"
means = "open"
[[stages]]
name = "renewed"
means = "won"
[[stages]]
name = "no"
means = "lost"
"""


def test_other_stages_come_in_their_order_and_all_that_are_won_together(make_platform: MakePlatform) -> None:
    plugin = Stories()
    platform: Platform = make_platform(config=STAGES, plugins=[("stories", plugin)])
    platform.run("stories.people", actor="admin")
    deals = [
        a_deal("lead", "offer", "signed"),
        a_deal("lead", "renewed"),
        a_deal("lead", "no"),
        a_deal("lead"),
    ]
    table = Told(platform, plugin).of(*deals)("funnel")
    assert by_label(table)["Lead"][:6] == (4, 1, 1, 0, 2, 500_000)
    assert by_label(table)["Offer made"][:6] == (2, 0, 0, 0, 2, 1_000_000)
    assert list(by_label(table)) == ["Lead", "Offer made", "Won"]


def came(story: Story) -> int:
    """How many open stages a deal passed: the place of the furthest, or behind them all."""
    if story.now == "won":
        return len(OPEN)
    seen = [story.now, *([story.left] if story.left else []), *(stage for stage, _ in story.moves)]
    if "won" in seen:
        return len(OPEN) - 1
    return max((OPEN.index(each) for each in seen if each in OPEN), default=0)


def stayed(story: Story, stage: str) -> list[int]:
    """The days of each stay in a stage that is over."""
    pairs = zip(story.moves, story.moves[1:], strict=False)
    return [(went - since).days for (at, since), (_, went) in pairs if at == stage]


def check(table_columns: dict[str, list[int | None]], deals: Sequence[Story]) -> None:
    for at, stage in enumerate(OPEN):
        here = [each for each in deals if came(each) == at]
        reached = sum(came(each) >= at for each in deals)
        following = sum(came(each) > at for each in deals)
        days = [long for each in deals for long in stayed(each, stage)]
        assert table_columns["entered"][at] == reached
        assert table_columns["went_on"][at] == following
        for means in ("open", "lost", "disqualified"):
            assert table_columns[means][at] == sum(each.means == means for each in here)
        assert table_columns["conversion"][at] == (
            rounded(Fraction(following * 1_000_000, reached)) if reached else None
        )
        middle = Fraction(median(days)) if days else None
        assert table_columns["median_days"][at] == (rounded(middle) if middle is not None else None)
        assert table_columns["mean_days"][at] == (rounded(Fraction(sum(days), len(days))) if days else None)
        parts = sum(table_columns[each][at] or 0 for each in ("open", "lost", "disqualified", "went_on"))
        assert table_columns["entered"][at] == parts


@FEW
@given(HISTORIES, st.one_of(st.none(), DAYS))
def test_every_figure_equals_plain_python(told: Told, deals: list[Story], day: date | None) -> None:
    table = told.of(*deals)("funnel", **({} if day is None else {"as_of": day}))
    columns = {each.name: column(table, each.name) for each in table.columns}
    then = (
        deals if day is None else [each for each in (stands(deal, day) for deal in deals) if each is not None]
    )
    check(columns, then)


def test_as_of_a_day_the_funnel_is_that_of_then(told: Told) -> None:
    report = told.of(a_deal(*OPEN, "won", every=10))
    assert column(report("funnel", as_of=FIRST + timedelta(days=25)), "entered") == [1, 1, 1, 0, 0]
    assert column(report("funnel", as_of=FIRST - timedelta(days=1)), "entered") == [0, 0, 0, 0, 0]


def test_the_funnel_is_drawn_by_what_entered(told: Told) -> None:
    chart = told.of()("funnel").chart
    assert chart is not None
    assert (chart.kind, chart.label, chart.values) == ("funnel", "stage", ("entered",))
    with pytest.raises(Exception, match="by"):
        told.of()("funnel", by="owner")


def test_a_move_counts_on_the_evening_of_its_day(told: Told) -> None:
    report = told.of(a_deal("prospecting", "lost", every=10))
    assert column(report("funnel", as_of=FIRST + timedelta(days=9)), "open")[0] == 1
    assert column(report("funnel", as_of=FIRST + timedelta(days=10)), "lost")[0] == 1


def test_a_stage_that_was_set_without_a_move_counts_too(told: Told) -> None:
    road = Road.of(told.platform.deployment.stages)
    assert furthest(road, "negotiation", 1) == 3
    assert furthest(road, "engaging", 2) == 2
    assert furthest(road, "lost", None) == 0
