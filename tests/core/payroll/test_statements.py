"""Statements as objects for programs, as text for people, and as tables."""

from decimal import Decimal

import pytest

from dealwright import Money, said, speaking
from dealwright.cli.jsonform import form_of
from dealwright_core.contributions import Table
from dealwright_core.payroll.telling.tables import statement_tables
from dealwright_testing.deployments import MakePlatform
from tests.core.payroll.office import PLAN, Office, opened

POINTS = '\n[[pay]]\nname = "points"\nfor = "rep"\nunit = "points"\nrate = 1\n'


def column(table: Table, name: str) -> list[object]:
    at = [each.name for each in table.columns].index(name)
    return [row[at] for row in table.rows]


def types(table: Table) -> dict[str, str]:
    return {each.name: each.type for each in table.columns}


@pytest.fixture
def office(make_platform: MakePlatform) -> Office:
    office = opened(make_platform, PLAN)
    for day, amount in (("2026-01-10", 1_000), ("2026-01-20", 12_345)):
        office.sold("ANN", day, amount)
    office.run("pay.run", period="2026-01")
    return office


def test_numbers_for_programs_have_no_separators(office: Office) -> None:
    form = form_of(office.statement("ANN", "2026-01"))
    assert form["totals"] == {"USD": {"amount": "1334.50", "currency": "USD"}}
    (part,) = form["parts"]
    assert part["measured"] == "13345"
    assert [each["measure"] for each in part["lines"]] == ["1000", "12345"]
    override = form_of(office.statement("MIA", "2026-01"))["parts"][0]
    assert (override["measured"], override["amount"]["amount"]) == ("1334.5", "133.45")


def test_numbers_for_people_have_them(office: Office) -> None:
    text = office.statement("ANN", "2026-01").text
    assert text.splitlines() == [
        "ANN (Ann), 2026-01, calculated",
        "",
        "Reps, commission, 2026-01: 1334.50 USD; 1334.50 USD with what was paid before",
        *(f"  {line}  {rest}" for line, rest in zip(
            office.lines("ANN", "2026-01"),
            ("2026-01-10  O-1   1,000   100.00 USD", "2026-01-20  O-2  12,345  1234.50 USD"), strict=True,
        )),
        "",
        "total: 1334.50 USD",
        "paid by Reps: 1334.50 USD",
    ]  # fmt: skip


def test_the_tables_are_a_summary_and_all_lines(office: Office) -> None:
    summary, payments, lines = statement_tables(office.statement("ANN", "2026-01"))
    assert [each.title for each in (summary, payments, lines)] == ["Summary", "Payments", "Lines"]
    assert [row[:3] for row in summary.rows] == [("Reps", "commission", "2026-01")]
    assert column(summary, "amount") == [Money.parse("1334.50 USD")]
    assert "quota" not in types(summary)
    assert column(lines, "line") == office.lines("ANN", "2026-01")
    assert column(lines, "about") == ["O-1", "O-2"]
    assert column(lines, "measure") == [1_000 * 10_000, 12_345 * 10_000]
    for table in (summary, lines):
        assert table.totals is not None
        assert dict(zip(types(table), table.totals, strict=True))["amount"] == Money.parse("1334.50 USD")


def test_a_payment_is_its_amounts_that_are_any(make_platform: MakePlatform) -> None:
    office = opened(make_platform, PLAN, PLAN.replace("Reps", "More") + "[draw]\namount = 250\nperiods = 1\n")
    office.sold("ANN", "2026-01-10", 1_000)
    office.run("pay.run", period="2026-01")
    _summary, payments, _lines = statement_tables(office.statement("ANN", "2026-01"))
    assert list(types(payments)) == ["plan", "earned", "draw", "paid", "owed"]
    assert [tuple(map(str, row)) for row in payments.rows] == [
        ("More", "100.00 USD", "150.00 USD", "250.00 USD", "150.00 USD"),
        ("Reps", "100.00 USD", "0.00 USD", "100.00 USD", "0.00 USD"),
    ]
    assert [None if each is None else str(each) for each in payments.totals or ()] == [
        "Total", "200.00 USD", None, "350.00 USD", None
    ]  # fmt: skip


def test_what_is_no_money_has_a_column_of_its_own(make_platform: MakePlatform) -> None:
    office = opened(make_platform, PLAN + POINTS)
    office.sold("ANN", "2026-01-10", 1_000)
    office.run("pay.run", period="2026-01")
    found = office.statement("ANN", "2026-01")
    assert found.totals == {"USD": Money.parse("100 USD"), "points": Decimal(1_000)}
    summary, _payments, lines = statement_tables(found)
    assert column(lines, "amount") == [Money.parse("100 USD"), None]
    assert column(lines, "amount_quantity") == [None, 1_000 * 10_000]
    assert column(lines, "unit") == [None, "points"]
    assert summary.note == "total: 100.00 USD, 1,000 points"


def test_a_measure_without_end_is_an_exact_text(make_platform: MakePlatform) -> None:
    office = opened(make_platform, PLAN + '[credit]\nshares = {owner = "1/3", BEN = "2/3"}\n')
    office.sold("ANN", "2026-01-10", 1_000)
    office.run("pay.run", period="2026-01")
    found = office.statement("ANN", "2026-01")
    assert found.parts[0].lines[0].measure == "1000/3"
    assert "333 1/3" in found.text
    _summary, _payments, lines = statement_tables(found)
    assert (types(lines)["measure"], column(lines, "measure")) == ("text", ["1000/3"])


def test_the_tables_of_nothing_say_so(office: Office) -> None:
    summary, payments, lines = statement_tables(office.statement("BEN", "2026-01"))
    assert (payments.rows, payments.totals) == ((), None)
    for table in (summary, lines):
        assert (table.rows, table.totals, table.note) == ((), None, "nothing was earned")


def test_the_tables_say_why_there_is_no_figure(make_platform: MakePlatform) -> None:
    plan = 'name = "Reps"\nzero_quota = "refuse"\n[[pay]]\nfor = "rep"\nquota = "won_count"\nrate = "1 %"\n'
    office = opened(make_platform, plan)
    office.sold("ANN", "2026-01-10", 1_000)
    office.run("pay.run", period="2026-01")
    summary, _payments, _lines = statement_tables(office.statement("ANN", "2026-01"))
    assert summary.note.startswith("no figure: ANN has no quota above zero for pay pay in 2026-01")


def test_a_statement_is_said_in_chinese(office: Office) -> None:
    with speaking("zh_CN"):
        text = said(office.statement("ANN", "2026-01"))
    assert "已计算" in text.splitlines()[0]
    assert "1,000" in text
