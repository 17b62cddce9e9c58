"""The position on the curve is another than the measure: the year to date, a number of deals, a field of the deal."""

from decimal import Decimal

import pytest

from tests.core.payroll.worked.opening import Opening

TIERS = 'quota = 120000\nscheme = "whole"\ntiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]\n'
SOLD = (("2026-01-10", 60_000), ("2026-02-10", 60_000), ("2026-03-10", 10_000))


def test_the_year_to_date_with_true_up(opening: Opening) -> None:
    shop = opening(f'[[pay]]\nwindow = "year"\n{TIERS}')
    shop.sold("ANN", *SOLD)
    assert shop.settles("2026-01") == {"ANN": 3_000}
    # February reaches the quota: 8 % of 120,000, less the 3,000 of January.
    assert shop.settles("2026-02") == {"ANN": 6_600}
    assert shop.pays("2026-03") == {"ANN": 800}


def test_the_year_to_date_without_true_up(opening: Opening) -> None:
    shop = opening(f'[[pay]]\nwindow = "month"\nby = {{window = "year"}}\n{TIERS}')
    shop.sold("ANN", *SOLD)
    assert shop.settles("2026-01") == {"ANN": 3_000}
    # The year stands at 120,000 when February ends: 8 % of February, and January stays as it is.
    assert shop.settles("2026-02") == {"ANN": 4_800}
    assert shop.pays("2026-03") == {"ANN": 800}


def test_the_rate_of_a_month_is_that_of_the_year_at_its_end_also_for_its_first_sale(opening: Opening) -> None:
    shop = opening(f'[[pay]]\nwindow = "month"\nby = {{window = "year"}}\n{TIERS}')
    shop.sold("ANN", ("2026-01-10", 60_000), ("2026-01-20", 60_000))
    assert shop.pays("2026-01") == {"ANN": Decimal("0.08") * 120_000}


def test_the_year_to_date_against_the_target_of_the_year(opening: Opening) -> None:
    terms = TIERS.replace("120000", '"won_amount"')
    shop = opening(f'zero_quota = "refuse"\n[[pay]]\nfor = ["ANN"]\nby = {{window = "year"}}\n{terms}')
    shop.target("ANN", "won_amount", "2026", 100_000)
    shop.sold("ANN", *SOLD)
    assert shop.settles("2026-01") == {"ANN": 3_000}
    assert shop.pays("2026-02") == {"ANN": 4_800}


def test_a_sale_of_january_that_is_entered_late_changes_no_later_month_that_is_paid_by_its_own_rate(
    opening: Opening,
) -> None:
    """A late fact of January counts in the position of every month from January on."""
    shop = opening(f'[[pay]]\nwindow = "month"\nby = {{window = "year"}}\n{TIERS}')
    shop.sold("ANN", ("2026-01-10", 60_000), ("2026-02-10", 50_000))
    assert shop.settles("2026-01") == {"ANN": 3_000}
    assert shop.settles("2026-02") == {"ANN": 2_500}
    shop.sold("ANN", ("2026-01-31", 10_000))
    # January has 70,000 of the year, still 5 %: 500. February ends at 120,000 now: 8 % of 50,000, less 2,500.
    assert shop.pays("2026-03") == {"ANN": 500 + 1_500}


def test_slabs_of_the_year_to_date_pay_for_what_the_month_adds(opening: Opening) -> None:
    terms = TIERS.replace("whole", "slab").replace("120000", "100000")
    shop = opening(f'[[pay]]\nwindow = "month"\nby = {{window = "year"}}\n{terms}')
    shop.sold("ANN", ("2026-01-10", 60_000), ("2026-02-10", 60_000))
    assert shop.settles("2026-01") == {"ANN": 3_000}
    # 5 % of 40,000 and 8 % of 20,000.
    assert shop.pays("2026-02") == {"ANN": 2_000 + 1_600}


def test_the_number_of_deals_chooses_the_rate_of_their_amount(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        by = {measure = "won_count"}
        scheme = "whole"
        tiers = [{from = 0, rate = "2 %"}, {from = 3, rate = "3 %"}, {from = 5, rate = "4 %"}]
    """)
    shop.sold("ANN", *[("2026-01-10", 1_000)] * 2)
    shop.sold("BEN", *[("2026-01-10", 1_000)] * 3)
    shop.sold("CAT", *[("2026-01-10", 1_000)] * 5)
    assert shop.pays("2026-01") == {"ANN": 40, "BEN": 90, "CAT": 200}


def test_the_number_of_deals_against_a_quota_chooses_the_amount(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        by = {measure = "won_count"}
        quota = 4
        scheme = "lookup"
        tiers = [{from = "50 %", pays = 100}, {from = "100 %", pays = 400}]
    """)
    shop.sold("ANN", *[("2026-01-10", 1_000)] * 2)
    shop.sold("BEN", *[("2026-01-10", 1_000)] * 4)
    shop.sold("CAT", ("2026-01-10", 90_000))
    assert shop.pays("2026-01") == {"ANN": 100, "BEN": 400}


def test_the_win_rate_of_the_quarter_chooses_the_rate_of_the_month(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        by = {measure = "win_rate", window = "quarter"}
        scheme = "whole"
        tiers = [{from = 0, rate = "2 %"}, {from = 0.5, rate = "3 %"}]
    """)
    lost = {"stage": "lost"}
    shop.sold(
        "ANN", ("2026-01-10", 1_000), ("2026-01-11", 1, lost), ("2026-02-11", 1, lost), ("2026-02-12", 1_000)
    )
    shop.sold("ANN", ("2026-02-13", 1, lost))
    # One of two in January, two of five by the end of February.
    assert shop.settles("2026-01") == {"ANN": 30}
    assert shop.pays("2026-02") == {"ANN": 20}


BY_MONTH = """
    [[pay]]
    window = "deal"
    by = {window = "month"}
    scheme = "whole"
    tiers = [{from = 0, rate = "5 %"}, {from = 10000, rate = "8 %"}]
"""


def test_a_deal_is_paid_at_the_rate_that_the_month_has_reached_on_its_day(opening: Opening) -> None:
    shop = opening(BY_MONTH)
    shop.sold("ANN", ("2026-01-10", 4_000), ("2026-01-11", 5_000), ("2026-01-11", 1_000))
    # 4,000 on the first day, 10,000 on the second, for both of its deals.
    assert shop.pays("2026-01") == {"ANN": 200 + 400 + 80}


def test_deals_keep_the_rate_of_their_month(opening: Opening) -> None:
    shop = opening(BY_MONTH)
    shop.sold("ANN", ("2026-01-10", 10_000), ("2026-02-10", 1_000))
    assert shop.settles("2026-01") == {"ANN": 800}
    assert shop.pays("2026-02") == {"ANN": 50}


def test_a_field_of_the_deal_chooses_the_amount_for_it(opening: Opening) -> None:
    """A bonus for each deal by its size: 100 from 5,000 on, 300 from 20,000 on."""
    shop = opening("""
        [[pay]]
        by = "amount"
        scheme = "lookup"
        tiers = [{from = 5000, pays = 100}, {from = 20000, pays = 300}]
    """)
    shop.sold("ANN", *[("2026-01-10", amount) for amount in (4_999, 5_000, 20_000, 90_000)])
    assert shop.pays("2026-01") == {"ANN": 0 + 100 + 300 + 300}


def test_a_field_of_the_deal_chooses_the_rate_and_a_cap_holds_the_month(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        by = "deal_cost.discount"
        cap = 100
        scheme = "whole"
        tiers = [{from = 0, rate = "5 %"}, {over = "10 %", rate = "2 %"}]
    """)
    shop.sold(
        "ANN", ("2026-01-10", 1_000, {"discount": "10 %"}), ("2026-01-11", 1_000, {"discount": "12.5 %"}),
        ("2026-01-12", 1_000, {"discount": "0 %"}),
    )  # fmt: skip
    assert shop.pays("2026-01") == {"ANN": 100}
    assert [amount for _ref, amount in shop.amounts("ANN", "2026-01")] == [50, 20, 30]


@pytest.mark.parametrize(
    ("scheme", "by", "february"),
    [
        # Of the year: 5 % of 40,000 and 8 % of 20,000, or 8 % of all 60,000.
        ("slab", 'by = {measure = "amount", window = "year"}', 3_600),
        ("whole", 'by = {measure = "amount", window = "year"}', 4_800),
        ("whole", 'measure = "amount"\nby = {measure = " amount", window = "year"}', 4_800),
        # Of the month: 5 % of 60,000.
        ("slab", 'by = {measure = "amount"}', 3_000),
        ("whole", 'by = {measure = "amount", window = "month"}', 3_000),
    ],
)
def test_the_own_measure_by_its_name_is_the_own_measure(
    opening: Opening, scheme: str, by: str, february: int
) -> None:
    terms = TIERS.replace("whole", scheme).replace("120000", "100000")
    shop = opening(f'[[pay]]\nwindow = "month"\n{by}\n{terms}')
    shop.sold("ANN", ("2026-01-10", 60_000), ("2026-02-10", 60_000))
    assert shop.settles("2026-01") == {"ANN": 3_000}
    assert shop.pays("2026-02") == {"ANN": february}


def test_the_own_measure_of_another_kind_by_its_name(opening: Opening) -> None:
    shop = opening(f"""
        [[pay]]
        measure = "amount - deal_cost.cost"
        by = {{measure = "(amount-deal_cost.cost)"}}
        {TIERS.replace("120000", "1000").replace("whole", "slab")}
    """)
    shop.sold("ANN", ("2026-01-10", 2_000, {"cost": 500}))
    # 5 % of 1,000 and 8 % of 500.
    assert shop.pays("2026-01") == {"ANN": 90}
