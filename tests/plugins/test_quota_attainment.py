"""What was reached of each target, in total counted once, and to whom it is shown."""

from collections.abc import Callable
from typing import Any

import pytest

from dealwright import Table, UsageError
from tests.plugins.quotas import Planning


def report(planner: Planning, actor: str = "dia", **asked: Any) -> Table:
    return planner.platform.report("attainment", actor=actor, **({"period": "2026"} | asked))


def shown(table: Table) -> dict[str, tuple[str, str, int | None, str]]:
    """Target, actual, attainment and gap by subject, the total included."""
    rows = table.rows if table.totals is None else (*table.rows, table.totals)
    return {str(row[0]): (str(row[1]), str(row[2]), row[3], str(row[4])) for row in rows}


def plan(planner: Planning) -> None:
    """Targets down to the members of Alpha."""
    top = planner.target("2000 USD", team="HQ")
    north = planner.target("1500 USD", team="NORTH", parent=top.ref)
    planner.target("500 USD", team="SOUTH", parent=top.ref)
    alpha = planner.target("1200 USD", team="ALPHA", parent=north.ref)
    planner.target("300 USD", team="BETA", parent=north.ref)
    planner.target("800 USD", member="ANN", parent=alpha.ref)
    planner.target("400 USD", member="BEN", parent=alpha.ref)


def test_attainment_is_actual_by_target_and_the_total_counts_nothing_twice(company: Planning) -> None:
    plan(company)
    table = report(company)
    assert shown(table) == {
        "Ann": ("800.00 USD", "600.00 USD", 750_000, "-200.00 USD"),
        "Alpha": ("1200.00 USD", "750.00 USD", 625_000, "-450.00 USD"),
        "North": ("1500.00 USD", "800.00 USD", 533_333, "-700.00 USD"),
        "Hq": ("2000.00 USD", "800.00 USD", 400_000, "-1200.00 USD"),
        "Ben": ("400.00 USD", "150.00 USD", 375_000, "-250.00 USD"),
        "Beta": ("300.00 USD", "50.00 USD", 166_667, "-250.00 USD"),
        "South": ("500.00 USD", "0.00 USD", 0, "-500.00 USD"),
        "Total": ("2000.00 USD", "800.00 USD", 400_000, "-1200.00 USD"),
    }
    assert [each.type for each in table.columns] == ["text", "money", "money", "ratio", "money"]
    assert table.chart is not None
    assert (table.chart.kind, table.chart.values) == ("bars", ("target", "actual"))


def test_everybody_sees_their_own_and_who_leads_sees_the_team(company: Planning) -> None:
    plan(company)
    for actor, who, total in (
        ("ann", {"Ann"}, "800.00 USD"),
        ("sue", {"Ann", "Ben", "Alpha"}, "1200.00 USD"),
        ("mia", {"Ann", "Ben", "Alpha", "Beta", "North"}, "1500.00 USD"),
    ):
        rows = shown(report(company, actor))
        assert rows.keys() == who | {"Total"}
        assert rows["Total"][0] == total
        assert rows["Ann"] == ("800.00 USD", "600.00 USD", 750_000, "-200.00 USD")


def test_one_level_is_chosen_and_totalled_by_itself(planner: Planning) -> None:
    plan(planner)
    assert shown(report(planner, by="member"))["Total"] == (
        "1200.00 USD",
        "750.00 USD",
        625_000,
        "-450.00 USD",
    )
    assert shown(report(planner, by="region")).keys() == {"North", "South", "Total"}
    # Alpha and Beta stand in North
    assert shown(report(planner, by="team"))["Total"][0] == "2000.00 USD"


def test_targets_of_shorter_periods_count_where_there_is_none_for_the_whole(planner: Planning) -> None:
    planner.target("100 USD", member="ANN", period="2026-Q1")
    planner.target("50 USD", member="BEN", period="2026-Q1")
    planner.target("70 USD", member="BEN", period="2026")
    rows = shown(report(planner))
    assert rows["Ann"][:2] == ("100.00 USD", "600.00 USD")
    assert rows["Ben"][:2] == ("70.00 USD", "150.00 USD")
    assert rows["Total"][:2] == ("170.00 USD", "750.00 USD")
    assert shown(report(planner, period="2026-Q1"))["Ben"][:2] == ("50.00 USD", "0.00 USD")


def test_what_was_reached_by_a_day(planner: Planning) -> None:
    planner.target("100 USD", team="ALPHA")
    assert shown(report(planner, as_of="2026-03-01"))["Alpha"][1] == "600.00 USD"


@pytest.mark.parametrize(
    ("rule", "attainment"), [("leave out", None), ("zero", 0), ("full", 1_000_000), ("refuse", "refused")]
)
def test_a_target_of_zero_has_a_stated_rule(
    company_with: Callable[[str], Planning], rule: str, attainment: object
) -> None:
    planner = company_with(f'[plugins.quota]\nzero_target = "{rule}"\n')
    planner.target("0 USD", member="ANN")
    if attainment == "refused":
        with pytest.raises(UsageError, match="Ann has a target of zero"):
            report(planner)
    else:
        assert shown(report(planner))["Ann"] == ("0.00 USD", "600.00 USD", attainment, "600.00 USD")


def test_products_are_measured_alone(planner: Planning) -> None:
    measure = "won_amount_by_line"
    planner.target("1000 USD", measure=measure)
    planner.target("500 USD", measure=measure, team="ALPHA", family="imaging")
    planner.target("100 USD", measure=measure, member="BEN", product="GLOVE")
    rows = shown(report(planner))
    assert rows["Alpha, imaging"][:2] == ("500.00 USD", "600.00 USD")
    assert rows["Ben, glove"][:2] == ("100.00 USD", "150.00 USD")
    assert rows["Whole company"][:2] == rows["Total"][:2] == ("1000.00 USD", "800.00 USD")
    assert shown(report(planner, by="product"))["Total"][0] == "600.00 USD"


def test_quantities_are_whole_numbers(planner: Planning) -> None:
    planner.target(amount=None, quantity=4, measure="won_count", team="NORTH")
    table = report(planner)
    assert [each.type for each in table.columns] == ["text", "integer", "integer", "ratio", "integer"]
    assert table.rows == (("North", 4, 3, 750_000, -1),)


def test_several_measures_are_told_apart(planner: Planning) -> None:
    planner.target("100 USD", member="ANN")
    planner.target(amount=None, quantity=4, measure="won_count", member="ANN")
    with pytest.raises(UsageError, match="choose one with --measure: won_amount, won_count"):
        report(planner)
    assert report(planner, measure="won_count").rows == (("Ann", 4, 1, 250_000, -3),)


def test_without_targets_there_is_nothing_to_attain(planner: Planning) -> None:
    assert (report(planner).rows, report(planner).note) == ((), "No targets in 2026")
