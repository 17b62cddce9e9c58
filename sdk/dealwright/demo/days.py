"""Days as ordinals (``date.toordinal``), which add and compare fast."""

from datetime import date
from functools import cache


@cache
def iso(day: int) -> str:
    """The day as files write it, such as ``2025-01-31``."""
    return date.fromordinal(day).isoformat()


def workday(day: int) -> int:
    """The day itself, or the Monday after it where it is at a weekend."""
    # Ordinal 1 was a Monday.
    weekday = (day - 1) % 7
    return day if weekday < 5 else day + 7 - weekday


def ordinal(text: str) -> int:
    """The ordinal of a day written as in ``2025-01-31``."""
    return date.fromisoformat(text).toordinal()


def quarter_ends(year: int) -> tuple[int, ...]:
    """The last day of each quarter."""
    return tuple(date(year, month, day).toordinal() for month, day in ((3, 31), (6, 30), (9, 30), (12, 31)))


def quarter_starts(year: int) -> tuple[int, ...]:
    """The first day of each quarter."""
    return tuple(date(year, month, 1).toordinal() for month in (1, 4, 7, 10))
