"""How a line came about: the steps in the order of calculation, and what of the sale is credited."""

import re
from pathlib import Path
from typing import Any

import pytest

from dealwright import Money
from dealwright_core.payroll.telling.trace import Trace
from dealwright_core.records import Member, Opportunity
from dealwright_testing.deployments import MakePlatform
from tests.core.payroll.office import Office, opened

DOCS = Path(__file__).parents[3] / "docs"
# Every step of a trace that the page has another word for, or that explains the one before.
IN_THE_ORDER_AS = {
    "plan": "classify", "sale": "classify", "quota": "measure", "objective": "measure", "scheme": "curve",
    "part of a full window": "measure", "position": "curve", "cap": "cap and floor", "floor": "cap and floor",
    "due": "cap and floor", "share": "cap and floor", "rank": "pool and rank", "pool": "pool and rank",
}  # fmt: skip
EVERYTHING = """
name = "Reps"
prorate = "day"
[[pay]]
for = "rep"
window = "month"
quota = 1000
scheme = "slab"
tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "10 %"}]
gate = {from = 100}
weight = "50 %"
cap = 10000
floor = 10
"""
POOL = """
name = "Pool"
[[pay]]
for = ["ANN", "BEN"]
quota = 1000
scheme = "slab"
tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "10 %"}]
gate = {from = 100}
cap = 10000
pool = {by = "amount"}
"""
PRIZES = 'name = "Race"\n[[pay]]\nfor = "rep"\nwindow = "month"\nrank = {prizes = [500, 100]}\n'


def order_of_the_page() -> list[str]:
    text = (DOCS / "plans.md").read_text("utf-8").partition("## The order of calculation")[2]
    words = re.split(r",\s+", text.strip().split(".")[0])
    return [" ".join(each.split()).lower() for each in words]


def traced(office: Office, member: str = "ANN", at: int = 0, period: str = "2026-01") -> Trace:
    office.run("pay.run", period=period)
    return office.explain(office.lines(member, period)[at])


def said(trace: Trace) -> dict[str, str]:
    return {str(each.name): str(each.what) for each in trace.steps}


@pytest.mark.parametrize("plan", [EVERYTHING, PRIZES, POOL])
def test_the_steps_stand_in_the_order_of_calculation(make_platform: MakePlatform, plan: str) -> None:
    office = opened(make_platform, plan)
    office.sold("ANN", "2026-01-10", 1_500)
    order = order_of_the_page()
    names = [str(each.name) for each in traced(office).steps]
    places = [order.index(IN_THE_ORDER_AS.get(name, name)) for name in names]
    assert places == sorted(places), names


def test_every_step_says_its_numbers(make_platform: MakePlatform) -> None:
    office = opened(make_platform, EVERYTHING)
    office.run("member.leave", ref="ANN", on="2026-01-17", successor="BEN")
    office.sold("ANN", "2026-01-10", 1_500)
    found = said(traced(office, at=1))
    # 16 of 31 days: 1,500 in them are 2,906.25 in a full month, and the cap is 5,161.29.
    assert found["quota"] == "1,000"
    assert found["part of a full window"] == "51 19/31 %"
    assert found["gate"] == "100 or more, and it is 2,906.25: reached"
    assert found["weight"] == "50 %"
    assert found["cap"] == "5,161 9/31"


def test_a_line_names_its_sale_and_the_amount(make_platform: MakePlatform) -> None:
    office = opened(make_platform, EVERYTHING)
    office.sold("ANN", "2026-01-10", 1_500)
    found = traced(office, at=1)  # behind the floor, which is due without any sale
    assert (found.ref, found.sale, found.credited) == ("O-1", Money.parse("1500 USD"), "1")
    assert said(found)["sale"] == "2026-01-10, opportunity O-1 of 1500.00 USD"
    assert said(found)["credit"] == "1,500 of it counts for ANN"
    assert (found.measure, found.measure_before, found.quota) == ("1500", "0", "1000")


RATE = 'name = "Reps"\n[[pay]]\nfor = "rep"\nrate = "10 %"\n'


@pytest.mark.parametrize(
    ("terms", "credited", "credit"),
    [
        ('[credit]\nshares = {owner = "60 %", BEN = "40 %"}', "0.6", "60 % of 1,500 counts for ANN: 900"),
        ("[credit]\nkinds = {booking = '50 %'}", "0.5", "50 % of 1,500 counts for ANN: 750"),
        ('weights = {stage = {won = "25 %"}}', "0.25", "25 % of 1,500 counts for ANN: 375"),
        ('measure = "amount * 2"', "1", "3,000 of it counts for ANN"),
    ],
)
def test_the_part_that_is_credited_is_said(
    make_platform: MakePlatform, terms: str, credited: str, credit: str
) -> None:
    office = opened(make_platform, f"{RATE}{terms}\n")
    office.sold("ANN", "2026-01-10", 1_500)
    found = traced(office)
    assert found.credited == credited
    assert said(found)["credit"] == credit


def grows(office: Office, amount: str) -> None:
    office.enter(lambda s: s.change(s.lock(Opportunity, "O-1"), amount=Money.parse(amount)))


def test_a_correction_says_what_it_adds(make_platform: MakePlatform) -> None:
    office = opened(make_platform, f'{RATE}[credit]\nshares = {{owner = "60 %", BEN = "40 %"}}\n')
    office.sold("ANN", "2026-01-10", 1_000)
    office.run("pay.run", period="2026-01")
    office.run("pay.approve", "anna", period="2026-01")
    grows(office, "1500 USD")
    found = traced(office, period="2026-02")
    assert (found.measure, found.credited) == ("300", "0.6")
    assert said(found)["credit"] == "60 % of 1,500 counts for ANN: 300 more than was counted before"


def test_what_was_changed_since_is_not_compared(make_platform: MakePlatform) -> None:
    office = opened(make_platform, f'{RATE}[credit]\nshares = {{owner = "60 %", BEN = "40 %"}}\n')
    office.sold("ANN", "2026-01-10", 1_000)
    office.run("pay.run", period="2026-01")
    (line,) = office.lines("ANN", "2026-01")
    assert office.explain(line).credited == "0.6"
    grows(office, "1500 USD")
    found = office.explain(line)
    assert (found.sale, found.credited) == (Money.parse("1500 USD"), None)
    assert said(found)["credit"] == "600 of it counts for ANN"


def test_a_conversion_says_at_which_rate(make_platform: MakePlatform) -> None:
    office = opened(make_platform, RATE.replace("rate =", 'currency = "EUR"\nfx = "period end"\nrate ='))
    given: dict[str, Any] = {"base": "EUR", "quote": "USD", "numerator": 11, "denominator": 10}
    office.run("exchange-rate.add", on="2026-01-01", **given)
    office.sold("ANN", "2026-01-10", 1_000, "EUR")
    found = traced(office)
    assert found.sale == Money.parse("1000 EUR")
    assert said(found)["convert"] == "from EUR to USD, at the rate of the last day of the pay period"
    assert said(found)["credit"] == "1,100 of it counts for ANN"


def test_a_share_of_the_pay_is_said(make_platform: MakePlatform) -> None:
    shares = '[credit]\nsplit = "pay"\nshares = {owner = "60 %", BEN = "40 %"}\n'
    office = opened(make_platform, RATE + shares)
    office.sold("ANN", "2026-01-10", 1_000)
    assert said(traced(office))["share"] == "60.00 USD of 100, which the sale pays to all who share it"


def test_a_retroactive_tier_shows_the_way_over_zero(make_platform: MakePlatform) -> None:
    tiers = 'scheme = "whole"\ntiers = [{from = 0, rate = "5 %"}, {from = 1000, rate = "10 %"}]\n'
    office = opened(make_platform, RATE.replace('rate = "10 %"\n', tiers))
    for amount in (900, 50, 100):
        office.sold("ANN", "2026-01-10", amount)
    office.run("pay.run", period="2026-01")
    curves = [
        [str(each.what) for each in office.explain(line).steps if each.name == "curve"]
        for line in office.lines("ANN", "2026-01")
    ]
    assert curves == [
        ["from 0 to 900 at 5 %: 45"],
        ["from 900 to 950 at 5 %: 2.5"],
        ["from 950 to 0 at 5 %: -47.5", "from 0 to 1,050 at 10 %: 105"],
    ]


def test_a_pool_says_what_all_have_and_what_part_of_it_is_the_members(make_platform: MakePlatform) -> None:
    office = opened(make_platform, POOL)
    office.sold("ANN", "2026-01-10", 1_500)
    office.sold("BEN", "2026-01-10", 500)
    found = traced(office)
    assert [(str(each.name), str(each.what)) for each in found.steps[1:]] == [
        ("measure", "2026-01: 2,000 of 2 members together"),
        ("quota", "1,000"),
        ("gate", "100 or more, and it is 2,000: reached"),
        ("scheme", found.scheme + " of " + found.origin),
        ("curve", "from 0 to 1,000 at 5 %: 50"),
        ("curve", "from 1,000 to 2,000 at 10 %: 100"),
        ("cap", "10,000"),
        ("due", "150"),
        ("round", "half away from zero, at the total of the window"),
        ("post", "112.50 USD, which is what is due less what was posted before"),
        ("pool", "1,500 of 2,000 parts of 150.00 USD"),
    ]


def test_a_pool_of_one_amount_says_it(make_platform: MakePlatform) -> None:
    plan = 'name = "Pool"\n[[pay]]\nfor = ["ANN", "BEN"]\npays = 90\npool = {by = "equal"}\n'
    found = said(traced(opened(make_platform, plan)))
    assert (found["measure"], found["curve"]) == ("2026-01: 0 of 2 members together", "reaching 0 pays 90")
    assert (found["due"], found["pool"]) == ("90", "1 of 2 parts of 90.00 USD")


def test_a_prize_says_the_place_and_the_prize(make_platform: MakePlatform) -> None:
    office = opened(make_platform, PRIZES)
    office.sold("ANN", "2026-01-10", 1_500)
    found = traced(office)
    assert [str(each.name) for each in found.steps] == ["plan", "round", "post", "rank"]
    assert said(found)["rank"] == "place 1 of 3 with 1,500: 500.00 USD"


def test_a_prize_says_who_shares_a_place_and_the_attainment(make_platform: MakePlatform) -> None:
    office = opened(make_platform, PRIZES.replace("rank", "quota = 1000\nrank"))
    for member in ("ANN", "BEN"):
        office.sold(member, "2026-01-10", 1_500)
    # Each has half of 500 and 100.
    assert said(traced(office))["rank"] == "place 1 of 3, which 2 share, with 150 %: 300.00 USD"


def test_who_loses_a_place_is_told_so(make_platform: MakePlatform) -> None:
    office = opened(make_platform, PRIZES)
    office.sold("ANN", "2026-01-10", 1_500)
    office.run("pay.run", period="2026-01")
    office.run("pay.approve", "anna", period="2026-01")
    office.enter(lambda s: s.change(s.lock(Opportunity, "O-1"), owner=s.find(Member, ref="MIA")[0].id))
    assert said(traced(office, period="2026-02"))["rank"] == "no place among 3 with 0"


def test_a_floor_says_nothing_of_a_sale(make_platform: MakePlatform) -> None:
    office = opened(make_platform, 'name = "Reps"\n[[pay]]\nfor = "rep"\nrate = "1 %"\nfloor = 20\n')
    found = traced(office)
    assert [(str(each.name), str(each.what)) for each in found.steps[1:]] == [
        ("measure", "2026-01: 0"),
        ("scheme", found.scheme + " of " + found.origin),
        ("floor", "20"),
        ("due", "20"),
        ("round", "half away from zero, at the total of the window"),
        ("post", "20.00 USD, which is what is due less what was posted before"),
    ]
