"""What is personal or confidential is shown to who may read such fields of the record, and unknown to others."""

from typing import Any

import pytest
import sqlalchemy as sa

from dealwright import Money, Refused, parse
from dealwright_testing.deployments import MakePlatform
from tests.core.access.conftest import placed
from tests.core.access.world import MARK, Place

# A rep of her own kind: personal fields of her team's records, confidential ones of her own.
ROLES = """
[access.roles.rep]
allow = [
    {action = ["read", "add", "change"], on = ["owned"], scope = "own", fields = ["personal", "confidential"]},
    {action = ["read", "add", "change"], on = ["owned"], scope = "team"},
    {action = ["read"], on = ["reference"]},
    {action = ["run"], on = ["*"]},
]
"""


@pytest.fixture
def team(database_url: str, make_platform: MakePlatform) -> Place:
    """Ada and Tom of one team, each with records; reps see confidential fields of their own only."""
    return placed(make_platform, database_url, "ada", "tom", config=ROLES, customers=3)


def budgets(place: Place, actor: str, **options: Any) -> list[tuple[str, Any]]:
    with place.platform.session(actor) as session:
        found: list[Any] = session.find("survey", **options)
        return [(each.ref, each.budget) for each in found]


def test_a_rep_as_shipped_sees_no_confidential_field(place: Place) -> None:
    assert {budget for _, budget in budgets(place, "ada")} == {None}
    assert {budget for _, budget in budgets(place, "dia")} != {None}


def test_who_reads_a_confidential_field_as_shipped_writes_it_where_they_may_change_the_record(
    place: Place,
) -> None:
    changed = place.platform.run("survey.change", actor="dia", ref="Ada-S0", budget="5 USD").value
    assert changed.budget == Money(500, "USD")
    with pytest.raises(Refused, match=r"budget: M-ADA \(rep\) may not write what is confidential"):
        place.platform.run("survey.change", actor="ada", ref="Ada-S0", budget="6 USD")


def test_a_field_is_masked_row_by_row(team: Place) -> None:
    shown = dict(budgets(team, "ada"))
    assert shown["Ada-S1"] == Money(2_000_000, "USD")
    assert {shown[f"Tom-S{at}"] for at in range(3)} == {None}
    with team.platform.session("ada") as session:
        by_label: Any = session.by_label("survey", "Tom-S1")
        got: Any = session.get("survey", "Tom-S1")
        assert (by_label[0].budget, got.budget, got.finding) == (None, None, "Tom finding")


def test_what_is_masked_is_unknown_in_expressions(team: Place) -> None:
    assert [ref for ref, _ in budgets(team, "ada", where=parse("budget > '0'"))] == [
        "Ada-S0",
        "Ada-S1",
        "Ada-S2",
    ]
    with team.platform.session("ada") as session:
        assert session.count("survey", parse("budget is None")) == 3
        assert session.count("customer", parse("survey.budget > '0'")) == 3
        assert session.value_of(session.get("survey", "Tom-S1"), parse("budget + '1'")) is None


def test_what_is_masked_neither_sorts_nor_counts(team: Place) -> None:
    refs = [ref for ref, _ in budgets(team, "ada", order="-budget")]
    assert [ref for ref in refs if ref.startswith("Tom")] == ["Tom-S0", "Tom-S1", "Tom-S2"]
    with team.platform.session("ada") as session:
        table = session.table("survey")
        sums: Any = sa.select(sa.func.sum(table.c.budget_base), sa.func.count(table.c.budget_minor))
        ((total, count),) = session.select(sums)
        assert (int(total), count) == (6_000_000, 3)


def test_what_is_masked_cannot_be_guessed(team: Place) -> None:
    with team.platform.session("ada") as session:
        assert session.find("survey", budget=Money(2_000_000, "USD"), ref="Tom-S1") == []
        assert session.find("contact", phone="Tom phone") == []
        assert len(session.find("contact", phone="Ada phone")) == 3


def test_a_masked_field_is_not_written(team: Place) -> None:
    with pytest.raises(Refused, match=r"budget: M-ADA \(rep\) may not write what is confidential"):
        team.platform.run("survey.change", actor="ada", ref="Tom-S1", budget="5 USD")
    with pytest.raises(Refused, match="may not write what is personal"):
        team.platform.run("contact.change", actor="ada", ref="Tom-CT1", phone="112")


def test_a_change_of_another_field_keeps_what_is_hidden(team: Place) -> None:
    changed = team.platform.run("survey.change", actor="ada", ref="Tom-S1", finding="dry").value
    assert (changed.finding, changed.budget, changed.told_by) == ("dry", None, None)
    again = team.platform.run("survey.change", actor="ada", ref="Tom-S1", finding="wet").value
    assert (again.version, again.budget) == (3, None)
    with team.platform.session("tom") as session:
        kept: Any = session.get("survey", "Tom-S1")
        assert (kept.finding, kept.budget, kept.told_by) == ("wet", Money(2_000_000, "USD"), "Tom told")


def test_the_history_is_told_without_what_is_hidden(team: Place) -> None:
    with team.platform.session("ada") as session:
        (added,) = session.history("survey", "Tom-S1")
        (own,) = session.history("survey", "Ada-S1")
    assert added.change is not None
    assert own.change is not None
    assert {"budget", "told_by"}.isdisjoint(added.change)
    assert {"budget", "told_by"} <= own.change.keys()


def test_a_report_and_its_groups_know_nothing_of_it(place: Place) -> None:
    with place.platform.session("ada") as session:
        table = session.table("survey")
        rows = session.select(
            sa.select(table.c.told_by, table.c.budget_base, table.c.budget_currency).distinct()
        )
    assert {row.budget_base for row in rows} == {row.budget_currency for row in rows} == {None}
    assert MARK not in repr(rows)


def test_an_auditor_reads_all_classes(place: Place) -> None:
    assert None not in {budget for _, budget in budgets(place, "guest")}
