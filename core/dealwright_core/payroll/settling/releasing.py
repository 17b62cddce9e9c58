"""On which day a part of the pay is released."""

from calendar import monthrange
from datetime import date

from dealwright_core.errors import InvalidValue
from dealwright_core.incentives.plans.facts import BOOKING, MOMENTS, months_later
from dealwright_core.language import core as _
from dealwright_core.values import Calendar, Unit

# Moments that are the end of a period of the calendar, and its unit.
ENDS: dict[str, Unit] = {"month end": "month", "quarter end": "quarter", "year end": "year"}


def day_of_release(moment: str, sale: date, calendar: Calendar) -> date | None:
    """The day on which the part of a sale's pay is released that waits for a moment of the plan.

    An end is the last day of the calendar's month, quarter or fiscal year in which the sale lies. None where no day
    can be told from the sale: a collection, a hold, an event. Raises InvalidValue where the day lies after all dates.
    """
    if moment == BOOKING:
        return sale
    if (months := months_later(moment)) is not None:
        return months_after(sale, months)
    return calendar.containing(sale, ENDS[moment]).last if moment in ENDS else None


def is_dated(moment: str) -> bool:
    """Whether the day of a moment follows from that of the sale."""
    return moment == BOOKING or moment in ENDS or months_later(moment) is not None


def is_event(moment: str) -> bool:
    """Whether a moment is something that happens to a sale, and no day, collection or hold."""
    return moment not in MOMENTS and months_later(moment) is None


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last one of a month that is shorter.

    Raises InvalidValue outside of the years 1 to 9999.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        raise InvalidValue(_("the year {year} is out of range", year=year), _("use 1 to 9999"))
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
