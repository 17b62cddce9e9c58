"""Measures that the configuration declares: shares, averages and what is new; those of the documentation."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import (
    ChangingSession,
    Command,
    ConfigError,
    Customer,
    Member,
    Money,
    Opportunity,
    Platform,
    Selection,
    UsageError,
    breakdown,
    hookimpl,
)
from dealwright_testing.deployments import MakePlatform

PAGE = (Path(__file__).parents[3] / "docs" / "evaluation.md").read_text("utf-8")
(DOCUMENTED,) = re.findall(r"```toml\n(\[records\.sale_cost\].*?)```", PAGE, re.DOTALL)
SHARES = """
[measures.visits_per_customer]
facts = "activity"
aggregate = "count"
where = [{field = "kind", op = "==", value = "visit"}]
on = "on"
per = "customers_visited"

[schemes.shares]
subject = "member"
period = "quarter"
[schemes.shares.measures]
win_rate = {target = "40 %", cap = "150 %"}
average_won = {target = "200 USD"}
new_customers = {target = 4}
visits_per_customer = {target = "200 %"}
"""


DEALS = (
    ("X", date(2024, 12, 30), 100, "won"), ("X", date(2025, 1, 10), 50, "won"), ("Y", date(2025, 1, 20), 250, "won"),
    ("Y", date(2025, 2, 20), 151, "won"), ("Z", date(2025, 3, 1), 9, "lost"),
)  # fmt: skip


class Quarter:
    """The plugin that fills a deployment: what Ann won, lost and visited; Ben did nothing."""

    @hookimpl
    def commands(self) -> list[Command]:
        def fill(session: ChangingSession) -> None:
            """Two sellers and three customers."""
            ann = session.add(Member(ref="ANN", name="Ann"))
            session.add(Member(ref="BEN", name="Ben"))
            customers = {
                each: session.add(Customer(ref=each, name=f"customer {each}", owner=ann.id)) for each in "XYZ"
            }
            for number, (customer, day, amount, stage) in enumerate(DEALS):
                deal = Opportunity(
                    ref=f"O-{number}", customer=customers[customer].id, owner=ann.id, stage=stage,
                    amount=Money.from_major(amount, "USD"), opened_on=day, closed_on=day,
                    lost_reason="price" if stage == "lost" else None,
                )  # fmt: skip
                session.add(deal)

        return [Command("quarter.fill", fill)]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The first quarter of 2025."""
    make = MakePlatform(tmp_path_factory.mktemp("declared"))
    platform = make(config=DOCUMENTED + SHARES, plugins=[("quarter", Quarter())])
    assert platform.host.problems == ()

    def run(command: str, **given: Any) -> None:
        platform.run(command, actor="admin", **given)

    run("quarter.fill")
    run("sale-cost.add", opportunity="O-1", profit="20 USD")
    run("sale-cost.add", opportunity="O-2", profit="-5 USD")
    for customer, on in (("X", "2025-01-02"), ("X", "2025-01-09"), ("Y", "2025-02-02"), ("Y", "2025-04-02")):
        run("activity.add", kind="visit", on=on, customer=customer, by="ANN")
    for score in (5, 4, 3, 1):
        run("survey.add", customer="X", score=score, on="2025-02-01")
    yield platform
    make.close()


def lines(platform: Platform, scheme: str, ref: str) -> dict[str, tuple[str, str | None]]:
    platform.run("evaluate", actor="admin", scheme=scheme, period="2025-Q1")
    stored = platform.run("explain", actor="admin", ref=ref, scheme=scheme).value
    now = platform.run("score", actor="admin", ref=ref, kind="member", scheme=scheme, period="2025-Q1").value
    assert (now.total, now.lines, now.digest) == (stored.total, stored.lines, stored.digest)
    return {each.name: (str(each.actual), each.attainment) for each in stored.lines}


def test_shares_averages_and_new_customers(platform: Platform) -> None:
    """Three of four won are 75 % of 40 %, held at 150 %; 451 / 3 is 150.33; Y is new, X bought before."""
    assert lines(platform, "shares", "ANN") == {
        "win_rate": ("75 %", "150 %"),
        "average_won": ("150.33 USD", "75.1667 %"),
        "new_customers": ("1", "25 %"),
        "visits_per_customer": ("150 %", "75 %"),
    }


def test_where_there_is_nothing_to_divide_by_the_line_is_left_out(platform: Platform) -> None:
    assert lines(platform, "shares", "BEN") == {
        "win_rate": ("None", None), "average_won": ("None", None), "new_customers": ("0", "0 %"),
        "visits_per_customer": ("None", None),
    }  # fmt: skip
    text = str(platform.run("explain", actor="admin", ref="BEN", scheme="shares").value)
    assert "Win rate: there is nothing to divide by [funnel" in text


def test_an_average_is_held_by_nothing_where_it_was_only_rounded(platform: Platform) -> None:
    lines(platform, "shares", "ANN")
    text = str(platform.run("explain", actor="admin", ref="ANN", scheme="shares").value)
    assert "Average deal won: 150.33 USD of 200.00 USD, 75.1667 % [" in text
    assert "Win rate: 75 % of 40 %, 150 %, held by the cap [" in text


def test_the_measures_of_the_documentation(platform: Platform) -> None:
    """Two of four answers are among the two best; the profit of the quarter is 15."""
    assert lines(platform, "care", "ANN") == {
        "profit": ("15.00 USD", "0.03 %"),
        "satisfaction": ("50 %", "62.5 %"),
    }


def test_what_is_divided_is_not_broken_down(platform: Platform) -> None:
    with platform.session("admin") as session:
        measure = session.contributions.measures["win_rate"].item
        with pytest.raises(UsageError, match="win_rate is divided by closed_count, so it does not add up"):
            breakdown(session, [measure], selection=Selection(by="owner"))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('[measures.m]\nfacts = "activty"\naggregate = "count"', "there is no record 'activty', did you mean 'act"),
        ('[measures.m]\nfacts = "activity"', "a sum needs a value"),
        ('[measures.m]\nfacts = "activity"\nvalue = "amout"', "amout"),
        ('[measures.m]\nfacts = "activity"\nvalue = "kind"', "its expression is text, and has to be"),
        ('[measures.m]\nfacts = "activity"\naggregate = "new"\nvalue = "customer.id"', "what is new shows by dates"),
        ('[measures.m]\nfacts = "activity"\naggregate = "count"\nper = "visit"', "there is no measure 'visit', did"),
        ('[measures.m]\nfacts = "activity"\naggregate = "count"\nper = "win_rate"', "'win_rate' is itself divided"),
        ('[measures.visits]\nfacts = "activity"\naggregate = "count"', "has a measure of this name"),
        ('[measures.m]\nfacts = "activity"\nwhere = "kind =="', "this is no expression"),
        ('[measures.m]\nfact = "activity"', "did you mean 'facts'"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_the_rest_goes_on(
    config: str, said: str, make_platform: MakePlatform
) -> None:
    try:
        problems = make_platform(config=config).host.problems
    except ConfigError as error:
        problems = tuple(error.problems)
    assert said in str(problems[-1])
    assert re.search(r"\.toml:\d+: measures", str(problems[0]))


@pytest.mark.parametrize(
    ("measure", "target", "said"),
    [
        ("win_rate", "", "is a share, and no target on record is"),
        ("win_rate", "target = 3", "is a share: give a percentage"),
        ("won_count", 'target = "3 %"', "is no share: leave the percent sign out"),
        ("won_count", 'target = "3 USD"', "counts: give a whole number"),
        ("odd", "target = 3", "divides a number by an amount"),
    ],
)
def test_a_target_fits_its_measure(measure: str, target: str, said: str, make_platform: MakePlatform) -> None:
    config = f"""
[measures.odd]
facts = "opportunity"
aggregate = "count"
on = "closed_on"
per = "won_amount"
[schemes.s]
subject = "member"
period = "year"
[schemes.s.measures.{measure}]
{target}
"""
    problems = make_platform(config=config).host.problems
    assert [said in str(each) for each in problems] == [True], problems


SALES = st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("XYZ"), st.integers(0, 20)), max_size=12)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(deals=SALES)
def test_a_customer_is_new_once_to_whom_sold_first(
    deals: list[tuple[str, str, int]], make_platform: MakePlatform, database_url: str
) -> None:
    """Of deals on one day the one recorded first is the first."""
    config = """
[records.sale.fields]
seller = {type = "text"}
buyer = {type = "text"}
on = {type = "date"}
[measures.new_buyers]
facts = "sale"
aggregate = "new"
value = "buyer"
on = "on"
"""
    platform = make_platform(database_url, config)
    start = date(2025, 3, 22)
    with platform.session("admin") as session:
        seen = session.count("sale")
    for seller, buyer, day in deals:
        on = start + timedelta(days=day)
        platform.run(
            "sale.add", actor="admin", seller=f"{seen}{seller}", buyer=f"{seen}{buyer}", on=on.isoformat()
        )
    wanted: dict[str, int] = {}
    firsts: set[str] = set()
    for seller, buyer, day in sorted(deals, key=lambda each: each[2]):
        if buyer not in firsts and start + timedelta(days=day) < date(2025, 4, 1):
            wanted[f"{seen}{seller}"] = wanted.get(f"{seen}{seller}", 0) + 1
        firsts.add(buyer)
    with platform.session("admin") as session:
        measure = session.contributions.measures["new_buyers"].item
        selection = Selection(by="seller", period=session.calendar.parse("2025-Q1"))
        found = breakdown(session, [measure], selection=selection)
    assert {
        each.label: each.figures[0] for each in found.groups if str(each.label)[:-1] == str(seen)
    } == wanted
