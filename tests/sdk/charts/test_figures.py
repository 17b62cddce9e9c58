"""What a chart draws of its table."""

from typing import Any

from dealwright import Chart, Column, Money, Table
from dealwright.charts.figures import Figures, Series, figures_of


def drawn(chart: Chart, *rows: tuple[Any, ...]) -> Figures:
    columns = (
        Column("month", "Month"),
        Column("team", "Team"),
        Column("won", "Won", "money"),
        Column("n", "N", "integer"),
    )
    return figures_of(Table(columns, rows, chart=chart), chart)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def test_each_column_of_figures_is_a_series() -> None:
    found = drawn(Chart("bars", "team", ("won",)), ("2026-01", "East", usd(5), 1), ("2026-01", None, None, 2))
    assert found == Figures(("East", "(none)"), (Series("Won", (5, None)),), "money", "USD")


def test_with_a_second_column_of_categories_each_of_its_values_is_one() -> None:
    found = drawn(
        Chart("heat", "month", ("n",), by="team"),
        ("2026-01", "East", None, 1),
        ("2026-02", "West", None, 2),
        ("2026-02", "East", None, 3),
    )
    assert found.categories == ("2026-01", "2026-02")
    assert found.series == (Series("East", (1, 3)), Series("West", (None, 2)))


def test_months_that_are_missing_leave_a_gap() -> None:
    found = drawn(Chart("lines", "month", ("n",)), ("2025-11", "", None, 1), ("2026-02", "", None, 2))
    assert found.categories == ("2025-11", "2025-12", "2026-01", "2026-02")
    assert found.series[0].values == (1, None, None, 2)


def test_quarters_and_years_do_too() -> None:
    for labels, between in ((("2025-Q3", "2026-Q1"), "2025-Q4"), (("2023", "2025"), "2024")):
        rows = [(label, "", None, 1) for label in labels]
        assert drawn(Chart("lines", "month", ("n",)), *rows).categories[1] == between


def test_what_are_no_periods_in_order_stays_as_it_is() -> None:
    for labels in (("2025-03", "2025-01"), ("a", "c"), ("2025", "2027-Q1"), ("0001", "9999")):
        rows = [(label, "", None, 1) for label in labels]
        assert drawn(Chart("lines", "month", ("n",)), *rows).categories == labels


def test_what_has_no_month_is_not_on_the_line() -> None:
    found = drawn(Chart("lines", "month", ("n",)), ("2026-01", "", None, 1), (None, "", None, 2))
    assert (found.categories, found.hidden) == (("2026-01",), ("1 without month",))


def test_what_does_not_fit_is_named() -> None:
    rows = [("2026-01", str(each), None, each) for each in range(1500)]
    found = drawn(Chart("bars", "team", ("n",)), *rows).first(30)
    assert len(found.categories) == len(found.series[0].values) == 30
    assert found.hidden == ("1,470 more rows",)
