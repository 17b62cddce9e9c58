"""Who is credited with a sale: owners, fixed shares, overlays, whole sales, and shares of the pay."""

from decimal import Decimal

import pytest

from tests.core.payroll.worked.opening import Opening


def test_the_owner_is_credited_with_the_whole_sale(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        rate = "3.5 %"
    """)
    shop.sold("ANN", ("2026-01-10", 12_000), ("2026-01-31", "950.50"))
    shop.sold("BEN", ("2026-01-12", 4_000))
    shop.sold(None, ("2026-01-13", 7_000))
    # 3.5 % of 12,950.50 is 453.2675, of 4,000 it is 140; what nobody owns pays nobody.
    assert shop.pays("2026-01") == {"ANN": Decimal("453.27"), "BEN": 140}
    assert shop.pay("2026-01").uncredited == 1


def test_fixed_shares_of_the_owner_and_of_a_named_member(opening: Opening) -> None:
    shop = opening("""
        [credit]
        shares = {owner = "80 %", CAT = "20 %"}
        [[pay]]
        rate = "5 %"
    """)
    shop.sold("ANN", ("2026-01-10", 10_000))
    shop.sold("CAT", ("2026-01-11", 2_000))
    # ANN: 5 % of 8,000. CAT: 5 % of 2,000, and both shares of her own sale, 5 % of 2,000.
    assert shop.pays("2026-01") == {"ANN": 400, "CAT": 100 + 100}


def test_fixed_shares_of_the_owner_and_of_the_role_above(opening_anywhere: Opening) -> None:
    shop = opening_anywhere("""
        [credit]
        shares = {owner = "90 %", manager = "10 %"}
        [[pay]]
        rate = "5 %"
    """)
    shop.team("EAST")
    shop.member("EVE", team="EAST")
    shop.sold("ANN", ("2026-01-10", 10_000))
    shop.sold("EVE", ("2026-01-10", 1_000))
    # MAX leads the team of ANN; nobody leads the team of EVE, so a tenth of her sale is credited to nobody.
    assert shop.pays("2026-01") == {"ANN": 450, "MAX": 50, "EVE": 45}
    assert shop.pay("2026-01").uncredited == 1


def test_the_role_above_is_held_by_somebody_else_from_a_day_on(opening: Opening) -> None:
    shop = opening("""
        [credit]
        shares = {owner = "90 %", manager = "10 %"}
        [[pay]]
        rate = "5 %"
    """)
    shop.team("SOUTH")
    shop.member("SAM", team="SOUTH", role="manager")
    shop.moves("ANN", on="2026-01-16", team="SOUTH")
    shop.sold("ANN", ("2026-01-15", 1_000), ("2026-01-16", 3_000))
    assert shop.pays("2026-01") == {"ANN": 180, "MAX": 5, "SAM": 15}


def test_an_overlay_is_beside_the_shares_and_sums_to_nothing(opening: Opening) -> None:
    shop = opening("""
        [credit]
        overlay = {CAT = "100 %", manager = "25 %"}
        [[pay]]
        rate = "2 %"
    """)
    shop.sold("ANN", ("2026-01-10", 10_000))
    shop.sold("BEN", ("2026-01-11", 5_000))
    # The engineer CAT is credited with every sale in full, the manager with a quarter of it.
    assert shop.pays("2026-01") == {"ANN": 200, "BEN": 100, "CAT": 300, "MAX": 75}


def test_full_credit_measures_the_whole_sale_whatever_the_share(opening: Opening) -> None:
    shop = opening("""
        [credit]
        shares = {owner = "60 %", CAT = "40 %"}
        [[pay]]
        name = "own"
        rate = "5 %"
        [[pay]]
        name = "whole"
        for = ["CAT"]
        credit = "full"
        rate = "1 %"
    """)
    shop.sold("ANN", ("2026-01-10", 10_000))
    # CAT has 5 % of her 4,000, and 1 % of all 10,000.
    assert shop.pays("2026-01") == {"ANN": 300, "CAT": 200 + 100}


SHARED = """
    [credit]
    shares = {{owner = "60 %", BEN = "40 %"}}
    split = "{split}"
    [[pay]]
    scheme = "slab"
    tiers = [{{from = 0, rate = "5 %"}}, {{from = 8000, rate = "10 %"}}]
"""


def test_a_split_of_the_credit_measures_everybody_by_their_share(opening: Opening) -> None:
    shop = opening(SHARED.format(split="credit"))
    shop.sold("ANN", ("2026-01-10", 10_000))
    # 6,000 and 4,000 both stay in the first tier.
    assert shop.pays("2026-01") == {"ANN": 300, "BEN": 200}


def test_a_split_of_the_pay_measures_everybody_by_the_whole_sale(opening_anywhere: Opening) -> None:
    shop = opening_anywhere(SHARED.format(split="pay"))
    shop.sold("ANN", ("2026-01-10", 10_000))
    # The sale pays 5 % of 8,000 and 10 % of 2,000: 600, of which ANN has 60 %.
    assert shop.pays("2026-01") == {"ANN": 360, "BEN": 240}


def test_a_split_of_the_pay_divides_what_each_sale_adds(opening: Opening) -> None:
    shop = opening(SHARED.format(split="pay"))
    shop.sold("ANN", ("2026-01-10", 10_000))
    shop.sold("BEN", ("2026-01-20", 2_000))
    # ANN has no share of the second sale. BEN has 40 % of the 600 that the first pays, and all of what his own pays
    # above it: 10 % of 2,000.
    assert shop.pays("2026-01") == {"ANN": 360, "BEN": 240 + 200}


THIRDS = """
    [credit]
    shares = {{owner = "1/3", BEN = "1/3", CAT = "1/3"}}
    split = "{split}"
    [[pay]]
    window = "{window}"
    rate = "10 %"
"""


def test_thirds_of_a_credit_are_exact_and_sum_to_the_sale(opening: Opening) -> None:
    shop = opening(THIRDS.format(split="credit", window="deal"))
    shop.sold("ANN", ("2026-01-10", 100), ("2026-01-11", 200))
    # A third of 100 is measured exactly; by deal, 3.33 and 6.67.
    assert shop.pays("2026-01") == dict.fromkeys(("ANN", "BEN", "CAT"), Decimal("10.00"))
    assert [each.measure for each in shop.lines("BEN", "2026-01")] == ["100/3", "200/3"]


@pytest.mark.parametrize("window", ["deal", "month"])
def test_thirds_of_the_pay_sum_to_the_pay(opening: Opening, window: str) -> None:
    shop = opening(THIRDS.format(split="pay", window=window))
    shop.sold("ANN", ("2026-01-10", 100))
    # The sale pays 10.00: by largest remainder 3.34 + 3.33 + 3.33.
    assert sum(shop.pays("2026-01").values()) == 10


def test_the_most_specific_pay_alone_takes_a_sale(opening: Opening) -> None:
    shop = opening("""
        [credit]
        first_match = true
        [[pay]]
        rate = "5 %"
        [[pay]]
        where = "channel == 'agent'"
        rate = "2 %"
    """)
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-01-11", 1_000, {"channel": "agent"}))
    # 5 % of the direct sale; of the agent's only the 2 % that are meant for it.
    assert shop.pays("2026-01") == {"ANN": 50 + 20}


def test_without_first_match_a_sale_counts_for_every_pay(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        rate = "5 %"
        [[pay]]
        where = "channel == 'agent'"
        rate = "2 %"
    """)
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-01-11", 1_000, {"channel": "agent"}))
    assert shop.pays("2026-01") == {"ANN": 100 + 20}


def test_a_channel_counts_in_part(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        quota = 10000
        scheme = "slab"
        tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "10 %"}]
        weights = {channel = {agent = "50 %", ecommerce = "0 %"}}
    """)
    shop.sold(
        "ANN", ("2026-01-10", 8_000), ("2026-01-11", 8_000, {"channel": "agent"}),
        ("2026-01-12", 9_000, {"channel": "ecommerce"}),
    )  # fmt: skip
    # 8,000 + 4,000 + 0: 5 % of 10,000 and 10 % of 2,000.
    assert shop.pays("2026-01") == {"ANN": 500 + 200}


def test_kinds_of_facts_have_weights(opening_anywhere: Opening) -> None:
    shop = opening_anywhere("""
        [credit]
        kinds = {order = "40 %", payment = "60 %"}
        [[pay]]
        rate = "5 %"
    """)
    deal = shop.contract("ANN")
    shop.fact(deal, "order", "2026-01-10", 10_000)
    shop.fact(deal, "invoice", "2026-01-20", 10_000)
    shop.fact(deal, "payment", "2026-02-10", 10_000)
    # 5 % of 4,000 with the order, of 6,000 with the payment; the invoice does not count.
    assert shop.settles("2026-01") == {"ANN": 200}
    assert shop.pays("2026-02") == {"ANN": 300}


def test_a_family_of_products_has_a_weight(opening: Opening) -> None:
    shop = opening("""
        [credit]
        kinds = {order = 1}
        [[pay]]
        rate = "5 %"
        weights = {"product.family" = {imaging = "150 %"}}
    """)
    deal = shop.contract("ANN")
    shop.fact(deal, "order", "2026-01-10", 1_000, product="MRI", family="imaging")
    shop.fact(deal, "order", "2026-01-11", 1_000, product="GLOVE", family="supplies")
    shop.fact(deal, "order", "2026-01-12", 1_000)
    # 1,500 + 1,000, and 1,000 of no product.
    assert shop.pays("2026-01") == {"ANN": Decimal("175.00")}


@pytest.mark.parametrize(("shares", "ann"), [('owner = "50 %"', 25), ('owner = "100 %"', 50)])
def test_shares_sum_to_the_total_that_the_plan_says(opening: Opening, shares: str, ann: int) -> None:
    """House accounts: the plan says that only a part of a sale is credited at all."""
    total = shares.partition("= ")[2]
    shop = opening(f'[credit]\nshares = {{{shares}}}\ntotal = {total}\n[[pay]]\nrate = "5 %"\n')
    shop.sold("ANN", ("2026-01-10", 1_000))
    assert shop.pays("2026-01") == {"ANN": ann}
