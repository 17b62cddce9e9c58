from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

import pytest

Rows = Callable[[str], list[dict[str, str]]]
Grouped = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def facts(rows: Rows) -> Grouped:
    found: Grouped = defaultdict(list)
    for each in rows("transactions"):
        found[each["contract_id"]].append(each)
    return found


def total(facts: list[dict[str, str]], *kinds: str) -> Decimal:
    return sum((Decimal(each["amount"]) for each in facts if each["transaction_type"] in kinds), Decimal(0))


def test_most_won_opportunities_have_one_contract_with_their_customer_amount_and_lines(rows: Rows) -> None:
    opportunities = {each["opportunity_id"]: each for each in rows("opportunities")}
    won = sum(each["stage"] == "won" for each in opportunities.values())
    contracts = rows("contracts")
    assert len({each["opportunity_id"] for each in contracts}) == len(contracts)
    assert won * 9 // 10 < len(contracts) < won
    for each in contracts:
        opportunity = opportunities[each["opportunity_id"]]
        assert opportunity["stage"] == "won"
        for column in ("customer_id", "amount", "currency", "owner_id"):
            assert each[column] == opportunity[column]

    def offered(name: str, parent: str) -> Grouped:
        found: Grouped = defaultdict(list)
        for each in rows(name):
            line = {
                column: each[column] for column in ("sku", "quantity", "unit_price", "amount", "currency")
            }
            found[each[parent]].append(line)
        return found

    agreed, proposed = (
        offered("contract_lines", "contract_id"),
        offered("opportunity_lines", "opportunity_id"),
    )
    for each in contracts:
        assert agreed[each["contract_id"]] == proposed[each["opportunity_id"]]


def test_a_contract_is_signed_after_the_opportunity_was_won_and_never_in_the_future(
    rows: Rows, today: str
) -> None:
    closed = {each["opportunity_id"]: each["closed_on"] for each in rows("opportunities")}
    assert {each["status"] for each in rows("contracts")} == {
        "draft", "signed", "in force", "completed", "terminated",
    }  # fmt: skip
    for each in rows("contracts"):
        assert (each["status"] == "draft") == (not each["signed_on"])
        assert each["approval"] in ("not requested", "requested", "approved")
        assert (each["approval"] == "requested") <= (each["status"] == "draft")
        if each["signed_on"]:
            assert closed[each["opportunity_id"]] <= each["signed_on"] <= today
            assert each["starts_on"] == each["signed_on"]
            assert not each["ends_on"] or each["ends_on"] > each["starts_on"]


def test_facts_have_the_sign_of_their_kind_and_the_currency_of_their_contract(rows: Rows, today: str) -> None:
    contracts = {each["contract_id"]: each for each in rows("contracts")}
    for each in rows("transactions"):
        contract = contracts[each["contract_id"]]
        assert (Decimal(each["amount"]) < 0) == (each["transaction_type"] in ("refund", "adjustment"))
        assert each["currency"] == contract["currency"]
        assert contract["signed_on"] <= each["transaction_date"] <= today
        assert not each["entered_on"] or each["transaction_date"] < each["entered_on"] <= today


def test_only_what_was_signed_is_ordered_and_that_once(rows: Rows, facts: Grouped) -> None:
    for each in rows("contracts"):
        own = facts[each["contract_id"]]
        orders = [fact for fact in own if fact["transaction_type"] == "order"]
        assert [fact["amount"] for fact in orders] == ([each["amount"]] if each["signed_on"] else [])
        assert bool(own) == bool(each["signed_on"])


def test_a_completed_contract_is_delivered_invoiced_and_paid_in_full(rows: Rows, facts: Grouped) -> None:
    lines = defaultdict(list)
    for each in rows("contract_lines"):
        lines[each["contract_id"]].append((each["sku"], each["amount"]))
    for each in rows("contracts"):
        own, amount = facts[each["contract_id"]], Decimal(each["amount"])
        delivered = [(fact["sku"], fact["amount"]) for fact in own if fact["transaction_type"] == "delivery"]
        payments = [fact for fact in own if fact["transaction_type"] == "payment"]
        if each["status"] == "completed":
            assert delivered == lines[each["contract_id"]]
            assert total(own, "invoice") == total(own, "payment") == amount
            assert 1 <= len(payments) <= 3
        else:
            assert delivered == lines[each["contract_id"]][: len(delivered)]
            assert total(own, "payment") < amount
            assert not payments or total(own, "invoice") == amount
        assert bool(delivered) == (each["status"] in ("in force", "completed"))


def test_a_fact_that_takes_back_names_an_earlier_one_of_the_same_contract_and_takes_no_more(
    rows: Rows,
) -> None:
    seen: dict[str, dict[str, str]] = {}
    taken: dict[str, str] = {"refund": "payment", "adjustment": "order"}
    for each in rows("transactions"):
        kind = each["transaction_type"]
        assert bool(each["reverses_id"]) == (kind in taken)
        if kind in taken:
            original = seen[each["reverses_id"]]
            assert original["contract_id"] == each["contract_id"]
            assert original["transaction_type"] == taken[kind]
            assert original["transaction_date"] <= each["transaction_date"]
            assert 0 < -Decimal(each["amount"]) <= Decimal(original["amount"])
        seen[each["transaction_id"]] = each
    reversed_once = [each["reverses_id"] for each in rows("transactions") if each["reverses_id"]]
    assert len(reversed_once) == len(set(reversed_once))


def test_a_terminated_contract_has_nothing_left_of_its_order(rows: Rows, facts: Grouped) -> None:
    for each in rows("contracts"):
        if each["status"] == "terminated":
            assert total(facts[each["contract_id"]], "order", "adjustment") == 0
            assert len(facts[each["contract_id"]]) == 2


def test_some_payments_come_in_instalments_and_some_money_goes_back(rows: Rows, facts: Grouped) -> None:
    counts = [
        sum(fact["transaction_type"] == "payment" for fact in facts[each["contract_id"]])
        for each in rows("contracts")
        if each["status"] == "completed"
    ]
    assert min(counts.count(number) for number in (1, 2, 3)) >= 40
    assert sum(each["transaction_type"] == "refund" for each in rows("transactions")) >= 15
    assert sum(bool(each["entered_on"]) for each in rows("transactions")) >= 200
