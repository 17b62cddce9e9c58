"""What a pool is of: all its members together, by the gates, quotas and positions of its pay."""

from decimal import Decimal

import pytest

from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

PAIR = '[[pay]]\nfor = ["ANN", "BEN"]\n'


def sold(shop: Shop, on: str = "2026-01-10", **amounts: int) -> Shop:
    for member, amount in amounts.items():
        shop.sold(member, (on, amount))
    return shop


@pytest.mark.parametrize("what", ["pays = 90", 'rate = "9 %"'])
@pytest.mark.parametrize(
    ("gate", "is_open"),
    [
        # Both have 1,000 and two deals together.
        ("{from = 99999}", False), ("{from = 1000}", True), ("{over = 1000}", False),
        ('{measure = "won_count", from = 2}', True), ('{measure = "won_count", from = 3}', False),
        ('{window = "year", from = 1000}', True), ('{window = "year", from = 1001}', False),
        ('{quota = 1000, from = "100 %"}', True), ('{quota = 5000, from = "100 %"}', False),
        ('[{from = 1000}, {from = 1001}]', False),
    ],
)  # fmt: skip
def test_the_gate_of_a_pool_is_of_all_members_together(
    opening: Opening, what: str, gate: str, is_open: bool
) -> None:
    shop = opening(f'{PAIR}{what}\ngate = {gate}\npool = {{by = "amount"}}\n')
    sold(shop, ANN=700, BEN=300)
    assert shop.pays("2026-01") == ({"ANN": 63, "BEN": 27} if is_open else {})


def test_a_pool_whose_gate_is_closed_pays_its_floor(opening: Opening) -> None:
    shop = opening(f'{PAIR}pays = 90\nfloor = 10\ngate = {{from = 99999}}\npool = {{by = "amount"}}\n')
    assert sold(shop, ANN=700, BEN=300).pays("2026-01") == {"ANN": 7, "BEN": 3}


def test_a_gate_of_the_year_that_opens_later_pays_the_pools_before(opening: Opening) -> None:
    shop = opening(f'{PAIR}pays = 90\ngate = {{window = "year", from = 1500}}\npool = {{by = "equal"}}\n')
    sold(shop, ANN=700, BEN=300)
    assert shop.settles("2026-01") == {}
    sold(shop, "2026-02-10", ANN=500)
    # The year has 1,500: January and February each have 45 for both.
    assert shop.pays("2026-02") == {"ANN": 90, "BEN": 90}


TARGETS = """
    zero_quota = "refuse"
    [[pay]]
    for = ["ANN", "BEN"]
    quota = "won_amount"
    scheme = "slab"
    tiers = [{from = "0 %", rate = "2 %"}, {from = "100 %", rate = "10 %"}]
    pool = {by = "equal"}
"""


def targeted(shop: Shop, **targets: int) -> Shop:
    for member, figure in targets.items():
        shop.target(member, "won_amount", "2026-01", figure)
    return shop


def test_the_quota_of_a_pool_is_the_sum_of_the_targets(opening: Opening) -> None:
    shop = sold(targeted(opening(TARGETS), ANN=1_000, BEN=2_000), ANN=2_000, BEN=2_000)
    # 4,000 of 3,000: 2 % of 3,000 and 10 % of 1,000 are 160.
    assert shop.pays("2026-01") == {"ANN": 80, "BEN": 80}


def test_who_lacks_a_target_is_refused_and_the_pool_is_that_of_the_others(opening: Opening) -> None:
    shop = sold(targeted(opening(TARGETS, SOUND), ANN=1_000), ANN=2_000, BEN=5_000)
    run = shop.pay("2026-01")
    (missing,) = run.without_figure
    assert (missing["member"], missing["plan"]) == ("BEN", "plan-1")
    assert "BEN has no quota above zero for pay pay in 2026-01; add a target" in missing["why"]
    # ANN: 2 % of 1,000 and 10 % of 1,000, and 1 % of 2,000 by the sound plan; BEN has that alone.
    assert {each.member: str(each.earned["USD"]) for each in run.members} == {
        "ANN": "140.00 USD",
        "BEN": "50.00 USD",
    }


def test_where_all_lack_a_target_the_pool_is_nobodys_and_other_plans_are_paid(opening: Opening) -> None:
    run = sold(opening(TARGETS, SOUND), ANN=2_000).pay("2026-01")
    assert [(each["member"], each["plan"]) for each in run.without_figure] == [
        ("ANN", "plan-1"),
        ("BEN", "plan-1"),
    ]
    assert {each.member: str(each.earned["USD"]) for each in run.members} == {"ANN": "20.00 USD"}


def test_a_target_that_comes_later_is_paid_by_a_run_that_is_repeated(opening: Opening) -> None:
    shop = sold(targeted(opening(TARGETS), ANN=1_000), ANN=2_000, BEN=2_000)
    for _again in range(2):
        assert [each["member"] for each in shop.pay("2026-01").without_figure] == ["BEN"]
        assert shop.earned("ANN", "2026-01") == {"USD": 120}
    assert targeted(shop, BEN=2_000).pays("2026-01") == {"ANN": 80, "BEN": 80}


def test_without_any_target_a_pool_pays_as_the_plan_says(opening: Opening) -> None:
    for rule, paid in (("zero", {}), ("full", {"ANN": 40, "BEN": 40})):
        shop = sold(opening(TARGETS.replace("refuse", rule)), ANN=2_000, BEN=2_000)
        # In full the 4,000 are the quota, of which 2 % are paid.
        assert shop.pays("2026-01") == paid


def test_a_target_counts_in_a_pool_as_far_as_its_member_is_there(opening: Opening) -> None:
    shop = opening('prorate = "month"' + TARGETS.replace('["ANN", "BEN"]', '"rep"'))
    shop.member("DAN", since="2026-01-20")
    targeted(shop, ANN=1_000, BEN=1_000, CAT=1_000, DAN=9_000)
    # DAN came in the second half of the month: 3,100 of 3,000 are 2 % of 3,000 and 10 % of 100, in four parts.
    assert sold(shop, ANN=3_100).pays("2026-01") == {
        "ANN": Decimal("17.50"), "BEN": Decimal("17.50"), "CAT": Decimal("17.50"), "DAN": Decimal("17.50"),
    }  # fmt: skip


SOUND = 'name = "sound"\n[[pay]]\nrate = "1 %"\n'
BLENDED = """
    zero_quota = "refuse"
    [[pay]]
    for = ["ANN", "BEN"]
    scheme = "lookup"
    tiers = [{from = "100 %", pays = 500}]
    objectives = [
        {measure = "won_amount", quota = "won_amount", weight = "50 %"},
        {measure = "won_count", quota = 4, weight = "50 %"},
    ]
    pool = {by = "amount"}
"""


def test_the_objectives_of_a_pool_are_blended_over_the_sums(opening: Opening) -> None:
    shop = sold(targeted(opening(BLENDED), ANN=1_000, BEN=1_000), ANN=2_400, BEN=600)
    # 3,000 of 2,000 are 150 %, 2 deals of 4 are 50 %: 100 % in all.
    assert shop.pays("2026-01") == {"ANN": 400, "BEN": 100}


def test_the_objectives_of_a_pool_that_are_missed_pay_nothing(opening: Opening) -> None:
    shop = sold(targeted(opening(BLENDED), ANN=1_000, BEN=1_000), ANN=2_400, BEN=599)
    assert shop.pays("2026-01") == {}


def test_the_position_of_a_pool_may_be_that_of_the_year(opening: Opening) -> None:
    shop = opening("""
        period = "quarter"
        [[pay]]
        for = ["ANN", "BEN"]
        by = {window = "year"}
        scheme = "whole"
        tiers = [{from = 0, rate = "1 %"}, {from = 1000, rate = "2 %"}]
        pool = {by = "amount"}
    """)
    sold(shop, ANN=600)
    assert shop.settles("2026-Q1") == {"ANN": 6}
    shop.sold("BEN", ("2026-04-10", 300), ("2026-05-10", 100))
    shop.sold("ANN", ("2026-05-10", 200))
    # The year has 1,200: 2 % of the 600 of the second quarter are 12.
    assert shop.pays("2026-Q2") == {"ANN": 4, "BEN": 8}


def test_the_position_of_a_pool_may_be_a_share_of_its_sums(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        for = ["ANN", "BEN"]
        by = {measure = "won_count", per = "closed_count"}
        scheme = "whole"
        tiers = [{from = "0 %", rate = "1 %"}, {from = "60 %", rate = "5 %"}]
        pool = {by = "equal"}
    """)
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-01-11", 1_000))
    shop.sold("BEN", ("2026-01-10", 1_000), ("2026-01-11", 900, {"stage": "lost"}))
    # 3 of 4 are won, though BEN has but half: 5 % of 3,000.
    assert shop.pays("2026-01") == {"ANN": 75, "BEN": 75}


def test_a_pool_has_the_part_of_the_year_that_its_quarter_has(opening: Opening) -> None:
    shop = opening("""
        period = "quarter"
        quarter_weights = ["10 %", "20 %", "30 %", "40 %"]
        [[pay]]
        for = ["ANN", "BEN"]
        quota = 10000
        scheme = "lookup"
        tiers = [{from = "100 %", pays = 5000}]
        pool = {by = "equal"}
    """)
    # A tenth of the quota is reached, and pays a tenth.
    assert sold(shop, ANN=600, BEN=400).pays("2026-Q1") == {"ANN": 250, "BEN": 250}


def test_a_pool_in_whole_units_is_divided_in_whole_units(opening: Opening) -> None:
    shop = opening('round = {digits = 0}\n[[pay]]\nfor = "rep"\npays = 100\npool = {by = "equal"}\n')
    assert shop.pays("2026-01") == {"ANN": 34, "BEN": 33, "CAT": 33}


def test_who_is_no_rep_any_more_has_no_part_of_the_pools_that_follow(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\npays = 90\npool = {by = "equal"}\n')
    shop.member("DAN")
    shop.moves("DAN", on="2026-02-01", team="T", role="manager")
    assert shop.settles("2026-01") == {
        "ANN": Decimal("22.50"), "BEN": Decimal("22.50"), "CAT": Decimal("22.50"), "DAN": Decimal("22.50"),
    }  # fmt: skip
    assert shop.pays("2026-02") == {"ANN": 30, "BEN": 30, "CAT": 30}


def test_a_pool_that_cannot_be_found_keeps_nobody_from_being_paid_by_another_plan(opening: Opening) -> None:
    # The rate of a team is not the sum of those that its members have.
    pool = '[[pay]]\nfor = ["ANN"]\npays = 90\ncredit = "team"\npool = {by = "win_rate"}\n'
    run = sold(opening(pool, SOUND), ANN=1_000).pay("2026-01")
    assert [(each["member"], each["plan"]) for each in run.without_figure] == [("ANN", "plan-1")]
    assert {each.member: str(each.earned["USD"]) for each in run.members} == {"ANN": "10.00 USD"}
