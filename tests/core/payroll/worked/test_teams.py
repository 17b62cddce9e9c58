"""Managers are paid for the sales of their teams, by the dated positions of who sold."""

from decimal import Decimal

import pytest

from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

OVERRIDE = """
    period = "quarter"
    [[pay]]
    name = "override"
    for = ["manager", "director"]
    credit = "team"
    levels = {levels}
    rate = "1 %"
"""


def region(shop: Shop) -> Shop:
    """HQ with the director DIA; below it NORTH with MIA, and below that ALPHA with SUE, who supervises EVE."""
    shop.team("HQ")
    shop.team("NORTH", "HQ")
    shop.team("ALPHA", "NORTH")
    for ref, team, role in (
        ("DIA", "HQ", "director"),
        ("MIA", "NORTH", "manager"),
        ("SUE", "ALPHA", "supervisor"),
    ):
        shop.member(ref, team=team, role=role)
    shop.member("EVE", team="ALPHA")
    return shop


def test_a_manager_has_an_override_on_the_sales_of_the_team(opening: Opening) -> None:
    shop = opening(OVERRIDE.format(levels=1))
    shop.sold("ANN", ("2026-01-10", 10_000))
    shop.sold("BEN", ("2026-02-10", 20_000))
    shop.sold("MAX", ("2026-02-11", 50_000))
    # 1 % of 30,000; the manager's own sales are not the team's.
    assert shop.pays("2026-Q1") == {"MAX": 300}


def test_a_rep_who_moves_in_the_quarter_counts_for_each_manager_in_turn(opening_anywhere: Opening) -> None:
    shop = opening_anywhere(OVERRIDE.format(levels=1))
    shop.team("SOUTH")
    shop.member("SAM", team="SOUTH", role="manager")
    shop.moves("ANN", on="2026-02-15", team="SOUTH")
    shop.sold("ANN", ("2026-02-14", 10_000), ("2026-02-15", 4_000), ("2026-03-31", 6_000))
    assert shop.pays("2026-Q1") == {"MAX": 100, "SAM": 40 + 60}


def test_a_manager_who_is_succeeded_keeps_what_was_sold_before(opening: Opening) -> None:
    shop = opening(OVERRIDE.format(levels=1))
    shop.team("SOUTH")
    shop.moves("MAX", on="2026-02-01", team="SOUTH", role="manager")
    shop.member("NEW", role="manager", since="2026-02-01")
    shop.sold("ANN", ("2026-01-31", 1_000), ("2026-02-01", 2_000))
    assert shop.pays("2026-Q1") == {"MAX": 10, "NEW": 20}


def test_one_level_is_the_leader_next_above(opening: Opening) -> None:
    shop = region(opening(OVERRIDE.format(levels=1)))
    shop.sold("EVE", ("2026-01-10", 10_000))
    shop.sold("SUE", ("2026-01-10", 2_000))
    shop.sold("MIA", ("2026-01-10", 3_000))
    # EVE's leader is SUE, whom the override is not for; SUE's is MIA, MIA's is DIA.
    assert shop.pays("2026-Q1") == {"MIA": 20, "DIA": 30}


def test_two_levels_reach_the_leader_of_the_leader(opening: Opening) -> None:
    shop = region(opening(OVERRIDE.format(levels=2)))
    shop.sold("EVE", ("2026-01-10", 10_000))
    assert shop.pays("2026-Q1") == {"MIA": 100}


def test_all_levels_reach_the_top(opening: Opening) -> None:
    shop = region(opening(OVERRIDE.format(levels='"all"')))
    shop.sold("EVE", ("2026-01-10", 10_000))
    shop.sold("SUE", ("2026-01-10", 2_000))
    shop.sold("MIA", ("2026-01-10", 3_000))
    assert shop.pays("2026-Q1") == {"MIA": 120, "DIA": 150}


def test_a_split_sale_counts_once_for_the_manager_of_both(opening: Opening) -> None:
    shop = opening("""
        [credit]
        shares = {owner = "70 %", BEN = "30 %"}
        [[pay]]
        for = "manager"
        credit = "team"
        rate = "1 %"
    """)
    shop.sold("ANN", ("2026-01-10", 10_000))
    assert shop.pays("2026-01") == {"MAX": 100}
    assert len(shop.lines("MAX", "2026-01")) == 1


def test_an_overlay_counts_for_the_manager_as_well(opening: Opening) -> None:
    """Overlay credit is double by intention; a manager whose plan counts overlays is paid for them."""
    shop = opening("""
        [credit]
        overlay = {CAT = "50 %"}
        [[pay]]
        for = "manager"
        credit = "team"
        rate = "1 %"
    """)
    shop.sold("ANN", ("2026-01-10", 10_000))
    assert shop.pays("2026-01") == {"MAX": 150}


def test_a_manager_override_on_what_the_team_is_paid(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        name = "commission"
        for = "rep"
        quota = 10000
        scheme = "slab"
        tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]
        [[pay]]
        name = "override"
        for = "manager"
        credit = "team"
        measure = "pay.commission"
        rate = "10 %"
    """)
    shop.sold("ANN", ("2026-01-10", 15_000))
    shop.sold("BEN", ("2026-01-10", "1234.56"))
    # ANN: 500 + 8 % of 5,000. BEN: 61.728, rounded to 61.73. MAX: a tenth of both as they are paid.
    assert shop.pays("2026-01") == {"ANN": 900, "BEN": Decimal("61.73"), "MAX": Decimal("96.17")}


def test_a_pay_on_another_pay_of_ones_own(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        name = "commission"
        rate = "4 %"
        [[pay]]
        name = "kicker"
        measure = "pay.commission"
        scheme = "slab"
        tiers = [{from = 500, rate = "20 %"}]
    """)
    shop.sold("ANN", ("2026-01-10", 20_000))
    shop.sold("BEN", ("2026-01-10", 10_000))
    # ANN: 800, and a fifth of the 300 above 500. BEN's 400 do not reach 500.
    assert shop.pays("2026-01") == {"ANN": 800 + 60, "BEN": 400}


def test_a_yearly_pay_on_monthly_pay_grows_with_each_month(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        name = "commission"
        rate = "4 %"
        [[pay]]
        name = "kicker"
        measure = "pay.commission"
        window = "year"
        scheme = "slab"
        tiers = [{from = 500, rate = "20 %"}]
    """)
    shop.sold("ANN", ("2026-01-10", 10_000), ("2026-02-10", 10_000))
    assert shop.settles("2026-01") == {"ANN": 400}
    # 400 of February, and a fifth of the 300 that the year has above 500.
    assert shop.pays("2026-02") == {"ANN": 400 + 60}


def test_managers_share_a_team_measure_that_is_counted(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        for = "manager"
        credit = "team"
        measure = "won_count"
        each = 15
        scheme = "flat"
    """)
    shop.sold("ANN", ("2026-01-10", 1), ("2026-01-11", 1))
    shop.sold("BEN", ("2026-01-10", 1))
    assert shop.pays("2026-01") == {"MAX": 45}


@pytest.mark.parametrize("levels", [1, '"all"'])
def test_nobody_is_paid_for_sales_of_a_team_they_left(opening: Opening, levels: object) -> None:
    shop = opening(OVERRIDE.format(levels=levels))
    shop.team("SOUTH")
    shop.moves("ANN", on="2026-01-01", team="SOUTH")
    shop.sold("ANN", ("2026-01-10", 10_000))
    assert shop.pays("2026-Q1") == {}
