"""Days, months, quarters and fiscal years of a deployment."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.errors import InvalidValue
from dealwright_core.values import Calendar, Period, Unit
from dealwright_core.values.period import MONTHS

ZONES = [
    "UTC",
    "America/Sao_Paulo",
    "Asia/Shanghai",
    "Pacific/Apia",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Asia/Beirut",
]
calendars = st.builds(Calendar, st.sampled_from(ZONES), st.integers(1, 12))
days = st.dates(date(1970, 1, 1), date(2100, 12, 31))
units = st.sampled_from(["month", "quarter", "year"])
years = st.integers(1970, 2100).map(str)


def test_periods_of_a_calendar_year() -> None:
    calendar = Calendar()
    assert calendar.parse("2026") == Period(date(2026, 1, 1), date(2027, 1, 1), "2026")
    assert calendar.parse("2026-Q1") == Period(date(2026, 1, 1), date(2026, 4, 1), "2026-Q1")
    assert calendar.parse("2026-q4") == Period(date(2026, 10, 1), date(2027, 1, 1), "2026-Q4")
    assert calendar.parse(" 2026-12 ") == Period(date(2026, 12, 1), date(2027, 1, 1), "2026-12")


def test_a_fiscal_year_is_named_for_the_year_in_which_it_ends() -> None:
    calendar = Calendar(fiscal_year_start=4)
    assert calendar.parse("2026") == Period(date(2025, 4, 1), date(2026, 4, 1), "2026")
    assert calendar.parse("2026-Q1") == Period(date(2025, 4, 1), date(2025, 7, 1), "2026-Q1")
    assert calendar.parse("2026-Q4") == Period(date(2026, 1, 1), date(2026, 4, 1), "2026-Q4")
    assert calendar.parse("2026-03") == Period(date(2026, 3, 1), date(2026, 4, 1), "2026-03")
    assert calendar.containing(date(2025, 4, 1), "year").label == "2026"
    assert calendar.containing(date(2025, 3, 31), "quarter").label == "2025-Q4"


def test_a_period_is_half_open() -> None:
    march = Calendar().parse("2026-03")
    assert date(2026, 3, 1) in march
    assert date(2026, 3, 31) in march
    assert date(2026, 4, 1) not in march
    assert str(march) == "2026-03"


@pytest.mark.parametrize(
    "label", ["", "26", "2026-Q5", "2026-13", "2026-00", "2026-1", "2026Q1", "２０２６", "FY2026"]
)
def test_what_is_no_period_is_refused_with_an_example(label: str) -> None:
    with pytest.raises(
        InvalidValue, match="is not a period; write a year, quarter or month: 2026, 2026-Q1, 2026-03"
    ):
        Calendar().parse(label)


@pytest.mark.parametrize("label", ["0000", "0000-Q4", "0000-12", "10000", "10000-Q1"])
def test_a_year_no_date_can_have_is_refused(label: str) -> None:
    with pytest.raises(InvalidValue, match="out of range"):
        Calendar().parse(label)


@pytest.mark.parametrize("start", [1, 4, 12])
@pytest.mark.parametrize("day", [date.min, date(1, 12, 31), date(9999, 1, 1), date.max])
def test_the_first_and_the_last_day_of_all_lie_in_periods_that_are_cut_there(day: date, start: int) -> None:
    calendar = Calendar("Asia/Shanghai", fiscal_year_start=start)
    for unit in MONTHS:
        period = calendar.containing(day, unit)
        assert day in period
        assert calendar.unit_of(period) == unit
        assert calendar.parse(period.label) == period
        months = list(calendar.split(period, "month"))
        assert (months[0].start, months[-1].end) == (period.start, period.end)
        assert sum((month.last - month.start).days + 1 for month in months) == (
            (period.last - period.start).days + 1
        )


def test_nothing_comes_before_the_first_period_or_after_the_last() -> None:
    calendar = Calendar()
    assert [month.label for month in calendar.split(calendar.parse("9999-Q4"), "month")][-1] == "9999-12"
    assert calendar.next(calendar.parse("9999-11")) == calendar.parse("9999-12")
    assert calendar.previous(calendar.parse("9999")) == calendar.parse("9998")
    with pytest.raises(InvalidValue, match="no month follows 9999-12"):
        calendar.next(calendar.parse("9999-12"))
    with pytest.raises(InvalidValue, match="out of range"):
        calendar.previous(calendar.parse("0001"))
    assert calendar.moments(calendar.parse("9999"))[1] == datetime.max.replace(tzinfo=UTC)


def test_a_year_that_ends_after_the_last_day_is_named_as_ever() -> None:
    calendar = Calendar(fiscal_year_start=4)
    assert calendar.parse("10000") == Period(date(9999, 4, 1), date.max, "10000")
    assert calendar.containing(date.max, "quarter").label == "10000-Q3"
    with pytest.raises(InvalidValue, match="out of range"):
        calendar.parse("10000-Q4")


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Berln", "unknown time zone 'Europe/Berln', did you mean 'Europe/Berlin'?"),
        ("Europe", "unknown time zone"),
        ("../etc/passwd", "unknown time zone"),
        ("", "unknown time zone"),
        (None, "unknown time zone"),
    ],
)
def test_an_unknown_time_zone_is_refused(zone: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Calendar(zone)
    assert said in str(refusal.value)


@pytest.mark.parametrize("month", [0, 13, 4.0, True, "4"])
def test_a_fiscal_year_starts_with_a_month(month: Any) -> None:
    with pytest.raises(InvalidValue, match="from 1 to 12"):
        Calendar("UTC", month)


def test_the_day_is_that_of_the_deployment() -> None:
    late = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    assert Calendar("Asia/Shanghai").day_of(late) == date(2026, 4, 1)
    assert Calendar("America/Sao_Paulo").day_of(late) == date(2026, 3, 31)
    assert Calendar("Asia/Shanghai").today(lambda: late) == date(2026, 4, 1)
    assert Calendar().day_of(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))) == date(
        2025, 12, 31
    )


def test_a_moment_without_a_time_zone_belongs_to_no_day() -> None:
    with pytest.raises(InvalidValue, match="has no time zone"):
        Calendar().day_of(datetime(2026, 1, 1))  # noqa: DTZ001 (the mistake at hand)


def test_a_moment_is_no_day() -> None:
    noon: Any = datetime(2026, 1, 1, 12, tzinfo=UTC)
    calendar = Calendar()
    for misuse in (lambda: noon in calendar.parse("2026"), lambda: calendar.containing(noon, "month")):
        with pytest.raises(InvalidValue, match="is not a day"):
            misuse()


def test_a_period_has_at_least_a_day() -> None:
    with pytest.raises(InvalidValue, match="ends after it starts"):
        Period(date(2026, 1, 1), date(2026, 1, 1), "never")


def test_a_year_has_quarters_but_a_month_has_none() -> None:
    calendar = Calendar(fiscal_year_start=2)
    assert [part.label for part in calendar.split(calendar.parse("2026-Q1"), "month")] == [
        "2025-02",
        "2025-03",
        "2025-04",
    ]
    with pytest.raises(InvalidValue, match="2026-03 does not consist of whole quarters"):
        calendar.split(calendar.parse("2026-03"), "quarter")


def test_an_unknown_unit_is_refused() -> None:
    unit: Any = "monht"
    with pytest.raises(InvalidValue, match=r"did you mean 'month'\?"):
        Calendar().containing(date(2026, 1, 1), unit)


def test_only_periods_of_the_calendar_have_a_next_one() -> None:
    with pytest.raises(InvalidValue, match="no month, quarter or year"):
        Calendar().next(Period(date(2026, 1, 2), date(2026, 2, 2), "odd"))


@given(calendars, days, units)
def test_every_day_lies_in_one_period_of_each_unit(calendar: Calendar, day: date, unit: Unit) -> None:
    period = calendar.containing(day, unit)
    assert day in period
    assert calendar.unit_of(period) == unit
    assert calendar.containing(period.end - timedelta(1), unit) == period
    assert calendar.containing(period.end, unit) != period


@given(calendars, days, units)
def test_a_label_names_its_period(calendar: Calendar, day: date, unit: Unit) -> None:
    period = calendar.containing(day, unit)
    assert calendar.parse(period.label) == period


@given(calendars, days, units)
def test_the_next_period_starts_where_this_one_ends(calendar: Calendar, day: date, unit: Unit) -> None:
    period = calendar.containing(day, unit)
    assert calendar.next(period).start == period.end
    assert calendar.previous(calendar.next(period)) == period
    assert calendar.next(calendar.previous(period)) == period


@given(calendars, years)
def test_quarters_and_months_partition_the_year(calendar: Calendar, label: str) -> None:
    year = calendar.parse(label)
    for unit, number in (("year", 1), ("quarter", 4), ("month", 12)):
        parts = list(calendar.split(year, unit))  # type: ignore[arg-type]  # the tuple above widens the unit
        assert len(parts) == number
        assert (parts[0].start, parts[-1].end) == (year.start, year.end)
        assert all(before.end == after.start for before, after in pairwise(parts))
    quarters = calendar.split(year, "quarter")
    assert [quarter.label for quarter in quarters] == [f"{label}-Q{number}" for number in (1, 2, 3, 4)]


@given(calendars, days, units)
def test_the_moments_of_a_period_are_those_of_its_days(calendar: Calendar, day: date, unit: Unit) -> None:
    period = calendar.containing(day, unit)
    first, after = calendar.moments(period)
    moment = timedelta(microseconds=1)
    assert calendar.day_of(first) in period
    assert calendar.day_of(after - moment) in period
    assert calendar.day_of(first - moment) < period.start
    assert calendar.day_of(after) >= period.end
