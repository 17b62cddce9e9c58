"""The report ``pay``: what plans earned whom, in which pay periods."""

from typing import Any

import pytest

from dealwright import Table, UsageError
from dealwright_testing.deployments import MakePlatform
from tests.core.payroll.office import PLAN, Office, opened

BONUS = 'name = "Bonus"\nperiod = "quarter"\n[[pay]]\nfor = "rep"\npays = 50\n'
POINTS = '\n[[pay]]\nname = "points"\nfor = "rep"\nunit = "points"\nrate = 1\n'


@pytest.fixture
def office(make_platform: MakePlatform) -> Office:
    """ANN and ZOE sold in January, BEN in February; January is approved."""
    office = opened(make_platform, PLAN + POINTS, BONUS)
    office.sold("ANN", "2026-01-10", 1_000)
    office.sold("ZOE", "2026-01-20", 3_000)
    office.run("pay.run", period="2026-01")
    office.run("pay.approve", "anna", period="2026-01")
    office.sold("BEN", "2026-02-10", 200)
    office.run("pay.run", period="2026-02")
    return office


def report(office: Office, actor: str = "admin", **given: Any) -> Table:
    return office.platform.report("pay", actor=actor, **given)


def rows(table: Table) -> list[tuple[str, ...]]:
    return [tuple(map(str, each)) for each in table.rows]


def test_members_stand_by_what_they_earned(office: Office) -> None:
    table = report(office)
    assert rows(table) == [
        ("Zoe", "300.00 USD", "300.00 USD"),
        ("Ann", "100.00 USD", "100.00 USD"),
        ("Ben", "20.00 USD", "20.00 USD"),
        ("Mia", "12.00 USD", "12.00 USD"),
    ]
    assert table.totals is not None
    assert [str(each) for each in table.totals] == ["Total", "432.00 USD", "432.00 USD"]
    assert table.chart is not None
    assert (table.chart.kind, table.chart.label) == ("bars", "member")


def test_periods_stand_in_their_order(office: Office) -> None:
    table = report(office, by="period")
    assert [each[:2] for each in rows(table)] == [("2026-01", "410.00 USD"), ("2026-02", "22.00 USD")]
    assert table.chart is not None
    assert table.chart.kind == "lines"


def test_several_dimensions_are_a_row_for_each_that_there_is(office: Office) -> None:
    table = report(office, by="plan,period,member")
    assert [each[:4] for each in rows(table)] == [
        ("Reps", "2026-01", "Zoe", "300.00 USD"),
        ("Reps", "2026-01", "Ann", "100.00 USD"),
        ("Reps", "2026-01", "Mia", "10.00 USD"),
        ("Reps", "2026-02", "Ben", "20.00 USD"),
        ("Reps", "2026-02", "Mia", "2.00 USD"),
        ("Reps", "2026-02", "Ann", "0.00 USD"),
        ("Reps", "2026-02", "Zoe", "0.00 USD"),
    ]
    assert table.chart is None


def test_two_dimensions_are_drawn_as_lines_or_cells(office: Office) -> None:
    drawn = [report(office, by=by).chart for by in ("member,period", "member,plan")]
    assert [(each.kind, each.label, each.by) for each in drawn if each] == [
        ("lines", "period", "member"),
        ("heat", "member", "plan"),
    ]


def test_pay_periods_of_several_lengths_are_no_line(office: Office) -> None:
    office.run("pay.run", period="2026-Q1")
    table = report(office, by="period")
    assert [each[0] for each in rows(table)] == ["2026-01", "2026-Q1", "2026-02"]
    assert table.chart is not None
    assert table.chart.kind == "bars"


def test_of_a_period_count_the_pay_periods_that_lie_in_it(office: Office) -> None:
    office.run("pay.run", period="2026-Q1")
    for month, earned in (("2026-01", "410.00 USD"), ("2026-02", "22.00 USD")):
        assert [each[:2] for each in rows(report(office, by="plan", period=month))] == [("Reps", earned)]
    assert [each[0] for each in rows(report(office, by="plan", period="2026-Q1"))] == ["Reps", "Bonus"]


def test_what_is_not_approved_is_said_to_change(office: Office) -> None:
    assert report(office).note == "not approved yet, and may change: 2026-02"
    assert report(office, period="2026-01").note == ""


def test_nothing_is_there_before_the_first_run(make_platform: MakePlatform) -> None:
    table = report(opened(make_platform, PLAN))
    assert (table.rows, table.totals, table.chart) == ((), None, None)
    assert table.note == "no pay period was calculated: dealwright pay run"


def test_everybody_sees_the_pay_that_they_may_see(office: Office) -> None:
    assert [each[0] for each in rows(report(office, "ann"))] == ["Ann"]
    assert [each[0] for each in rows(report(office, "mia"))] == ["Ann", "Ben", "Mia"]
    assert str((report(office, "ann").totals or ())[1]) == "100.00 USD"


def test_members_of_one_name_are_told_apart(office: Office) -> None:
    office.run("member.change", ref="ZOE", name="Ann")
    assert [each[0] for each in rows(report(office))][:2] == ["Ann (ZOE)", "Ann (ANN)"]


def test_another_dimension_is_refused(office: Office) -> None:
    with pytest.raises(UsageError, match="pay is broken down by member, plan, period, not by 'perod'"):
        report(office, by="perod")


def test_without_plans_there_is_no_report_on_pay(make_platform: MakePlatform) -> None:
    assert "pay" not in make_platform().host.registry.reports
