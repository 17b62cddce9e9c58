"""A report as comma-separated values."""

import csv
import io
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dealwright import Column, Money, Table
from dealwright.tables.csvfile import write_csv

COLUMNS = (
    Column("region", "Region"), Column("won", "Won", "money"), Column("rate", "Rate", "ratio"),
    Column("deals", "Deals", "integer"), Column("since", "Since", "date"), Column("cycle", "Cycle", "duration"),
)  # fmt: skip


def written(table: Table) -> str:
    to = io.StringIO()
    write_csv(table, to)
    return to.getvalue()


def test_every_value_is_one_that_a_program_reads() -> None:
    rows = (("华东", Money(123450, "USD"), 631_500, 1234, date(2026, 3, 31), 14), (None,) * 6)
    table = Table(COLUMNS, rows, totals=("Total", Money(1, "USD"), 0, 0, None, 0), note="a note", title="Won")
    assert written(table) == (
        "region,won,won_currency,rate,deals,since,cycle\r\n"
        "华东,1234.50,USD,0.6315,1234,2026-03-31,14\r\n"
        ",,,,,,\r\n"
    )


def test_an_amount_has_the_digits_of_its_currency() -> None:
    rows = tuple((Money(-5, currency),) for currency in ("JPY", "USD", "KWD"))
    assert written(Table((Column("a", "A", "money"),), rows)).split() == [
        "a,a_currency", "-5,JPY", "-0.05,USD", "-0.005,KWD",
    ]  # fmt: skip


def test_nothing_at_all_is_a_header() -> None:
    assert written(Table(COLUMNS[:2], ())) == "region,won,won_currency\r\n"


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_every_text_is_read_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    table = Table((Column("a", "A"), Column("b", "B")), tuple(rows))
    assert [tuple(each) for each in csv.reader(io.StringIO(written(table), newline=""))][1:] == rows
