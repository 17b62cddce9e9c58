"""Periods of a deployment's own calendar: its time zone, its fiscal year."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from attrs import field, frozen

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.spelling import did_you_mean

Unit = Literal["month", "quarter", "year"]
LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
MONTHS: dict[Unit, int] = {"month": 1, "quarter": 3, "year": 12}
_LABEL = re.compile(r"([0-9]{4}|10000)(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.IGNORECASE)


@frozen(order=True)
class Period:
    """The days from `start` up to, but without, `end`; `label` is how people write it: `2026-Q1`.

    No date follows `date.max`: a period that ends there includes that day.
    """

    start: date
    end: date
    label: str

    def __attrs_post_init__(self) -> None:
        if _day(self.start) >= _day(self.end):
            raise InvalidValue(
                _("a period ends after it starts, got {start} to {end}", start=self.start, end=self.end)
            )

    @property
    def last(self) -> date:
        """The last day of the period."""
        return self.end if self.end == date.max else self.end - timedelta(1)

    def __contains__(self, day: date) -> bool:
        return self.start <= _day(day) <= self.last

    def __str__(self) -> str:
        return self.label


@frozen
class Calendar:
    """Which day a moment belongs to, and which month, quarter and fiscal year a day does.

    A fiscal year starts on the first day of month `fiscal_year_start` and is named for the calendar year in
    which it ends: with a start in April, `2026` is April 2025 to March 2026, and `2026-Q1` April to June
    2025. Months are named as everywhere. A period that begins before `date.min` or ends after `date.max` is
    cut there. Raises InvalidValue for an unknown `time_zone` (a name of the IANA
    database) and for a month that is none.
    """

    time_zone: str = field(default="UTC")
    fiscal_year_start: int = 1

    def __attrs_post_init__(self) -> None:
        _zone(self.time_zone)
        if type(self.fiscal_year_start) is not int or not 1 <= self.fiscal_year_start <= 12:
            raise InvalidValue(
                _(
                    "a fiscal year starts in a month from 1 to 12, got {fiscal_year_start!r}",
                    fiscal_year_start=self.fiscal_year_start,
                )
            )

    def start_of(self, day: date) -> datetime:
        """The moment at which a day begins."""
        return self._midnight(day)

    def day_of(self, moment: datetime) -> date:
        """The day it is here at `moment`, which must know its time zone."""
        if moment.tzinfo is None:
            raise InvalidValue(
                _("{moment} has no time zone", moment=moment), _("use a moment such as datetime.now(UTC)")
            )
        return moment.astimezone(_zone(self.time_zone)).date()

    def today(self, clock: Callable[[], datetime]) -> date:
        """The day it is here by `clock`, such as `lambda: datetime.now(UTC)`."""
        return self.day_of(clock())

    def moments(self, period: Period) -> tuple[datetime, datetime]:
        """The first moment of `period` here and the first one after it, in UTC: the last of all where none follows."""
        first = self._midnight(period.start)
        return first, LAST_MOMENT if period.end == date.max else self._midnight(period.end)

    def parse(self, label: str) -> Period:
        """The period `2026` (a fiscal year), `2026-Q1` (its first quarter) or `2026-03` (a month)."""
        found = _LABEL.fullmatch(label.strip())
        if found is None:
            raise InvalidValue(
                _("{label!r} is not a period", label=label),
                _("write a year, quarter or month: 2026, 2026-Q1, 2026-03"),
            )
        year, quarter, month = found.groups()
        if month:
            return self._starting(int(year), int(month), "month")
        first_year = int(year) - (self.fiscal_year_start > 1)
        if quarter:
            return self._starting(first_year, self.fiscal_year_start + 3 * (int(quarter) - 1), "quarter")
        return self._starting(first_year, self.fiscal_year_start, "year")

    def containing(self, day: date, unit: Unit) -> Period:
        """The month, quarter or fiscal year in which `day` lies."""
        since_start = (_day(day).month - self.fiscal_year_start) % MONTHS[_unit(unit)]
        return self._starting(day.year, day.month - since_start, unit)

    def split(self, period: Period, unit: Unit) -> Iterator[Period]:
        """The months, quarters or years of `period`, in order. Raises InvalidValue where it cuts one."""
        part = self.containing(period.start, unit)
        last = self.containing(period.last, unit)
        if part.start != period.start or last.end != period.end:
            raise InvalidValue(_("{period} does not consist of whole {unit}s", period=period, unit=unit))
        return self._from(part, period.end)

    def next(self, period: Period) -> Period:
        """The month, quarter or year after this one. Raises InvalidValue where none follows."""
        unit = self.unit_of(period)
        if period.end == date.max:
            raise InvalidValue(_("no {unit} follows {period}: no date does", unit=unit, period=period))
        return self.containing(period.end, unit)

    def previous(self, period: Period) -> Period:
        """The month, quarter or year before this one."""
        unit = self.unit_of(period)
        return self._starting(period.start.year, period.start.month - MONTHS[unit], unit)

    def unit_of(self, period: Period) -> Unit:
        """What `period` is in this calendar. Raises InvalidValue for what is no month, quarter or year."""
        for unit in MONTHS:
            if self.containing(period.start, unit) == period:
                return unit
        raise InvalidValue(_("{period} is no month, quarter or year of this calendar", period=period))

    def _from(self, part: Period, end: date) -> Iterator[Period]:
        yield part
        while part.end < end:
            part = self.next(part)
            yield part

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), _zone(self.time_zone)).astimezone(UTC)

    def _starting(self, year: int, month: int, unit: Unit) -> Period:
        """The period of length `unit` from `month` on, which may count beyond its year either way."""
        years, rest = divmod(month - 1, 12)
        start, end = _first_day(year, month), _first_day(year, month + MONTHS[unit])
        if start >= end:
            raise InvalidValue(_("the year {year} is out of range", year=year + years), _("use 1 to 9999"))
        return Period(start, end, self._label(year + years, rest + 1, unit))

    def _label(self, year: int, month: int, unit: Unit) -> str:
        if unit == "month":
            return f"{year:04}-{month:02}"
        elapsed = (month - self.fiscal_year_start) % 12
        year += month >= self.fiscal_year_start > 1
        return f"{year:04}" if unit == "year" else f"{year:04}-Q{elapsed // 3 + 1}"


def _day(day: date) -> date:
    if type(day) is not date:
        raise InvalidValue(
            _("{type} {day!r} is not a day", type=type(day).__name__, day=day),
            _("use date, or Calendar.day_of for a moment"),
        )
    return day


def _unit(unit: Unit) -> Unit:
    if unit not in MONTHS:
        raise InvalidValue(
            _("unknown unit {unit!r}{near}", unit=unit, near=did_you_mean(str(unit), MONTHS)),
            _("use month, quarter or year"),
        )
    return unit


def _first_day(year: int, month: int) -> date:
    """The first day of a month that may count beyond its year; the first or last of all where it lies outside."""
    years, rest = divmod(month - 1, 12)
    if not date.min.year <= year + years <= date.max.year:
        return date.min if year + years < date.min.year else date.max
    return date(year + years, rest + 1, 1)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        suggestion = did_you_mean(str(name), available_timezones())
        raise InvalidValue(
            _("unknown time zone {name!r}{suggestion}", name=name, suggestion=suggestion),
            _("use a name such as Europe/Berlin"),
        ) from None
