"""How targets stand below one another, and when they have to sum."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dealwright import Refused, Target, Waiver, import_files
from tests.plugins.quotas import Planning


def test_a_plan_may_be_out_of_balance_while_it_is_a_draft(planner: Planning) -> None:
    top = planner.target(team="HQ")
    child = {"parent": top.ref, "measure": "won_amount", "period": "2026"}
    assert planner.warned("target.add", team="NORTH", amount="600 USD", **child) == ["quota-sum"]
    assert planner.warned("target.add", team="SOUTH", amount="400 USD", **child) == []
    assert planner.warned("target.change", ref=top.ref, amount="1100 USD") == ["quota-sum"]


def test_an_approved_plan_keeps_its_sums(company: Planning) -> None:
    top = company.target(team="HQ")
    company.cascade(top.ref, "team")
    company.run("quota.approve", ref=top.ref)
    north, south = company.children(top)
    with pytest.raises(Refused, match=r"sum to 1000\.01 USD of 1000\.00 USD: 0\.01 USD too much"):
        company.run("target.change", ref=north.ref, amount="500.01 USD")
    with pytest.raises(Refused, match=r"sum to 1000\.00 USD of 900\.00 USD: 100\.00 USD too much"):
        company.run("target.change", ref=top.ref, amount="900 USD")
    waiver = Waiver("quota-sum", "dia", "agreed with the board")
    company.platform.run("target.change", actor="dia", ref=south.ref, amount="499 USD", waivers=[waiver])
    company.run("quota.reopen", ref=top.ref)
    company.run("target.change", ref=north.ref, amount="700 USD")


def test_only_a_plan_that_sums_is_approved(planner: Planning) -> None:
    top = planner.target(team="HQ")
    north = planner.target("600 USD", team="NORTH", parent=top.ref)
    planner.target("400 USD", team="SOUTH", parent=top.ref)
    planner.target("599.99 USD", team="ALPHA", parent=north.ref)
    with pytest.raises(
        Refused, match=rf"children of {north.ref} sum to 599.99 USD of 600.00 USD: 0.01 USD too little"
    ):
        planner.run("quota.approve", ref=top.ref)
    planner.target("0.01 USD", team="BETA", parent=north.ref)
    assert [each.ref for each in planner.run("quota.approve", ref=top.ref)] == [top.ref, north.ref]


def test_a_strict_deployment_binds_drafts_too(company_with: Callable[[str], Planning]) -> None:
    planner = company_with("[plugins.quota]\nstrict = true\n")
    top = planner.target(team="HQ")
    with pytest.raises(Refused, match=r"600\.00 USD of 1000\.00 USD: 400\.00 USD too little"):
        planner.target("600 USD", team="NORTH", parent=top.ref)
    assert len(planner.cascade(top.ref, "team")) == 2


@pytest.mark.parametrize(
    ("settings", "amount", "fits"),
    [
        ("tolerance = 5", "995 USD", True),
        ("tolerance = 5", "994.99 USD", False),
        ("tolerance_share = '1/3'", "666.67 USD", True),
        ("tolerance_share = '1/3'", "666.66 USD", False),
        ("tolerance_quantity = 500", "995 USD", False),
    ],
)
def test_a_tolerance_is_an_amount_or_an_exact_share(
    company_with: Callable[[str], Planning], settings: str, amount: str, fits: bool
) -> None:
    planner = company_with(f"[plugins.quota]\n{settings}\n")
    top = planner.target(team="HQ")
    child = {"parent": top.ref, "measure": "won_amount", "period": "2026"}
    assert planner.warned("target.add", team="NORTH", amount=amount, **child) == (
        [] if fits else ["quota-sum"]
    )


@pytest.mark.parametrize(
    ("parent", "child", "said"),
    [
        ({"team": "NORTH"}, {"team": "SOUTH"}, "South .* is not below North"),
        ({"team": "NORTH"}, {"member": "DAN"}, "Dan .* is not below North"),
        ({"member": "ANN"}, {"team": "ALPHA"}, "Alpha .* is not below Ann"),
        ({"team": "HQ"}, {"team": "HQ"}, "is for the same as its parent"),
        ({"team": "HQ"}, {"team": "HQ", "period": "2027-Q1"}, "not within "),
        (
            {"team": "HQ"},
            {"team": "NORTH", "period": "-Q1"},
            "in two ways at once, by people and by period",
        ),
        ({"team": "HQ"}, {"team": "NORTH", "measure": "won_count"}, "won_count, and its parent"),
        ({"team": "HQ"}, {"team": "NORTH", "amount": "1 EUR"}, "is in EUR, and its parent .* in USD"),
        ({"family": "imaging"}, {"product": "GLOVE"}, "Whole company, glove .* is not below"),
    ],
)
def test_a_child_stands_below_its_parent(
    shared_planner: Planning, parent: dict[str, str], child: dict[str, str], said: str
) -> None:
    top = shared_planner.a_target(**parent)
    with pytest.raises(Refused, match=said):
        shared_planner.below(top, **child)


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        ({}, {"member": "ANN"}),
        ({"team": "NORTH"}, {"member": "ANN"}),
        ({"team": "SOUTH"}, {"team": "SOUTH", "period": "-03"}),
        ({"team": "ALPHA", "family": "imaging"}, {"team": "ALPHA", "product": "CT"}),
    ],
)
def test_what_stands_below_it_is_accepted(
    shared_planner: Planning, parent: dict[str, str], child: dict[str, str]
) -> None:
    top = shared_planner.a_target(**parent)
    assert shared_planner.below(top, **child).parent == top.id


def test_a_target_is_cut_along_one_axis(shared_planner: Planning) -> None:
    top = shared_planner.a_target(team="HQ")
    shared_planner.below(top, team="NORTH")
    with pytest.raises(Refused, match="is cut by people and by period"):
        shared_planner.below(top, team="HQ", period="-Q1")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"team": "NORTH"}, {"member": "ANN"}),
        ({"team": "HQ", "period": "-Q1"}, {"team": "HQ", "period": "-02"}),
        ({"team": "HQ", "family": "imaging"}, {"team": "HQ", "product": "CT"}),
    ],
)
def test_children_do_not_count_the_same_twice(
    shared_planner: Planning, first: dict[str, str], second: dict[str, str]
) -> None:
    top = shared_planner.a_target(team="HQ")
    shared_planner.below(top, **first)
    with pytest.raises(Refused, match="count the same twice"):
        shared_planner.below(top, **second)


def test_a_subject_has_one_target_of_a_measure_and_period(planner: Planning) -> None:
    first = planner.target(team="HQ")
    with pytest.raises(Refused, match=rf"Hq has a target of won_amount in 2026 already: {first.ref}"):
        planner.target(team="HQ")


def test_targets_do_not_stand_in_a_circle(shared_planner: Planning) -> None:
    top = shared_planner.a_target(team="HQ")
    north = shared_planner.below(top, team="NORTH")
    with pytest.raises(Refused, match="would stand below itself"):
        shared_planner.run("target.change", ref=top.ref, parent=north.ref)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": "-1 USD"}, "below zero"),
        ({"period": "2026-Q5"}, "is not a period"),
        ({"measure": "won_count"}, "no measure of money, so .* has a quantity"),
        ({"amount": None, "quantity": 5}, "a measure of money, so .* has an amount"),
    ],
)
def test_a_target_makes_sense_by_itself(shared_planner: Planning, wrong: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        shared_planner.a_target(**wrong)


def test_a_measure_that_nobody_measures_is_told_of(shared_planner: Planning) -> None:
    found = shared_planner.warned("target.add", measure="won", period="2026", amount="1 USD")
    assert found == ["quota-measure-unknown"]


def test_the_tree_shows_sums_and_what_is_missing(planner: Planning) -> None:
    top = planner.target(team="HQ")
    planner.target("600 USD", team="NORTH", parent=top.ref)
    table = planner.run("quota.show", ref=top.ref)
    rows = [tuple(str(each) for each in row) for row in table.rows]
    assert rows == [
        (top.ref, "Hq", "2026", "1000.00 USD", "600.00 USD", "400.00 USD", "draft"),
        ("  TG-2", "North", "2026", "600.00 USD", "None", "None", "None"),
    ]


MAPPING = """
name = "plan"
[[files]]
path = "plan.csv"
[[files.records]]
record = "target"
ref = "id"
[files.records.fields]
team = {column = "team", by = "ref"}
member = {column = "employee", by = "ref"}
measure = {constant = "won_amount"}
period = "period"
amount = "amount"
parent = {column = "above", by = "ref"}
"""
ROWS = """id,team,employee,period,amount,above
T1,HQ,,2026,1000,
T2,NORTH,,2026,600,T1
T3,SOUTH,,2026,400,T1
T4,,CAT,2026,600,T2
"""


def test_a_plan_is_imported_by_the_usual_mapping(company: Planning, tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "plan.csv").write_text(f"{ROWS}T5,SOUTH,,2026-Q1,1,T2\n", encoding="utf-8")
    done = import_files(company.platform, tmp_path / "mapping.toml", data=tmp_path, actor="admin")
    assert [(each.accepted, each.refused) for each in done.files] == [(4, 1)]
    with company.platform.session("dia") as session:
        assert [each.ref for each in session.find(Target)] == ["T1", "T2", "T3", "T4"]
    assert [each.ref for each in company.run("quota.approve", ref="T1")] == ["T1", "T2"]
