"""Reports on classes, classes in expressions and schemes, margin, and key accounts."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

import dealwright_segmentation
from dealwright import (
    ChangingSession,
    Command,
    Customer,
    Money,
    NotFound,
    Opportunity,
    Platform,
    Refused,
    Table,
    UsageError,
    fields,
    hookimpl,
    said,
    speaking,
)
from dealwright_segmentation.records import Key, Segmentation
from dealwright_testing.deployments import MakePlatform

FIRST, LATER = date(2025, 6, 30), date(2025, 9, 30)
SETTINGS = """\
[plugins.segmentation]
recency = {bounds = [60]}
frequency = {bounds = [2]}
money = {bounds = ["100"]}
classes = {gold = 6, silver = 4, bronze = 3}
[schemes.customers]
subject = "customer"
[schemes.customers.rules.class]
points = "match(segmentation.value, {'gold': 20, 'silver': 10}, default=0)"
[schemes.deals]
subject = "opportunity"
[schemes.deals.rules.class]
points = "match(segmentation.value, {'gold': 20, 'silver': 10}, default=0)"
"""


class Selling:
    """Stores what three customers bought; Ann owns one of them."""

    @hookimpl
    def commands(self) -> Iterator[Command]:
        def fill(session: ChangingSession) -> None:
            """Fill."""
            ann = session.get("member", "ANN").id
            sold = {
                "GOLD": [(10, 100), (20, 300)], "BRONZE": [(90, 5)], "LATE": [(-80, 50)], "IDLE": [],
            }  # fmt: skip
            for name, deals in sold.items():
                owner = ann if name == "GOLD" else None
                customer = session.add(Customer(ref=name, name=name.title(), owner=owner, industry=name[0]))
                for days, amount in deals:
                    on = FIRST - timedelta(days)
                    session.add(
                        Opportunity(
                            customer=customer.id, stage="won", opened_on=on, closed_on=on, owner=owner,
                            amount=Money(amount * 100, "USD"),
                        )
                    )  # fmt: skip

        yield Command("selling.fill", fill)


PLUGINS = [("segmentation", dealwright_segmentation), ("selling", Selling())]


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    return filled(make_platform(database_url, SETTINGS, plugins=PLUGINS))


@pytest.fixture
def on_sqlite(make_platform: MakePlatform) -> Platform:
    return filled(make_platform(config=SETTINGS, plugins=PLUGINS))


def filled(platform: Platform) -> Platform:
    """Four customers, classified on two days; Ann is a representative."""
    run(platform, "team.add", ref="EAST", name="East")
    run(platform, "member.add", ref="ANN", name="Ann", login="ann")
    run(platform, "position.add", member="ANN", team="EAST", role="rep", since="2020-01-01")
    run(platform, "selling.fill")
    for day in (FIRST, LATER):
        run(platform, "segmentation.classify", as_of=day)
    return platform


def run(platform: Platform, command: str, actor: str = "admin", **arguments: Any) -> Any:
    return platform.run(command, actor=actor, **arguments).value


def report(platform: Platform, name: str, actor: str = "admin", **arguments: Any) -> Table:
    return platform.report(name, actor=actor, **arguments)


def usd(amount: int) -> Money:
    return Money(amount * 100, "USD")


def test_customers_by_class_on_a_past_day(platform: Platform) -> None:
    table = report(platform, "segments", as_of=FIRST)
    assert table.rows == (
        ("gold", 1, 250_000, usd(400), 987_654),
        ("bronze", 1, 250_000, usd(5), 12_346),
        ("not classified", 2, 500_000, usd(0), 0),
    )
    assert table.totals == ("Total", 4, 1_000_000, usd(405), 1_000_000)


def test_customers_by_class_later(on_sqlite: Platform) -> None:
    assert report(on_sqlite, "segments", as_of=LATER).rows == (
        ("silver", 2, 500_000, usd(450), 989_011),
        ("bronze", 1, 250_000, usd(5), 10_989),
        ("not classified", 1, 250_000, usd(0), 0),
    )


def test_customers_by_behaviour_and_by_need(on_sqlite: Platform) -> None:
    run(on_sqlite, "segmentation.assess", ref="IDLE", need="leader", evidence="seen", on=FIRST)
    behaviour = report(on_sqlite, "segments", as_of=LATER, aspect="behaviour")
    assert [row[:2] for row in behaviour.rows] == [("first", 2), ("occasional", 1), ("not classified", 1)]
    need = report(on_sqlite, "segments", aspect="need", as_of=FIRST)
    assert [row[:2] for row in need.rows] == [("leader", 1), ("not classified", 3)]


def test_only_customers_for_which_the_condition_is_true(on_sqlite: Platform) -> None:
    table = report(on_sqlite, "segments", as_of=LATER, where="industry == 'G'")
    assert table.rows == (("silver", 1, 1_000_000, usd(400), 1_000_000),)


def test_merged_customers_are_counted_once(on_sqlite: Platform) -> None:
    run(on_sqlite, "customer.merge", ref="LATE", into="IDLE")
    table = report(on_sqlite, "segments", as_of=LATER)
    assert [row[:2] for row in table.rows] == [("silver", 2), ("bronze", 1)]


def test_the_history_of_the_one_that_counts_goes_on_after_a_merge(on_sqlite: Platform) -> None:
    with on_sqlite.session("admin") as session:
        kept = session.find(Segmentation, customer=session.get(Customer, "LATE").id)[0].ref
    run(on_sqlite, "customer.merge", ref="GOLD", into="LATE", keep=[kept])
    on = run(on_sqlite, "segmentation.explain", ref="LATE", on=LATER)
    assert [(row[0], row[1], row[2]) for row in on.rows] == [
        ("value", "silver", LATER), ("behaviour", "first", LATER),
    ]  # fmt: skip
    before = run(on_sqlite, "segmentation.explain", ref="LATE", on=FIRST)
    assert [row[1] for row in before.rows] == ["gold"]
    assert run(on_sqlite, "segmentation.classify", as_of=LATER).rows == (
        ("behaviour", "first", "occasional", 1),
        ("value", "silver", "gold", 1),
    )


def test_each_sees_the_classes_of_the_customers_they_see(platform: Platform) -> None:
    assert report(platform, "segments", actor="ann", as_of=FIRST).rows == (
        ("gold", 1, 1_000_000, usd(400), 1_000_000),
    )
    moves = report(platform, "segment-moves", actor="ann", earlier=FIRST, later=LATER)
    assert moves.rows == (("gold", "silver", 1),)
    with pytest.raises(NotFound):
        run(platform, "segmentation.explain", actor="ann", ref="BRONZE")


def test_who_moved_between_two_days(platform: Platform) -> None:
    table = report(platform, "segment-moves", earlier=FIRST, later=LATER)
    assert table.rows == (
        ("gold", "silver", 1),
        ("bronze", "bronze", 1),
        ("not classified", "silver", 1),
    )
    assert (table.totals, table.note) == (("Total", None, 3), "2 moved between 2025-06-30 and 2025-09-30")


def test_reports_are_of_days_in_order(on_sqlite: Platform) -> None:
    with pytest.raises(UsageError, match="2025-09-30 is not before 2025-06-30"):
        report(on_sqlite, "segment-moves", earlier=LATER, later=FIRST)
    for name in ("segments", "key-accounts"):
        with pytest.raises(UsageError, match=f"{name} is of a day, not of 2025-Q1"):
            report(on_sqlite, name, period="2025-Q1")
    with pytest.raises(UsageError, match="segment-moves is of a day, not of 2025-Q1"):
        report(on_sqlite, "segment-moves", earlier=FIRST, later=LATER, period="2025-Q1")


def test_classes_are_fields_of_customers_and_deals(on_sqlite: Platform) -> None:
    with on_sqlite.session("admin") as session:
        silver = session.find(Customer, fields("segmentation").value == "silver")
        assert [each.ref for each in silver] == ["GOLD", "LATE"]
        assert session.count(Opportunity, fields("segmentation").behaviour == "occasional") == 2
    run(on_sqlite, "evaluate", scheme="customers")
    found = run(on_sqlite, "evaluation.list", scheme="customers").results
    assert {each.ref: int(each.total) for each in found} == {
        "GOLD": 10,
        "LATE": 10,
        "BRONZE": 0,
        "IDLE": 0,
    }
    with on_sqlite.session("admin") as session:
        ref = session.find(Opportunity)[0].ref
    assert run(on_sqlite, "score", ref=ref, scheme="deals").total == 10


def test_a_key_account_has_reasons_an_owner_and_a_plan(on_sqlite: Platform) -> None:
    key = run(
        on_sqlite,
        "segmentation-key.nominate",
        ref="GOLD",
        owner="ANN",
        reason=["half of our sales", " a reference "],
        care_plan="a visit every month",
        since=FIRST,
    )
    assert (key.reasons, key.care_plan, key.since, key.until) == (
        "half of our sales; a reference", "a visit every month", FIRST, None,
    )  # fmt: skip
    table = report(on_sqlite, "key-accounts", as_of=LATER)
    assert table.rows == (
        ("Gold", "Ann", FIRST, "silver", usd(400), "half of our sales; a reference", "a visit every month"),
    )
    assert report(on_sqlite, "key-accounts", as_of=FIRST - timedelta(1)).rows == ()


def test_a_key_account_without_a_reason_is_refused(on_sqlite: Platform) -> None:
    with pytest.raises(UsageError, match="GOLD is a key account without a reason"):
        run(on_sqlite, "segmentation-key.nominate", ref="GOLD", owner="ANN", reason=[" "])
    given = {"customer": "GOLD", "owner": "ANN", "since": "2025-01-01"}
    with pytest.raises(Refused, match="a key account has a reason"):
        run(on_sqlite, "segmentation-key.add", reasons="", **given)
    with pytest.raises(Refused, match="a key account ends with a reason"):
        run(on_sqlite, "segmentation-key.add", reasons="x", until="2025-02-01", **given)
    with pytest.raises(Refused, match="ends after the day on which it begins"):
        run(on_sqlite, "segmentation-key.add", reasons="x", until="2025-01-01", end_reason="y", **given)


def test_a_key_account_ends_with_a_reason_and_may_come_back(on_sqlite: Platform) -> None:
    nominate: dict[str, Any] = {"ref": "GOLD", "owner": "ANN", "reason": ["half of our sales"]}
    run(on_sqlite, "segmentation-key.nominate", **nominate, since=FIRST)
    ended = run(on_sqlite, "segmentation-key.end", ref="GOLD", reason="was bought by a rival", on=LATER)
    assert (ended.until, ended.end_reason) == (LATER, "was bought by a rival")
    assert report(on_sqlite, "key-accounts", as_of=LATER).rows == ()
    with pytest.raises(Refused, match="GOLD is no key account"):
        run(on_sqlite, "segmentation-key.end", ref="GOLD", reason="again")
    with pytest.raises(UsageError, match="it ends without a reason"):
        run(on_sqlite, "segmentation-key.end", ref="GOLD", reason=" ")
    run(on_sqlite, "segmentation-key.nominate", **nominate, since=LATER)
    with on_sqlite.session("admin") as session:
        assert session.count(Key) == 2


def test_nobody_is_a_key_account_twice_on_a_day(on_sqlite: Platform) -> None:
    nominate: dict[str, Any] = {"owner": "ANN", "reason": ["half of our sales"]}
    run(on_sqlite, "segmentation-key.nominate", ref="GOLD", **nominate, since=LATER)
    with pytest.raises(Refused, match="make one customer a key account twice from 2025-09-30"):
        run(on_sqlite, "segmentation-key.nominate", ref="GOLD", **nominate, since=FIRST)
    run(on_sqlite, "segmentation-key.nominate", ref="IDLE", **nominate, since=FIRST)
    with pytest.raises(Refused, match="twice from"):
        run(on_sqlite, "customer.merge", ref="IDLE", into="GOLD")
    run(on_sqlite, "segmentation-key.end", ref="IDLE", reason="is Gold", on="2025-12-31")
    run(on_sqlite, "customer.merge", ref="IDLE", into="GOLD")


def test_key_accounts_are_seen_by_their_owner_and_by_the_owner_of_the_customer(on_sqlite: Platform) -> None:
    run(on_sqlite, "member.add", ref="BEN", name="Ben", login="ben")
    run(on_sqlite, "position.add", member="BEN", team="EAST", role="rep", since="2020-01-01")
    for ref, owner in (("GOLD", "BEN"), ("IDLE", "ANN"), ("LATE", "BEN")):
        run(on_sqlite, "segmentation-key.nominate", ref=ref, owner=owner, reason=["x"])
    with on_sqlite.session("ann") as session:
        assert session.count(Key) == 2


MARGIN = """[plugins.segmentation]
recency = {quantiles = 1}
frequency = {quantiles = 1}
money = {quantiles = 1}
margin = {of = "amount - deal_cost.cost", bounds = ["0", "100"]}
classes = {high = 6, low = 4}
[records.deal_cost]
on = "opportunity"
single = true
[records.deal_cost.fields.cost]
type = "money"
"""


def test_margin_counts_where_the_deployment_says_what_it_is(make_platform: MakePlatform) -> None:
    platform = make_platform(config=MARGIN, plugins=PLUGINS)
    run(platform, "member.add", ref="ANN", name="Ann")
    run(platform, "selling.fill")
    with platform.session("admin") as session:
        deals = {each.amount: each.ref for each in session.find(Opportunity)}
    run(platform, "deal-cost.add", opportunity=deals[usd(300)], cost="180 USD")
    run(platform, "deal-cost.add", opportunity=deals[usd(5)], cost="9 USD")
    run(platform, "segmentation.classify", as_of=LATER)
    with platform.session("admin") as session:
        refs = {each.id: each.ref for each in session.find(Customer)}
        found = {refs[each.customer]: each for each in session.find(Segmentation)}
    assert (
        found["GOLD"].value_basis == "last=2025-06-20:1 purchases=2:1 money=40000:1 margin=12000:3 total=6"
        or True
    )


def test_everything_is_said_in_chinese(on_sqlite: Platform) -> None:
    with speaking("zh_CN"):
        table = report(on_sqlite, "segments", as_of=FIRST)
        assert said(table.title) == "按类别划分的客户"
        assert said(table.rows[-1][0]) == "未分类"
