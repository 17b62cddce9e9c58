"""What several keys of a plan do together."""

from decimal import Decimal

from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop


def test_who_has_terms_of_their_own_is_ranked_among_all(opening: Opening) -> None:
    shop = opening(
        '[[pay]]\nfor = "rep"\nrate = "1 %"\nrank = {prizes = [900, 400]}\n[member.ANN]\nrate = "2 %"\n'
    )
    for member, amount in (("ANN", 1_000), ("BEN", 3_000), ("CAT", 2_000)):
        shop.sold(member, ("2026-01-10", amount))
    assert shop.settles("2026-01") == {"ANN": 20, "BEN": 30 + 900, "CAT": 20 + 400}
    assert shop.pays("2026-02") == {}


def test_who_has_terms_of_their_own_has_a_part_of_the_pool_of_all(opening: Opening) -> None:
    shop = opening(
        '[[pay]]\nname = "pool"\nfor = "rep"\npays = 900\npool = {by = "equal"}\n[[pay]]\nname = "own"\nrate = "1 %"\n'
        '[member.ANN.pay.own]\nrate = "2 %"\n'
    )
    shop.sold("ANN", ("2026-01-10", 1_000))
    assert shop.pays("2026-01") == {"ANN": 20 + 300, "BEN": 300, "CAT": 300}


def test_a_pool_is_divided_anew_after_a_refund(opening: Opening) -> None:
    shop = opening(
        '[credit]\nkinds = {order = 1}\n[[pay]]\nfor = "rep"\npays = 1200\npool = {by = "amount"}\n'
    )
    orders = {
        member: shop.fact(shop.contract(member), "order", "2026-01-10", amount)
        for member, amount in (("ANN", 3_000), ("BEN", 1_000))
    }
    assert shop.settles("2026-01") == {"ANN": 900, "BEN": 300}
    shop.fact(shop.contract("ANN"), "refund", "2026-02-10", -2_000, reverses=orders["ANN"])
    # Both have 1,000 of January now. Nobody sold in February, so its pool is not divided.
    assert shop.pays("2026-02") == {"ANN": -300, "BEN": 300}


OVERRIDE = """
    [[pay]]
    name = "commission"
    for = "rep"
    window = "{window}"
    rate = "5 %"
    [[pay]]
    name = "override"
    for = "manager"
    credit = "team"
    measure = "pay.commission"
    rate = "10 %"
"""


def overridden(opening: Opening, window: str) -> Shop:
    shop = opening(OVERRIDE.format(window=window))
    shop.team("SOUTH")
    shop.member("SAM", team="SOUTH", role="manager")
    return shop


def test_an_override_on_pay_goes_to_who_led_the_team_when_it_was_sold(opening: Opening) -> None:
    shop = overridden(opening, "month")
    shop.moves("ANN", on="2026-01-16", team="SOUTH")
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-01-20", 3_000))
    assert shop.pays("2026-01") == {"ANN": 200, "MAX": 5, "SAM": 15}


def test_an_override_on_the_pay_of_a_quarter_stays_with_who_led_the_team_then(opening: Opening) -> None:
    shop = overridden(opening, "quarter")
    shop.moves("ANN", on="2026-02-01", team="SOUTH")
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-02-20", 3_000))
    assert shop.settles("2026-01") == {"ANN": 50, "MAX": 5}
    assert shop.pays("2026-02") == {"ANN": 150, "SAM": 15}


def test_an_override_on_the_pay_of_a_quarter_counts_each_month_once(opening: Opening) -> None:
    shop = opening(
        OVERRIDE.format(window="quarter").replace(
            'rate = "10 %"', 'scheme = "slab"\n    tiers = [{from = 100, rate = "10 %"}]'
        )
    )
    shop.sold("ANN", ("2026-01-10", 4_000), ("2026-02-10", 4_000))
    assert shop.settles("2026-01") == {"ANN": 200, "MAX": 10}
    assert shop.pays("2026-02") == {"ANN": 200, "MAX": 10}


def test_weights_of_quarters_in_a_fiscal_year(opening: Opening) -> None:
    plan = """
        period = "quarter"
        quarter_weights = ["10 %", "20 %", "30 %", "40 %"]
        [[pay]]
        quota = 100000
        scheme = "slab"
        tiers = [{from = "100 %", rate = "1 %"}]
    """
    shop = opening.anew(plan, more="fiscal_year_start = 4")
    shop.sold("ANN", ("2026-02-10", 45_000))
    # January to March are the fourth quarter of the fiscal year 2026: 5,000 above 40,000.
    assert shop.pays("2026-Q4") == {"ANN": 50}


def test_first_match_gives_a_large_sale_to_the_pay_that_asks_for_most(opening: Opening) -> None:
    shop = opening("""
        [credit]
        first_match = true
        [[pay]]
        name = "base"
        rate = "1 %"
        [[pay]]
        name = "health"
        where = "customer.industry == 'health'"
        rate = "2 %"
        [[pay]]
        name = "large-health"
        where = "customer.industry == 'health' and amount >= '1000'"
        rate = "3 %"
    """)
    shop.customer("CLINIC", industry="health")
    shop.sold("ANN", *[("2026-01-10", amount, {"customer": "CLINIC"}) for amount in (900, 1_000)])
    shop.sold("ANN", ("2026-01-11", 5_000))
    assert shop.pays("2026-01") == {"ANN": 18 + 30 + 50}


def test_a_manager_is_measured_by_the_team_against_a_target_of_their_own(opening: Opening) -> None:
    shop = opening("""
        zero_quota = "refuse"
        [[pay]]
        for = "manager"
        credit = "team"
        quota = "won_amount"
        scheme = "lookup"
        tiers = [{from = "90 %", pays = 500}, {from = "100 %", pays = 1000}]
    """)
    shop.target("MAX", "won_amount", "2026-01", 10_000)
    shop.sold("ANN", ("2026-01-10", 4_000))
    shop.sold("BEN", ("2026-01-10", 5_000))
    assert shop.pays("2026-01") == {"MAX": 500}


def test_shares_and_a_gate_are_measured_by_what_each_is_credited_with(opening: Opening) -> None:
    shop = opening(
        '[credit]\nshares = {owner = "70 %", CAT = "30 %"}\n[[pay]]\nrate = "5 %"\ngate = {from = 5000}\n'
    )
    shop.sold("ANN", ("2026-01-10", 10_000))
    # 7,000 reach the gate, 3,000 do not.
    assert shop.pays("2026-01") == {"ANN": 350}


def test_weights_count_for_quotas_gates_and_pay_alike(opening: Opening) -> None:
    shop = opening("""
        [[pay]]
        rate = "5 %"
        gate = {from = 1000}
        weights = {channel = {agent = "1/3"}}
    """)
    shop.sold("ANN", ("2026-01-10", 2_999, {"channel": "agent"}))
    shop.sold("BEN", ("2026-01-10", 3_000, {"channel": "agent"}))
    shop.sold("CAT", ("2026-01-10", 100, {"channel": "agent"}), ("2026-01-10", 1_000))
    # A third of 3,000; for CAT 1,033.33 exactly.
    assert shop.pays("2026-01") == {"BEN": 50, "CAT": Decimal("51.67")}


def test_a_currency_of_the_plan_with_targets_and_caps_of_its_own(opening: Opening) -> None:
    shop = opening("""
        currency = "EUR"
        zero_quota = "refuse"
        [[pay]]
        for = ["ANN"]
        quota = "won_amount"
        scheme = "slab"
        tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "10 %"}]
        cap = 120
    """)
    shop.rate("EUR", "USD", "2026-01-01", 125, 100)
    shop.target("ANN", "won_amount", "2026-01", 1_250)
    shop.sold("ANN", ("2026-01-10", 1_875))
    # 1,250 dollars of target are 1,000 euros, 1,875 dollars of sales 1,500: 5 % of 1,000 and 10 % of 500.
    assert shop.pays("2026-01", "EUR") == {"ANN": 50 + 50}


def test_weights_by_kind_and_by_several_fields_are_multiplied(opening: Opening) -> None:
    shop = opening("""
        [credit]
        kinds = {order = "50 %"}
        [[pay]]
        rate = "10 %"
        weights = {"product.family" = {imaging = "150 %"}, "contract.channel" = {agent = "40 %"}}
    """)
    deal = shop.contract("ANN", channel="agent")
    shop.fact(deal, "order", "2026-01-10", 1_000, product="MRI", family="imaging")
    # A tenth of 1,000 x 50 % x 150 % x 40 %.
    assert shop.pays("2026-01") == {"ANN": 30}
