"""Weeks over the end of a month: they count for the longer window in which they end."""

from tests.core.payroll.worked.opening import Opening

WEEK = '[[pay]]\nwindow = "week"\n'
# Monday 26 January to Sunday 1 February 2026 is a week of February; 23 February to 1 March one of March.
SLAB = 'scheme = "slab"\ntiers = [{from = 0, rate = "5 %"}, {from = 1000, rate = "8 %"}]\n'


def test_a_gate_of_the_month_asks_for_the_weeks_that_end_in_it(opening_anywhere: Opening) -> None:
    shop = opening_anywhere(f'{WEEK}rate = "5 %"\ngate = {{window = "month", from = 800}}')
    shop.sold("ANN", ("2026-01-20", 300), ("2026-01-28", 500), ("2026-02-01", 300), ("2026-02-25", 700))
    # 300 in the weeks of January; and so far 500 in those of February, of which there are 800 in the end.
    assert shop.settles("2026-01") == {}
    assert shop.settles("2026-02") == {"ANN": 40}
    # The last week of February belongs to March, which has 700.
    assert shop.pays("2026-03") == {}


def test_the_curve_goes_on_over_the_weeks_that_end_in_the_month(opening_anywhere: Opening) -> None:
    shop = opening_anywhere(f'{WEEK}by = {{window = "month"}}\n{SLAB}')
    shop.sold("ANN", ("2026-01-20", 900), ("2026-01-28", 500), ("2026-02-01", 300), ("2026-02-03", 400))
    # The 900, and the first 500 of February's.
    assert shop.settles("2026-01") == {"ANN": 45 + 25}
    # 300 more of that week, and from 800 on 200 at 5 % and 200 at 8 %.
    assert shop.pays("2026-02") == {"ANN": 15 + 26}


def test_the_rate_is_that_of_the_weeks_that_end_in_the_month(opening: Opening) -> None:
    shop = opening(f'{WEEK}by = {{window = "month"}}\n{SLAB.replace("slab", "whole")}')
    shop.sold("ANN", ("2026-01-20", 900), ("2026-01-28", 500), ("2026-02-01", 300), ("2026-02-03", 400))
    # January has 900 alone; February 800 at the end of its first week and 1,200 at the end of the second.
    assert shop.settles("2026-01") == {"ANN": 45 + 25}
    assert shop.pays("2026-02") == {"ANN": 15 + 32}


def test_the_year_has_the_weeks_that_end_in_it(opening: Opening) -> None:
    shop = opening(f'{WEEK}by = {{window = "year"}}\n{SLAB}')
    # Monday 29 December 2025 to Sunday 4 January 2026.
    shop.sold("ANN", ("2025-12-28", 5_000), ("2025-12-30", 900), ("2026-01-02", 50), ("2026-01-06", 100))
    # 950 at 5 %; then 50 at 5 % and 50 at 8 %.
    assert shop.pays("2026-01") == {"ANN": 47.5 + 2.5 + 4}


def test_a_measure_that_is_no_sum_counts_for_the_weeks_of_the_month(opening: Opening) -> None:
    gate = 'gate = {window = "month", measure = "win_rate", from = "0.6"}'
    shop = opening(f'{WEEK}rate = "5 %"\n{gate}')
    lost = {"stage": "lost"}
    shop.sold("ANN", ("2026-01-20", 100), ("2026-01-28", 1, lost), ("2026-02-03", 100), ("2026-02-04", 100))
    # One of one in the weeks of January; two of three in those of February, where one is lost on 28 January.
    assert shop.settles("2026-01") == {"ANN": 5}
    assert shop.pays("2026-02") == {"ANN": 10}


def test_a_plan_that_ends_within_a_week_counts_all_its_days(opening: Opening) -> None:
    shop = opening(f'valid = {{to = 2026-01-28}}\n{WEEK}rate = "5 %"\ngate = {{window = "plan", from = 800}}')
    shop.sold("ANN", ("2026-01-20", 500), ("2026-01-27", 300))
    assert shop.pays("2026-01") == {"ANN": 40}
