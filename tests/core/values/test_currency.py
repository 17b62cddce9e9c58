"""Currencies and the digits of their minor units."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from dealwright_core.errors import InvalidValue
from dealwright_core.values.currency import _ACTIVE, _WITHDRAWN, _WITHOUT_MINOR_UNIT, check_currency, digits

CODES = Path(__file__).parents[4] / "shared" / "data" / "currency" / "iso4217-codes-all.csv"


@pytest.mark.parametrize(("currency", "expected"), [("JPY", 0), ("USD", 2), ("KWD", 3), ("CLF", 4)])
def test_each_currency_has_the_digits_of_its_minor_unit(currency: str, expected: int) -> None:
    assert digits(currency) == expected


def test_an_unknown_currency_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(InvalidValue, match=r"unknown currency 'usd', did you mean 'USD'\?"):
        digits("usd")


def test_what_has_no_minor_unit_is_no_currency_for_amounts() -> None:
    with pytest.raises(InvalidValue, match="XAU has no minor unit"):
        check_currency("XAU")


def test_what_is_no_text_is_no_currency() -> None:
    with pytest.raises(InvalidValue, match="unknown currency"):
        digits(["USD"])  # type: ignore[arg-type]  # what untyped code may pass


def test_sales_of_the_years_before_a_currency_went_can_be_kept() -> None:
    assert digits("HRK") == 2


def published() -> Iterator[dict[str, str]]:
    if not CODES.exists():
        pytest.skip("the published list of ISO 4217 is not at hand")
    with CODES.open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["AlphabeticCode"])


def test_the_table_is_that_of_iso_4217() -> None:
    active = {row["AlphabeticCode"]: row["MinorUnit"] for row in published() if not row["WithdrawalDate"]}
    kept = {code: str(number) for number, codes in _ACTIVE.items() for code in codes.split()}
    assert kept | dict.fromkeys(_WITHOUT_MINOR_UNIT, "-") == active


def test_what_is_kept_for_old_records_was_withdrawn_since_2010() -> None:
    gone = {row["AlphabeticCode"]: row["WithdrawalDate"] for row in published() if row["WithdrawalDate"]}
    assert all(gone[code] >= "2010" for codes in _WITHDRAWN.values() for code in codes.split())
