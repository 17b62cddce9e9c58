"""How old open deals are and which are stuck, checked by examples and against plain Python."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import InvalidValue, Money
from tests.plugins.stories import (
    DAYS,
    FIRST,
    HISTORIES,
    LATER,
    OPEN,
    Story,
    Told,
    a_deal,
    by_label,
    column,
    stands,
)

FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
BUCKETS = {
    "0 to 30": 30,
    "31 to 60": 60,
    "61 to 90": 90,
    "91 to 180": 180,
    "181 to 365": 365,
    "over 365": 10**6,
}


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def test_a_deal_is_as_old_as_the_days_since_it_was_opened(told: Told) -> None:
    report = told.of(a_deal("engaging", minor=700), a_deal("engaging", minor=None), a_deal("engaging", "won"))
    assert by_label(report("ageing", as_of=after(30)))["0 to 30"] == (2, Money(700, "USD"), 1)
    assert by_label(report("ageing", as_of=after(31)))["31 to 60"] == (2, Money(700, "USD"), 1)
    assert report("ageing", as_of=after(31)).totals == ("Total", 2, Money(700, "USD"), 1)


def test_open_deals_without_a_day_come_last(told: Told) -> None:
    table = told.of(Story(opened=None))("ageing")
    assert table.rows[-1] == (None, 1, Money(1_000, "USD"), 0)


def test_a_seller_sees_own_open_deals_only(told: Told) -> None:
    report = told.of(a_deal("engaging"), a_deal("engaging", owner="Ben"), a_deal("engaging", owner="Ben"))
    assert [report("ageing", actor=each).totals[1] for each in ("ann", "ben")] == [1, 2]  # type: ignore[index]  # it has totals


@FEW
@given(HISTORIES, DAYS)
def test_ages_equal_plain_python(told: Told, deals: list[Story], day: date) -> None:
    table = told.of(*deals)("ageing", as_of=day)
    counts: Counter[str] = Counter()
    worth: Counter[str] = Counter()
    for each in deals:
        then = stands(each, day)
        if then is None or then.means != "open":
            continue
        old = None if each.opened is None else (day - each.opened).days
        label = "" if old is None else next(name for name, end in BUCKETS.items() if old <= end)
        counts[label] += 1
        worth[label] += each.minor or 0
    found = {row[0] or "": row for row in table.rows}
    for label in (*BUCKETS, *([""] if counts[""] else [])):
        assert found[label][1:3] == (counts[label], Money(worth[label], "USD"))


def moved_on(count: int, days: int) -> list[Story]:
    """Deals that stayed one to so many days among the prospects, in turn."""
    return [a_deal("prospecting", "engaging", "won", every=1 + number % days) for number in range(count)]


def test_stuck_is_what_stays_longer_than_four_of_five_that_moved_on(told: Told) -> None:
    slow = Story((("prospecting", after(20)),), minor=900, owner="Ben")
    report = told.of(*moved_on(20, 10), slow)
    assert report("stuck", as_of=after(28)).rows == ()
    ((ref, name, stage, owner, *rest),) = report("stuck", as_of=after(29)).rows
    assert ref.startswith("O-")
    assert (name, stage, owner) == (None, "Prospecting", "Ben")
    assert rest == [Money(900, "USD"), after(20), 9, 8]


def test_too_little_history_to_tell_is_said(told: Told) -> None:
    table = told.of(*moved_on(19, 10), a_deal("prospecting"), a_deal("negotiation"))("stuck", as_of=LATER)
    assert table.rows == ()
    assert "1 open deals at Prospecting cannot be judged: 19 stays that led on, 20 needed" in table.note
    assert "1 open deals at negotiation" not in table.note
    assert "1 open deals at Negotiation cannot be judged: 0 stays that led on, 20 needed" in table.note


def test_a_list_that_is_cut_says_so(told: Told) -> None:
    slow = [a_deal("prospecting") for _ in range(3)]
    table = told.of(*moved_on(20, 10), *slow)("stuck", as_of=LATER, most=2)
    assert len(table.rows) == 2
    assert table.note == "2 of 3 deals are listed"


def test_what_makes_no_sense_is_refused(told: Told) -> None:
    with pytest.raises(InvalidValue, match="percent is 100; use 1 to 99"):
        told.of()("stuck", percent=100)
    with pytest.raises(InvalidValue, match="most is 0"):
        told.of()("stuck", most=0)


def test_a_seller_sees_own_stuck_deals_by_own_history(told: Told) -> None:
    report = told.of(*moved_on(20, 10), a_deal("prospecting"), a_deal("prospecting", owner="Ben"))
    assert column(report("stuck", actor="ann", as_of=LATER), "owner") == ["Ann"]
    assert report("stuck", actor="ben", as_of=LATER).rows == ()


@FEW
@given(HISTORIES, DAYS, st.integers(1, 99))
def test_what_is_stuck_equals_plain_python(told: Told, deals: list[Story], day: date, percent: int) -> None:
    deals = [*moved_on(20, 7), *deals]
    table = told.of(*deals)("stuck", as_of=day, percent=percent)
    then = [found for found in (stands(each, day) for each in deals) if found is not None]
    found = []
    for at, stage in enumerate(OPEN):
        ahead = (*OPEN[at + 1 :], "won")
        days = sorted(
            (went - since).days
            for each in then
            for (here, since), (there, went) in zip(each.moves, each.moves[1:], strict=False)
            if here == stage and there in ahead
        )
        if len(days) < 20:
            continue
        usual = days[max(-(-len(days) * percent // 100), 1) - 1]
        for each in then:
            since = each.moves[-1][1] if each.moves else each.opened
            if each.now == stage and since is not None and (day - since).days > usual:
                found.append((stage.capitalize(), each.owner, since, (day - since).days, usual))
    rows = [(row[2], row[3], *row[5:]) for row in table.rows]
    assert sorted(rows) == sorted(found)


def test_only_stays_that_led_further_say_how_long_a_stage_takes(told: Told) -> None:
    dropped = [a_deal("prospecting", "lost", every=100) for _ in range(20)]
    back = [a_deal("prospecting", "engaging", "prospecting", "lost", every=1) for _ in range(20)]
    table = told.of(*moved_on(20, 10), *dropped, *back, a_deal("prospecting"))("stuck", as_of=LATER)
    assert column(table, "usual") == [6]
