"""Parts of windows that are nothing, gates and positions under refunds, and what is explained of them."""

from decimal import Decimal

import pytest

from tests.core.payroll.worked.opening import Opening

ORIGINAL = '[credit]\nkinds = {order = 1, refund = 1}\n[refund]\nbasis = "original"\n'
GATED = ORIGINAL + '[[pay]]\nrate = "5 %"\ngate = {from = 1000}\n'
POSITIONED = (
    ORIGINAL
    + '[[pay]]\nscheme = "whole"\ntiers = [{from = "0 %", rate = "2 %"}, {from = "100 %", rate = "3 %"}]\n'
)


@pytest.mark.parametrize(
    ("plan", "each"),
    [
        (GATED, 30),
        (POSITIONED + 'objectives = [{measure = "amount", quota = 1000, weight = "100 %"}]\n', 18),
        (POSITIONED + 'quota = 1000\nby = {window = "quarter"}\n', 18),
    ],
)
def test_a_reversal_takes_back_once_whatever_it_would_close(opening: Opening, plan: str, each: int) -> None:
    shop = opening(plan)
    first, second = (shop.contract("ANN") for _ in range(2))
    sales = [shop.fact(contract, "order", "2026-01-10", 600) for contract in (first, second)]
    assert shop.settles("2026-01") == {"ANN": 2 * each}
    shop.fact(first, "refund", "2026-02-10", -600, reverses=sales[0])
    assert shop.settles("2026-02") == {"ANN": -each}
    shop.fact(second, "refund", "2026-03-10", -600, reverses=sales[1])
    assert shop.settles("2026-03") == {"ANN": -each}


@pytest.mark.parametrize(
    ("pay", "paid"),
    [
        ('rate = "5 %"', 50),
        ('scheme = "slab"\ntiers = [{from = 0, rate = "5 %"}, {from = 10000, rate = "8 %"}]', 80),
        ('scheme = "whole"\ntiers = [{from = 0, rate = "5 %"}, {from = 10000, rate = "8 %"}]', 80),
        ("pays = 100", 0),
    ],
)
def test_a_rate_stays_as_it_is_in_a_month_that_does_not_count(opening: Opening, pay: str, paid: int) -> None:
    """Bounds of no part of a month are nothing, and so are amounts."""
    shop = opening(f'prorate = "month"\n[[pay]]\nfor = "rep"\n{pay}\n')
    shop.member("NEW", since="2026-01-25")
    shop.sold("NEW", ("2026-01-26", 1_000))
    assert shop.pays("2026-01").get("NEW", 0) == paid
    line = shop.lines("NEW", "2026-01")[0].line
    assert str(shop.platform.run("pay.explain", actor="admin", ref=line).value)


def test_a_quota_of_no_part_is_explained(opening: Opening) -> None:
    shop = opening('prorate = "month"\n[[pay]]\nfor = "rep"\nquota = 1000\nscheme = "slab"\n'
                   'tiers = [{from = "0 %", rate = "5 %"}]\n')  # fmt: skip
    shop.member("NEW", since="2026-01-25")
    shop.sold("NEW", ("2026-01-26", 1_000))
    shop.pay("2026-01")
    line = shop.lines("NEW", "2026-01")[0].line
    assert "part of a full window: 0 %" in str(
        shop.platform.run("pay.explain", actor="admin", ref=line).value
    )


def test_bounds_are_explained_as_what_is_measured_passes_them(opening: Opening) -> None:
    tiers = 'tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]\n'
    shop = opening(
        'quarter_weights = ["10 %", "20 %", "30 %", "40 %"]\n[[pay]]\nquota = 30000\nscheme = "slab"\n'
        + tiers
    )
    shop.sold("ANN", ("2026-01-10", 600), ("2026-01-11", 600))
    # January has a thirtieth of the year's quota: 1,000.
    assert shop.pays("2026-01") == {"ANN": 50 + 16}
    told = [str(shop.platform.run("pay.explain", actor="admin", ref=f"1-{n}").value) for n in (1, 2)]
    assert "curve: from 0 to 600 at 5 %: 30" in told[0]
    assert "curve: from 600 to 1,000 at 5 %: 20" in told[1]
    assert "curve: from 1,000 to 1,200 at 8 %: 16" in told[1]


def test_a_deal_has_a_gate_of_the_year_in_a_number(opening: Opening) -> None:
    shop = opening(
        '[[pay]]\nwindow = "deal"\nquota = 6000\nrate = "8 %"\nscheme = "flat"\n'
        'gate = {window = "year", from = "100 %"}\n'
    )
    shop.sold("ANN", ("2026-01-10", 7_000))
    assert shop.pays("2026-01") == {"ANN": 560}


@pytest.mark.parametrize("pay", ['by = {window = "year"}\nquota = 12000\n', ""])
def test_longer_windows_of_deals_are_prorated(opening: Opening, pay: str) -> None:
    curve = WHOLE if pay else 'rate = "8 %"\ngate = {window = "year", from = 12000}\n'
    shop = opening(f'prorate = "month"\n[[pay]]\nfor = "rep"\nwindow = "deal"\n{pay}{curve}')
    shop.member("NEW", since="2026-07-01")
    shop.sold("NEW", ("2026-07-10", 7_000))
    # Half of the year counts: 6,000 are reached.
    assert shop.pays("2026-07") == {"NEW": Decimal(560)}


@pytest.mark.parametrize("window", ["deal", "week", "month"])
def test_weights_of_quarters_reach_every_shorter_window(opening: Opening, window: str) -> None:
    weights = 'quarter_weights = ["10 %", "20 %", "30 %", "40 %"]\n'
    shop = opening(
        f'{weights}[[pay]]\nwindow = "{window}"\nby = {{window = "quarter"}}\nquota = 10000\n{WHOLE}'
    )
    shop.sold("ANN", ("2026-01-14", 1_200))
    # The first quarter has 1,000 of the year's 10,000.
    assert shop.pays("2026-01") == {"ANN": 96}


WHOLE = 'scheme = "whole"\ntiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]\n'
