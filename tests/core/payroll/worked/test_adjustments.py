"""Adjustments: what somebody enters for a member is paid once, by the first run that can."""

from decimal import Decimal
from typing import Any

import pytest

from dealwright import Money, PayAdjustment
from tests.core.payroll.worked.adjustments import PLAN, adjust, change
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop


@pytest.fixture
def shop(opening: Opening) -> Shop:
    """A shop that pays 10 %; ANN sold 1,000 in January."""
    shop = opening(PLAN)
    shop.sold("ANN", ("2026-01-10", 1_000))
    return shop


def paid(shop: Shop, member: str, period: str) -> dict[str, Decimal | int]:
    """The amounts of a member's payment in a period."""
    rows = shop.platform.run("pay.payments", actor="admin", period=shop.label(period)).value
    (row,) = [each for each in rows if each["member"] == member]
    return {name: each.major for name, each in row.items() if isinstance(each, Money)}


def ledger(shop: Shop) -> dict[str, Decimal | int]:
    rows = shop.platform.run("pay.ledger", actor="admin").value
    return {each["account"]: each["balance"].major for each in rows}


# What a run posts.


def test_an_adjustment_is_a_line_of_its_own(shop: Shop) -> None:
    ref = adjust(shop, "ANN", "50 USD", "2026-01-20")
    assert shop.pays("2026-01") == {"ANN": 100 + 50}
    sales, adjusted = shop.statement("ANN", "2026-01").parts
    assert (sales.pay, sales.measured, sales.amount) == ("commission", "1000", Money.parse("100 USD"))
    assert (adjusted.pay, adjusted.window) == ("adjustment", "2026-01")
    (line,) = adjusted.lines
    assert (line.about, line.ref, line.measure, line.amount) == (
        "adjustment",
        ref,
        "0",
        Money.parse("50 USD"),
    )
    assert (line.reason, line.by) == ("agreed in the interview", "admin")


def test_an_adjustment_may_take_back(shop: Shop) -> None:
    adjust(shop, "ANN", "-130 USD", "2026-01-20")
    assert shop.pays("2026-01") == {"ANN": -30}
    assert paid(shop, "ANN", "2026-01")["debt"] == -30


def test_who_has_nothing_else_in_the_plan_is_adjusted_too(shop: Shop) -> None:
    adjust(shop, "MAX", "70 USD", "2026-01-20")
    assert shop.pays("2026-01") == {"ANN": 100, "MAX": 70}
    assert paid(shop, "MAX", "2026-01")["paid"] == 70


def test_an_adjustment_waits_for_the_period_of_its_day(shop: Shop) -> None:
    adjust(shop, "ANN", "50 USD", "2026-02-01")
    assert shop.settles("2026-01") == {"ANN": 100}
    assert shop.pays("2026-02") == {"ANN": 50}


def test_an_adjustment_of_a_final_period_is_posted_by_the_next(shop: Shop) -> None:
    assert shop.settles("2026-01") == {"ANN": 100}
    before = shop.statement("ANN", "2026-01")
    adjust(shop, "ANN", "50 USD", "2026-01-20")
    assert shop.settles("2026-02") == {"ANN": 50}
    assert shop.statement("ANN", "2026-01") == before
    (part,) = shop.statement("ANN", "2026-02").parts
    assert (part.pay, part.window) == ("adjustment", "2026-01")
    assert shop.pays("2026-03") == {}
    assert shop.lines("ANN", "2026-03") == []


def test_a_period_that_was_never_run_is_made_up_for(shop: Shop) -> None:
    adjust(shop, "ANN", "50 USD", "2026-01-20")
    assert shop.pays("2026-03") == {"ANN": 50}


def test_the_first_period_is_calculated_again_with_what_it_owns(shop: Shop) -> None:
    """As long as it is not approved."""
    shop.pay("2026-01")
    adjust(shop, "ANN", "50 USD", "2026-01-20")
    assert shop.pays("2026-01") == {"ANN": 150}
    assert shop.pays("2026-02") == {}


def test_an_amount_that_is_changed_pays_the_difference(shop: Shop) -> None:
    ref = adjust(shop, "ANN", "50 USD", "2026-01-20")
    assert shop.settles("2026-01") == {"ANN": 150}
    change(shop, ref, amount="80 USD")
    assert shop.settles("2026-02") == {"ANN": 30}
    assert shop.amounts("ANN", "2026-02") == [(ref, 30)]
    change(shop, ref, amount="0 USD")
    assert shop.settles("2026-03") == {"ANN": -80}
    assert shop.pays("2026-04") == {}


def test_an_adjustment_that_is_for_somebody_else(shop: Shop) -> None:
    ref = adjust(shop, "ANN", "50 USD", "2026-01-20")
    assert shop.settles("2026-01") == {"ANN": 150}
    change(shop, ref, member="BEN")
    assert shop.pays("2026-02") == {"ANN": -50, "BEN": 50}


def test_an_adjustment_that_is_of_another_day(shop: Shop) -> None:
    ref = adjust(shop, "ANN", "50 USD", "2026-01-20")
    assert shop.settles("2026-01") == {"ANN": 150}
    change(shop, ref, on="2026-03-02")
    assert shop.settles("2026-02") == {"ANN": -50}
    assert shop.pays("2026-03") == {"ANN": 50}


def test_an_adjustment_of_a_plan_that_ended(opening: Opening) -> None:
    """It is run on for it, though it never paid anything."""
    shop = opening(PLAN.replace("2026", "2025"), PLAN)
    adjust(shop, "ANN", "50 USD", "2025-12-20")
    assert shop.settles("2026-01") == {"ANN": 50}
    (part,) = shop.statement("ANN", "2026-01").parts
    assert part.window == "2025-12"
    assert shop.pays("2026-02") == {}


def test_an_adjustment_of_a_plan_that_is_paid_by_the_quarter(opening: Opening) -> None:
    shop = opening(PLAN.replace("[[pay]]", 'period = "quarter"\n[[pay]]'))
    adjust(shop, "ANN", "50 USD", "2026-02-10")
    assert shop.pays("2026-Q1") == {"ANN": 50}
    (part,) = shop.statement("ANN", "2026-Q1").parts
    assert part.window == "2026-Q1"


def test_an_adjustment_counts_for_no_measure(opening: Opening) -> None:
    """Nor for what is measured of another pay: 10 % of ANN's 100."""
    override = (
        'name = "override"\nfor = "manager"\ncredit = "team"\nmeasure = "pay.commission"\nrate = "10 %"\n'
    )
    shop = opening(f"{PLAN}[[pay]]\n{override}")
    shop.sold("ANN", ("2026-01-10", 1_000))
    adjust(shop, "ANN", "1000 USD", "2026-01-20")
    assert shop.pays("2026-01") == {"ANN": 1_100, "MAX": 10}


# What is paid out.


def test_an_adjustment_does_not_wait_for_its_release(opening: Opening) -> None:
    """Of 100 half is released two months later, of 50 nothing is."""
    shop = opening(
        f'{PLAN}[[release]]\nshare = "50 %"\non = "booking"\n[[release]]\nshare = "50 %"\non = "+2 months"\n'
    )
    shop.sold("ANN", ("2026-01-10", 1_000))
    adjust(shop, "ANN", "50 USD", "2026-01-20")
    shop.settles("2026-01")
    found = paid(shop, "ANN", "2026-01")
    assert (found["earned"], found["released"], found["paid"]) == (150, 100, 100)


def test_an_adjustment_counts_for_draw_and_cap(opening: Opening) -> None:
    shop = opening(f"{PLAN}[draw]\namount = 200\nrecover = 0\n[pay_cap]\namount = 400\n")
    adjust(shop, "ANN", "50 USD", "2026-01-20")
    adjust(shop, "BEN", "500 USD", "2026-01-20")
    shop.pay("2026-01")
    ann, ben = paid(shop, "ANN", "2026-01"), paid(shop, "BEN", "2026-01")
    # ANN is drawn up from 50 to 200; BEN has 100 above the cap.
    assert (ann["draw"], ann["paid"]) == (150, 200)
    assert (ben["capped"], ben["paid"]) == (100, 400)
    assert sum(ledger(shop).values()) == 0


def test_an_adjustment_is_owed_and_paid_in_the_ledger(shop: Shop) -> None:
    adjust(shop, "ANN", "50 USD", "2026-01-20")
    shop.settles("2026-01")
    assert (ledger(shop)["expense"], ledger(shop)["paid"]) == (150, -150)


# Incremental runs.


def test_an_adjustment_concerns_its_member_alone(shop: Shop) -> None:
    shop.sold("BEN", ("2026-01-11", 500))
    shop.pay("2026-01")
    (before,) = shop.lines("BEN", "2026-01")
    ref = adjust(shop, "ANN", "50 USD", "2026-01-20")
    again = shop.pay("2026-01")
    assert shop.lines("BEN", "2026-01") == [before]  # it was not even posted anew
    assert again.digest == full(shop, "2026-01")
    change(shop, ref, member="CAT")
    again = shop.pay("2026-01")
    assert shop.earned("ANN", "2026-01") == {"USD": 100}
    assert again.digest == full(shop, "2026-01")


def full(shop: Shop, period: str) -> str:
    digest: str = shop.platform.run(
        "pay.run", actor="admin", period=shop.label(period), full=True
    ).value.digest
    return digest


def test_an_adjustment_counts_among_all_where_prizes_are_given(opening: Opening) -> None:
    shop = opening(f'{PLAN}[[pay]]\nname = "prize"\nfor = "rep"\nrank = {{prizes = [300]}}\n')
    shop.sold("ANN", ("2026-01-10", 1_000))
    shop.sold("BEN", ("2026-01-10", 2_000))
    shop.pay("2026-01")
    adjust(shop, "ANN", "50 USD", "2026-01-20")
    assert shop.pays("2026-01") == {"ANN": 150, "BEN": 500}


def test_a_currency_that_the_plan_left_behind_gives_no_figure(opening: Opening) -> None:
    shop = opening(PLAN)
    adjust(shop, "ANN", "50 USD", "2026-01-20")
    shop = opening.again(PLAN.replace("[[pay]]", 'currency = "EUR"\n[[pay]]', 1))
    (without,) = shop.pay("2026-01").without_figure
    assert without["member"] == "ANN"
    assert "is in USD, and the plan pays in EUR" in without["why"]


def test_not_a_byte_of_a_final_period_changes(shop: Shop) -> None:
    ref = adjust(shop, "ANN", "20 USD", "2026-01-20")
    shop.settles("2026-01")
    before = rows(shop)
    adjust(shop, "ANN", "50 USD", "2026-01-20")
    change(shop, ref, member="BEN", reason="for the wrong one")
    shop.settles("2026-02")
    assert rows(shop) == before


# What is kept of the first run.
KEPT = {
    "dw_pay_run": "id = 1",
    "dw_pay_posting": "run = 1",
    "dw_pay_line": "posting IN (SELECT id FROM dw_pay_posting WHERE run = 1)",
    "dw_pay_payment": "run = 1",
    "dw_pay_entry": "run = 1",
}


def rows(shop: Shop) -> list[tuple[Any, ...]]:
    with shop.platform.engine.connect() as connection:
        return [
            tuple(each)
            for table, own in KEPT.items()
            for each in connection.exec_driver_sql(
                f"SELECT * FROM {table} WHERE {own} ORDER BY 1, 2, 3, 4, 5"
            )
        ]


def test_an_adjustment_on_postgresql(opening_anywhere: Any) -> None:
    shop = opening_anywhere(PLAN)
    ref = adjust(shop, "ANN", "50 USD", "2026-01-20")
    assert shop.settles("2026-01") == {"ANN": 50}
    change(shop, ref, amount="30 USD")
    assert shop.pays("2026-02") == {"ANN": -20}
    with shop.platform.session("admin") as session:
        assert session.get(PayAdjustment, ref).amount == Money.parse("30 USD")
