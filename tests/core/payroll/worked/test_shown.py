"""A run as it is shown: what is earned, and what is paid where that is something else."""

from typing import Any

from dealwright import Money
from dealwright_core.payroll.telling.shown import run_shown
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

DRAWN = """
    [[pay]]
    for = "rep"
    rate = "10 %"
    [draw]
    amount = 1000
"""


def usd(amount: int) -> Money:
    return Money.from_major(amount, "USD")


def run(shop: Shop, period: str, actor: str = "admin", **more: Any) -> Any:
    return shop.platform.run("pay.run", actor=actor, period=shop.label(period), **more).value


def test_who_is_paid_without_having_earned_is_named(opening_anywhere: Opening) -> None:
    shop = opening_anywhere(DRAWN)
    shop.sold("BEN", ("2026-01-10", 4_000))
    found = run(shop, "2026-01")
    assert found.paid_out == {"USD": usd(3_000)}
    assert found.paid == 3
    assert [each.paid_out for each in found.members] == [{"USD": usd(1_000)}] * 3
    assert str(found).splitlines()[1:] == [
        "  ANN (Ann): paid 1000.00 USD",
        "  BEN (Ben): 400.00 USD; paid 1000.00 USD",
        "  CAT (Cat): paid 1000.00 USD",
        "total: 400.00 USD",
        "paid: 3000.00 USD",
    ]


def test_some_of_those_who_are_paid_are_shown_and_all_are_counted(opening: Opening) -> None:
    shop = opening(DRAWN)
    shop.sold("CAT", ("2026-01-10", 4_000))
    found = run(shop, "2026-01", limit=1)
    assert [each.member for each in found.members] == ["ANN"]
    assert (found.paid, found.paid_out) == (3, {"USD": usd(3_000)})
    assert "  and 2 more: see --json and --limit" in str(found).splitlines()


def test_nobody_is_told_what_those_are_paid_whose_pay_they_may_not_see(opening: Opening) -> None:
    shop = opening(DRAWN)
    shop.sold("CAT", ("2026-01-10", 4_000))
    run(shop, "2026-01")
    with shop.platform.session("ben") as session:
        found = run_shown(session.payroll, session.payroll.run("2026-01"), 100)
    assert [each.member for each in found.members] == ["BEN"]
    assert (found.paid, found.totals, found.paid_out) == (1, {}, {"USD": usd(1_000)})


def test_what_is_earned_and_paid_is_said_once(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "10 %"\n')
    shop.sold("BEN", ("2026-01-10", 4_000))
    found = run(shop, "2026-01")
    assert found.paid_out == {"USD": usd(400)}
    assert str(found).splitlines()[1:] == ["  BEN (Ben): 400.00 USD", "total: 400.00 USD"]


def test_what_all_waits_is_earned_and_not_paid(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "10 %"\n[[release]]\nshare = 1\non = "+1 month"\n')
    shop.sold("BEN", ("2026-01-10", 4_000))
    assert str(run(shop, "2026-01")).splitlines()[1:] == [
        "  BEN (Ben): 400.00 USD; paid 0",
        "total: 400.00 USD",
        "paid: 0.00 USD",
    ]
    # Who earns nothing in February is paid what January left.
    assert str(run(shop, "2026-02")).splitlines()[1:] == [
        "  BEN (Ben): paid 400.00 USD",
        "total: 0",
        "paid: 400.00 USD",
    ]


def test_what_is_paid_in_another_currency_is_said_in_that(opening: Opening) -> None:
    shop = opening('pay_in = {currency = "EUR", fx = "1/2"}\n[[pay]]\nrate = "10 %"\n')
    shop.sold("BEN", ("2026-01-10", 4_000))
    assert str(run(shop, "2026-01")).splitlines()[1:] == [
        "  BEN (Ben): 400.00 USD; paid 200.00 EUR",
        "total: 400.00 USD",
        "paid: 200.00 EUR",
    ]
