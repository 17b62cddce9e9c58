"""Prices, finer than money, and where they become money."""

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.errors import InvalidValue
from dealwright_core.values import LARGEST, Money, Price, Rounding, digits
from dealwright_core.values.currency import DIGITS

prices = st.builds(Price.from_e8, st.integers(-LARGEST, LARGEST), st.sampled_from(sorted(DIGITS)))


def test_a_price_may_be_finer_than_a_cent() -> None:
    assert Price.parse("0.0025 USD") == Price(Decimal("0.0025"), "USD")
    assert Price.parse("0.00000001", "USD").e8 == 1
    assert Price.parse("1,250.5 EUR", grouping=",").amount == Decimal("1250.5")
    assert Price.parse(Decimal("1E+2"), "JPY") == Price(100, "JPY")


def test_trailing_zeros_do_not_make_another_price() -> None:
    price, same = Price(Decimal("1.50"), "USD"), Price(Decimal("1.5"), "USD")
    assert price == same
    assert hash(price) == hash(same)
    assert price != Price(Decimal("1.5"), "EUR")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1.5", "USD", "1.50 USD"),
        ("0.0025", "USD", "0.0025 USD"),
        ("100", "JPY", "100 JPY"),
        ("0.5", "JPY", "0.5 JPY"),
    ],
)
def test_a_price_shows_at_least_the_digits_of_its_currency(amount: str, currency: str, shown: str) -> None:
    assert str(Price(Decimal(amount), currency)) == shown


@pytest.mark.parametrize(
    "amount", [1.5, True, "1.5", None, Decimal("NaN"), Decimal("1E+40"), Decimal("1E-9")]
)
def test_a_price_is_an_exact_decimal_of_eight_places(amount: Any) -> None:
    with pytest.raises(InvalidValue):
        Price(amount, "USD")


@pytest.mark.parametrize("text", ["0.000000001", "92233720368.54775808", "1,5", "1e2", "１", 1.5, 3, None])
def test_what_is_no_price_is_refused(text: Any) -> None:
    with pytest.raises(InvalidValue):
        Price.parse(text, "USD")


def test_a_price_has_a_currency() -> None:
    with pytest.raises(InvalidValue, match="names no currency"):
        Price.parse("1.5")
    with pytest.raises(InvalidValue, match="unknown currency"):
        Price(Decimal(1), "US")
    with pytest.raises(InvalidValue, match="use int"):
        Price.from_e8(1.0, "USD")  # type: ignore[arg-type]  # what untyped code may pass


def test_the_total_is_rounded_once() -> None:
    price = Price(Decimal("0.0025"), "USD")
    assert price.total(1000) == Money(250, "USD")
    assert price.total(2) == Money(1, "USD")
    assert price.total(2, Rounding.DOWN) == Money(0, "USD")
    assert price.total(Decimal("2.5"), Rounding.UP) == Money(1, "USD")
    assert price.total(-2) == Money(-1, "USD")


@pytest.mark.parametrize("quantity", [1.5, True, "2", Decimal("Infinity")])
def test_a_quantity_is_exact(quantity: Any) -> None:
    with pytest.raises(InvalidValue):
        Price(1, "USD").total(quantity)


@given(prices)
def test_what_is_stored_and_written_is_read_back(price: Price) -> None:
    with localcontext(prec=2):
        assert Price.from_e8(price.e8, price.currency) == price
        assert Price.parse(str(price)) == price
        assert Price(price.amount, price.currency) == price


@given(
    st.integers(-(10**14), 10**14),
    st.sampled_from(sorted(DIGITS)),
    st.one_of(
        st.integers(-10000, 10000),
        st.decimals(-1000, 1000, places=3),
        st.fractions(min_value=-1000, max_value=1000, max_denominator=1000),
    ),
)
def test_a_total_is_off_by_at_most_half_a_unit(
    e8: int, currency: str, quantity: int | Decimal | Fraction
) -> None:
    price = Price.from_e8(e8, currency)
    exact = Fraction(price.amount) * Fraction(quantity) * 10 ** digits(currency)
    assert abs(price.total(quantity).minor - exact) <= Fraction(1, 2)
