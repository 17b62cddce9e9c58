"""Sales in the currency of a plan, at stated rates."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.errors import UsageError
from dealwright_core.incentives.plans.plan import Pay, Plan
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting.entries import CURRENCY, DAY, MEASURE, MEMBER, REF
from dealwright_core.store.rates import BaseAmounts
from dealwright_core.values import Money

if TYPE_CHECKING:
    from dealwright_core.store.session import Session


@frozen(eq=False, slots=False)
class Conversion:
    """How the sales of a plan become amounts of its currency, each rounded once to minor units, half away from zero."""

    connection: Connection
    session: "Session"
    plan: Plan

    def of_own(self, pay: Pay) -> bool:
        """Whether a pay converts amounts from the currency in which they were agreed, not from the base currency."""
        return self.plan.currency != self.session.currency or pay.fx is not None

    def converted(self, row: Sequence[Any], pay: Pay) -> Sequence[Any]:
        """A row in the plan's currency. Raises `UsageError` without a price in the plan, `Refused` without a rate."""
        currency = row[CURRENCY] or self.session.currency
        if currency == self.plan.currency:
            return row
        money = Money(row[MEASURE], currency)
        if isinstance(pay.fx, Mapping):
            minor = money.convert(self.plan.currency, self._price(currency, pay, row[REF])).minor
        else:
            minor = self.amounts.minor(money, self._day(date.fromisoformat(row[DAY]), pay))
        return (*row[:MEASURE], minor, *row[MEMBER:])

    def _price(self, currency: str, pay: Pay, ref: str) -> Fraction:
        assert isinstance(pay.fx, Mapping)
        if currency not in pay.fx:
            message = _(
                "plan {plan} has no price of {currency} for {ref}",
                plan=self.plan.name,
                currency=currency,
                ref=ref,
            )
            raise UsageError(message, _("add it to fx of the pay {pay}", pay=pay.name))
        return Fraction(pay.fx[currency])

    def _day(self, day: date, pay: Pay) -> date:
        """The day whose rate counts."""
        if pay.fx in (None, "transaction"):
            return day
        period = self.session.calendar.containing(day, self.plan.period)
        return period.start if pay.fx == "period start" else period.last

    @cached_property
    def amounts(self) -> BaseAmounts:
        """Amounts at dated rates in the currency of the plan."""
        return BaseAmounts(self.connection, self.session.table("exchange_rate"), self.plan.currency)
