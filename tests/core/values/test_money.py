"""Money: exact amounts of one currency."""

from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.errors import InvalidValue
from dealwright_core.expr import Expression, fields
from dealwright_core.expr.words import in_words
from dealwright_core.values import LARGEST, Money, Rounding, as_fraction, digits, rounded
from dealwright_core.values.currency import DIGITS

currencies = st.sampled_from(sorted(DIGITS))
minors = st.integers(-LARGEST, LARGEST)
amounts = st.builds(Money, minors, currencies)
small = st.integers(-(10**12), 10**12)
ratios = st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6)


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("100.00 USD", 10000, "USD"),
        ("USD 100.00", 10000, "USD"),
        ("USD100", 10000, "USD"),
        (" 100 USD\n", 10000, "USD"),
        ("-0.05 EUR", -5, "EUR"),
        ("EUR +7", 700, "EUR"),
        (".5 EUR", 50, "EUR"),
        ("5. EUR", 500, "EUR"),
        ("1.500 USD", 150, "USD"),
        ("007 JPY", 7, "JPY"),
        ("7.0 JPY", 7, "JPY"),
        ("0.001 KWD", 1, "KWD"),
        ("0.0001 CLF", 1, "CLF"),
        ("92233720368547758.07 USD", LARGEST, "USD"),
    ],
)
def test_an_amount_is_read_as_it_is_written(text: str, minor: int, currency: str) -> None:
    assert Money.parse(text) == Money(minor, currency)


def test_a_bare_number_is_in_the_currency_that_is_stated() -> None:
    assert Money.parse("100", "JPY") == Money(100, "JPY")
    assert Money.parse(Decimal("1E+3"), "JPY") == Money(1000, "JPY")
    assert Money.parse("100 EUR", "USD") == Money(10000, "EUR")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.005", "USD has at most 2 digits after the point, got 3: 1.005"),
        ("1,234.50", "'1,234.50' has a comma; say grouping=','"),
        ("1,5", "has a comma"),
        ("１００", "digits other than 0 to 9"),
        ("١٠٠ USD", "digits other than 0 to 9"),
        ("1.2E+05", "scientific notation"),
        ("1e3 USD", "scientific notation"),
        ("NaN", "'NaN' is not a number"),
        ("Infinity", "is not a number"),
        ("", "'' is not a number"),
        (".", "is not a number"),
        ("-", "is not a number"),
        ("- 5", "is not a number"),
        ("--5", "is not a number"),
        ("(5.00)", "is not a number"),
        ("$5", "is not a number"),
        ("1_000", "is not a number"),
        ("1 000", "is not a number"),
        ("5 USD EUR", "is not a number"),
        ("5 usd", "unknown currency 'usd', did you mean 'USD'?"),
        ("92233720368547758.08", "do not fit into 64 bits"),
        ("9" * 5000, "is not a number"),
    ],
)
def test_what_cannot_be_read_exactly_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Money.parse(text, "USD")
    assert said in str(refusal.value)


def test_a_number_without_a_currency_is_no_amount() -> None:
    with pytest.raises(InvalidValue, match=r"'100' names no currency; write it as '100\.00 USD'"):
        Money.parse("100")


@pytest.mark.parametrize("number", [1.0, float("nan"), True, 100, None, Fraction(1), b"1"])
def test_only_text_and_decimals_are_read_as_amounts(number: Any) -> None:
    with pytest.raises(InvalidValue, match="Money does not take"):
        Money.parse(number, "USD")


@pytest.mark.parametrize("number", ["NaN", "sNaN", "-Infinity", "1E+999999999", "1E-999999999", "1E+61"])
def test_a_decimal_out_of_range_is_refused_at_once(number: str) -> None:
    with pytest.raises(InvalidValue):
        Money.parse(Decimal(number), "USD")


@pytest.mark.parametrize(
    ("text", "grouping", "decimal", "minor"),
    [
        ("1,234,567.89", ",", ".", 123456789),
        ("12,34,567.8", ",", ".", 123456780),
        ("1.234,50 EUR", ".", ",", 123450),
        ("1 234,5", " ", ",", 123450),
        ("1'000", "'", ".", 100000),
        ("1000", ",", ".", 100000),
        ("-1,000", ",", ".", -100000),
        ("0,5", None, ",", 50),
    ],
)
def test_groups_of_digits_are_read_where_the_sign_is_stated(
    text: str, grouping: str | None, decimal: str, minor: int
) -> None:
    assert Money.parse(text, "EUR", grouping=grouping, decimal=decimal).minor == minor


@pytest.mark.parametrize("text", ["1,23", "1,2345", ",123", "1,234,5", "1,234.5,6", "1234,567", "1,,234"])
def test_misplaced_groups_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="is not a number"):
        Money.parse(text, "USD", grouping=",")


def test_one_sign_cannot_mean_both_groups_and_fraction() -> None:
    with pytest.raises(InvalidValue, match="cannot be grouped"):
        Money.parse("1.5", "USD", grouping=".")


@pytest.mark.parametrize("minor", [1.0, True, Decimal(1), "1", None, LARGEST + 1, -LARGEST - 1])
def test_minor_units_are_whole_numbers_within_64_bits(minor: Any) -> None:
    with pytest.raises(InvalidValue):
        Money(minor, "USD")


@pytest.mark.parametrize("currency", ["", "usd", "XXX", None, 840, ["USD"]])
def test_an_amount_has_a_currency_of_iso_4217(currency: Any) -> None:
    with pytest.raises(InvalidValue):
        Money(1, currency)


@pytest.mark.parametrize("other", [1.5, True, Decimal("1.5"), Fraction(1, 2), 0, "1.00 USD"])
@pytest.mark.parametrize("action", [Money.__add__, Money.__sub__, Money.__lt__, Money.__ge__])
def test_only_money_is_added_to_money(action: Callable[[Money, Any], object], other: Any) -> None:
    with pytest.raises(InvalidValue, match="Money does not take"):
        action(Money(1, "USD"), other)


@pytest.mark.parametrize("factor", [1.5, True, Decimal(2), Fraction(1, 2), "2"])
def test_only_whole_numbers_multiply_money(factor: Any) -> None:
    with pytest.raises(InvalidValue, match="Money does not take"):
        Money(1, "USD") * factor
    with pytest.raises(InvalidValue, match="Money does not take"):
        factor * Money(1, "USD")


@pytest.mark.parametrize("ratio", [0.5, True, "0.5", Decimal("NaN"), Decimal("Infinity")])
def test_ratios_and_weights_are_exact(ratio: Any) -> None:
    for use in (Money(1, "USD").times, lambda r: Money(1, "USD").allocate([1, r])):
        with pytest.raises(InvalidValue):
            use(ratio)


def test_money_beside_a_field_is_part_of_the_rule() -> None:
    """The field says what the operation means, on whichever side it stands."""
    price, amount = Money(100, "USD"), fields("opportunity").amount
    asked = {
        "1.00 USD + amount": price + amount,
        "1.00 USD - amount": price - amount,
        "amount is above 1.00 USD": price < amount,
        "amount is at least 1.00 USD": price <= amount,
        "amount is below 1.00 USD": price > amount,
        "amount is at most 1.00 USD": price >= amount,
    }
    written = {in_words(each, "opportunity"): each for each in asked.values()}
    assert set(written) == set(asked)
    assert isinstance(price * amount, Expression)


def test_money_and_what_is_no_amount_at_all_do_not_add() -> None:
    for other in (None, object(), [Money(1, "USD")]):
        value: Any = other
        with pytest.raises(TypeError):
            Money(1, "USD") + value
        with pytest.raises(TypeError):
            _ = Money(1, "USD") < value


def test_currencies_do_not_mix() -> None:
    for action in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__, Money.__ge__):
        with pytest.raises(InvalidValue, match=r"cannot .* 1.00 USD and 1 JPY; convert one of them first"):
            action(Money(100, "USD"), Money(1, "JPY"))
    assert Money(100, "USD") != Money(100, "EUR")


def test_an_amount_shows_all_digits_of_its_currency() -> None:
    assert [str(Money(5, code)) for code in ("JPY", "USD", "KWD", "CLF")] == [
        "5 JPY",
        "0.05 USD",
        "0.005 KWD",
        "0.0005 CLF",
    ]
    assert str(Money(-123450, "USD")) == "-1234.50 USD"


def test_amounts_add_up_from_zero() -> None:
    assert sum([Money(1, "USD"), Money(2, "USD")], Money.zero("USD")) == Money(3, "USD")


def test_a_sum_beyond_64_bits_is_refused() -> None:
    with pytest.raises(InvalidValue, match="64 bits"):
        Money(LARGEST, "USD") + Money(1, "USD")


def test_the_major_amount_is_exact_in_any_decimal_context() -> None:
    with localcontext(prec=3):
        assert str(Money(LARGEST, "USD").major) == "92233720368547758.07"
        assert Money.from_major(Decimal("92233720368547758.07"), "USD").minor == LARGEST


@given(amounts)
def test_what_is_written_is_read_back(amount: Money) -> None:
    number, currency = str(amount).split()
    assert Money.parse(str(amount)) == amount
    assert Money.parse(f"{currency} {number}") == amount
    assert Money.parse(number, currency) == amount
    assert Money.from_major(amount.major, currency) == amount


@given(minors, currencies)
def test_grouped_digits_are_read_back(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert Money.parse(f"{amount.major:,f}", currency, grouping=",") == amount


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9),
    currencies,
)
def test_a_decimal_is_kept_exactly_or_refused(amount: Decimal, currency: str) -> None:
    fits = (Fraction(amount) * 10 ** digits(currency)).denominator == 1
    if fits:
        assert Fraction(Money.from_major(amount, currency).major) == Fraction(amount)
    else:
        with pytest.raises(InvalidValue, match="digits after the point"):
            Money.from_major(amount, currency)


@given(st.text(max_size=20))
def test_any_text_is_either_an_amount_or_refused(text: str) -> None:
    try:
        amount = Money.parse(text, "USD")
    except InvalidValue:
        return
    assert Money.parse(str(amount)) == amount


@given(small, small, currencies)
def test_adding_and_taking_away_are_inverse(a: int, b: int, currency: str) -> None:
    first, second = Money(a, currency), Money(b, currency)
    assert first + second - second == first
    assert first - second == -(second - first)
    assert abs(-first) == abs(first)
    assert (first < second) == (a < b)
    assert (first <= second) == (a <= b)


@given(small, ratios, st.sampled_from(Rounding))
def test_a_ratio_is_rounded_once_and_by_less_than_a_unit(
    minor: int, ratio: Fraction, rounding: Rounding
) -> None:
    found = Money(minor, "USD").times(ratio, rounding).minor
    assert abs(found - minor * ratio) < 1
    assert Money(-minor, "USD").times(ratio, rounding).minor == -found
    if rounding in (Rounding.HALF_AWAY, Rounding.HALF_EVEN):
        assert abs(found - minor * ratio) <= Fraction(1, 2)


@given(ratios)
def test_each_rounding_does_what_its_name_says(value: Fraction) -> None:
    up, down = rounded(value, Rounding.UP), rounded(value, Rounding.DOWN)
    assert abs(down) <= abs(value) <= abs(up)
    assert rounded(value, Rounding.HALF_EVEN) == round(value)
    assert rounded(value) == (up if abs(value) - abs(down) >= Fraction(1, 2) else down)


def test_halves_go_where_the_rounding_says() -> None:
    half = [rounded(Fraction(5, 2), rounding) for rounding in Rounding]
    assert half == [3, 2, 3, 2]
    assert [rounded(Fraction(-5, 2), rounding) for rounding in Rounding] == [-3, -2, -3, -2]


def test_a_decimal_ratio_is_taken_exactly() -> None:
    with localcontext(prec=2):
        assert Money(10**6, "USD").times(Decimal("0.123456")) == Money(123456, "USD")
    assert as_fraction(Decimal("0.1")) == Fraction(1, 10)


def test_a_conversion_respects_the_digits_of_both_currencies() -> None:
    assert Money(10000, "USD").convert("JPY", Fraction(15025, 100)) == Money(15025, "JPY")
    assert Money(1, "JPY").convert("KWD", Fraction(2, 1000)) == Money(2, "KWD")
    assert Money(1, "JPY").convert("USD", Fraction(5, 1000), Rounding.HALF_EVEN) == Money(0, "USD")
    assert Money(1, "JPY").convert("USD", Fraction(5, 1000)) == Money(1, "USD")


@pytest.mark.parametrize("rate", [0, Fraction(-1, 2), 1.1, True, "1"])
def test_an_exchange_rate_is_exact_and_above_zero(rate: Any) -> None:
    with pytest.raises(InvalidValue):
        Money(1, "USD").convert("EUR", rate)


def test_a_currency_is_worth_itself() -> None:
    assert Money(7, "USD").convert("USD", 1) == Money(7, "USD")
    with pytest.raises(InvalidValue, match="USD is worth 2 of itself"):
        Money(7, "USD").convert("USD", 2)


@given(small, currencies, currencies, st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_a_conversion_is_off_by_at_most_half_a_unit(
    minor: int, source: str, target: str, rate: Fraction
) -> None:
    exact_rate = Fraction(1) if source == target else rate
    found = Money(minor, source).convert(target, exact_rate)
    exact = Fraction(minor, 10 ** digits(source)) * exact_rate * 10 ** digits(target)
    assert abs(found.minor - exact) <= Fraction(1, 2)
    assert Money(-minor, source).convert(target, exact_rate) == -found
