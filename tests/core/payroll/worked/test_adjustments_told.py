"""What is refused of adjustments, and how those that are entered are shown."""

from pathlib import Path
from typing import Any

import pytest

from dealwright import Refused
from dealwright.cli.jsonform import form_of
from dealwright_core.config.settingtypes import Context
from dealwright_core.incentives.plans.reading import read_file
from dealwright_core.payroll.telling.tables import statement_tables
from tests.core.payroll.worked.adjustments import PLAN, adjust
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop


@pytest.fixture
def shop(opening: Opening) -> Shop:
    """A shop that pays 10 %; ANN sold 1,000 in January."""
    shop = opening(PLAN)
    shop.sold("ANN", ("2026-01-10", 1_000))
    return shop


def refusal(shop: Shop, *given: str, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        adjust(shop, *given, **more)
    (finding,) = refused.value.findings
    return finding.code


# What is refused.


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("ANN", "50 EUR", "2026-01-20"), "adjustment-without-plan"),
        (("ANN", "50 USD", "2025-12-31"), "adjustment-without-plan"),
        (("ANN", "50 USD", "2026-01-20", "Rep"), "adjustment-without-plan"),
        (("ANN", "0 USD", "2026-01-20"), "adjustment-of-nothing"),
    ],
)
def test_what_no_plan_could_pay_is_refused(shop: Shop, given: tuple[str, ...], code: str) -> None:
    assert refusal(shop, *given) == code


def test_an_adjustment_states_its_reason(shop: Shop) -> None:
    assert refusal(shop, "ANN", "50 USD", "2026-01-20", reason="  ") == "adjustment-without-reason"


def test_a_plan_that_is_misspelt_is_told(shop: Shop) -> None:
    with pytest.raises(Refused, match=r"there is no plan 'Rep'.*'Reps'"):
        adjust(shop, "ANN", "50 USD", "2026-01-20", plan="Rep")


# How it is shown.


def test_a_list_says_what_was_posted(shop: Shop) -> None:
    (deal,) = shop.sold("ANN", ("2026-01-12", 10))
    first = adjust(shop, "ANN", "50 USD", "2026-01-20", about=deal)
    second = adjust(shop, "MAX", "20 USD", "2026-02-20")
    shop.pay("2026-01")

    def told(**given: Any) -> dict[str, Any]:
        found = shop.platform.run("pay.adjustments", actor="admin", **given).value
        return {each["ref"]: (each["posted"].major, each["about"], each["by"]) for each in found}

    assert told() == {first: (50, deal, "admin"), second: (0, None, "admin")}
    assert told(period=shop.label("2026-02")).keys() == told(member="max").keys() == {second}


def test_a_statement_tells_why_in_every_form(shop: Shop) -> None:
    ref = adjust(shop, "ANN", "50 USD", "2026-01-20")
    shop.pay("2026-01")
    found = shop.statement("ANN", "2026-01")
    told = str(found).splitlines()
    assert "Reps, adjustment, 2026-01: 50.00 USD; 50.00 USD with what was paid before" in told
    (at,) = [at for at, line in enumerate(told) if f"adjustment {ref}" in line]
    assert told[at + 1].strip() == "agreed in the interview; entered by admin"
    _summary, _payments, lines = statement_tables(found)
    columns = [each.name for each in lines.columns]
    rows = [dict(zip(columns, each, strict=True)) for each in lines.rows]
    assert [(each["about"], each["reason"], each["by"]) for each in rows] == [
        ("O-1", None, None), (f"adjustment {ref}", "agreed in the interview", "admin")
    ]  # fmt: skip
    assert [each["reason"] for part in form_of(found)["parts"] for each in part["lines"]] == [
        None,
        rows[1]["reason"],
    ]


def test_a_statement_without_adjustments_has_no_column_for_reasons(shop: Shop) -> None:
    shop.pay("2026-01")
    _summary, _payments, lines = statement_tables(shop.statement("ANN", "2026-01"))
    assert {"reason", "by"}.isdisjoint(each.name for each in lines.columns)


def test_no_pay_has_the_name_of_adjustments(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.replace("commission", "adjustment"), encoding="utf-8")
    _plan, problems = read_file(path, Context())
    assert [str(each) for each in problems] == [
        f"{path}:4: pay[1].name: the name 'adjustment' is kept for adjustments that are entered, give it another name"
    ]
