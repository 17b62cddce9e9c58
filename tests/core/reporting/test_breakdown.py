"""Breakdowns: what falls into which group, and that no fact is lost, doubled or summed inexactly."""

from typing import Any

import pytest

from dealwright import InvalidValue, Measure, Money, Platform, Selection, UsageError, breakdown, fields
from dealwright_core.values import LARGEST
from dealwright_testing.deployments import MakePlatform

DEAL = fields("opportunity")
AMOUNT = Measure("amount", "Amount", facts="opportunity", on="expected_close", value=DEAL.amount)
COUNT = Measure("deals", "Deals", facts="opportunity", on="expected_close", aggregate="count")
CUSTOMERS = Measure(
    "customers",
    "Customers",
    facts="opportunity",
    on="expected_close",
    value=DEAL.customer.id,
    aggregate="distinct",
)
INDUSTRIES = Measure(
    "industries",
    "Industries",
    facts="opportunity",
    on="expected_close",
    value=DEAL.customer.industry,
    aggregate="distinct",
)


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    return with_customers(make_platform(database_url))


def with_customers(platform: Platform) -> Platform:
    for ref, industry in (("ACME", "medical"), ("BOLT", "retail"), ("CORE", "medical"), ("DUST", None)):
        platform.run("customer.add", actor="admin", ref=ref, name=ref.title(), industry=industry)
    return platform


def deal(platform: Platform, amount: str | Money | None = "1 USD", **fields: Any) -> None:
    platform.run("opportunity.add", actor="admin", amount=amount, **fields)


def figures(platform: Platform, *measures: Measure, **asked: Any) -> dict[str | None, tuple[int, ...]]:
    """The figures of each group, in order, and of the total."""
    with platform.session("guest") as session:
        found = breakdown(session, measures, selection=Selection(**asked))
    return {each.label: each.figures for each in (*found.groups, found.totals)}


def test_what_is_unknown_is_a_group_of_its_own_and_comes_last(platform: Platform) -> None:
    deal(platform, "5 USD", source="web")
    deal(platform, "90 USD")
    deal(platform, None, source="fair")
    deal(platform, None)
    found = figures(platform, AMOUNT, COUNT, by="source")
    assert list(found.items()) == [
        ("web", (500, 1)),
        ("fair", (0, 1)),
        (None, (9000, 2)),
        ("total", (9500, 4)),
    ]


def test_a_fact_counts_once_however_many_records_share_what_it_links_to(platform: Platform) -> None:
    platform.run("member.add", actor="admin", ref="ANN", name="Ann")
    for customer in ("ACME", "ACME", "CORE", "BOLT", "DUST"):
        deal(platform, customer=customer, owner="ANN")
    deal(platform)
    medical = {"medical": (300, 3), "retail": (100, 1), None: (200, 2), "total": (600, 6)}
    assert figures(platform, AMOUNT, COUNT, by="customer.industry") == medical
    assert figures(platform, AMOUNT, COUNT, by="owner") == {
        "Ann": (500, 5), None: (100, 1), "total": (600, 6)
    }  # fmt: skip


def test_the_largest_group_comes_first_and_stages_come_in_their_order(platform: Platform) -> None:
    for amount, source, stage in (("1 USD", "web", "negotiation"), ("2 USD", "fair", "prospecting")):
        deal(platform, amount, source=source)
        ref = platform.run("opportunity.list", actor="admin").value[-1].ref
        if stage != "prospecting":
            for to in ("engaging", "demonstration", "negotiation"):
                platform.run("opportunity.advance", actor="admin", ref=ref, to=to)
    assert list(figures(platform, AMOUNT, by="source")) == ["fair", "web", "total"]
    assert list(figures(platform, AMOUNT, by="stage")) == ["prospecting", "negotiation", "total"]


def test_a_split_gives_the_figures_of_each_part_too(platform: Platform) -> None:
    for amount, source, category in (
        ("1 USD", "web", "commit"),
        ("2 USD", "web", None),
        ("4 USD", "fair", None),
    ):
        deal(platform, amount, source=source, lost_reason=category)
    with platform.session("guest") as session:
        found = breakdown(session, [AMOUNT, COUNT], selection=Selection(by="source"), split="lost_reason")
    parts = {each.label: dict(each.parts) for each in (*found.groups, found.totals)}
    assert parts == {
        "fair": {None: (400, 1)},
        "web": {"commit": (100, 1), None: (200, 1)},
        "total": {"commit": (100, 1), None: (600, 2)},
    }


def test_a_period_holds_its_first_day_and_not_the_one_after_its_last(platform: Platform) -> None:
    for day in ("2025-12-31", "2026-01-01", "2026-03-31", "2026-04-01"):
        deal(platform, expected_close=day)
    deal(platform)
    asked = platform.calendar.parse
    assert figures(platform, COUNT, by="month", period=asked("2026-Q1")) == {
        "2026-01": (1,), "2026-03": (1,), "total": (2,)
    }  # fmt: skip
    assert figures(platform, COUNT, by="quarter") == {
        "2025-Q4": (1,), "2026-Q1": (2,), "2026-Q2": (1,), None: (1,), "total": (5,)
    }  # fmt: skip


def test_the_first_and_the_last_day_of_all_have_their_periods(
    database_url: str, make_platform: MakePlatform
) -> None:
    platform = make_platform(database_url, more="fiscal_year_start = 4")
    for day in ("0001-01-01", "9999-12-31", "9999-12-01"):
        deal(platform, expected_close=day)
    assert figures(platform, COUNT, by="month") == {"0001-01": (1,), "9999-12": (2,), "total": (3,)}
    assert figures(platform, COUNT, by="year") == {"0001": (1,), "10000": (2,), "total": (3,)}
    last = platform.calendar.parse("10000-Q3")
    assert figures(platform, COUNT, by="quarter", period=last) == {"10000-Q3": (2,), "total": (2,)}


def test_a_fiscal_year_from_april_is_named_for_its_end(
    database_url: str, make_platform: MakePlatform
) -> None:
    platform = make_platform(database_url, more="fiscal_year_start = 4")
    for day in ("2025-03-31", "2025-04-01", "2026-03-31", "2026-04-01"):
        deal(platform, expected_close=day)
    assert figures(platform, COUNT, by="year") == {"2025": (1,), "2026": (2,), "2027": (1,), "total": (4,)}
    assert list(figures(platform, COUNT, by="quarter")) == [
        "2025-Q4", "2026-Q1", "2026-Q4", "2027-Q1", "total"
    ]  # fmt: skip
    year = platform.calendar.parse("2026")
    assert figures(platform, COUNT, by="month", period=year) == {
        "2025-04": (1,), "2026-03": (1,), "total": (2,)
    }  # fmt: skip


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_day_is_the_same_day_in_every_time_zone(
    database_url: str, make_platform: MakePlatform, zone: str
) -> None:
    platform = make_platform(database_url, more=f'time_zone = "{zone}"')
    for day in ("2026-01-31", "2026-02-01"):
        deal(platform, expected_close=day)
    assert figures(platform, COUNT, by="month") == {"2026-01": (1,), "2026-02": (1,), "total": (2,)}


def test_a_customer_counts_once_in_each_group_and_once_in_the_total(platform: Platform) -> None:
    for day, customer in (
        ("2026-01-01", "ACME"),
        ("2026-01-02", "ACME"),
        ("2026-01-02", "BOLT"),
        ("2026-02-01", "ACME"),
        ("2026-02-02", "DUST"),
        ("2026-02-03", None),
    ):
        deal(platform, customer=customer, expected_close=day)
    measures = (CUSTOMERS, INDUSTRIES, COUNT)
    assert figures(platform, *measures, by="month") == {
        "2026-01": (2, 2, 3), "2026-02": (2, 1, 3), "total": (3, 2, 6)
    }  # fmt: skip
    assert figures(platform, *measures, by="year") == {"2026": (3, 2, 6), "total": (3, 2, 6)}
    january = platform.calendar.parse("2026-01")
    assert figures(platform, CUSTOMERS, by="stage", period=january) == {"prospecting": (2,), "total": (2,)}


def test_a_customer_counts_once_in_a_region_of_several_teams_and_parts(platform: Platform) -> None:
    platform.run("team.add", actor="admin", ref="WEST", name="West", kind="region")
    for ref in ("T1", "T2"):
        platform.run("team.add", actor="admin", ref=ref, name=ref, parent="WEST")
        platform.run("member.add", actor="admin", ref=f"M{ref}", name=ref)
        platform.run("position.add", actor="admin", member=f"M{ref}", team=ref)
        for category in ("commit", None):
            deal(platform, customer="ACME", owner=f"M{ref}", lost_reason=category)
    with platform.session("guest") as session:
        found = breakdown(session, [CUSTOMERS, COUNT], selection=Selection(by="region"), split="lost_reason")
    (west,) = found.groups
    assert (west.label, west.figures, found.totals.figures) == ("West", (1, 4), (1, 4))
    assert dict(west.parts) == dict(found.totals.parts) == {"commit": (1, 2), None: (1, 2)}


@pytest.mark.parametrize(
    "minors",
    [
        [LARGEST, LARGEST, -LARGEST, -5, -1, None],
        [-LARGEST, -LARGEST, LARGEST, 2**32, 2**32 - 1],
        [LARGEST, 1, -1],
    ],
)
def test_amounts_that_pass_64_bits_on_the_way_sum_exactly(
    platform: Platform, minors: list[int | None]
) -> None:
    for minor in minors:
        deal(platform, None if minor is None else Money(minor, "USD"))
    total = sum(filter(None, minors))
    assert figures(platform, COUNT, AMOUNT, by="stage")["total"] == (len(minors), total)


def test_a_sum_beyond_64_bits_names_its_measure(platform: Platform) -> None:
    for _ in range(2):
        deal(platform, Money(LARGEST, "USD"), source="web")
    with pytest.raises(InvalidValue, match=r"sum of measure amount, web, is 1\d{19}, .* shorter period"):
        figures(platform, AMOUNT, by="source")
    with pytest.raises(InvalidValue, match="sum of measure open_amount"):
        platform.report("pipeline", actor="guest")


def test_an_expression_with_operators_can_be_summed_and_counted(platform: Platform) -> None:
    deal(platform, "-3 USD", source="web")
    deal(platform, "5 USD", source="web")
    doubled = Measure("doubled", "Doubled", facts="opportunity", value=abs(DEAL.amount) + DEAL.amount)
    assert figures(platform, doubled, by="source") == {"web": (1000,), "total": (1000,)}


def test_measures_of_one_breakdown_are_over_the_same_facts(platform: Platform) -> None:
    calls = Measure("calls", "Calls", facts="activity", aggregate="count")
    with pytest.raises(UsageError, match="over the same facts"):
        figures(platform, COUNT, calls, by="owner")


def test_a_measure_without_a_date_has_no_periods(platform: Platform) -> None:
    undated = Measure("undated", "Undated", facts="opportunity", aggregate="count")
    with pytest.raises(UsageError, match="measure undated names no date"):
        figures(platform, undated, by="month")


@pytest.mark.parametrize(("by", "meant"), [("regoin", "region"), ("qarter", "quarter"), ("ownr", "owner")])
def test_a_misspelt_dimension_is_refused_with_the_nearest(platform: Platform, by: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"did you mean '{meant}'"):
        figures(platform, COUNT, by=by)
