"""Sales cycle, velocity and cohorts, checked by examples and against plain Python."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from dealwright import InvalidValue, Money, rounded
from tests.plugins.stories import FIRST, HISTORIES, LATER, OWNERS, Story, Told, a_deal, by_label

FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PPM = 1_000_000


def days_to(deals: Sequence[Story], means: str) -> list[int]:
    """The days from opening to the end of those that ended this way and have both days."""
    return [
        (each.closed - each.opened).days
        for each in deals
        if each.means == means and each.closed is not None and each.opened is not None
    ]


def middle(values: Sequence[int]) -> Fraction | None:
    return Fraction(median(values)) if values else None


def whole(value: Fraction | None) -> int | None:
    return None if value is None else rounded(value)


def mean(values: Sequence[int]) -> Fraction | None:
    return Fraction(sum(values), len(values)) if values else None


def test_the_median_of_two_deals_lies_between_them(told: Told) -> None:
    table = told.of(a_deal("engaging", "won", every=10), a_deal("engaging", "won", every=15))("cycle")
    assert by_label(table)["Ann"] == (2, 13, 13, 0, None, None)


def test_deals_without_a_day_are_counted_and_told(told: Told) -> None:
    table = told.of(a_deal("engaging", "won", opened=None))("cycle")
    assert by_label(table)["Ann"] == (1, None, None, 0, None, None)
    assert table.note == "1 deals do not say when they were opened and closed"


def test_the_day_of_closing_places_a_deal(told: Told) -> None:
    report = told.of(a_deal("engaging", "won", every=100), a_deal("engaging", "lost", every=10))
    assert report("cycle", period="2022-Q2").totals == ("Total", 1, 100, 100, 0, None, None)
    assert list(by_label(report("cycle", by="month"))) == ["2022-01", "2022-04"]


def test_velocity_is_what_the_open_deals_bring_a_day(told: Told) -> None:
    won, lost = a_deal("engaging", "won", every=30, minor=90_000), a_deal("engaging", "lost")
    table = told.of(won, lost, a_deal("engaging"), a_deal("engaging", "negotiation"))("velocity")
    # 2 open deals x 1/2 x 900.00 USD / 30 days
    assert by_label(table)["Ann"] == (2, PPM // 2, Money(90_000, "USD"), 30, Money(3_000, "USD"))


def test_what_was_won_on_the_day_it_was_opened_has_no_velocity(told: Told) -> None:
    table = told.of(a_deal("won"), a_deal("engaging"))("velocity")
    assert by_label(table)["Ann"] == (1, PPM, Money(1_000, "USD"), 0, None)


def test_won_deals_without_amount_are_left_out_of_the_average_and_told(told: Told) -> None:
    table = told.of(a_deal("won", minor=None), a_deal("won", minor=500))("velocity")
    assert by_label(table)["Ann"][2] == Money(500, "USD")
    assert table.note == "1 won deals without amount are left out of the average"


def test_nothing_has_no_pace(told: Told) -> None:
    report = told.of()
    assert report("cycle").totals == ("Total", 0, None, None, 0, None, None)
    assert report("velocity").totals == ("Total", 0, None, None, None, None)
    assert report("cohorts").rows == ()


def test_a_seller_sees_own_pace_only(told: Told) -> None:
    report = told.of(a_deal("engaging", "won"), a_deal("engaging", "lost", owner="Ben"), a_deal("engaging"))
    assert by_label(report("cycle", actor="ben")) == {"Ben": (0, None, None, 1, 10, 10)}
    assert by_label(report("velocity", actor="ann"))["Ann"][0] == 1
    assert [row[1] for row in report("cohorts", actor="ben").rows] == [1]


def cycle_cells(deals: Sequence[Story]) -> tuple[int | None, ...]:
    cells: list[int | None] = []
    for means in ("won", "lost"):
        days = days_to(deals, means)
        cells += [sum(each.means == means for each in deals), whole(middle(days)), whole(mean(days))]
    return tuple(cells)


def velocity_cells(deals: Sequence[Story]) -> tuple[Any, ...]:
    counts = {means: sum(each.means == means for each in deals) for means in ("open", "won", "lost")}
    ended = counts["won"] + counts["lost"]
    average = mean([each.minor for each in deals if each.means == "won" and each.minor is not None])
    cycle = middle(days_to(deals, "won"))
    a_day = (
        counts["open"] * Fraction(counts["won"], ended) * average / cycle
        if cycle and average is not None
        else None
    )
    return (
        counts["open"],
        rounded(Fraction(counts["won"] * PPM, ended)) if ended else None,
        None if average is None else Money(rounded(average), "USD"),
        whole(cycle),
        None if a_day is None else Money(rounded(a_day), "USD"),
    )


@FEW
@given(HISTORIES)
def test_cycle_and_velocity_equal_plain_python(told: Told, deals: list[Story]) -> None:
    report = told.of(*deals)
    cycle, velocity = report("cycle"), report("velocity")
    assert cycle.totals == ("Total", *cycle_cells(deals))
    assert velocity.totals == ("Total", *velocity_cells(deals))
    for owner in OWNERS:
        own = [each for each in deals if each.owner == owner]
        if any(each.means in ("won", "lost") for each in own):
            assert by_label(cycle)[owner] == cycle_cells(own)
        if any(each.means != "disqualified" for each in own):
            assert by_label(velocity)[owner] == velocity_cells(own)


def test_a_cohort_is_judged_once_all_its_deals_are_old_enough(told: Told) -> None:
    report = told.of(a_deal("won"), a_deal("engaging", "won", every=40), a_deal("engaging"))
    assert by_label(report("cohorts", as_of="2022-04-01"))["2022-01"] == (
        3,
        2,
        0,
        0,
        1,
        333_333,
        666_667,
        None,
        None,
    )


def test_cohorts_are_by_a_length_of_time_only(told: Told) -> None:
    with pytest.raises(InvalidValue, match="'owner' is no length of time; use month, quarter, year"):
        told.of()("cohorts", by="owner")


@FEW
@given(HISTORIES)
def test_cohorts_equal_plain_python(told: Told, deals: list[Story]) -> None:
    table = told.of(*deals)("cohorts")
    months: dict[str, list[Story]] = {}
    for each in deals:
        if each.opened is not None:
            months.setdefault(f"{each.opened:%Y-%m}", []).append(each)
    assert [row[0] for row in table.rows] == sorted(months)
    for label, own in months.items():
        counts = [
            sum(each.means == means for each in own) for means in ("won", "lost", "disqualified", "open")
        ]
        won = [sum(long <= most for long in days_to(own, "won")) for most in (30, 60, 90, 180)]
        shares = [rounded(Fraction(n * PPM, len(own))) for n in won]
        assert by_label(table)[label] == (len(own), *counts, *shares)


def test_as_of_a_day_what_came_later_is_not_known(told: Told) -> None:
    report = told.of(a_deal("engaging", "won", every=30))
    before: date = FIRST + timedelta(days=29)
    assert report("velocity", as_of=before).totals == ("Total", 1, None, None, None, None)
    assert report("velocity", as_of=LATER).totals == (
        "Total",
        0,
        PPM,
        Money(1_000, "USD"),
        30,
        Money(0, "USD"),
    )
    assert by_label(report("cohorts", as_of=before))["2022-01"][:5] == (1, 0, 0, 0, 1)


def test_a_period_narrows_the_closed_deals_and_never_the_open_ones(told: Told) -> None:
    report = told.of(
        a_deal("engaging", "won", every=30), a_deal("engaging", "won", every=100), a_deal("engaging")
    )
    a_day = Money(rounded(Fraction(1_000, 30)), "USD")
    assert report("velocity", period="2022-Q1").totals == ("Total", 1, PPM, Money(1_000, "USD"), 30, a_day)


def test_within_thirty_days_includes_the_thirtieth(told: Told) -> None:
    report = told.of(a_deal("engaging", "won", every=30), a_deal("engaging", "won", every=31))
    assert by_label(report("cohorts"))["2022-01"][5:] == (PPM // 2, PPM, PPM, PPM)
