"""Objectives whose attainments are blended, with curves of rates and with targets."""

import pytest

from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

OBJECTIVES = """
    objectives = [
        {measure = "amount", quota = 1000, weight = "50 %"},
        {measure = "won_count", quota = 2, weight = "50 %"},
    ]
"""


def blended(opening: Opening, terms: str, more: str = "") -> Shop:
    """ANN sold 900 and 300: 120 % and 100 % of her objectives, which is 110 %."""
    shop = opening(f"{more}\n[[pay]]\n{terms}\n{OBJECTIVES}")
    shop.sold("ANN", ("2026-01-10", 900), ("2026-01-11", 300))
    return shop


@pytest.mark.parametrize(
    ("terms", "paid"),
    [
        # 3 % of 1,200, whatever is attained.
        ('rate = "3 %"', 36),
        # From 100 % on 3 % of 1,200.
        ('scheme = "whole"\ntiers = [{from = "0 %", rate = "2 %"}, {from = "100 %", rate = "3 %"}]', 36),
        # At 110 % halfway from 2 % to 4 %.
        (
            'scheme = "interpolated"\npoints = [{at = "100 %", rate = "2 %"}, {at = "120 %", rate = "4 %"}]',
            36,
        ),
        # 100 for each of both sales.
        ('measure = "won_count"\neach = 100\nscheme = "flat"', 200),
        # 3 % of 800 and 200.
        ('measure = "amount - \'100\'"\nrate = "3 %"', 30),
        # 110 % of the target; twice as much from 100 % on.
        ('target = 100\nscheme = "flat"', 110),
        (
            'target = 100\nscheme = "whole"\ntiers = [{from = "0 %", times = 1}, {from = "100 %", times = 2}]',
            220,
        ),
        # 100 % of the target, and 10 % of it at 1.5 times.
        (
            'target = 100\nscheme = "slab"\ntiers = [{from = "0 %", times = 1}, {from = "100 %", times = 1.5}]',
            115,
        ),
        (
            'for = ["ANN"]\nscheme = "lookup"\ntiers = [{from = "0 %", pays = 70}, {from = "110 %", pays = 80}]',
            80,
        ),
    ],
)
def test_the_curve_is_read_where_the_blend_stands(opening: Opening, terms: str, paid: int) -> None:
    assert blended(opening, terms).pays("2026-01") == {"ANN": paid}


WHOLE = 'scheme = "whole"\ntiers = [{from = "0 %", rate = "2 %"}, {from = "100 %", rate = "3 %"}]'


def test_each_sale_has_its_part_of_a_rate(opening: Opening) -> None:
    shop = blended(opening, WHOLE)
    assert shop.pays("2026-01") == {"ANN": 36}
    assert shop.amounts("ANN", "2026-01") == [("O-1", 27), ("O-2", 9)]


def test_a_later_sale_lifts_the_rate_of_those_before(opening: Opening) -> None:
    shop = opening(f'period = "month"\n[[pay]]\nwindow = "quarter"\n{WHOLE}\n{OBJECTIVES}')
    shop.sold("ANN", ("2026-01-10", 900))
    # 90 % and 50 %: 70 %. In February 120 % and 100 %.
    assert shop.settles("2026-01") == {"ANN": 18}
    shop.sold("ANN", ("2026-02-10", 300))
    assert shop.settles("2026-02") == {"ANN": 36 - 18}
    assert shop.pays("2026-03") == {}


def test_a_member_without_sales_has_nothing_of_a_rate(opening: Opening) -> None:
    shop = blended(opening, f'for = "rep"\n{WHOLE}')
    assert shop.pays("2026-01") == {"ANN": 36}


def test_a_target_of_half_a_month_is_half_of_it(opening: Opening) -> None:
    shop = opening(f'prorate = "day"\n[[pay]]\nfor = "rep"\ntarget = 300\nscheme = "flat"\n{OBJECTIVES}')
    shop.member("NEW", since="2026-04-16")
    shop.sold("NEW", ("2026-04-20", 500))
    # 500 of 500, and 1 of 1: 100 % of 150.
    assert shop.pays("2026-04")["NEW"] == 150


def test_a_target_is_for_the_quota_of_another_measure(opening: Opening) -> None:
    """1,000 for four deals, whatever they are worth, and twice as much for each one from there on."""
    tiers = 'tiers = [{from = "0 %", times = 1}, {from = "100 %", times = 2}]'
    shop = opening(
        f'[[pay]]\nby = {{measure = "won_count"}}\nquota = 4\ntarget = 1000\nscheme = "whole"\n{tiers}\n'
    )
    shop.sold("ANN", *[("2026-01-10", 50)] * 3)
    shop.sold("BEN", *[("2026-01-10", 50)] * 5)
    assert shop.pays("2026-01") == {"ANN": 750, "BEN": 2_500}


def test_an_explanation_says_the_blend_and_the_rate(opening: Opening) -> None:
    shop = blended(opening, WHOLE)
    shop.pay("2026-01")
    line = shop.lines("ANN", "2026-01")[0].line
    found = shop.platform.run("pay.explain", actor="admin", ref=line).value
    said = {each.name: each.what for each in found.steps}
    assert (said["position"], said["curve"]) == ("1.1", "3 % of the measure")
