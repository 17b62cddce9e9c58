"""Deals as windows beside pays of other windows."""

from tests.core.payroll.worked.opening import Opening

TIERS = 'scheme = "whole"\ntiers = [{from = 0, rate = "1 %"}, {from = 3000, rate = "5 %"}]\n'


def test_deals_stay_apart_behind_a_pay_of_all(opening: Opening) -> None:
    shop = opening('[[pay]]\nname = "all"\nrate = "1 %"\n[[pay]]\nname = "each"\nwindow = "deal"\n' + TIERS)
    shop.sold("ANN", ("2026-01-10", 2_000), ("2026-01-11", 2_000))
    # 1 % of 4,000, and 1 % of each of two deals that stay below 3,000.
    assert shop.pays("2026-01") == {"ANN": 40 + 40}


def test_gates_of_deals_stay_apart(opening: Opening) -> None:
    gated = 'window = "deal"\nrate = "5 %"\ngate = {from = 3000}\n'
    shop = opening('[[pay]]\nname = "all"\nrate = "1 %"\n[[pay]]\nname = "each"\n' + gated)
    shop.sold("ANN", ("2026-01-10", 2_000), ("2026-01-11", 2_000))
    assert shop.pays("2026-01") == {"ANN": 40}


def test_deals_before_the_first_run_are_not_paid(opening: Opening) -> None:
    yearly = '[[pay]]\nname = "year"\nwindow = "year"\nrate = "1 %"\n'
    shop = opening(yearly + '[[pay]]\nname = "each"\nwindow = "deal"\nrate = "10 %"\n')
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-02-10", 1_000))
    # The year counts as a whole; of the deals that of February alone.
    assert shop.pays("2026-02") == {"ANN": 20 + 100}
