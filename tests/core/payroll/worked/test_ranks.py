"""What members are ranked by: the figure, the attainment of a quota or of objectives, or a position of its own."""

from decimal import Decimal

import pytest

from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop


def sold(shop: Shop, **amounts: int) -> Shop:
    for member, amount in amounts.items():
        shop.sold(member, ("2026-01-10", amount))
    return shop


def targeted(shop: Shop, **targets: int) -> Shop:
    for member, figure in targets.items():
        shop.target(member, "won_amount", "2026-01", figure)
    return shop


CLUB = """
    zero_quota = "refuse"
    [[pay]]
    for = "rep"
    quota = "won_amount"
    rank = {{prizes = [700, 500, 300]{over}}}
"""


def test_with_a_quota_members_are_ranked_by_attainment(opening: Opening) -> None:
    shop = targeted(opening(CLUB.format(over="")), ANN=10_000, BEN=1_000, CAT=2_000)
    # 90 %, 150 % and 120 %.
    assert sold(shop, ANN=9_000, BEN=1_500, CAT=2_400).pays("2026-01") == {"ANN": 300, "BEN": 700, "CAT": 500}


def test_a_club_of_those_above_their_quota(opening: Opening) -> None:
    shop = targeted(opening(CLUB.format(over=', over = "100 %"')), ANN=10_000, BEN=1_000, CAT=2_000)
    # 90 %, 150 % and 100 %, which is not above it.
    assert sold(shop, ANN=9_000, BEN=1_500, CAT=2_000).pays("2026-01") == {"BEN": 700}


def test_an_amount_remains_a_bound_of_what_is_measured(opening: Opening) -> None:
    shop = targeted(opening(CLUB.format(over=", over = 2000")), ANN=10_000, BEN=1_000, CAT=2_000)
    # BEN has 150 %, but sold no more than 2,000.
    assert sold(shop, ANN=9_000, BEN=1_500, CAT=2_400).pays("2026-01") == {"ANN": 500, "CAT": 700}


def test_who_lacks_a_target_is_refused_and_the_others_are_ranked(opening: Opening) -> None:
    shop = targeted(opening(CLUB.format(over="")), ANN=10_000, BEN=1_000)
    run = sold(shop, ANN=9_000, BEN=1_500, CAT=2_400).pay("2026-01")
    assert [each["member"] for each in run.without_figure] == ["CAT"]
    assert {each.member: str(each.earned["USD"]) for each in run.members} == {
        "ANN": "500.00 USD",
        "BEN": "700.00 USD",
    }


def test_who_has_a_quota_of_their_own_is_ranked_by_that(opening: Opening) -> None:
    shop = opening(
        '[[pay]]\nfor = "rep"\nquota = 10000\nrank = {prizes = [700, 500]}\n[member.CAT]\nquota = 1000\n'
    )
    # 90 %, 80 %, and 200 % of 1,000.
    assert sold(shop, ANN=9_000, BEN=8_000, CAT=2_000).pays("2026-01") == {"ANN": 500, "CAT": 700}


def test_who_came_too_late_for_a_part_of_the_quota_has_attained_nothing(opening: Opening) -> None:
    shop = opening(
        'prorate = "month"\n[[pay]]\nfor = "rep"\nquota = 1000\nrank = {prizes = [700, 500], over = "0 %"}\n'
    )
    shop.member("DAN", since="2026-01-25")
    # DAN has less than half of the month, and no part of the quota.
    assert sold(shop, ANN=900, DAN=5_000).pays("2026-01") == {"ANN": 700}


def test_with_objectives_members_are_ranked_by_the_blend(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        for = "rep"
        objectives = [
            {measure = "won_amount", quota = 10000, weight = "50 %"},
            {measure = "won_count", quota = 2, weight = "50 %"},
        ]
        rank = {prizes = [700, 500], over = "80 %"}
    """)
    sold(shop, ANN=10_000)
    shop.sold("BEN", *[(f"2026-01-{day}", 1_000) for day in (10, 11, 12)])
    sold(shop, CAT=15_000)
    # ANN (100 % + 50 %) / 2 = 75 %, BEN (30 % + 150 %) / 2 = 90 %, CAT (150 % + 50 %) / 2 = 100 %.
    assert shop.pays("2026-01") == {"CAT": 700, "BEN": 500}


def test_with_a_position_of_its_own_members_are_ranked_by_that(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        for = "rep"
        by = {measure = "won_count", per = "closed_count"}
        rank = {prizes = [700, 500, 300], over = "50 %"}
    """)
    lost = {"stage": "lost"}
    shop.sold("ANN", ("2026-01-10", 9_000), ("2026-01-10", 9_000), ("2026-01-11", 1, lost))
    shop.sold("BEN", ("2026-01-10", 10))
    shop.sold("CAT", ("2026-01-10", 9_000), ("2026-01-11", 1, lost))
    # Two of three, one of one, and one of two, which is not more than half.
    assert shop.pays("2026-01") == {"ANN": 500, "BEN": 700}


def test_members_are_ranked_by_the_year_where_that_is_the_position(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\nby = {window = "year"}\nrank = {prizes = [700, 500]}\n')
    sold(shop, ANN=5_000, BEN=4_000)
    assert shop.settles("2026-01") == {"ANN": 700, "BEN": 500}
    shop.sold("BEN", ("2026-02-10", 900))
    shop.sold("CAT", ("2026-02-10", 4_800))
    # The year has 5,000, 4,900 and 4,800.
    assert shop.pays("2026-02") == {"ANN": 700, "BEN": 500}


def test_who_does_not_reach_a_gate_has_no_place(opening: Opening) -> None:
    shop = opening(
        '[[pay]]\nfor = "rep"\ngate = {measure = "won_count", from = 2}\nrank = {prizes = [700, 500]}\n'
    )
    sold(shop, ANN=9_000, BEN=100)
    assert sold(shop, BEN=100).pays("2026-01") == {"BEN": 700}


@pytest.mark.parametrize(
    ("ties", "paid"),
    [("split", {"ANN": 34, "BEN": 33, "CAT": 33}), ("best", dict.fromkeys(("ANN", "BEN", "CAT"), 100))],
)
def test_prizes_in_whole_units_are_divided_in_whole_units(
    opening: Opening, ties: str, paid: dict[str, Decimal]
) -> None:
    shop = opening(
        f'round = {{digits = 0}}\n[[pay]]\nfor = "rep"\nrank = {{prizes = [99.5], ties = "{ties}"}}\n'
    )
    # 99.50 are rounded to 100.
    assert sold(shop, ANN=10, BEN=10, CAT=10).pays("2026-01") == paid


@pytest.mark.parametrize("window", ["month", "deal"])
def test_the_pay_for_a_sale_is_divided_in_whole_units(opening: Opening, window: str) -> None:
    shop = opening(f"""
        round = {{digits = 0}}
        [credit]
        split = "pay"
        shares = {{owner = "50 %", BEN = "50 %"}}
        [[pay]]
        window = "{window}"
        rate = "10 %"
    """)
    # 10 % of 1,010 are 101, of which who comes first has the odd one.
    assert sold(shop, ANN=1_010).pays("2026-01") == {"ANN": 51, "BEN": 50}
