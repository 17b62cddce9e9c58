from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from dealwright_core.config.stages import DEFAULT, stages_of
from dealwright_core.values import parse_ppm

Rows = Callable[[str], list[dict[str, str]]]
Grouped = dict[str, list[dict[str, str]]]
STAGES = {each.name: each for each in stages_of(DEFAULT)}
FAR = "9999"


def by(rows: list[dict[str, str]], column: str) -> Grouped:
    found: Grouped = defaultdict(list)
    for each in rows:
        found[each[column]].append(each)
    return found


@pytest.fixture(scope="module")
def moves(rows: Rows) -> Grouped:
    return by(rows("stage_history"), "opportunity_id")


@pytest.fixture(scope="module")
def lines(rows: Rows) -> Grouped:
    return by(rows("opportunity_lines"), "opportunity_id")


@pytest.fixture(scope="module")
def terms(rows: Rows) -> Grouped:
    return by([each for each in rows("positions") if each["main_position"] == "yes"], "employee_id")


def works(terms: Grouped, member: str, day: str) -> bool:
    return sum(each["valid_from"] <= day < (each["valid_until"] or FAR) for each in terms[member]) == 1


def test_the_history_is_one_unbroken_chain_of_legal_moves(rows: Rows, moves: Grouped, today: str) -> None:
    for opportunity in rows("opportunities"):
        own = moves[opportunity["opportunity_id"]]
        assert [each["sequence"] for each in own] == [str(number) for number in range(1, len(own) + 1)]
        assert own[0]["from_stage"] == ""
        assert own[0]["to_stage"] == "prospecting"
        assert own[0]["moved_on"] == opportunity["opened_on"]
        assert own[-1]["to_stage"] == opportunity["stage"]
        assert own[-1]["moved_on"] <= today
        for one, following in pairwise(own):
            assert following["from_stage"] == one["to_stage"]
            assert following["to_stage"] in STAGES[one["to_stage"]].to
            assert one["moved_on"] <= following["moved_on"]


def test_what_is_closed_says_when_and_what_is_lost_says_why(rows: Rows, moves: Grouped) -> None:
    for each in rows("opportunities"):
        means = STAGES[each["stage"]].means
        closing = moves[each["opportunity_id"]][-1]["moved_on"]
        assert each["closed_on"] == ("" if means == "open" else closing)
        assert bool(each["lost_reason"]) == (means in ("lost", "disqualified"))


def test_nothing_was_over_before_the_year_began(rows: Rows, today: str) -> None:
    for each in rows("opportunities"):
        assert not each["closed_on"] or each["closed_on"] >= f"{today[:4]}-01-01"
        assert each["opened_on"] <= today
        assert not each["expected_close"] or each["expected_close"] > each["opened_on"]


def test_probability_and_forecast_category_are_those_of_the_stage(rows: Rows) -> None:
    for each in rows("opportunities"):
        stage = STAGES[each["stage"]]
        assert parse_ppm(each["probability"]) == stage.probability
        assert each["forecast_category"] == stage.forecast


def test_every_stage_is_told_and_some_losses_are_reopened_and_some_steps_go_back(
    rows: Rows, moves: Grouped
) -> None:
    found = by(rows("opportunities"), "stage")
    assert found.keys() == STAGES.keys()
    assert all(len(each) >= 60 for each in found.values())
    steps = [(each["from_stage"], each["to_stage"]) for each in rows("stage_history")]
    assert steps.count(("lost", "engaging")) >= 20
    assert steps.count(("negotiation", "demonstration")) >= 20
    assert steps.count(("prospecting", "demonstration")) >= 100


def test_what_was_won_has_a_customer_and_some_open_ones_have_none(rows: Rows) -> None:
    nameless = [each for each in rows("opportunities") if not each["customer_id"]]
    assert sum(STAGES[each["stage"]].means == "open" for each in nameless) >= 40
    assert not any(each["stage"] == "won" or each["lead_source"] == "existing customer" for each in nameless)


def test_the_lines_of_an_opportunity_sum_to_its_amount(rows: Rows, lines: Grouped) -> None:
    for each in rows("opportunities"):
        own = lines[each["opportunity_id"]]
        assert len(own) <= 3
        assert bool(own) == bool(each["amount"])
        assert len({line["sku"] for line in own}) == len(own)
        assert all(line["currency"] == each["currency"] for line in own)
        assert sum(Decimal(line["amount"]) for line in own) == Decimal(each["amount"] or 0)
        assert own or each["stage"] in ("prospecting", "lost", "disqualified")


def test_the_amount_of_a_line_is_its_price_times_its_quantity_without_rounding(rows: Rows) -> None:
    for each in rows("opportunity_lines"):
        assert Decimal(each["unit_price"]) * int(each["quantity"]) == Decimal(each["amount"])
        assert Decimal(each["amount"]) > 0


def test_an_opportunity_is_in_the_currency_of_its_customer(rows: Rows) -> None:
    currencies = {each["customer_id"]: each["currency"] for each in rows("customers")}
    for each in rows("opportunities"):
        if each["customer_id"] and each["currency"]:
            assert each["currency"] == currencies[each["customer_id"]]
    assert {each["currency"] for each in rows("opportunities")} == {"USD", "EUR", "CNY", ""}


def test_owners_and_movers_were_there_on_the_day(rows: Rows, terms: Grouped, today: str) -> None:
    for each in rows("opportunities"):
        assert works(terms, each["owner_id"], each["closed_on"] or today)
    for each in rows("stage_history"):
        assert works(terms, each["moved_by"], each["moved_on"])


def test_activities_fall_into_the_open_time_of_their_opportunity(
    rows: Rows, terms: Grouped, today: str
) -> None:
    opportunities = {each["opportunity_id"]: each for each in rows("opportunities")}
    assert any(not each["opportunity_id"] for each in rows("activities"))
    for each in rows("activities"):
        assert works(terms, each["employee_id"], each["activity_date"])
        assert each["outcome"]
        assert each["activity_date"] <= today
        opportunity = opportunities.get(each["opportunity_id"])
        if opportunity is None:
            assert each["customer_id"]
            continue
        end = opportunity["closed_on"] or today
        assert opportunity["opened_on"] <= each["activity_date"] <= end
        assert each["customer_id"] == opportunity["customer_id"]


def test_a_demonstration_is_given_in_the_stage_of_that_name(rows: Rows, moves: Grouped) -> None:
    for each in rows("activities"):
        if each["activity_type"] == "demonstration":
            entered = [
                move["moved_on"]
                for move in moves[each["opportunity_id"]]
                if move["to_stage"] == "demonstration"
            ]
            assert entered[0] <= each["activity_date"]


def test_people_work_on_workdays(rows: Rows, today: str) -> None:
    for each in rows("stage_history"):
        assert date.fromisoformat(each["moved_on"]).weekday() < 5 or each["moved_on"] == today


def test_chances_differ_by_family_source_and_seller(rows: Rows, lines: Grouped, today: str) -> None:
    families = {each["sku"]: each["family"] for each in rows("products")}
    closed = [
        {**each, "family": families[lines[each["opportunity_id"]][0]["sku"]]}
        for each in rows("opportunities")
        if each["stage"] in ("won", "lost") and each["amount"]
    ]

    def rate(some: list[dict[str, str]]) -> int:
        return 100 * sum(each["stage"] == "won" for each in some) // len(some)

    by_family = {name: rate(some) for name, some in by(closed, "family").items()}
    by_source = {name: rate(some) for name, some in by(closed, "lead_source").items()}
    by_owner = [rate(some) for some in by(closed, "owner_id").values() if len(some) >= 50]
    assert by_family["Imaging"] + 10 < by_family["Consumables"]
    assert by_source["cold call"] + 15 < by_source["referral"]
    assert max(by_owner) - min(by_owner) >= 12
    assert 30 <= rate(closed) <= 45
