"""Where windows, plans and people meet at their ends."""

from decimal import Decimal

import pytest

from dealwright import Opportunity, Refused, UsageError
from tests.core.payroll.worked.opening import Opening


def test_a_month_that_is_run_early_is_completed_when_it_is_run_again(opening: Opening) -> None:
    shop = opening(
        '[[pay]]\nscheme = "whole"\ntiers = [{from = 0, rate = "1 %"}, {from = 1000, rate = "5 %"}]\n'
    )
    shop.sold("ANN", ("2026-01-10", 900))
    assert shop.pays("2026-01") == {"ANN": 9}
    shop.sold("ANN", ("2026-01-31", 100))
    assert shop.pays("2026-01") == {"ANN": 50}


def test_a_period_is_not_run_while_a_later_one_builds_on_it(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "5 %"\n')
    shop.settles("2026-01")
    shop.pay("2026-03")
    with pytest.raises(Refused, match="2026-03 was calculated on what 2026-02 has"):
        shop.pay("2026-02")


def test_a_quarter_is_no_period_of_a_plan_that_is_paid_by_the_month(opening: Opening) -> None:
    with pytest.raises(UsageError, match="no plan is paid by the quarter in 2026-Q1"):
        opening('[[pay]]\nrate = "5 %"\n').pay("2026-Q1")


def test_monthly_and_quarterly_plans_side_by_side(opening: Opening) -> None:
    shop = opening(
        'name = "Monthly"\n[[pay]]\nrate = "5 %"\n',
        'name = "Quarterly"\nperiod = "quarter"\n[[pay]]\nrate = "1 %"\n',
    )
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-02-10", 1_000))
    assert shop.settles("2026-01") == {"ANN": 50}
    assert shop.settles("2026-Q1") == {"ANN": 20}
    assert shop.pays("2026-02") == {"ANN": 50}


def test_an_account_below_zero_is_debt_in_money_not_in_sales(opening: Opening) -> None:
    """A month of refunds alone takes back at the first rate; the next month starts from zero sales all the same."""
    shop = opening("""
        [credit]
        kinds = {order = 1}
        [refund]
        basis = "current"
        [[pay]]
        scheme = "slab"
        tiers = [{from = 0, rate = "5 %"}, {from = 1000, rate = "10 %"}]
    """)
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 3_000)
    assert shop.settles("2026-01") == {"ANN": 50 + 200}
    shop.fact(deal, "refund", "2026-02-10", -3_000, reverses=order)
    assert shop.settles("2026-02") == {"ANN": -150}
    shop.fact(deal, "order", "2026-03-10", 2_000)
    assert shop.pays("2026-03") == {"ANN": 50 + 100}


def test_a_threshold_is_crossed_down_as_it_was_crossed_up(opening: Opening) -> None:
    """Whichever of two sales is refunded, the window gives up its top slice."""
    shop = opening(
        '[credit]\nkinds = {order = 1}\n[[pay]]\nscheme = "slab"\n'
        'tiers = [{from = 0, rate = "5 %"}, {from = 1000, rate = "10 %"}]\n'
    )
    deal = shop.contract("ANN")
    first = shop.fact(deal, "order", "2026-01-10", 1_000)
    shop.fact(deal, "order", "2026-01-11", 1_000)
    assert shop.settles("2026-01") == {"ANN": 150}
    shop.fact(deal, "refund", "2026-02-10", -1_000, reverses=first)
    # The first paid 50; what is taken back is the 100 of the upper tier.
    assert shop.pays("2026-02") == {"ANN": -100}


def test_who_leaves_is_still_paid_for_what_they_sold(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\nrate = "5 %"\n')
    shop.member("OLD", left="2026-01-16")
    shop.sold("OLD", ("2026-01-15", 1_000), ("2026-01-16", 1_000))
    # On the 16th the position is over.
    assert shop.pays("2026-01") == {"OLD": 50}


def test_a_guarantee_ends_with_who_leaves(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\nrate = "5 %"\nfloor = 500\n')
    shop.member("OLD", left="2026-02-01")
    assert shop.settles("2026-01")["OLD"] == 500
    assert "OLD" not in shop.pays("2026-02")


def test_a_guarantee_of_a_part_of_the_month_is_prorated(opening: Opening) -> None:
    shop = opening('prorate = "day"\n[[pay]]\nfor = "rep"\nrate = "5 %"\nfloor = 620\n')
    shop.member("NEW", since="2026-01-22")
    # 10 of 31 days.
    assert shop.pays("2026-01")["NEW"] == 200


def test_a_cap_of_a_part_of_the_month_is_prorated(opening: Opening) -> None:
    shop = opening('prorate = "day"\n[[pay]]\nfor = "rep"\nrate = "5 %"\ncap = 620\n')
    shop.member("NEW", since="2026-01-22")
    shop.sold("NEW", ("2026-01-30", 90_000))
    assert shop.pays("2026-01") == {"NEW": 200}


def test_a_plan_that_begins_within_a_quarter_has_a_part_of_its_quota(opening: Opening) -> None:
    """A file from 1 March on: by month, a third of the quarter's quota of 90,000."""
    shop = opening(
        'valid = {from = 2026-03-01}\nperiod = "quarter"\nprorate = "month"\n[[pay]]\nquota = 90000\n'
        'scheme = "slab"\ntiers = [{from = "0 %", rate = "1 %"}, {from = "100 %", rate = "3 %"}]\n'
    )
    shop.sold("ANN", ("2026-02-28", 99_000), ("2026-03-01", 40_000))
    assert shop.pays("2026-Q1") == {"ANN": 300 + 300}


HALVES = [("0.10", "0.01"), ("0.09", "0.00"), ("-0.10", "-0.01")]


@pytest.mark.parametrize(("amount", "paid"), HALVES)
def test_half_a_cent_is_rounded_away_from_zero(opening: Opening, amount: str, paid: str) -> None:
    shop = opening('[credit]\nkinds = {adjustment = 1}\n[[pay]]\nrate = "5 %"\n')
    shop.fact(shop.contract("ANN"), "adjustment", "2026-01-10", amount)
    assert shop.pays("2026-01").get("ANN", Decimal(0)) == Decimal(paid)


def test_a_thousand_small_sales_pay_what_one_large_one_does(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "3.33 %"\n')
    shop.sold("ANN", *[("2026-01-10", "0.37")] * 1_000)
    shop.sold("BEN", ("2026-01-10", 370))
    assert shop.pays("2026-01") == dict.fromkeys(("ANN", "BEN"), Decimal("12.32"))


def test_round_at_the_payment_carries_what_is_left_from_window_to_window(opening: Opening) -> None:
    shop = opening('[round]\nat = "payment"\n[[pay]]\nwindow = "week"\nrate = "10 %"\n')
    shop.sold("ANN", ("2026-01-05", "0.24"), ("2026-01-12", "0.24"), ("2026-01-19", "0.24"))
    # 0.024 three times: 0.072, of which each week alone would have paid 0.02.
    assert shop.pays("2026-01") == {"ANN": Decimal("0.07")}


def test_a_sale_of_nothing_pays_nothing(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "5 %"\n')
    shop.sold("ANN", ("2026-01-10", 0))
    assert shop.pays("2026-01") == {}


def test_a_deal_that_goes_back_to_its_owner_is_paid_again(opening: Opening) -> None:
    shop = opening('[[pay]]\nwindow = "deal"\nrate = "5 %"\n')
    (deal,) = shop.sold("ANN", ("2026-01-10", 1_000))
    assert shop.settles("2026-01") == {"ANN": 50}
    for period, owner, paid in (
        ("2026-02", "BEN", {"ANN": -50, "BEN": 50}),
        ("2026-03", "ANN", {"ANN": 50, "BEN": -50}),
    ):
        shop.change(Opportunity, deal, owner=owner)
        assert shop.settles(period) == paid
    assert shop.pays("2026-04") == {}


def test_a_tier_that_is_paid_for_all_above_the_quota_is_explained_by_its_rates(opening: Opening) -> None:
    tiers = '[{from = "0 %", rate = "3 %"}, {from = "100 %", rate = "4.5 %"}, {from = "120 %", rate = "6 %"}]'
    shop = opening(f'[[pay]]\nquota = 5000\nscheme = "overage"\ntiers = {tiers}\n')
    shop.sold("ANN", ("2026-01-10", 7_000))
    shop.pay("2026-01")
    (line,) = shop.lines("ANN", "2026-01")
    steps = shop.platform.run("pay.explain", actor="admin", ref=line.line).value.steps
    # 3 % of 5,000, and 6 % of 2,000.
    assert [each.what for each in steps if each.name == "curve"] == [
        "from 0 to 5,000 at 3 %: 150",
        "from 5,000 to 6,000 at 4.5 %: 45",
        "reaching 6,000 pays 15: 6 % instead of 4.5 % of the 1,000 above 5,000",
        "from 6,000 to 7,000 at 6 %: 60",
    ]


def test_an_amount_for_reaching_a_tier_is_explained_as_one(opening: Opening) -> None:
    tiers = '[{from = 0, rate = "5 %"}, {from = 1000, pays = 100}, {from = 2000, rate = "8 %"}]'
    shop = opening(f'[[pay]]\nscheme = "slab"\ntiers = {tiers}\n')
    shop.sold("ANN", ("2026-01-10", 2_500))
    shop.pay("2026-01")
    (line,) = shop.lines("ANN", "2026-01")
    steps = shop.platform.run("pay.explain", actor="admin", ref=line.line).value.steps
    assert "reaching 1,000 pays 100" in [each.what for each in steps]


def test_a_line_is_explained_from_the_sale_to_the_cent(opening: Opening) -> None:
    tiers = '[{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]'
    shop = opening(f'[[pay]]\nquota = 800\nscheme = "slab"\ntiers = {tiers}\n')
    shop.sold("ANN", ("2026-01-10", 1_000))
    shop.pay("2026-01")
    (line,) = shop.lines("ANN", "2026-01")
    told = str(shop.platform.run("pay.explain", actor="admin", ref=line.line).value)
    for said in (
        "O-1",
        "quota: 800",
        "from 0 to 800 at 5 %: 40",
        "from 800 to 1,000 at 8 %: 16",
        "56.00 USD",
    ):
        assert said in told
