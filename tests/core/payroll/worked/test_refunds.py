"""Refunds: they change the window of their sale, count in their own, or reverse the lines of the sale."""

from decimal import Decimal

import pytest

from dealwright import Money
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

PLAN = """
    [credit]
    kinds = {{order = 1}}
    [refund]
    basis = "{basis}"
    [[pay]]
    scheme = "whole"
    tiers = [{{from = 0, rate = "1 %"}}, {{from = 10000, rate = "5 %"}}]
"""


def sold(
    opening: Opening, basis: str, amounts: tuple[int, ...] = (6_000, 6_000)
) -> tuple[Shop, str, list[str]]:
    """A shop that has settled January with these orders of one contract: the contract, and the orders."""
    shop = opening(PLAN.format(basis=basis))
    deal = shop.contract("ANN")
    orders = [shop.fact(deal, "order", f"2026-01-{10 + at}", each) for at, each in enumerate(amounts)]
    # 1 % of 6,000; with the second order 5 % of 12,000.
    assert shop.settles("2026-01") == {"ANN": 600}
    return shop, deal, orders


def test_a_refund_changes_the_window_of_its_sale(opening: Opening) -> None:
    shop, deal, orders = sold(opening, "window")
    refund = shop.fact(deal, "refund", "2026-02-10", -6_000, reverses=orders[1])
    shop.fact(deal, "order", "2026-02-11", 3_000)
    # January has 6,000 left, at 1 %: 60, so that 540 go back. February has its own 1 % of 3,000.
    assert shop.pays("2026-02") == {"ANN": -540 + 30}
    assert (refund, -540) in shop.amounts("ANN", "2026-02")
    assert [part.window for part in shop.statement("ANN", "2026-02").parts] == ["2026-01", "2026-02"]


def test_a_refund_counts_in_its_own_window(opening: Opening) -> None:
    shop, deal, orders = sold(opening, "current")
    shop.fact(deal, "refund", "2026-02-10", -6_000, reverses=orders[1])
    shop.fact(deal, "order", "2026-02-11", 17_000)
    # February has 11,000.
    assert shop.pays("2026-02") == {"ANN": 550}


def test_a_month_of_refunds_alone_takes_back_at_the_first_rate(opening: Opening) -> None:
    shop, deal, orders = sold(opening, "current")
    shop.fact(deal, "refund", "2026-02-10", -6_000, reverses=orders[1])
    assert shop.pays("2026-02") == {"ANN": -60}


def test_a_refund_reverses_what_the_lines_of_its_sale_paid(opening_anywhere: Opening) -> None:
    shop, deal, orders = sold(opening_anywhere, "original")
    assert [amount for _ref, amount in shop.amounts("ANN", "2026-01")] == [60, 540]
    shop.fact(deal, "refund", "2026-02-10", -6_000, reverses=orders[0])
    # The first order paid 60. What the second paid stays, though January has only 6,000 now.
    assert shop.pays("2026-02") == {"ANN": -60}


@pytest.mark.parametrize(("reversed_", "taken"), [(0, 60), (1, 540)])
def test_each_sale_is_reversed_by_what_it_paid(opening: Opening, reversed_: int, taken: int) -> None:
    shop, deal, orders = sold(opening, "original")
    shop.fact(deal, "refund", "2026-02-10", -3_000, reverses=orders[reversed_])
    assert shop.settles("2026-02") == {"ANN": Decimal(-taken) / 2}
    shop.fact(deal, "refund", "2026-03-10", -3_000, reverses=orders[reversed_])
    assert shop.pays("2026-03") == {"ANN": Decimal(-taken) / 2}


def test_what_is_sold_after_a_reversal_is_paid_as_if_nothing_was_kept_or_lost(opening: Opening) -> None:
    """A late order of January reaches the tier again: it pays what its 6,000 are due at 5 %, beside what was kept."""
    shop, deal, orders = sold(opening, "original")
    shop.fact(deal, "refund", "2026-02-10", -6_000, reverses=orders[0])
    assert shop.settles("2026-02") == {"ANN": -60}
    shop.fact(deal, "order", "2026-01-20", 6_000, entered="2026-03-02")
    # Due for 6,000 was 60, for 12,000 it is 600: the new order adds 540.
    assert shop.pays("2026-03") == {"ANN": 540}


@pytest.mark.parametrize("basis", ["window", "original"])
def test_a_refund_of_everything_takes_back_everything(opening: Opening, basis: str) -> None:
    shop, deal, orders = sold(opening, basis, (6_000, 6_000))
    for order in orders:
        shop.fact(deal, "refund", "2026-02-10", -6_000, reverses=order)
    assert shop.pays("2026-02") == {"ANN": -600}


@pytest.mark.parametrize("basis", ["window", "original"])
def test_a_refund_in_three_parts_takes_back_no_cent_more_or_less(opening: Opening, basis: str) -> None:
    shop = opening(f'[credit]\nkinds = {{order = 1}}\n[refund]\nbasis = "{basis}"\n[[pay]]\nrate = "3.7 %"\n')
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 1_000)
    assert shop.settles("2026-01") == {"ANN": 37}
    taken = Decimal(0)
    for period, amount in (("2026-02", "-333.33"), ("2026-03", "-333.33"), ("2026-04", "-333.34")):
        shop.fact(deal, "refund", f"{period}-10", amount, reverses=order)
        taken += shop.settles(period)["ANN"]
    # Each part is worth 12.33 and a bit.
    assert taken == -37


def test_a_refund_within_the_month_of_its_sale(opening: Opening) -> None:
    shop = opening(PLAN.format(basis="window"))
    deal = shop.contract("ANN")
    orders = [shop.fact(deal, "order", "2026-01-10", 6_000) for _ in range(2)]
    shop.fact(deal, "refund", "2026-01-20", -6_000, reverses=orders[0])
    assert shop.pays("2026-01") == {"ANN": 60}
    assert [amount for _ref, amount in shop.amounts("ANN", "2026-01")] == [60, 540, -540]


def test_a_refund_is_no_sale_of_its_own(opening: Opening) -> None:
    """Invoices do not count in this plan, so neither does what is refunded of them."""
    shop = opening(PLAN.format(basis="window"))
    deal = shop.contract("ANN")
    invoice = shop.fact(deal, "invoice", "2026-01-10", 6_000)
    shop.fact(deal, "refund", "2026-01-20", -6_000, reverses=invoice)
    assert shop.pays("2026-01") == {}


def test_a_refund_weighs_what_its_sale_weighed(opening: Opening) -> None:
    shop = opening('[credit]\nkinds = {order = "50 %", refund = "100 %"}\n[[pay]]\nrate = "10 %"\n')
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 1_000)
    shop.fact(deal, "refund", "2026-01-20", -1_000, reverses=order)
    shop.fact(deal, "refund", "2026-01-21", -100)
    # The first takes back the 50 that its order paid; the second corrects nothing and counts as a refund.
    assert shop.pays("2026-01") == {"ANN": 50 - 50 - 10}


def test_a_refund_that_was_a_mistake_is_reversed_in_turn(opening: Opening) -> None:
    shop, deal, orders = sold(opening, "window")
    refund = shop.fact(deal, "refund", "2026-02-10", -6_000, reverses=orders[1])
    assert shop.settles("2026-02") == {"ANN": -540}
    shop.fact(deal, "adjustment", "2026-03-10", 6_000, reverses=refund)
    # It counts as the order that it restores, in January.
    assert shop.pays("2026-03") == {"ANN": 540}


def test_a_refund_of_a_deal_by_itself(opening: Opening) -> None:
    shop = opening(PLAN.format(basis="window").replace("[[pay]]", '[[pay]]\n    window = "deal"'))
    deal, other = shop.contract("ANN"), shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 12_000)
    shop.fact(other, "order", "2026-01-10", 12_000)
    assert shop.settles("2026-01") == {"ANN": 1_200}
    shop.fact(deal, "refund", "2026-02-10", -6_000, reverses=order)
    assert shop.pays("2026-02") == {"ANN": -540}


def explained(shop: Shop, line: str) -> dict[str, list[str]]:
    """What is said of a line, by step."""
    found: dict[str, list[str]] = {}
    for each in shop.platform.run("pay.explain", actor="admin", ref=line).value.steps:
        found.setdefault(str(each.name), []).append(str(each.what))
    return found


def test_a_reversal_is_explained_by_the_sale_that_it_reverses(opening_anywhere: Opening) -> None:
    shop = opening_anywhere(
        """
        [credit]
        kinds = {order = 1}
        [refund]
        basis = "original"
        [[pay]]
        quota = 1000
        scheme = "slab"
        tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "10 %"}]
        """
    )
    deal = shop.contract("ANN")
    first, _second = (shop.fact(deal, "order", f"2026-01-1{at}", 800) for at in (0, 1))
    # 800 at 5 %; then 200 at 5 % and 600 at 10 %.
    assert shop.settles("2026-01") == {"ANN": 110}
    shop.fact(deal, "refund", "2026-02-10", -200, reverses=first)
    assert shop.settles("2026-02") == {"ANN": -10}
    shop.fact(deal, "refund", "2026-03-10", -600, reverses=first)
    assert shop.pays("2026-03") == {"ANN": -30}
    (quarter,), (rest,) = shop.lines("ANN", "2026-02"), shop.lines("ANN", "2026-03")
    told = explained(shop, quarter.line)
    assert told["reversal"] == [f"200 of 800 of {first}, which was paid 40.00 USD: -10.00 USD"]
    assert not {"curve", "due"} & told.keys()
    told = explained(shop, rest.line)
    assert told["reversal"] == [
        f"800 of 800 of {first}, which was paid 40.00 USD: -40.00 USD",
        "-10.00 USD of that was taken back before",
    ]
    assert told["post"] == ["-30.00 USD, which is what is taken back less what was taken back before"]
    # 70 are left of 110, and 800 are due 40.
    kept = "30.00 USD more than what is due: refunds take back what their sales were paid"
    assert told["kept"] == [kept]
    statement = shop.statement("ANN", "2026-03")
    assert f"  {kept}" in str(statement).splitlines()
    assert [each.kept for each in statement.parts] == [Money.from_major(30, "USD")]


def test_what_a_reversal_leaves_below_what_is_due_is_named_as_well(opening: Opening) -> None:
    shop = opening(
        """
        [credit]
        kinds = {order = 1}
        [refund]
        basis = "original"
        [[pay]]
        scheme = "slab"
        tiers = [{from = 0, rate = "10 %"}, {from = 1000, rate = "5 %"}]
        """
    )
    deal = shop.contract("ANN")
    first, _second = (shop.fact(deal, "order", f"2026-01-1{at}", 800) for at in (0, 1))
    # 80; then 200 at 10 % and 600 at 5 %.
    assert shop.settles("2026-01") == {"ANN": 130}
    assert shop.statement("ANN", "2026-01").parts[0].kept is None
    shop.fact(deal, "refund", "2026-02-10", -800, reverses=first)
    assert shop.pays("2026-02") == {"ANN": -80}
    # 50 are left, and 800 are due 80.
    assert shop.statement("ANN", "2026-02").parts[0].kept == Money.from_major(-30, "USD")
    assert "  30.00 USD less than what is due: " in str(shop.statement("ANN", "2026-02"))
