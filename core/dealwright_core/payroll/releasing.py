"""When pay is released: its parts, the day of each, and what a customer's payments set free.

Pay is in whole minor units of the plan's currency.
"""

from calendar import monthrange
from datetime import date
from fractions import Fraction

from dealwright_core.errors import InvalidValue
from dealwright_core.incentives.plans.facts import BOOKING, months_later
from dealwright_core.language import core as _
from dealwright_core.values import Calendar, Rounding, Unit, rounded

NONE, ALL = Fraction(0), Fraction(1)
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


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last one of a month that is shorter.

    Raises InvalidValue outside of the years 1 to 9999.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        raise InvalidValue(_("the year {year} is out of range", year=year), _("use 1 to 9999"))
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def collected_part(due: int, collected: int) -> Fraction:
    """How much of what a customer is due to pay is paid by now, from 0 to 1; refunds are subtracted from `collected`.

    Both are in minor units of the customer's currency, below zero for a sale that is. Nothing more comes from paying
    more than is due, and nothing less from a refund of more than was paid. Where nothing is due, all of it is paid.
    """
    return min(max(Fraction(collected, due), NONE), ALL) if due else ALL


def released_by_collection(
    pay: int,
    due: int,
    collected: int,
    *,
    before: int,
    rounding: Rounding = Rounding.HALF_AWAY,
) -> int:
    """What a payment or a refund of the customer releases of the pay that waits for collection; a refund takes back.

        rounded(pay x collected / due) - before

    ``collected`` is all that was paid until now, this time included, and ``before`` what was released of this pay
    until now. Since the total is rounded and never the step, what is released depends on what was paid and not on
    how: no unit is lost or gained over any number of instalments, and the last one releases exactly the rest. It
    holds as well where ``pay`` or ``due`` has changed since.
    """
    return rounded(pay * collected_part(due, collected), rounding) - before
