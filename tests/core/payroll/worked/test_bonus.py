"""Bonuses: target bonuses by multiplier, objectives, guarantees, milestones, SPIFFs, races and pools of a quarter."""

from decimal import Decimal

import pytest

from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

POINTS = 'points = [{at = "80 %", times = "50 %"}, {at = "100 %", times = 1}, {at = "140 %", times = 2}]\n'
TARGET = f'period = "quarter"\n[[pay]]\nquota = 50000\ntarget = 3000\nscheme = "target-bonus"\n{POINTS}'


@pytest.mark.parametrize(
    ("sold", "paid"),
    [(39_999, 0), (40_000, 1_500), (45_000, 2_250), (50_000, 3_000), (60_000, 4_500), (99_000, 6_000)],
)
def test_a_target_bonus_goes_by_the_multiplier_of_the_attainment(
    opening: Opening, sold: int, paid: int
) -> None:
    """From 80 % to 100 % each percent is worth 2.5 % of the target, from there to 140 % as much again."""
    shop = opening(TARGET)
    shop.sold("ANN", ("2026-01-10", sold))
    assert shop.pays("2026-Q1").get("ANN", 0) == paid


def test_a_target_bonus_with_a_target_of_ones_own(opening: Opening) -> None:
    shop = opening(f"{TARGET}[member.BEN]\ntarget = 5000\n")
    for member in ("ANN", "BEN"):
        shop.sold(member, ("2026-01-10", 55_000))
    # 110 % are 1.25 times the target.
    assert shop.pays("2026-Q1") == {"ANN": 3_750, "BEN": 6_250}


def test_a_target_bonus_of_a_year_that_is_paid_by_the_quarter(opening: Opening) -> None:
    shop = opening(TARGET.replace("quota", 'window = "year"\nquota'))
    shop.sold(
        "ANN", ("2026-02-10", 30_000), ("2026-05-10", 15_000), ("2026-08-10", 20_000), ("2026-11-10", 9_000)
    )
    # 60 %, 90 %, 130 % and 148 % of the quota: 0, 2,250, 5,250 and 6,000 in all.
    assert [shop.settles(f"2026-Q{at}").get("ANN", 0) for at in (1, 2, 3, 4)] == [0, 2_250, 3_000, 750]


def test_a_prorated_target_bonus(opening: Opening) -> None:
    shop = opening(f'prorate = "month"\n{TARGET}for = "rep"\n')
    shop.member("NEW", since="2026-03-01")
    shop.sold("NEW", ("2026-03-10", "18333.33"))
    # A third of the quota and of the target: 110 % are 1.25 times 1,000.
    assert shop.pays("2026-Q1") == {"NEW": Decimal("1250.00")}


def test_objectives_of_sales_and_of_an_appraisal(opening: Opening) -> None:
    shop = opening("""
        period = "quarter"
        [[pay]]
        for = "rep"
        target = 4000
        scheme = "target-bonus"
        tiers = [{from = "90 %", times = "80 %"}, {from = "100 %", times = 1}]
        objectives = [
            {measure = "amount", quota = 150000, weight = "70 %"},
            {measure = "merit", quota = 100, weight = "30 %"},
        ]
    """)
    for member, amount, percent in (("ANN", 135_000, 104), ("BEN", 150_000, 100), ("CAT", 130_000, 97)):
        shop.sold(member, ("2026-01-10", amount))
        shop.platform.run(
            "merit.add", actor="admin", member=member, percent=percent, on=shop.label("2026-03").last
        )
    # 63 % + 31.2 % = 94.2 %; 100 %; 60.67 % + 29.1 % = 89.77 %.
    assert shop.pays("2026-Q1") == {"ANN": 3_200, "BEN": 4_000}


def test_a_guarantee_or_the_commission_if_that_is_more(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\nscheme = "guarantee"\npays = 2000\nrate = "5 %"\n')
    shop.sold("ANN", ("2026-01-10", 39_000))
    shop.sold("BEN", ("2026-01-10", 60_000))
    assert shop.pays("2026-01") == {"ANN": 2_000, "BEN": 3_000, "CAT": 2_000}


def test_milestones_add_up(opening: Opening) -> None:
    tiers = '[{from = "50 %", pays = 1000}, {from = "100 %", pays = 2000}, {from = "150 %", pays = 4000}]'
    shop = opening(f'[[pay]]\nwindow = "year"\nquota = 40000\nscheme = "slab"\ntiers = {tiers}\n')
    shop.sold("ANN", ("2026-01-10", 19_999), ("2026-02-10", 25_000), ("2026-03-10", 20_000))
    # Nothing at 19,999; two of them at 44,999; the third at 64,999.
    assert [shop.settles(f"2026-0{at}").get("ANN", 0) for at in (1, 2, 3)] == [0, 3_000, 4_000]


@pytest.mark.parametrize(("pieces", "paid"), [(10, 0), (11, 25), (50, 1_000), (80, 1_000)])
def test_a_spiff_per_unit_from_the_eleventh_to_the_fiftieth(opening: Opening, pieces: int, paid: int) -> None:
    tiers = "[{over = 10, times = 1}, {over = 50, times = 0}]"
    shop = opening(f'[[pay]]\nmeasure = "pieces"\neach = 25\nscheme = "slab"\ntiers = {tiers}\n')
    shop.sold("ANN", ("2026-01-10", 1, {"lines": {"KIT": pieces}}))
    assert shop.pays("2026-01").get("ANN", 0) == paid


def test_a_spiff_per_event_counts_deals_that_meet_a_condition(opening: Opening) -> None:
    shop = opening("""[[pay]]\nwhere = "amount >= '5000'"\nmeasure = "1"\neach = 150\nscheme = "flat"\n""")
    shop.sold("ANN", ("2026-01-10", 5_000), ("2026-01-11", 4_999), ("2026-01-12", 9_000))
    assert shop.pays("2026-01") == {"ANN": 300}


def test_a_spiff_of_some_weeks_beside_the_commission(opening: Opening) -> None:
    shop = opening(
        'name = "Commission"\n[[pay]]\nrate = "1 %"\n',
        'name = "Kits"\nvalid = {from = 2026-01-15, to = 2026-02-05}\n[[pay]]\n'
        'measure = "pieces"\neach = 25\nscheme = "flat"\n',
    )
    days = ("2026-01-14", "2026-01-15", "2026-02-05", "2026-02-06")
    shop.sold("ANN", *[(day, 100, {"lines": {"KIT": 2}}) for day in days])
    assert shop.settles("2026-01") == {"ANN": 2 + 50}
    assert shop.settles("2026-02") == {"ANN": 2 + 50}
    assert {part.plan for part in shop.statement("ANN", "2026-02").parts} == {"Commission", "Kits"}


PLACES = {"ANN": 180_000, "BEN": 150_000, "CAT": 150_000, "DIA": 120_000, "EVE": 100_000}


@pytest.mark.parametrize(
    ("ties", "prizes"),
    [("split", (5_000, 2_000, 2_000)), ("best", (5_000, 3_000, 3_000)), ("first", (5_000, 3_000, 1_000))],
)
def test_a_race_of_five(opening: Opening, ties: str, prizes: tuple[int, ...]) -> None:
    terms = f'{{prizes = [5000, 3000, 1000], ties = "{ties}", over = 100000}}'
    shop = opening(f'period = "quarter"\n[[pay]]\nfor = "rep"\nrank = {terms}\n')
    for at, (member, amount) in enumerate(PLACES.items()):
        if member in ("DIA", "EVE"):
            shop.member(member)
        shop.sold(member, (f"2026-03-{10 + at}", amount))
    # DIA is the fourth, EVE is not above 100,000.
    assert shop.pays("2026-Q1") == dict(zip(PLACES, prizes, strict=False))


def pooled(shop: Shop) -> dict[str, Decimal]:
    for member, amount in (("ANN", 150_000), ("BEN", 90_000), ("CAT", 60_000)):
        shop.sold(member, ("2026-01-10", amount))
    return shop.pays("2026-Q1")


def test_a_pool_by_what_those_sold_who_qualify(opening: Opening) -> None:
    shop = opening("""
        period = "quarter"
        [[pay]]
        for = "rep"
        quota = 100000
        pays = 30000
        pool = {by = "amount", qualify = {from = "80 %"}}
    """)
    # Of 240,000 ANN has 150,000 and BEN 90,000; CAT's 60 % do not qualify.
    assert pooled(shop) == {"ANN": 18_750, "BEN": 11_250}


def test_who_has_no_target_has_no_part_of_a_pool(opening: Opening) -> None:
    shop = opening("""
        zero_quota = "refuse"
        [[pay]]
        for = "rep"
        pays = 900
        pool = {qualify = {from = "100 %", quota = "won_amount", measure = "amount"}}
    """)
    for member in ("ANN", "BEN"):
        shop.target(member, "won_amount", "2026-01", 1_000)
        shop.sold(member, ("2026-01-10", 1_000))
    run = shop.pay("2026-01")
    assert [each["member"] for each in run.without_figure] == ["CAT"]
    assert {each.member: str(each.earned["USD"]) for each in run.members} == {
        "ANN": "450.00 USD",
        "BEN": "450.00 USD",
    }


def test_a_pool_whose_size_is_a_tier_of_what_all_sold(opening: Opening) -> None:
    shop = opening("""
        period = "quarter"
        [[pay]]
        for = "rep"
        quota = 250000
        scheme = "lookup"
        tiers = [{from = "80 %", pays = 4000}, {from = "120 %", pays = 9000}]
        pool = {by = "equal"}
    """)
    # 300,000 of 250,000 are 120 %.
    assert pooled(shop) == dict.fromkeys(("ANN", "BEN", "CAT"), 3_000)
