from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise

Rows = Callable[[str], list[dict[str, str]]]
FAR = "9999"


def main_positions(rows: Rows, member: str, day: str) -> list[dict[str, str]]:
    return [
        each
        for each in rows("positions")
        if each["employee_id"] == member and each["main_position"] == "yes"
        and each["valid_from"] <= day < (each["valid_until"] or FAR)
    ]  # fmt: skip


def test_teams_are_a_tree_of_company_regions_and_teams(rows: Rows) -> None:
    teams = {each["team_id"]: each for each in rows("teams")}
    assert Counter(each["team_type"] for each in teams.values()) == {"company": 1, "region": 3, "team": 8}
    above = {"company": None, "region": "company", "team": "region"}
    for team in teams.values():
        parent = teams.get(team["parent_team_id"])
        assert (parent["team_type"] if parent else None) == above[team["team_type"]]


def test_every_team_has_one_leader_and_people_who_sell(rows: Rows, today: str) -> None:
    now = Counter(
        (each["team_id"], each["role"])
        for each in rows("positions")
        if not each["valid_until"] and each["main_position"] == "yes"
    )
    for team in rows("teams"):
        if team["team_type"] == "team":
            assert now[team["team_id"], "manager"] == 1
            assert now[team["team_id"], "rep"] >= 3
    assert sum(now[each["team_id"], "director"] for each in rows("teams")) == 1
    assert sum(now[each["team_id"], "regional manager"] for each in rows("teams")) == 3


def test_a_member_holds_one_main_position_on_each_day_from_joining_to_leaving(rows: Rows) -> None:
    for member in rows("employees"):
        own = [
            each
            for each in rows("positions")
            if each["employee_id"] == member["employee_id"] and each["main_position"] == "yes"
        ]
        assert own[0]["valid_from"] == member["joined_on"]
        assert own[-1]["valid_until"] == member["left_on"]
        for one, following in pairwise(own):
            assert one["valid_until"] == following["valid_from"]
        assert all(each["valid_from"] < (each["valid_until"] or FAR) for each in own)


def test_some_join_some_leave_some_change_team_and_some_are_promoted(rows: Rows, today: str) -> None:
    employees, positions = rows("employees"), rows("positions")
    year = today[:4]
    assert sum(each["joined_on"] >= year for each in employees) >= 3
    assert sum(bool(each["left_on"]) for each in employees) >= 2
    assert any(each["main_position"] == "no" for each in positions) or today < f"{year}-08-30"
    teams: dict[str, set[str]] = {}
    roles: dict[str, set[str]] = {}
    for each in positions:
        if each["main_position"] == "yes":
            teams.setdefault(each["employee_id"], set()).add(each["team_id"])
            roles.setdefault(each["employee_id"], set()).add(each["role"])
    assert sum(len(each) > 1 for each in teams.values()) >= 3
    assert sum(len(each) > 1 for each in roles.values()) >= (1 if today >= f"{year}-10-01" else 0)


def test_customers_have_names_of_their_own_and_owners_who_work_there(rows: Rows, today: str) -> None:
    customers = rows("customers")
    assert len({each["customer_name"] for each in customers}) == len(customers)
    tax_ids = [each["tax_id"] for each in customers if each["tax_id"]]
    assert len(tax_ids) == len(set(tax_ids))
    assert {each["industry"] for each in customers} == {
        "hospital group", "hospital", "clinic", "pharmacy", "laboratory", "distributor", "public buyer",
    }  # fmt: skip
    for owner in {each["owner_id"] for each in customers}:
        assert len(main_positions(rows, owner, today)) == 1
    for each in customers:
        revenue = each["annual_revenue"]
        assert not revenue or Decimal(revenue) > 0
        assert (each["type"] == "public") == (each["industry"] == "public buyer")


def test_hospital_groups_own_customers_of_their_region(rows: Rows) -> None:
    customers = {each["customer_id"]: each for each in rows("customers")}
    children = [each for each in customers.values() if each["parent_id"]]
    assert len(children) >= 50
    for child in children:
        parent = customers[child["parent_id"]]
        assert parent["region"] == child["region"]
        assert not parent["parent_id"]


def test_some_names_are_chinese(rows: Rows) -> None:
    def is_chinese(name: str) -> bool:
        return any("一" <= sign <= "鿿" for sign in name)

    assert sum(is_chinese(each["customer_name"]) for each in rows("customers")) >= 60
    assert sum(is_chinese(each["full_name"]) for each in rows("contacts")) >= 100
    assert sum(is_chinese(each["full_name"]) for each in rows("employees")) >= 8


def test_nobody_can_be_reached_at_what_was_invented(rows: Rows) -> None:
    for each in (*rows("contacts"), *rows("employees")):
        assert not each["email"] or (each["email"].isascii() and each["email"].endswith(".example"))


def test_products_come_in_six_families_and_some_cost_less_than_a_cent_is_fine_for(rows: Rows) -> None:
    products = rows("products")
    assert Counter(each["family"] for each in products) == dict.fromkeys(
        ("Diagnostics", "Consumables", "Imaging", "Surgical instruments", "Monitoring", "Disinfection"), 10
    )
    prices = [Decimal(each["list_price_usd"]) for each in products]
    assert all(price > 0 for price in prices)
    assert sum(price != price.quantize(Decimal("0.01")) for price in prices) >= 8
    assert len({each["product_name"] for each in products}) == len(products)


def test_every_monday_has_a_rate_from_before_the_first_opportunity(rows: Rows, today: str) -> None:
    first = min(each["opened_on"] for each in rows("opportunities"))
    for currency in ("EUR", "CNY"):
        own = [each for each in rows("exchange_rates") if each["quote_currency"] == currency]
        days = [date.fromisoformat(each["valid_from"]) for each in own]
        assert days[0].isoformat() <= first
        assert all((later - earlier).days == 7 for earlier, later in pairwise(days))
        assert (date.fromisoformat(today) - days[-1]).days < 7
        assert all(each["base_currency"] == "USD" for each in own)
        assert all(int(each["numerator"]) > 0 and int(each["denominator"]) > 0 for each in own)
