from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

Rows = Callable[[str], list[dict[str, str]]]


def test_children_sum_to_their_parent_up_to_the_company(rows: Rows) -> None:
    targets = {each["target_id"]: each for each in rows("targets")}
    below: dict[str, Decimal] = defaultdict(Decimal)
    for each in targets.values():
        below[each["parent_target_id"]] += Decimal(each["target_amount"])
        if each["parent_target_id"]:
            assert targets[each["parent_target_id"]]["period"] == each["period"]
    for target, each in targets.items():
        if each["team_id"]:
            assert below[target] == Decimal(each["target_amount"])
    tops = [each for each in targets.values() if not each["parent_target_id"]]
    assert [(each["team_id"], each["period"][-2:]) for each in tops] == [
        ("HQ", quarter) for quarter in ("Q1", "Q2", "Q3", "Q4")
    ]


def test_each_subject_exists_and_has_one_target_a_quarter(rows: Rows) -> None:
    names = {
        "team": {each["team_id"] for each in rows("teams")},
        "member": {each["employee_id"] for each in rows("employees")},
    }
    seen = [(each["team_id"], each["employee_id"], each["period"]) for each in rows("targets")]
    assert len(seen) == len(set(seen))
    assert all((team in names["team"]) != (member in names["member"]) for team, member, _ in seen)


def test_a_member_target_stands_below_that_of_the_team_it_was_sold_for(rows: Rows, today: str) -> None:
    targets = {each["target_id"]: each for each in rows("targets")}
    starts = {"Q1": "01-01", "Q2": "04-01", "Q3": "07-01", "Q4": "10-01"}
    for each in targets.values():
        if each["employee_id"]:
            day = min(f"{today[:4]}-{starts[each['period'][-2:]]}", today)
            (position,) = [
                held
                for held in rows("positions")
                if held["employee_id"] == each["employee_id"] and held["main_position"] == "yes"
                and held["valid_from"] <= day < (held["valid_until"] or "9999")
            ]  # fmt: skip
            assert targets[each["parent_target_id"]]["team_id"] == position["team_id"]
            assert position["role"] == "rep"
