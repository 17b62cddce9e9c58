"""Cascading a target: who gets what, and that nothing is lost on the way."""

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright import InvalidValue, NotFound, Refused, UsageError
from dealwright_quota.shares import by_history, divided, stated
from tests.plugins.quotas import Planning

REFS = st.integers(1, 99).map("M-{}".format)
NAMES = st.sets(REFS, min_size=1, max_size=8)
WEIGHTS = st.dictionaries(
    REFS, st.builds(Fraction, st.integers(0, 10**6), st.integers(1, 999)), min_size=1, max_size=8
).filter(lambda weights: any(weights.values()))
UNITS = st.integers(0, 10**15)


@settings(max_examples=40)
@given(UNITS, WEIGHTS)
def test_children_sum_to_the_parent_for_any_weights(units: int, weights: dict[str, Fraction]) -> None:
    parts = divided(units, weights)
    assert sum(parts.values()) == units
    assert all(part == 0 for name, part in parts.items() if not weights[name])


@settings(max_examples=40)
@given(UNITS, NAMES)
def test_even_parts_differ_by_one_minor_unit_at_most(units: int, names: set[str]) -> None:
    parts = divided(units, dict.fromkeys(names, Fraction(1)))
    assert max(parts.values()) - min(parts.values()) <= 1


@settings(max_examples=40)
@given(
    st.integers(0, 50), st.lists(REFS, min_size=2, max_size=8, unique=True), st.randoms(use_true_random=False)
)
def test_the_order_of_members_changes_nothing(units: int, names: list[str], random: Random) -> None:
    weights = {name: Fraction(len(name)) for name in names}  # many are equal, so that remainders are, too
    random.shuffle(names)
    assert divided(units, {name: weights[name] for name in names}) == divided(units, weights)


@settings(max_examples=40)
@given(st.dictionaries(st.text("ABC", min_size=1, max_size=3), st.integers(-5, 10**9), min_size=1))
def test_who_has_no_history_weighs_as_much_as_the_others_on_average(won: dict[str, int]) -> None:
    weights = by_history(won, "average")
    known = [each for each in won.values() if each > 0]
    usual = Fraction(sum(known), len(known)) if known else Fraction(1)
    assert all(weights[name] == (each if each > 0 else usual) for name, each in won.items())


def test_no_history_may_weigh_nothing_or_be_refused() -> None:
    assert by_history({"A": 5, "B": -1}, "nothing") == {"A": 5, "B": 0}
    for won, without in (({"A": 0}, "nothing"), ({"A": 5, "B": 0}, "refuse")):
        with pytest.raises(InvalidValue, match="no history: "):
            by_history(won, without)


def test_weights_are_read_as_they_are_written() -> None:
    assert stated(("M-1=2,M-2=1.5", "a=b=0")) == {"M-1": 2, "M-2": Fraction(3, 2), "a=b": 0}
    for wrong in ("M-1", "=1", "M-1=-1", "M-1=1e3", "M-1=٣"):
        with pytest.raises(InvalidValue, match="is no weight"):
            stated((wrong,))
    with pytest.raises(InvalidValue, match="two weights"):
        stated(("A=1,A=2",))


def test_members_get_what_history_says(company: Planning) -> None:
    top = company.target("1000 USD", team="NORTH")
    shares: dict[str, Any] = {"by": "member", "role": ["rep"], "method": "history"}
    found = company.cascade(top.ref, **shares, dry_run=True)
    # of 2025 Ann won 300 and Ben 100; Cat, who won nothing then, weighs 200 as they do on average
    assert found == {"Ann": "500.00 USD", "Ben": "166.67 USD", "Cat": "333.33 USD"}
    assert company.children(top) == []
    company.cascade(top.ref, **shares)
    assert [str(each.amount) for each in company.children(top)] == ["500.00 USD", "166.67 USD", "333.33 USD"]


def test_history_may_be_of_another_period_and_measure(planner: Planning) -> None:
    top = planner.target("900 USD", team="ALPHA")
    said: dict[str, Any] = {"method": "history", "role": ["rep"], "dry_run": True}
    assert planner.cascade(top.ref, "member", **said, history="2026") == {
        "Ann": "720.00 USD",
        "Ben": "180.00 USD",
    }
    assert planner.cascade(top.ref, "member", **said, measure="won_count") == {
        "Ann": "450.00 USD", "Ben": "450.00 USD"
    }  # fmt: skip


def test_teams_are_those_directly_below(planner: Planning) -> None:
    top = planner.target("0.03 USD", team="HQ")
    assert planner.cascade(top.ref, "team") == {"North": "0.02 USD", "South": "0.01 USD"}
    assert set(planner.cascade(planner.target("1 USD").ref, "team", dry_run=True)) == {"Hq"}


def test_a_year_is_divided_into_quarters_or_months_as_it_went_before(planner: Planning) -> None:
    top = planner.target("600 USD", team="HQ")
    by_quarter = planner.cascade(top.ref, "period", method="history", dry_run=True)
    # 300, 100, 200 in the quarters of 2025, and the last weighs 200 as they do on average
    assert by_quarter == {
        "2026-Q1": "225.00 USD", "2026-Q2": "75.00 USD", "2026-Q3": "150.00 USD", "2026-Q4": "150.00 USD"
    }  # fmt: skip
    assert len(planner.cascade(top.ref, "period", unit="month")) == 12


def test_products_and_families_are_measured_by_product_lines(planner: Planning) -> None:
    top = planner.target("600 USD", measure="won_amount_by_line")
    found = planner.cascade(top.ref, "family", method="history", history="2026")
    assert found == {"Whole company, imaging": "487.50 USD", "Whole company, supplies": "112.50 USD"}
    imaging = planner.children(top)[0]
    found = planner.cascade(imaging.ref, "product", method="history", history="2026", dry_run=True)
    assert found == {"Whole company, ct": "37.50 USD", "Whole company, mri": "450.00 USD"}
    deals = planner.target("600 USD", period="2027")
    with pytest.raises(UsageError, match="won_amount counts no products"):
        planner.cascade(deals.ref, "family", method="history", history="2026")


def test_quantities_are_divided_without_rest(planner: Planning) -> None:
    top = planner.target(team="HQ", amount=None, quantity=7, measure="won_count")
    weights = ["NORTH=2,SOUTH=1"]
    assert planner.cascade(top.ref, "team", method="weight", weights=weights) == {"North": "5", "South": "2"}
    assert [each.quantity for each in planner.children(top)] == [5, 2]


def test_what_is_divided_is_divided_anew_only_with_replace(planner: Planning) -> None:
    top = planner.target("90 USD", team="NORTH")
    planner.cascade(top.ref, "team")
    with pytest.raises(Refused, match=f"{top.ref} is divided already, into TG-2, TG-3"):
        planner.cascade(top.ref, "team")
    planner.run("quota.approve", ref=top.ref)
    planner.cascade(top.ref, "team", method="weight", weights=["BETA=1"], replace=True)
    assert [str(each.amount) for each in planner.children(top)] == ["0.00 USD", "90.00 USD"]
    planner.cascade(top.ref, "period", replace=True)
    assert [str(each.amount) for each in planner.children(top)][2:] == ["22.50 USD"] * 4


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"by": "team", "weights": ["NORTH=1"]}, "weights go with --method weight"),
        ({"by": "team", "method": "weight"}, "weights go with --method weight"),
        (
            {"by": "team", "method": "weight", "weights": ["ALPHA=1"]},
            "ALPHA does not stand directly below it; .*NORTH, SOUTH",
        ),
        ({"by": "team", "method": "weight", "weights": ["NORTH=0"]}, "no weight is above zero"),
        ({"by": "member", "role": ["chef"]}, "there is no member below TG-"),
        ({"by": "team", "method": "history", "measure": "won"}, "no measure is called 'won'"),
        ({"by": "period", "method": "history", "history": "2025-Q1"}, "2025-Q1 is no year, as "),
    ],
)
def test_what_cannot_be_divided_is_said(shared_planner: Planning, asked: dict[str, Any], said: str) -> None:
    top = shared_planner.a_target(team="HQ")
    with pytest.raises((UsageError, InvalidValue), match=said):
        shared_planner.run("quota.cascade", ref=top.ref, **asked)


def test_without_history_a_deployment_may_refuse(company_with: Callable[[str], Planning]) -> None:
    planner = company_with('[plugins.quota]\nwithout_history = "refuse"\n')
    top = planner.target(team="NORTH")
    with pytest.raises(InvalidValue, match="no history: CAT"):
        planner.cascade(top.ref, "member", role=["rep"], method="history")


def test_a_representative_cascades_nothing(planner: Planning) -> None:
    top = planner.target(member="ANN")
    with pytest.raises(Refused, match="no right to add target"):
        planner.run("quota.cascade", actor="ann", ref=top.ref, by="period")
    with pytest.raises(Refused, match="may not run quota"):
        planner.run("quota.approve", actor="ann", ref=top.ref)
    with pytest.raises(NotFound):
        planner.run("quota.show", actor="ben", ref=top.ref)
