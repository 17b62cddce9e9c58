"""A correction counts as what it corrects: by the same condition, weight, place on the curve, rate and people."""

from decimal import Decimal

from dealwright import Contract, Product
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

ORDERS = "[credit]\nkinds = {order = 1}\n[[pay]]\n"


def refunded(shop: Shop, amount: int, back: int, **order: str) -> dict[str, Decimal]:
    """What the refund of an order takes back in the next month."""
    deal = shop.contract("ANN")
    ref = shop.fact(deal, "order", "2026-01-10", amount, **order)
    shop.settles("2026-01")
    shop.fact(deal, "refund", "2026-02-10", -back, reverses=ref)
    return shop.pays("2026-02")


def test_a_refund_meets_the_condition_that_its_sale_met(opening: Opening) -> None:
    shop = opening(f"{ORDERS}rate = '5 %'\nwhere = \"amount >= '1000'\"\n")
    assert refunded(shop, 2_000, 2_000) == {"ANN": -100}


def test_a_refund_weighs_by_the_product_of_its_sale(opening: Opening) -> None:
    shop = opening(f'{ORDERS}rate = "5 %"\nweights = {{"product.family" = {{imaging = "150 %"}}}}\n')
    assert refunded(shop, 1_000, 1_000, product="MRI", family="imaging") == {"ANN": -75}


def test_a_refund_stands_where_its_sale_stood_on_the_curve(opening: Opening) -> None:
    shop = opening(
        f'{ORDERS}by = "amount"\nscheme = "whole"\n'
        'tiers = [{from = 0, rate = "1 %"}, {from = 5000, rate = "4 %"}]\n'
    )
    assert refunded(shop, 10_000, 2_500) == {"ANN": -100}


def test_a_refund_of_everything_takes_back_the_amount_for_the_sale(opening: Opening) -> None:
    shop = opening(f'{ORDERS}by = "amount"\nscheme = "lookup"\ntiers = [{{from = 5000, pays = 300}}]\n')
    assert refunded(shop, 10_000, 10_000) == {"ANN": -300}


def test_a_refund_in_full_takes_back_the_spiff_of_its_deal(opening: Opening) -> None:
    shop = opening(f'{ORDERS}window = "deal"\ngate = {{from = 5000}}\npays = 150\n')
    assert refunded(shop, 10_000, 10_000) == {"ANN": -150}


def test_a_refund_in_another_currency_is_converted_as_its_sale_was(opening: Opening) -> None:
    """What goes back in full takes back what was paid, whatever the euro is worth by then."""
    shop = opening(f"{ORDERS}rate = '10 %'\n")
    for day, numerator in (("2026-01-01", 110), ("2026-02-01", 120)):
        shop.rate("EUR", "USD", day, numerator, 100)
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 1_000, currency="EUR")
    assert shop.settles("2026-01") == {"ANN": 110}
    shop.fact(deal, "refund", "2026-02-10", -1_000, reverses=order, currency="EUR")
    assert shop.pays("2026-02") == {"ANN": -110}


def test_an_order_whose_contract_moved_is_refunded_to_who_has_it(opening: Opening) -> None:
    shop = opening(f"{ORDERS}rate = '10 %'\n")
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 1_000)
    assert shop.settles("2026-01") == {"ANN": 100}
    shop.change(Contract, deal, owner="BEN")
    shop.fact(deal, "refund", "2026-02-10", -400, reverses=order)
    # The order goes from ANN to BEN, and with it the refund.
    assert shop.pays("2026-02") == {"ANN": -100, "BEN": 60}


def test_a_product_that_is_classed_otherwise_reprices_its_sales(opening: Opening) -> None:
    shop = opening(f'{ORDERS}rate = "5 %"\nweights = {{"product.family" = {{imaging = "150 %"}}}}\n')
    shop.fact(shop.contract("ANN"), "order", "2026-01-10", 1_000, product="MRI")
    assert shop.settles("2026-01") == {"ANN": 50}
    shop.change(Product, "MRI", family="imaging")
    assert shop.pays("2026-02") == {"ANN": 25}


def test_a_manager_is_refunded_for_the_team_that_sold(opening: Opening) -> None:
    """ANN sold in MAX's team and moved: what is refunded of that sale is refunded there."""
    shop = opening(f'{ORDERS}for = "manager"\ncredit = "team"\nrate = "1 %"\n')
    shop.team("SOUTH")
    shop.member("SAM", team="SOUTH", role="manager")
    shop.moves("ANN", on="2026-02-01", team="SOUTH")
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 1_000)
    assert shop.settles("2026-01") == {"MAX": 10}
    shop.fact(deal, "refund", "2026-02-10", -1_000, reverses=order)
    assert shop.pays("2026-02") == {"MAX": -10}


def test_a_role_that_changed_is_refunded_by_the_pay_of_the_sale(opening: Opening) -> None:
    shop = opening(
        '[credit]\nkinds = {order = 1}\n[[pay]]\nfor = "rep"\nrate = "5 %"\n[[pay]]\nfor = "supervisor"\nrate = "2 %"\n'
    )
    shop.moves("ANN", on="2026-02-01", team="T", role="supervisor")
    assert refunded(shop, 1_000, 1_000) == {"ANN": -50}


def test_a_role_above_that_changed_hands_is_refunded_by_who_had_the_share(opening: Opening) -> None:
    shop = opening(
        '[credit]\nkinds = {order = 1}\nshares = {owner = "90 %", manager = "10 %"}\n[[pay]]\nrate = "5 %"\n'
    )
    shop.team("SOUTH")
    shop.moves("MAX", on="2026-02-01", team="SOUTH", role="manager")
    shop.member("NEW", role="manager", since="2026-02-01")
    assert refunded(shop, 1_000, 1_000) == {"ANN": -45, "MAX": -5}


def test_an_override_on_pay_is_refunded_by_who_had_it(opening: Opening) -> None:
    shop = opening(
        '[credit]\nkinds = {order = 1}\n[[pay]]\nname = "commission"\nfor = "rep"\nrate = "5 %"\n'
        '[[pay]]\nfor = "manager"\ncredit = "team"\nmeasure = "pay.commission"\nrate = "10 %"\n'
    )
    shop.team("SOUTH")
    shop.member("SAM", team="SOUTH", role="manager")
    shop.moves("ANN", on="2026-02-01", team="SOUTH")
    assert refunded(shop, 1_000, 1_000) == {"ANN": -50, "MAX": -5}
