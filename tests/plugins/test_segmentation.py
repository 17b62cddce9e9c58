"""The classes of customers: how they are computed, given and kept, and what they are based on."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

import dealwright_segmentation
from dealwright import (
    ChangingSession,
    Command,
    Customer,
    Money,
    Opportunity,
    Platform,
    Refused,
    UsageError,
    hookimpl,
)
from dealwright_segmentation.records import Past, Segmentation
from dealwright_testing.deployments import MakePlatform

DAY = date(2025, 6, 30)
Deals = dict[str, list[tuple[date, int | None]]]
SETTINGS = """\
[plugins.segmentation]
frequent = 3
recency = {bounds = [30, 90]}
frequency = {bounds = [2, 4]}
money = {bounds = ["100", "1000"]}
"""


class Selling:
    """Stores customers with deals that were won on given days, in whole dollars."""

    @hookimpl
    def commands(self) -> Iterator[Command]:
        def sell(session: ChangingSession, *, customer: str, on: date, amount: int | None = None) -> str:
            """Win a deal."""
            found = session.find(Customer, name=customer) or [
                session.add(Customer(name=customer, ref=customer))
            ]
            worth = None if amount is None else Money(amount * 100, "USD")
            return session.add(
                Opportunity(customer=found[0].id, stage="won", opened_on=on, closed_on=on, amount=worth)
            ).ref

        def undo(session: ChangingSession, *, ref: str) -> None:
            """Nobody knows any more when a deal was won."""
            session.change(session.get(Opportunity, ref), closed_on=None)

        yield Command("selling.sell", sell)
        yield Command("selling.undo", undo)


PLUGINS = [("segmentation", dealwright_segmentation), ("selling", Selling())]
Sell = Callable[..., Any]


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    return make_platform(database_url, SETTINGS, plugins=PLUGINS)


@pytest.fixture
def on_sqlite(make_platform: MakePlatform) -> Platform:
    return make_platform(config=SETTINGS, plugins=PLUGINS)


def run(platform: Platform, command: str, actor: str = "admin", **arguments: Any) -> Any:
    return platform.run(command, actor=actor, **arguments).value


def sell(platform: Platform, customer: str, days_ago: int, amount: int | None = 10, times: int = 1) -> str:
    ref = ""
    for _ in range(times):
        ref = run(platform, "selling.sell", customer=customer, on=DAY - timedelta(days_ago), amount=amount)
    return ref


def classify(platform: Platform, day: date = DAY, **more: Any) -> list[tuple[Any, ...]]:
    return list(run(platform, "segmentation.classify", as_of=day, **more).rows)


def current(platform: Platform, customer: str) -> Segmentation:
    with platform.session("admin") as session:
        (found,) = session.find(Segmentation, customer=session.get(Customer, customer).id)
    return found


def past(platform: Platform, customer: str) -> list[tuple[str, str, date, date]]:
    with platform.session("admin") as session:
        found = session.find(Past, customer=session.get(Customer, customer).id)
    return sorted((each.aspect, each.segment, each.since, each.until) for each in found)


def test_scores_by_bounds_sum_up_to_a_value_class(platform: Platform) -> None:
    sell(platform, "BIG", 10, 400, times=4)  # 3 + 3 + 3
    sell(platform, "MIDDLE", 60, 100, times=2)  # 2 + 2 + 2
    sell(platform, "SMALL", 200, 5)  # 1 + 1 + 1
    assert classify(platform) == [
        ("behaviour", None, "first", 1),
        ("behaviour", None, "frequent", 1),
        ("behaviour", None, "occasional", 1),
        ("value", None, "A", 1),
        ("value", None, "B", 1),
        ("value", None, "C", 1),
    ]
    assert [current(platform, each).value for each in ("BIG", "MIDDLE", "SMALL")] == ["A", "B", "C"]
    big = current(platform, "BIG")
    assert big.value_basis == "last=2025-06-20:3 purchases=4:3 money=160000:3 total=9"
    assert (big.behaviour_basis, big.value_since) == ("purchases=4 ever=4", DAY)


def test_who_bought_but_not_in_the_window_is_dormant(on_sqlite: Platform) -> None:
    sell(on_sqlite, "OLD", 400, 5000, times=5)
    sell(on_sqlite, "EDGE", (DAY - date(2024, 6, 30)).days)
    sell(on_sqlite, "WITHIN", (DAY - date(2024, 7, 1)).days)
    classify(on_sqlite)
    assert [current(on_sqlite, each).value for each in ("OLD", "EDGE", "WITHIN")] == [
        "dormant",
        "dormant",
        "C",
    ]
    assert current(on_sqlite, "OLD").behaviour == "occasional"
    assert current(on_sqlite, "OLD").value_basis == "last=2024-05-26"


def test_behaviour_is_first_occasional_or_frequent(on_sqlite: Platform) -> None:
    sell(on_sqlite, "ONCE", 500)
    sell(on_sqlite, "TWICE", 20, times=2)
    sell(on_sqlite, "OFTEN", 20, times=3)
    sell(on_sqlite, "FORMERLY", 500, times=3)
    classify(on_sqlite)
    found = [current(on_sqlite, each).behaviour for each in ("ONCE", "TWICE", "OFTEN", "FORMERLY")]
    assert found == ["first", "occasional", "frequent", "occasional"]


def test_only_won_deals_up_to_the_day_count(on_sqlite: Platform) -> None:
    sell(on_sqlite, "ACME", 10)
    sell(on_sqlite, "ACME", -1, 9999)
    run(on_sqlite, "opportunity.add", customer="ACME", amount="9999 USD")
    run(on_sqlite, "customer.add", ref="IDLE", name="Idle")
    classify(on_sqlite)
    assert current(on_sqlite, "ACME").behaviour_basis == "purchases=1 ever=1"
    with on_sqlite.session("admin") as session:
        assert session.count(Segmentation) == 1


def test_a_deal_without_amount_is_a_purchase_worth_nothing(on_sqlite: Platform) -> None:
    sell(on_sqlite, "ACME", 10, None)
    classify(on_sqlite)
    assert current(on_sqlite, "ACME").value_basis == "last=2025-06-20:3 purchases=1:1 money=0:1 total=5"


def test_the_class_before_is_kept_until_the_day_of_the_new_one(on_sqlite: Platform) -> None:
    sell(on_sqlite, "ACME", 10)
    classify(on_sqlite)
    later = DAY + timedelta(100)
    assert classify(on_sqlite, later) == [("value", "B", "C", 1)]
    found = current(on_sqlite, "ACME")
    assert (found.value, found.value_since, found.behaviour, found.behaviour_since) == (
        "C",
        later,
        "first",
        DAY,
    )
    assert past(on_sqlite, "ACME") == [("value", "B", DAY, later)]


def test_classifying_twice_changes_nothing(on_sqlite: Platform) -> None:
    sell(on_sqlite, "ACME", 10)
    classify(on_sqlite)
    before = current(on_sqlite, "ACME")
    assert classify(on_sqlite) == []
    assert classify(on_sqlite, DAY + timedelta(5)) == []
    assert current(on_sqlite, "ACME") == before


def test_a_class_that_never_held_for_a_day_leaves_no_trace(on_sqlite: Platform) -> None:
    sell(on_sqlite, "ACME", 10)
    classify(on_sqlite)
    sell(on_sqlite, "ACME", 5, 400, times=3)
    assert classify(on_sqlite) == [("behaviour", "first", "frequent", 1), ("value", "B", "A", 1)]
    assert (current(on_sqlite, "ACME").value_since, past(on_sqlite, "ACME")) == (DAY, [])


def test_whose_purchases_turn_out_to_be_none_has_class_none(platform: Platform) -> None:
    ref = sell(platform, "ACME", 10)
    classify(platform)
    run(platform, "selling.undo", ref=ref)
    later = DAY + timedelta(1)
    assert classify(platform, later) == [("behaviour", "first", "none", 1), ("value", "B", "none", 1)]
    assert classify(platform, later) == []
    assert past(platform, "ACME") == [("behaviour", "first", DAY, later), ("value", "B", DAY, later)]
    sell(platform, "ACME", 10)
    assert classify(platform, later + timedelta(1))[0] == ("behaviour", "none", "first", 1)


def test_a_dry_run_says_who_would_move_and_writes_nothing(on_sqlite: Platform) -> None:
    sell(on_sqlite, "ACME", 10)
    table = run(on_sqlite, "segmentation.classify", as_of=DAY, dry_run=True)
    assert table.rows == (("behaviour", None, "first", 1), ("value", None, "B", 1))
    assert table.note == "As of 2025-06-30; nothing was written"
    with on_sqlite.session("admin") as session:
        assert session.count(Segmentation) == 0


def test_history_is_not_written_anew(on_sqlite: Platform) -> None:
    sell(on_sqlite, "ACME", 10)
    classify(on_sqlite)
    with pytest.raises(Refused, match="classes were given on 2025-06-30, and history is not written anew"):
        classify(on_sqlite, DAY - timedelta(1))


def test_nobody_is_classified_on_a_day_still_to_come(on_sqlite: Platform) -> None:
    with pytest.raises(UsageError, match="is still to come"):
        classify(on_sqlite, date(2999, 1, 1))


def test_classifying_takes_sight_of_all_customers(on_sqlite: Platform) -> None:
    run(on_sqlite, "team.add", ref="EAST", name="East")
    run(on_sqlite, "member.add", ref="ANN", name="Ann", login="ann")
    run(on_sqlite, "position.add", member="ANN", team="EAST", role="manager", since="2020-01-01")
    with pytest.raises(Refused, match="may not classify: customers are compared with each other"):
        run(on_sqlite, "segmentation.classify", actor="ann")


def test_a_need_is_assessed_with_its_evidence_and_by_whom(on_sqlite: Platform) -> None:
    run(on_sqlite, "customer.add", ref="ACME", name="Acme")
    run(on_sqlite, "segmentation.assess", ref="ACME", need="innovator", evidence="tried our beta", on=DAY)
    found = current(on_sqlite, "ACME")
    assert (found.need, found.need_since, found.need_evidence, found.need_by) == (
        "innovator", DAY, "tried our beta", "admin",
    )  # fmt: skip
    later = DAY + timedelta(30)
    run(on_sqlite, "segmentation.assess", ref="ACME", need="leader", evidence="sets the standard", on=later)
    assert past(on_sqlite, "ACME") == [("need", "innovator", DAY, later)]


def test_the_same_need_again_replaces_the_evidence_only(on_sqlite: Platform) -> None:
    run(on_sqlite, "customer.add", ref="ACME", name="Acme")
    for evidence, on in (("tried our beta", DAY), ("and the next one", DAY + timedelta(9))):
        run(on_sqlite, "segmentation.assess", ref="ACME", need="innovator", evidence=evidence, on=on)
    assert (current(on_sqlite, "ACME").need_since, current(on_sqlite, "ACME").need_evidence) == (
        DAY, "and the next one",
    )  # fmt: skip
    assert past(on_sqlite, "ACME") == []


def test_a_need_takes_evidence_unless_it_is_unknown(on_sqlite: Platform) -> None:
    run(on_sqlite, "customer.add", ref="ACME", name="Acme")
    with pytest.raises(UsageError, match="leader without evidence"):
        run(on_sqlite, "segmentation.assess", ref="ACME", need="leader", evidence="  ")
    run(on_sqlite, "segmentation.assess", ref="ACME", need="unknown")
    assert current(on_sqlite, "ACME").need_evidence is None


def test_a_need_is_not_assessed_before_the_one_there_is_nor_ahead(on_sqlite: Platform) -> None:
    run(on_sqlite, "customer.add", ref="ACME", name="Acme")
    run(on_sqlite, "segmentation.assess", ref="ACME", need="leader", evidence="seen", on=DAY)
    with pytest.raises(Refused, match="ACME has had the class leader since 2025-06-30"):
        run(
            on_sqlite,
            "segmentation.assess",
            ref="ACME",
            need="innovator",
            evidence="x",
            on=DAY - timedelta(1),
        )
    with pytest.raises(UsageError, match="is still to come"):
        run(on_sqlite, "segmentation.assess", ref="ACME", need="innovator", evidence="x", on=date(2999, 1, 1))


def test_classifying_leaves_what_was_assessed(on_sqlite: Platform) -> None:
    sell(on_sqlite, "ACME", 10)
    run(on_sqlite, "segmentation.assess", ref="ACME", need="leader", evidence="seen", on=DAY)
    classify(on_sqlite)
    assert (current(on_sqlite, "ACME").need, current(on_sqlite, "ACME").value) == ("leader", "B")


def test_explain_says_why_and_what_was_before(platform: Platform) -> None:
    sell(platform, "ACME", 10, 400)
    classify(platform)
    later = DAY + timedelta(100)
    classify(platform, later)
    run(platform, "segmentation.assess", ref="ACME", need="leader", evidence="sets the standard", on=DAY)
    whole = run(platform, "segmentation.explain", ref="ACME")
    rest = "1 purchase in the window (score 1), 400.00 USD bought (score 2)"
    assert whole.rows == (
        ("value", "C", later, None, f"last purchase 2025-06-20 (score 1), {rest}, score 4"),
        ("value", "B", DAY, later, f"last purchase 2025-06-20 (score 3), {rest}, score 6"),
        ("need", "leader", DAY, None, "sets the standard, assessed by admin"),
        ("behaviour", "first", DAY, None, "1 purchase in the window, 1 in all"),
    )
    on_the_day = run(platform, "segmentation.explain", ref="ACME", on=DAY)
    assert [row[:2] for row in on_the_day.rows] == [
        ("value", "B"),
        ("need", "leader"),
        ("behaviour", "first"),
    ]
    before = run(platform, "segmentation.explain", ref="ACME", on=DAY - timedelta(1))
    assert (before.rows, before.note) == ((), "No class was given yet")


def test_a_class_without_a_day_is_refused_on_every_way_in(on_sqlite: Platform) -> None:
    run(on_sqlite, "customer.add", ref="ACME", name="Acme")
    with pytest.raises(Refused, match="a class has a first day"):
        run(on_sqlite, "segmentation.add", customer="ACME", value="A")
    with pytest.raises(Refused, match="no class begins on a day that is still to come"):
        run(on_sqlite, "segmentation.add", customer="ACME", value="A", value_since="2999-01-01")
