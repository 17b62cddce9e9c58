"""What plans pay in a period, reckoned: nothing of it is stored here."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen
from sqlalchemy.engine import Connection

from dealwright_core.errors import ConfigError, PluginError, Problem, UsageError
from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.plans.book import PlanBook
from dealwright_core.incentives.plans.checking import settings_of
from dealwright_core.incentives.plans.plan import Pay, Plan
from dealwright_core.language import core as _
from dealwright_core.payroll.calculating import Calculated, Calculation
from dealwright_core.payroll.frame import Frame
from dealwright_core.payroll.people import People
from dealwright_core.payroll.postings import Accounts
from dealwright_core.values import Period

if TYPE_CHECKING:
    from dealwright_core.store.session import Session


@frozen(eq=False, slots=False)
class Reckoning:
    """The plans of a deployment over all of its data. ``faults`` gets the errors of schemes that failed."""

    connection: Connection
    session: "Session"
    faults: list[PluginError]

    @cached_property
    def people(self) -> People:
        """Everybody, with their positions."""
        return People.read(self.session, self.session.incentive_plans.around.leading)

    @cached_property
    def book(self) -> PlanBook:
        """The plans as files, checked with the members there are."""
        return self.session.incentive_plans.asking(frozenset(self.people.ids))

    def plans(self, period: Period, has_postings: Callable[[Plan], bool]) -> list[Plan]:
        """The plans that are paid in a period, each without mistakes of its own; also those that ended and of which
        something was posted, since that may be corrected. Raises `ConfigError` and `UsageError`.
        """
        unit = self.session.calendar.unit_of(period)
        found = [
            each
            for each in self.book.files
            if each.plan is None or (each.plan.period == unit and _counts(each.plan, period, has_postings))
        ]
        examined = [self.book.examined(each) for each in found]
        problems = [wrong for each in examined for wrong in each.problems if wrong not in each.failures]
        if problems or self.book.between:
            raise ConfigError([*problems, *self.book.between])
        plans = [each.plan for each in found if each.plan is not None]
        if not plans:
            raise UsageError(
                _("no plan is paid by the {unit} in {period}", unit=unit, period=period.label),
                _("see: dealwright plan list"),
            )
        return plans

    def calculated(
        self,
        plan: Plan,
        period: Period,
        since: date,
        accounts: Accounts,
        members: frozenset[int] | None = None,
    ) -> Calculated:
        """What a plan pays in a period beyond what its accounts have; to everybody, or to some.

        ``since`` is the first day of the first period that it was run for.
        """
        around = self.book.around
        frame = Frame(
            connection=self.connection,
            session=self.session,
            plan=plan,
            period=period,
            since=since,
            people=self.people,
            won=around.won,
            accounts=accounts,
            ask=self._curve,
            origin=lambda scheme: around.origins.get(scheme, ""),
            members=members,
        )
        return Calculation(frame).run()

    def _curve(self, pay: Pay, plan: Plan, quota: Fraction | None) -> Curve:
        """The curve of a pay. Raises `PluginError` and `ConfigError`."""
        around = self.book.around
        if id(pay) not in self._settings:
            context = evolve(around.context, currency=plan.currency)
            self._settings[id(pay)] = settings_of(pay, around.schemes[pay.scheme], context)
        settings, problems = self._settings[id(pay)]
        if problems:
            raise ConfigError(problems)
        try:
            return around.curve(pay.scheme, quota, settings)
        except PluginError as error:
            self.faults.append(error)
            raise

    @cached_property
    def _settings(self) -> dict[int, tuple[Any, list[Problem]]]:
        """The settings of schemes by the number of their pay, each read once."""
        return {}


def _counts(plan: Plan, period: Period, has_postings: Callable[[Plan], bool]) -> bool:
    if period.last < (plan.since or date.min):
        return False
    is_over = plan.until is not None and plan.until < period.start
    return not is_over or has_postings(plan)
