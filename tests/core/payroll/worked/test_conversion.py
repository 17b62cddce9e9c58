"""Amounts in other currencies, converted once at the rate that the plan says."""

from decimal import Decimal

import pytest

from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop


def rates(shop: Shop) -> Shop:
    """A euro is worth 1.10 dollars in January, 1.20 from the 15th on, and 1.25 in February."""
    for day, numerator in (("2026-01-01", 110), ("2026-01-15", 120), ("2026-01-31", 125)):
        shop.rate("EUR", "USD", day, numerator, 100)
    return shop


def test_a_sale_is_converted_at_the_rate_of_its_day(opening: Opening) -> None:
    shop = rates(opening('[[pay]]\nrate = "5 %"'))
    shop.sold("ANN", ("2026-01-14", 1_000), ("2026-01-15", 1_000), currency="EUR")
    shop.sold("ANN", ("2026-01-20", 1_000))
    # 1,100 + 1,200 + 1,000 dollars.
    assert shop.pays("2026-01") == {"ANN": Decimal("165.00")}


def converted(opening: Opening, fx: str) -> dict[str, Decimal]:
    shop = rates(opening(f'[[pay]]\ncurrency = "EUR"\nfx = {fx}\nrate = "5 %"'))
    shop.sold("ANN", ("2026-01-16", 1_000), currency="EUR")
    return shop.pays("2026-01")


def test_at_the_rate_of_the_transaction(opening: Opening) -> None:
    assert converted(opening, '"transaction"') == {"ANN": Decimal("0.05") * 1_200}


def test_at_the_rate_of_the_start_of_the_period(opening: Opening) -> None:
    assert converted(opening, '"period start"') == {"ANN": Decimal("0.05") * 1_100}


def test_at_the_rate_of_the_end_of_the_period(opening: Opening) -> None:
    assert converted(opening, '"period end"') == {"ANN": Decimal("0.05") * 1_250}


@pytest.mark.parametrize(
    ("fx", "price"),
    [
        ('"transaction"', "1.20"),
        ('"period start"', "1.10"),
        ('"period end"', "1.25"),
        ('{EUR = "1.5", CHF = 1}', "1.5"),
    ],
)
def test_where_no_currency_is_named_all_that_is_foreign_is_converted(
    opening: Opening, fx: str, price: str
) -> None:
    shop = rates(opening(f'[[pay]]\nfx = {fx}\nrate = "10 %"'))
    shop.sold("ANN", ("2026-01-16", 1_000), currency="EUR")
    shop.sold("BEN", ("2026-01-16", 1_000))
    assert shop.pays("2026-01") == {"ANN": 100 * Decimal(price), "BEN": 100}


def test_what_is_in_a_third_currency_is_converted_in_the_same_way(opening: Opening) -> None:
    """The currency that a pay names leaves out no sale."""
    shop = rates(opening('[[pay]]\ncurrency = "EUR"\nfx = "period end"\nrate = "10 %"'))
    shop.rate("CHF", "USD", "2026-01-01", 1)
    shop.rate("CHF", "USD", "2026-01-31", 2)
    shop.sold("ANN", ("2026-01-16", 1_000), currency="CHF")
    assert shop.pays("2026-01") == {"ANN": 200}


def test_the_line_of_a_sale_says_how_it_was_converted(opening: Opening) -> None:
    shop = rates(opening('[[pay]]\nfx = "period end"\nrate = "10 %"'))
    shop.sold("ANN", ("2026-01-16", 1_000), currency="EUR")
    shop.pay("2026-01")
    (line,) = shop.lines("ANN", "2026-01")
    told = str(shop.platform.run("pay.explain", actor="admin", ref=line.line).value)
    assert "from EUR to USD, at the rate of the last day of the pay period" in told


def test_at_a_price_that_the_plan_fixes(opening: Opening) -> None:
    assert converted(opening, '{EUR = "1.0825"}') == {"ANN": Decimal("54.13")}  # 5 % of 1,082.50


def test_a_correction_entered_later_is_converted_at_the_rate_of_its_own_day(opening: Opening) -> None:
    """What was converted before does not change when a newer rate is noted."""
    shop = opening('[[pay]]\nrate = "5 %"')
    shop.rate("EUR", "USD", "2026-01-01", 110, 100)
    shop.sold("ANN", ("2026-01-16", 1_000), currency="EUR")
    assert shop.settles("2026-01") == {"ANN": 55}
    shop.rate("EUR", "USD", "2026-02-01", 200, 100)
    assert shop.pays("2026-02") == {}


def test_a_plan_in_another_currency_than_the_deployment(opening_anywhere: Opening) -> None:
    shop = rates(opening_anywhere('currency = "EUR"\n[[pay]]\nrate = "5 %"'))
    shop.sold("ANN", ("2026-01-14", 2_200))
    shop.sold("BEN", ("2026-01-20", 1_000), currency="EUR")
    # 2,200 dollars are 2,000 euros at 1.10; what was agreed in euros is not converted there and back.
    assert shop.pays("2026-01", "EUR") == {"ANN": 100, "BEN": 50}


def test_what_is_agreed_in_the_currency_of_the_plan_is_not_converted(opening: Opening) -> None:
    shop = opening('currency = "EUR"\n[[pay]]\nrate = "100 %"')
    shop.rate("EUR", "USD", "2026-01-01", 1, 2)
    shop.sold("ANN", ("2026-01-10", "10.01"), currency="EUR")
    # There and back it would be 5.01 dollars and 10.02 euros.
    assert shop.pays("2026-01", "EUR") == {"ANN": Decimal("10.01")}


def test_each_sale_is_converted_to_whole_cents_and_then_paid(opening: Opening) -> None:
    shop = opening('[[pay]]\ncurrency = "EUR"\nfx = {EUR = "1.115"}\nrate = "100 %"')
    shop.rate("EUR", "USD", "2026-01-01", 1)
    shop.sold("ANN", ("2026-01-10", "0.10"), ("2026-01-11", "0.10"), currency="EUR")
    # 0.1115 each are 0.11 each: the conversion is rounded where it is done, for every sale.
    assert shop.pays("2026-01") == {"ANN": Decimal("0.22")}


def test_dollars_and_euros_under_one_pay_that_fixes_a_price(opening: Opening) -> None:
    shop = rates(opening('[[pay]]\ncurrency = "EUR"\nfx = {EUR = "1.5"}\nrate = "10 %"'))
    shop.sold("ANN", ("2026-01-10", 100), currency="EUR")
    shop.sold("ANN", ("2026-01-11", 100))
    assert shop.pays("2026-01") == {"ANN": 15 + 10}


def test_a_yen_has_no_cents(opening: Opening) -> None:
    shop = opening('currency = "JPY"\n[[pay]]\nrate = "3 %"')
    shop.rate("USD", "JPY", "2026-01-01", 15012, 100)
    shop.sold("ANN", ("2026-01-10", "12.35"))
    # 12.35 dollars are 1,853.982 yen, so 1,854; 3 % of them are 55.62, so 56.
    assert shop.pays("2026-01", "JPY") == {"ANN": 56}
