"""What an event takes back of the pay for a sale."""

from datetime import date
from fractions import Fraction

from dealwright_core.incentives.plans.tables import Clawback
from dealwright_core.payroll.settling.releasing import months_after
from dealwright_core.values import Rounding, rounded


def clawed_back(
    pay: int | Fraction,
    terms: Clawback,
    sold: date,
    happened: date,
    *,
    actually_paid: int,
    left: int,
    rounding: Rounding = Rounding.HALF_AWAY,
) -> int:
    """What is taken back of the ``pay`` for what an event happened to: zero or below, in minor units.

        -rounded(pay x share x (term_months - months served) / term_months)

    Without a term it is the share alone. The pay is that for the part of the sale to which it happened, without what
    the event cancels. No more is taken than is ``left``, and with the limit "paid" or ``cancels`` no more than was
    ``actually_paid``; what earlier events took is no longer part of either. Nothing is taken of pay that is zero or
    below.

    The term runs off month by month, as indemnity commission does in insurance: of a term of twelve months, each month
    that was served in full has earned a twelfth. `months_served` counts them.
    """
    owed = terms.share * _unserved(terms.term_months, sold, happened)
    taken = min(rounded(max(0, pay) * owed, rounding), max(0, left))
    if terms.limit == "paid" or terms.cancels:
        taken = min(taken, max(0, actually_paid))
    return -taken


def months_served(sold: date, happened: date) -> int:
    """How many months were served in full between two days, at least 0.

    One from the 15th on is served on the next 15th, or on the last day of a month that has no such day: from
    31 January on 28 February, as a part of the pay would be released by then.
    """
    months = (happened.year - sold.year) * 12 + happened.month - sold.month
    return max(0, months if months_after(sold, months) <= happened else months - 1)


def _unserved(term: int | None, sold: date, happened: date) -> Fraction:
    """The part of a term in months that was not served; all where there is none."""
    return Fraction(1) if term is None else Fraction(max(0, term - months_served(sold, happened)), term)
