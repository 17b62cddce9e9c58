"""Which part of a sale its customer has paid, as payments come in."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from dealwright_core.payroll.settling.aftermath import ALL, Happening


def collected(payments: Iterable[tuple[date, int]], before: int, due: int) -> list[Happening]:
    """From which day on which part of a sale is paid, of payments in the order of days; refunds are below zero.

        part = min(max(all that was paid until then - before, 0), due) / due

    Payments cover the sales of a contract in their order: ``before`` is what is due for those that come first. All is
    in minor units of one currency. A sale for which nothing is due is paid from the first day on.
    """
    if due <= 0:
        return [Happening(date.min)]
    found: list[Happening] = []
    paid = 0
    for day, amount in payments:
        paid += amount
        part = min(max(Fraction(paid - before, due), Fraction(0)), ALL)
        if found and found[-1].day == day:
            found.pop()
        found.append(Happening(day, part))
    return found
