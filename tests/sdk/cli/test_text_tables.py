"""How reports and records stand on a terminal."""

from hypothesis import given
from hypothesis import strategies as st

from dealwright import Column, Money, Table
from dealwright.cli.output import aligned, lines_of, table_lines
from dealwright.tables.texts import percent_text, shown, width_of

COLUMNS = (Column("region", "Region"), Column("won", "Won", "money"), Column("rate", "Rate", "ratio"))


def test_numbers_stand_at_the_right_and_totals_below_a_rule() -> None:
    rows = (("West", Money(123450, "USD"), 631_500), ("East", Money(99, "USD"), None))
    lines = table_lines(Table(COLUMNS, rows, totals=("Total", Money(123549, "USD"), 500_000)))
    assert lines == [
        "Region           Won     Rate",
        "-----------------------------",
        "West    1,234.50 USD  63.15 %",
        "East        0.99 USD",
        "-----------------------------",
        "Total   1,235.49 USD  50.00 %",
    ]


def test_a_ratio_is_shown_with_two_decimals_half_away_from_zero() -> None:
    shown = [percent_text(ppm) for ppm in (0, 333_333, 1_050, -50, 49, 1_000_000, 12_345_678_900)]
    assert shown == ["0.00 %", "33.33 %", "0.11 %", "-0.01 %", "0.00 %", "100.00 %", "1,234,567.89 %"]


def test_chinese_names_take_two_columns_each() -> None:
    assert width_of("华东 x") == 6
    lines = aligned([("华东", "1"), ("West", "2")])
    assert [width_of(line) for line in lines] == [7, 7]


def test_a_combining_accent_takes_no_column() -> None:
    assert width_of("e\u0301") == 1


def test_what_a_customer_is_called_cannot_steer_the_terminal() -> None:
    assert shown("Acme\x1b[2J\nClinics") == "Acme\\x1b[2J\\nClinics"
    assert shown("\u202egnp.exe") == "\\u202egnp.exe"
    assert shown("康沐医院 Łódź") == "康沐医院 Łódź"


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), min_size=1, max_size=6))
def test_every_row_is_one_line_of_one_width(rows: list[tuple[str, str]]) -> None:
    lines = aligned([(*row, "|") for row in rows])
    assert len(lines) == len(rows)
    assert len({width_of(line) for line in lines}) == 1


def test_an_empty_report_says_so() -> None:
    assert table_lines(Table(COLUMNS, ()))[-1] == "no rows"


def test_a_note_stands_below() -> None:
    assert table_lines(Table(COLUMNS, (), note="amounts in USD"))[-2:] == ["", "amounts in USD"]


def test_an_answer_with_lines_in_it_prints_them_as_a_table() -> None:
    answer = {
        "total": 25,
        "missing": [],
        "lines": [{"rule": "size", "points": 25}, {"rule": "age", "points": None}],
    }
    assert lines_of(answer) == [
        "total    25",
        "missing",
        "",
        "lines",
        "rule  points",
        "size  25",
        "age",
    ]
