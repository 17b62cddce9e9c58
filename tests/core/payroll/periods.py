"""Draws, caps, and the payments of consecutive pay periods."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from dealwright_core.incentives.plans.figures import Number, Ratio
from dealwright_core.incentives.plans.tables import Draw, PayCap
from dealwright_core.payroll.settling.paying import (
    NOTHING,
    Balance,
    Payment,
    Terms,
    settle,
)

NO_TERMS = Terms(None, None, 0)


def settlements(
    released: Sequence[int], terms: Terms, start: Balance = NOTHING, *, first: int = 1
) -> list[Payment]:
    """The payments of consecutive pay periods, of which ``first`` is the number of the first one."""
    payments: list[Payment] = []
    before = start
    for number, each in enumerate(released, first):
        payments.append(settle(each, before, terms, number))
        before = payments[-1].after
    return payments


def draw_of(amount: int | Fraction, **other: Any) -> Draw:
    """A draw with other keys as a plan may have them, of several types."""
    recover = Ratio(Fraction(other.pop("recover", 1)))
    return Draw(amount=Number(Fraction(amount)), recover=recover, **other)


def drawing(amount: int, **other: Any) -> Terms:
    return Terms(draw_of(amount, **other), None, 0)


def capped(amount: int, excess: Any = "later", draw: Draw | None = None) -> Terms:
    return Terms(draw, PayCap(amount=Number(Fraction(amount)), excess=excess), 0)


def paid(payments: Iterable[Payment]) -> list[int]:
    return [each.paid for each in payments]
