"""What is offered in a deal: products, quantities, and prices after discount."""

from collections.abc import Mapping, Sequence
from functools import cache

from attrs import frozen

from dealwright.demo.customers import Customer
from dealwright.demo.dice import Dice, loaded
from dealwright.demo.products import Product, price_text
from dealwright_core.values import Money, Price

# The price books, in percent of the list price in US dollars.
PRICE_LEVEL = {"USD": 100, "EUR": 94, "CNY": 660}
DISCOUNTS = loaded({0: 34, 3: 10, 5: 18, 8: 12, 10: 12, 12: 6, 15: 5, 20: 3})
LINES = loaded({1: 54, 2: 30, 3: 16})
SAME_FAMILY = 70
LARGEST_SIZE = 5
# Prices of what goes in lots from this one on are finer than a cent.
FINE_LOT = 1000
CENT_E8, FINE_E8 = 10**6, 10**4


@frozen
class Line:
    """A product with its quantity and its price after discount; the amount is their product, unrounded."""

    product: Product
    quantity: int
    unit_price: Price
    amount: Money


def draw_lines(
    dice: Dice, families: Mapping[str, Sequence[Product]], customer: Customer, family: str
) -> tuple[Line, ...]:
    """One to three lines, the first of ``family``, each of another product."""
    chosen = [dice.pick(families[family])]
    for _ in range(dice.pick(LINES) - 1):
        other = family if dice.chance(SAME_FAMILY) else dice.pick(customer.industry.families)
        product = dice.pick(families[other])
        if product not in chosen:
            chosen.append(product)
    return tuple(_line(dice, each, customer) for each in chosen)


def _line(dice: Dice, product: Product, customer: Customer) -> Line:
    lots = max(1, dice.between(1, product.lots) * customer.industry.size // LARGEST_SIZE)
    quantity = product.lot * lots
    price = _unit_price(product, customer.currency, dice.pick(DISCOUNTS))
    return Line(product, quantity, price, price.total(quantity))


@cache
def _unit_price(product: Product, currency: str, discount: int) -> Price:
    step = FINE_E8 if product.lot >= FINE_LOT else CENT_E8
    percent = PRICE_LEVEL[currency] * (100 - discount)
    return Price.from_e8(product.list_price.e8 * percent // 10_000 // step * step, currency)


def line_cells(line: Line) -> tuple[str, ...]:
    """Product, quantity, unit price, amount and currency of a line."""
    amount = line.amount
    cells = line.product.ref, str(line.quantity), price_text(line.unit_price)
    return *cells, f"{amount.major:f}", amount.currency
