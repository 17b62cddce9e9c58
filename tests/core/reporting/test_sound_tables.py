"""A report's table and its chart are looked at before anybody sees them."""

from typing import Any

import pytest

from dealwright import Chart, Column, Money, Table
from dealwright_core.reporting.tables import wrong_in

COLUMNS = (
    Column("stage", "Stage"), Column("month", "Month"), Column("deals", "Deals", "integer"),
    Column("amount", "Amount", "money"), Column("rate", "Rate", "ratio"),
)  # fmt: skip
ROWS = (("new", "2026-01", 3, Money(5, "USD"), 250_000), ("won", "2026-01", 1, None, None))


def wrong(*columns: Column, rows: tuple[Any, ...] = (), chart: Chart | None = None) -> str | None:
    return wrong_in(Table(columns or COLUMNS, rows, chart=chart))


@pytest.mark.parametrize(
    "chart",
    [
        Chart("bars", "stage", ("deals",)),
        Chart("lines", "month", ("rate",), by="stage"),
        Chart("funnel", "stage", ("amount",)),
        Chart("heat", "stage", ("deals",), by="month"),
    ],
)
def test_a_chart_of_what_there_is_is_sound(chart: Chart) -> None:
    assert wrong(rows=ROWS, chart=chart) is None


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (Chart("bar", "stage", ("deals",)), "the chart is of kind 'bar', did you mean 'bars'?"),  # type: ignore[arg-type]  # as a plugin may
        (Chart("bars", "stgae", ("deals",)), "the chart names no column: 'stgae', did you mean 'stage'?"),
        (Chart("bars", "stage", ("deal",)), "the chart names no column: 'deal', did you mean 'deals'?"),
        (Chart("bars", "stage", ()), "the chart draws columns of one type"),
        (Chart("bars", "stage", ("month",)), "the chart draws columns of one type"),
        (Chart("bars", "stage", ("deals", "rate")), "the chart draws columns of one type"),
        (Chart("bars", "stage", ("deals",), by="month"), "a chart of kind bars has no second column"),
        (Chart("funnel", "stage", ("deals", "deals")), "this chart of kind funnel draws one column"),
    ],
)
def test_what_a_chart_cannot_draw_is_named(chart: Chart, said: str) -> None:
    assert (wrong(rows=ROWS, chart=chart) or "").startswith(said)


def test_amounts_of_two_currencies_are_not_drawn_together() -> None:
    rows = (*ROWS, ("lost", "2026-02", 1, Money(5, "EUR"), None))
    assert wrong(rows=rows, chart=Chart("bars", "stage", ("amount",))) == (
        "the chart draws amounts of EUR and USD together"
    )
    assert wrong(rows=rows, chart=Chart("bars", "stage", ("deals",))) is None


def test_a_cell_of_a_heat_map_stands_in_one_row() -> None:
    chart = Chart("heat", "stage", ("deals",), by="month")
    assert wrong(rows=(*ROWS, ROWS[0]), chart=chart) == "the chart draws 'new', '2026-01' of several rows"


def test_columns_have_names_of_their_own_also_in_a_csv_file() -> None:
    assert wrong(Column("a", "A"), Column("a", "B")) == "two columns are called 'a'"
    clash = wrong(Column("won", "Won", "money"), Column("won_currency", "Currency"))
    assert clash == "two columns are called 'won_currency'"
