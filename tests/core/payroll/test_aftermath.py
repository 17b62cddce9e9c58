"""What becomes of the pay for a sale: what waits, what is released, what events take back; and that no cent is lost."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.incentives.plans.figures import Ratio
from dealwright_core.incentives.plans.tables import Clawback
from dealwright_core.payroll.settling.aftermath import Fate, Happening, Hold, Rules, Taken
from dealwright_core.payroll.settling.collecting import collected
from dealwright_core.values import Calendar, Rounding

SOLD, LATE = date(2026, 1, 10), date(2027, 12, 31)
HALF, TENTH = Fraction(1, 2), Fraction(1, 10)

amounts = st.integers(-(10**9), 10**9)
payments = st.lists(st.integers(-2_000, 5_000), max_size=8)
roundings = st.sampled_from(Rounding)
days = st.integers(0, 700).map(lambda each: SOLD + timedelta(days=each))


def rules(
    parts: Mapping[str, Fraction],
    rounding: Rounding = Rounding.HALF_AWAY,
    **clawbacks: Clawback,
) -> Rules:
    return Rules(parts=parts, clawbacks=clawbacks, calendar=Calendar(), rounding=rounding)


def released(found: Rules, earned: int, fate: Fate, last: date, before: int = 0) -> int:
    """What is released of what was earned, less what was taken back."""
    after = found.applied(earned, fate, last, before=before)
    taken = sum(each.back + each.cancelled for each in after.taken.values())
    return earned + taken - sum(after.waiting.values())


ON_COLLECTION = {"booking": Fraction(60, 100), "collection": Fraction(40, 100)}


def paid(due: int, *instalments: tuple[int, int]) -> Fate:
    """A sale that the customer pays: months after it, and how much."""
    in_order = [(SOLD + timedelta(days=30 * months), amount) for months, amount in instalments]
    return Fate(sold=SOLD, collected=collected(in_order, 0, due))


def test_what_waits_for_the_customer_is_released_with_the_instalments() -> None:
    # 40 % of 500.00 wait for 10,000.00 in three instalments: 200.00 x 1/3 = 66.67, x 2/3 = 133.33, then all of it.
    fate = paid(1_000_000, (1, 333_333), (2, 333_333), (3, 333_334))
    found = [
        released(rules(ON_COLLECTION), 50_000, fate, SOLD + timedelta(days=30 * months))
        for months in range(4)
    ]
    assert found == [30_000, 36_667, 43_333, 50_000]


def test_a_payment_that_bounces_takes_its_part_back() -> None:
    fate = paid(1_000_000, (1, 1_000_000), (2, -250_000))
    assert released(rules(ON_COLLECTION), 50_000, fate, LATE) == 30_000 + 15_000


def test_payments_cover_the_sales_that_came_before_first() -> None:
    when = [(SOLD, 500), (SOLD + timedelta(days=1), 700)]
    assert collected(when, 400, 1_000) == [
        Happening(SOLD, TENTH),
        Happening(SOLD + timedelta(days=1), Fraction(8, 10)),
    ]


def test_where_nothing_is_due_nothing_waits() -> None:
    assert (
        released(rules(ON_COLLECTION), 50_000, Fate(sold=SOLD, collected=collected([], 0, 0)), LATE) == 50_000
    )


def test_a_prize_does_not_wait_for_what_only_sales_have() -> None:
    fate = Fate(sold=SOLD, is_no_sale=True)
    assert released(rules({"collection": HALF, "hold": HALF}), 501, fate, SOLD) == 501
    assert released(rules({"year end": Fraction(1)}), 501, fate, date(2026, 12, 30)) == 0


def test_half_of_it_is_taken_back_where_half_of_the_term_was_served() -> None:
    fate = Fate(sold=SOLD, events={"terminate": [Happening(date(2026, 7, 10))]})
    found = rules({"booking": Fraction(1)}, terminate=Clawback(term_months=12)).applied(50_000, fate, LATE)
    assert found.taken == {"terminate": Taken(date(2026, 7, 10), -25_000, 0)}


def test_what_was_not_paid_is_cancelled_and_the_share_is_of_what_was() -> None:
    # 300.00 were paid, of which 80 % are 240.00; the 200.00 that wait are cancelled.
    fate = Fate(sold=SOLD, events={"cancelled": [Happening(date(2026, 2, 1))]})
    terms = Clawback(share=Ratio(Fraction(8, 10)), cancels=True)
    found = rules(ON_COLLECTION, cancelled=terms).applied(50_000, fate, LATE)
    assert found.taken == {"cancelled": Taken(date(2026, 2, 1), -24_000, -20_000)}
    assert found.waiting == {}


def test_of_what_was_paid_the_unserved_term_is_taken_and_what_was_not_is_cancelled() -> None:
    # 600.00 were paid, of which six months of twelve were not served: 300.00. The other 600.00 are cancelled.
    fate = Fate(sold=SOLD, events={"terminate": [Happening(date(2026, 7, 10))]})
    terms = rules({"booking": HALF, "+12 months": HALF}, terminate=Clawback(term_months=12, cancels=True))
    assert terms.applied(120_000, fate, LATE).taken == {
        "terminate": Taken(date(2026, 7, 10), -30_000, -60_000)
    }


REFUNDED = Clawback(cancels=True)


@pytest.mark.parametrize("booked", [100, 75, 50, 25, 0])
def test_a_refund_that_cancels_leaves_the_same_whatever_was_paid(booked: int) -> None:
    moments = {"booking": Fraction(booked, 100), "year end": Fraction(100 - booked, 100)}
    terms = rules({moment: share for moment, share in moments.items() if share}, refund=REFUNDED)
    for part, left in ((HALF, 50_000), (Fraction(8, 10), 20_000)):
        fate = Fate(sold=SOLD, events={"refund": [Happening(date(2026, 2, 1), part)]})
        # Of what was paid as large a part is taken as is cancelled of what was not.
        taken = terms.applied(100_000, fate, LATE).taken["refund"]
        assert taken.back == -1_000 * booked * part
        assert taken.cancelled == -1_000 * (100 - booked) * part
        assert released(terms, 100_000, fate, LATE) == left


def test_two_refunds_of_a_quarter_come_to_one_of_a_half_though_more_was_paid_in_between() -> None:
    quarters = [Happening(date(2026, 2, 1), Fraction(1, 4)), Happening(date(2027, 2, 1), Fraction(1, 4))]
    terms = rules({"booking": HALF, "year end": HALF}, refund=REFUNDED)
    # A quarter of 500.00 that were paid, and of 500.00 that wait; then one of all 1,000.00.
    taken = terms.applied(100_000, Fate(sold=SOLD, events={"refund": quarters}), LATE).taken["refund"]
    assert taken[1:] == (-12_500 - 25_000, -12_500)


def test_what_is_held_back_when_it_is_refunded_is_cancelled_also_where_it_is_freed_later() -> None:
    held = [Hold(since=date(2026, 2, 1), until=date(2026, 4, 1)), Hold(since=SOLD, until=date(2026, 2, 10))]
    terms = rules({"booking": Fraction(1)}, refund=Clawback(share=Ratio(HALF), cancels=True))
    for last in (date(2026, 3, 31), LATE):
        found = terms.applied(
            1_000, Fate(sold=SOLD, events={"refund": [Happening(date(2026, 3, 1))]}, holds=held), last
        )
        assert found.taken["refund"][1:] == (0, -1_000)


def test_a_refund_of_a_quarter_takes_a_quarter_back_and_another_one_the_next() -> None:
    quarter = Fraction(1, 4)
    fate = Fate(sold=SOLD, events={"refund": [Happening(SOLD, quarter), Happening(LATE, quarter)]})
    terms = rules({"booking": Fraction(1)}, refund=Clawback())
    assert released(terms, 1_000, fate, SOLD) == 750
    assert released(terms, 1_000, fate, LATE) == 500


def test_what_happens_before_the_sale_or_after_the_day_takes_nothing() -> None:
    fate = Fate(sold=SOLD, events={"terminate": [Happening(date(2026, 1, 9)), Happening(date(2026, 3, 1))]})
    terms = rules({"booking": Fraction(1)}, terminate=Clawback())
    assert released(terms, 1_000, fate, date(2026, 2, 28)) == 1_000
    assert released(terms, 1_000, fate, date(2026, 3, 1)) == 0


def test_an_event_that_happens_to_all_of_a_sale_counts_once() -> None:
    twice = [Happening(date(2026, 2, 1)), Happening(date(2026, 4, 1))]
    terms = rules({"booking": Fraction(1)}, terminate=Clawback(share=Ratio(Fraction(3, 10))))
    assert released(terms, 1_000, Fate(sold=SOLD, events={"terminate": twice}), LATE) == 700


def test_what_is_held_back_waits_and_what_was_paid_before_stays() -> None:
    hold = Hold(since=date(2026, 2, 1), until=date(2026, 4, 1))
    fate = Fate(sold=SOLD, holds=[hold])
    terms = rules({"booking": HALF, "+1 month": HALF})
    seen = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 1)]
    assert [released(terms, 100, fate, day, before=50) for day in seen] == [50, 50, 100]
    # What was never paid is held back as a whole, and less than was paid stays where less is earned.
    assert released(terms, 100, fate, date(2026, 2, 28)) == 0
    assert released(terms, 40, fate, date(2026, 2, 28), before=50) == 40


def test_a_part_that_waits_for_somebody_is_released_by_a_hold_that_ends() -> None:
    terms = rules({"booking": HALF, "hold": HALF})
    assert released(terms, 100, Fate(sold=SOLD), LATE) == 50
    freed = Hold(since=date(2026, 3, 1), until=date(2026, 3, 1))
    assert released(terms, 100, Fate(sold=SOLD, holds=[freed]), date(2026, 2, 28)) == 50
    assert released(terms, 100, Fate(sold=SOLD, holds=[freed]), date(2026, 3, 1)) == 100
    again = Hold(since=date(2026, 3, 1))
    assert released(terms, 100, Fate(sold=SOLD, holds=[freed, again]), date(2026, 3, 1), before=50) == 50


@given(amounts, st.integers(1, 10_000), payments, roundings)
def test_what_is_collected_in_full_is_released_in_full(
    pay: int, due: int, instalments: list[int], rounding: Rounding
) -> None:
    steps = list(enumerate([*instalments, due - sum(instalments)]))
    assert released(rules(ON_COLLECTION, rounding), pay, paid(due, *steps), LATE) == pay


@given(amounts, st.integers(1, 10_000), payments, roundings)
def test_no_more_than_the_whole_is_ever_released(
    pay: int, due: int, instalments: list[int], rounding: Rounding
) -> None:
    fate = paid(due, *enumerate(instalments))
    for each in range(len(instalments)):
        now = released(
            rules({"collection": Fraction(1)}, rounding), pay, fate, SOLD + timedelta(days=30 * each)
        )
        assert min(pay, 0) <= now <= max(pay, 0)


MOMENTS = ("booking", "collection", "hold", "+2 months", "quarter end", "delivery")


def _hold(since: date, length: int | None) -> Hold:
    return Hold(since=since, until=None if length is None else since + timedelta(days=length))


@st.composite
def fates(draw: st.DrawFn) -> Fate:
    parts = st.sampled_from([Fraction(1), HALF, Fraction(1, 3)])
    happened = st.lists(st.builds(Happening, days, parts), max_size=3).map(sorted)
    names = draw(st.lists(st.sampled_from(["delivery", "refund", "terminate"]), unique=True))
    held = st.builds(_hold, days, st.none() | st.integers(0, 300))
    return Fate(
        sold=SOLD,
        events={name: draw(happened) for name in names},
        collected=collected(
            sorted(draw(st.lists(st.tuples(days, st.integers(-50, 90)), max_size=4))), 0, 100
        ),
        holds=draw(st.lists(held, max_size=2)),
    )


clawbacks = st.builds(
    Clawback,
    share=st.sampled_from([Ratio(Fraction(1)), Ratio(HALF)]),
    term_months=st.none() | st.integers(1, 18),
    limit=st.sampled_from([None, "paid"]),
    cancels=st.booleans(),
)


@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.lists(st.sampled_from(MOMENTS), min_size=1, unique=True),
    st.dictionaries(st.sampled_from(["refund", "terminate"]), clawbacks),
    fates(),
    days,
    roundings,
)
def test_of_what_was_earned_everything_waits_or_was_released_or_taken(
    earned: int,
    before: int,
    moments: Sequence[str],
    taking: Mapping[str, Clawback],
    fate: Fate,
    last: date,
    rounding: Rounding,
) -> None:
    terms = rules({each: Fraction(1, len(moments)) for each in moments}, rounding, **taking)
    found = terms.applied(earned, fate, last, before=before)
    back = sum(each.back for each in found.taken.values())
    cancelled = sum(each.cancelled for each in found.taken.values())
    assert all(each.back <= 0 and each.cancelled <= 0 for each in found.taken.values())
    assert all(each > 0 for each in found.waiting.values())
    assert sum(found.waiting.values()) <= earned + cancelled
    assert back + cancelled >= -earned
    limited = all(each.limit == "paid" or each.cancels for each in taking.values())
    if limited:
        # Nobody owes more than was paid.
        assert earned + back + cancelled - sum(found.waiting.values()) >= 0


@given(st.integers(1, 10**6), st.lists(st.integers(1, 40), min_size=1, max_size=6), roundings)
def test_refunds_of_everything_take_everything_back(
    earned: int, refunds: list[int], rounding: Rounding
) -> None:
    total = sum(refunds)
    steps = [Happening(SOLD + timedelta(days=at), Fraction(each, total)) for at, each in enumerate(refunds)]
    terms = rules({"booking": Fraction(1)}, rounding, refund=Clawback())
    left = released(terms, earned, Fate(sold=SOLD, events={"refund": steps}), LATE)
    # Each refund is rounded by itself: as many half cents, or whole ones where all is rounded down, may be left.
    assert 0 <= left < len(refunds)
    assert list(accumulate(refunds))[-1] == total


@given(
    st.integers(1, 10**6),
    st.lists(st.sampled_from(MOMENTS), min_size=1, unique=True),
    st.lists(st.tuples(days, st.integers(1, 40)), min_size=1, max_size=5),
    st.integers(0, 60),
    st.lists(st.tuples(days, st.integers(0, 60)), max_size=4),
    fates(),
    days,
    roundings,
)
def test_refunds_that_cancel_leave_their_complement_whatever_was_released_when(
    earned: int,
    moments: Sequence[str],
    refunds: list[tuple[date, int]],
    kept: int,
    instalments: list[tuple[date, int]],
    fate: Fate,
    last: date,
    rounding: Rounding,
) -> None:
    total = sum(weight for _day, weight in refunds) + kept
    happened = [Happening(day, Fraction(weight, total)) for day, weight in sorted(refunds)]
    events = {**fate.events, "refund": happened}
    fate = evolve(fate, events=events, collected=collected(sorted(instalments), 0, 100))
    terms = rules({each: Fraction(1, len(moments)) for each in moments}, rounding, refund=REFUNDED)
    found = terms.applied(earned, fate, last)
    by_then = [each for each in happened if each.day <= last]
    taken = sum(each.back + each.cancelled for each in found.taken.values())
    wanted = earned * (1 - sum((each.part for each in by_then), Fraction(0)))
    # Each refund is rounded by itself, and in each part.
    assert abs(earned + taken - wanted) <= len(by_then) * (1 + len(moments))
