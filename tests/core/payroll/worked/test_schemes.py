"""Each scheme of the plugin commission in a plan, with what it pays from sale to sale."""

from decimal import Decimal

import pytest

from tests.core.payroll.worked.opening import Opening

QUARTERLY = 'period = "quarter"\n[[pay]]\nquota = 80000\n'


def test_flat(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "3.5 %"\n')
    shop.sold("ANN", ("2026-01-10", "1234.56"), ("2026-01-11", "-234.56"))
    assert shop.pays("2026-01") == {"ANN": 35}
    # 43.2096, then the rest of 35.00.
    assert shop.amounts("ANN", "2026-01") == [("O-1", Decimal("43.21")), ("O-2", Decimal("-8.21"))]


def test_slab_pays_each_tier_for_what_lies_within(opening: Opening) -> None:
    shop = opening(
        f'{QUARTERLY}scheme = "slab"\ntiers = [{{from = "0 %", rate = "3 %"}}, {{from = "100 %", rate = "5 %"}}]\n'
    )
    shop.sold("ANN", ("2026-01-10", 60_000), ("2026-02-10", 40_000))
    # 3 % of 60,000; then 3 % of 20,000 and 5 % of 20,000.
    assert shop.pays("2026-Q1") == {"ANN": 1_800 + 600 + 1_000}
    assert shop.amounts("ANN", "2026-Q1") == [("O-1", 1_800), ("O-2", 1_600)]


def test_whole_pays_everything_at_the_rate_that_is_reached(opening: Opening) -> None:
    shop = opening(
        f'{QUARTERLY}scheme = "whole"\ntiers = [{{from = "0 %", rate = "3 %"}}, {{from = "100 %", rate = "5 %"}}]\n'
    )
    shop.sold("ANN", ("2026-01-10", 60_000), ("2026-02-10", 20_000))
    # The second sale reaches the quota: 5 % of 80,000, less 1,800.
    assert shop.pays("2026-Q1") == {"ANN": 4_000}
    assert shop.amounts("ANN", "2026-Q1") == [("O-1", 1_800), ("O-2", 2_200)]


def test_interpolated_amounts(opening: Opening) -> None:
    points = '[{at = "80 %", pays = 1000}, {at = "100 %", pays = 3000}, {at = "150 %", pays = 8000}]'
    shop = opening(f'{QUARTERLY}scheme = "interpolated"\npoints = {points}\n')
    shop.sold("ANN", ("2026-01-10", 63_999))
    shop.sold("BEN", ("2026-01-10", 72_000))
    shop.sold("CAT", ("2026-01-10", 100_000))
    # 90 % are halfway from 1,000 to 3,000; 125 % halfway from 3,000 to 8,000.
    assert shop.pays("2026-Q1") == {"BEN": 2_000, "CAT": 5_500}


def test_interpolated_rates(opening: Opening) -> None:
    points = '[{at = "0 %", rate = "2 %"}, {at = "100 %", rate = "4 %"}]'
    shop = opening(f'{QUARTERLY}scheme = "interpolated"\npoints = {points}\n')
    shop.sold("ANN", ("2026-01-10", 40_000))
    shop.sold("BEN", ("2026-01-10", 160_000))
    # 3 % at half of the quota; the last rate stays.
    assert shop.pays("2026-Q1") == {"ANN": 1_200, "BEN": 6_400}


def test_interpolated_from_cent_to_cent_sums_to_what_is_due(opening: Opening) -> None:
    shop = opening(
        '[[pay]]\nscheme = "interpolated"\npoints = [{at = 0, rate = "0 %"}, {at = 3000, rate = "7 %"}]\n'
    )
    shop.sold("ANN", *[(f"2026-01-{day:02}", "33.33") for day in range(1, 31)])
    # 999.90 at a rate of 7 % x 999.90 / 3,000.
    assert shop.pays("2026-01") == {"ANN": round(Decimal("0.07") * Decimal("999.90") ** 2 / 3_000, 2)}


def test_lookup_pays_the_amount_of_the_tier(opening: Opening) -> None:
    tiers = '[{from = "80 %", pays = 500}, {from = "100 %", pays = 1500}, {over = "100 %", pays = 2000}]'
    shop = opening(f'{QUARTERLY}scheme = "lookup"\ntiers = {tiers}\n')
    shop.sold("ANN", ("2026-01-10", 64_000))
    shop.sold("BEN", ("2026-01-10", 80_000))
    shop.sold("CAT", ("2026-01-10", 80_000), ("2026-03-10", 1))
    assert shop.pays("2026-Q1") == {"ANN": 500, "BEN": 1_500, "CAT": 2_000}
    assert shop.amounts("CAT", "2026-Q1") == [("O-3", 1_500), ("O-4", 500)]


def test_overage_pays_all_above_quota_at_the_top_multiplier(opening: Opening) -> None:
    tiers = '[{from = "0 %", times = 1}, {from = "100 %", times = 1.5}, {from = "125 %", times = 2}]'
    shop = opening(f'{QUARTERLY}scheme = "overage"\nrate = "5 %"\ntiers = {tiers}\n')
    shop.sold("ANN", ("2026-01-10", 96_000))
    shop.sold("BEN", ("2026-01-10", 104_000))
    # 4,000 for the quota; 7.5 % of 16,000; 10 % of 24,000.
    assert shop.pays("2026-Q1") == {"ANN": 4_000 + 1_200, "BEN": 4_000 + 2_400}


def test_fixed_pays_one_amount_to_whom_it_is_for(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\npays = 250\n')
    shop.sold("ANN", ("2026-01-10", 96_000))
    assert shop.settles("2026-01") == dict.fromkeys(("ANN", "BEN", "CAT"), 250)
    assert shop.pays("2026-02") == dict.fromkeys(("ANN", "BEN", "CAT"), 250)


def test_fixed_for_a_quarter_is_paid_once(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = ["ANN"]\nwindow = "quarter"\npays = 250\n')
    assert shop.settles("2026-01") == {"ANN": 250}
    assert shop.settles("2026-02") == {}
    assert shop.settles("2026-03") == {}
    assert shop.pays("2026-04") == {"ANN": 250}


def test_an_amount_for_each_unit(opening: Opening) -> None:
    shop = opening('[[pay]]\nmeasure = "pieces"\nscheme = "flat"\neach = 7.25\n')
    shop.sold("ANN", ("2026-01-10", 1, {"lines": {"PUMP": 13}}))
    assert shop.pays("2026-01") == {"ANN": Decimal("94.25")}


def test_an_accelerator_pays_growing_rates(opening: Opening) -> None:
    tiers = '[{from = "0 %", times = 1}, {from = "100 %", times = 1.25}, {from = "120 %", times = 2}]'
    shop = opening(f'{QUARTERLY}scheme = "slab"\ntarget = 4000\ntiers = {tiers}\n')
    shop.sold("ANN", ("2026-01-10", 80_000), ("2026-02-10", 16_000), ("2026-03-10", 4_000))
    # 4,000 / 80,000 = 5 %: the target, 6.25 % of 16,000, and 10 % of 4,000.
    assert shop.pays("2026-Q1") == {"ANN": 4_000 + 1_000 + 400}


def test_a_decelerator_pays_less_until_quota(opening: Opening) -> None:
    tiers = '[{from = "0 %", rate = "2 %"}, {from = "50 %", rate = "4 %"}, {from = "100 %", rate = "5 %"}]'
    shop = opening(f'{QUARTERLY}scheme = "slab"\ntiers = {tiers}\n')
    shop.sold("ANN", ("2026-01-10", 60_000))
    # 2 % of 40,000, and 4 % of 20,000.
    assert shop.pays("2026-Q1") == {"ANN": 800 + 800}


def test_a_decelerator_that_is_made_good_at_half_of_the_quota(opening: Opening) -> None:
    tiers = '[{from = "0 %", rate = "2 %"}, {from = "50 %", rate = "4 %", back_to = 0}, {from = "100 %", rate = "5 %"}]'
    shop = opening(f'{QUARTERLY}scheme = "slab"\ntiers = {tiers}\n')
    shop.sold("ANN", ("2026-01-10", 39_000), ("2026-02-10", 21_000))
    assert shop.pays("2026-Q1") == {"ANN": 2_400}
    assert shop.amounts("ANN", "2026-Q1") == [("O-1", 780), ("O-2", 1_620)]


@pytest.mark.parametrize(("sold", "paid"), [(40_000, 0), (50_000, 500), (80_000, 2_000)])
def test_a_threshold_pays_only_for_what_is_above(opening: Opening, sold: int, paid: int) -> None:
    shop = opening(f'{QUARTERLY}scheme = "slab"\ntiers = [{{from = "50 %", rate = "5 %"}}]\n')
    shop.sold("ANN", ("2026-01-10", sold))
    assert shop.pays("2026-Q1").get("ANN", 0) == paid


@pytest.mark.parametrize(("sold", "paid"), [("39999.99", 0), (40_000, 2_000), (80_000, 4_000)])
def test_a_cliff_pays_for_everything_once_it_is_reached(opening: Opening, sold: int | str, paid: int) -> None:
    shop = opening(f'{QUARTERLY}scheme = "slab"\ntiers = [{{from = "50 %", rate = "5 %", back_to = 0}}]\n')
    shop.sold("ANN", ("2026-01-10", sold))
    assert shop.pays("2026-Q1").get("ANN", 0) == paid


def test_a_cap_as_a_last_tier_of_rate_zero(opening: Opening) -> None:
    tiers = '[{from = "0 %", rate = "5 %"}, {from = "150 %", rate = 0}]'
    shop = opening(f'{QUARTERLY}scheme = "slab"\ntiers = {tiers}\n')
    shop.sold("ANN", ("2026-01-10", 500_000))
    assert shop.pays("2026-Q1") == {"ANN": 6_000}


@pytest.mark.parametrize(
    ("round_", "paid"),
    [
        ("", "10.01"), ('half = "even"', "10.00"), ('half = "down"', "10.00"), ('half = "up"', "10.01"),
        ("digits = 0", "10.00"), ('digits = 0\nhalf = "up"', "11.00"), ("digits = 3", "10.005"),
    ],
)  # fmt: skip
def test_the_total_is_rounded_as_the_plan_says(opening: Opening, round_: str, paid: str) -> None:
    shop = opening(f"[round]\n{round_}\n" + '[[pay]]\nrate = "10 %"\n')
    shop.sold("ANN", ("2026-01-10", "100.05"))
    assert shop.pays("2026-01") == {"ANN": Decimal(paid)}


@pytest.mark.parametrize(("at", "paid"), [("window", "0.08"), ("step", "0.09")])
def test_the_total_or_each_step_is_rounded(opening: Opening, at: str, paid: str) -> None:
    shop = opening(f'[round]\nat = "{at}"\n[[pay]]\nrate = "10 %"\n')
    shop.sold("ANN", *[("2026-01-10", "0.25")] * 3)  # 0.025 each
    assert shop.pays("2026-01") == {"ANN": Decimal(paid)}


@pytest.mark.parametrize(
    ("rate", "paid"),
    [('"33 1/3 %"', 300), ('"0.05"', 45), ("0.05", 45), ('"1/20"', 45), ('"0.50 %"', Decimal("4.5"))],
)
def test_a_rate_in_each_spelling(opening: Opening, rate: str, paid: int) -> None:
    shop = opening(f"[[pay]]\nrate = {rate}\n")
    shop.sold("ANN", ("2026-01-10", 900))
    assert shop.pays("2026-01") == {"ANN": paid}


def test_a_tier_and_a_point_at_a_third_more_than_the_quota(opening: Opening) -> None:
    tiers = 'tiers = [{from = "0 %", rate = "5 %"}, {over = "133 1/3 %", rate = "33 1/3 %"}]'
    points = 'points = [{at = "33 1/3 %", pays = 0}, {at = "133 1/3 %", pays = 300}]'
    shop = opening(
        f'[[pay]]\nquota = 900\nscheme = "slab"\n{tiers}\n[[pay]]\nquota = 900\nscheme = "interpolated"\n{points}\n'
    )
    shop.sold("ANN", ("2026-01-10", 1_500))
    # 5 % of 1,200 and a third of 300; and 300, as 1,500 lie above the last point.
    assert shop.pays("2026-01") == {"ANN": 60 + 100 + 300}
