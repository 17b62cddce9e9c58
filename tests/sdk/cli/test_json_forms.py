"""What --json prints: exact, and nothing that a program has to guess."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright import PPM, Column, Finding, Money, Price, Table
from dealwright.cli.jsonform import form_of, text_of
from dealwright.tables.texts import ratio_text


def test_money_is_an_exact_decimal_with_its_currency() -> None:
    assert form_of(Money(12345, "USD")) == {"amount": "123.45", "currency": "USD"}
    assert form_of(Money(5, "JPY")) == {"amount": "5", "currency": "JPY"}
    assert form_of(Money(5, "KWD")) == {"amount": "0.005", "currency": "KWD"}
    assert form_of(Price(Decimal("0.0025"), "USD")) == {"amount": "0.0025", "currency": "USD"}


def test_a_report_gives_its_rows_by_column() -> None:
    columns = (Column("owner", "Owner"), Column("rate", "Win rate", "ratio"), Column("on", "On", "date"))
    table = Table(columns, (("Ann", 631_500, date(2026, 3, 2)), (None, None, None)))
    assert form_of(table) == {
        "columns": [
            {"name": "owner", "title": "Owner", "type": "text"},
            {"name": "rate", "title": "Win rate", "type": "ratio"},
            {"name": "on", "title": "On", "type": "date"},
        ],
        "rows": [
            {"owner": "Ann", "rate": "0.6315", "on": "2026-03-02"},
            {"owner": None, "rate": None, "on": None},
        ],
    }


@given(st.integers(-(10**12), 10**12))
def test_a_ratio_is_the_exact_decimal_of_its_millionths(ppm: int) -> None:
    assert Fraction(ratio_text(ppm)) == Fraction(ppm, PPM)
    assert "E" not in ratio_text(ppm)


def test_whole_ratios_are_written_plainly() -> None:
    assert [ratio_text(each) for each in (0, 1, 1_000_000, 10_000_000)] == ["0", "0.000001", "1", "10"]


def test_findings_tell_a_program_everything() -> None:
    finding = Finding("limit", "block", "too much", "O-1", waivable=True)
    assert form_of([finding]) == [
        {"code": "limit", "level": "block", "message": "too much", "ref": "O-1", "waivable": True}
    ]


def test_moments_are_in_utc() -> None:
    assert form_of(datetime(2026, 3, 2, 12, tzinfo=UTC)) == "2026-03-02T12:00:00Z"


def test_chinese_stays_readable() -> None:
    assert json.loads(text_of({"name": "康沐医院"})) == {"name": "康沐医院"}
    assert "康沐医院" in text_of({"name": "康沐医院"})


def test_a_float_is_refused_wherever_it_hides() -> None:
    with pytest.raises(TypeError, match="not exact"):
        text_of(form_of({"lines": [{"share": 0.1}]}))
