"""What plans pay in a period, reckoned: nothing of it is stored here."""

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen
from sqlalchemy.engine import Connection

from dealwright_core.config.incentives import PlanFile
from dealwright_core.errors import ConfigError, PluginError, Problem, UsageError
from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.plans.book import PlanBook
from dealwright_core.incentives.plans.checking import curve_of_pay
from dealwright_core.incentives.plans.goingon import as_calculated
from dealwright_core.incentives.plans.plan import Pay, Plan
from dealwright_core.incentives.plans.settings import curve_as_paid, settings_of
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting.people import People
from dealwright_core.payroll.earning.calculating import Calculated, Calculation
from dealwright_core.payroll.earning.frame import Frame
from dealwright_core.payroll.earning.postings import Accounts
from dealwright_core.values import Period

if TYPE_CHECKING:
    from dealwright_core.store.session import Session


@frozen(eq=False, slots=False)
class Reckoning:
    """The plans of a deployment over what a session sees of it. ``faults`` gets the errors of schemes that failed;
    ``everybody`` is given where the session does not see everybody.
    """

    connection: Connection
    session: "Session"
    faults: list[PluginError]
    everybody: People | None = None

    @cached_property
    def people(self) -> People:
        """Everybody, with their positions."""
        return self.everybody or People.read(self.session, self.session.incentive_plans.around.leading)

    @cached_property
    def book(self) -> PlanBook:
        """The plans as files, checked with the members there are, where the session sees them all."""
        book = self.session.incentive_plans
        return book.asking(frozenset(self.people.ids)) if self.session.unbounded("read", "member") else book

    def plans(self, period: Period, has_postings: Callable[[Plan], bool]) -> list[Plan]:
        """The plans that are paid in a period, each without mistakes of its own; also those that ended and of which
        something was posted, since that may be corrected. Raises `ConfigError` and `UsageError`.
        """
        unit = self.session.calendar.unit_of(period)
        found = [
            each
            for each in self.book.files
            if each.plan is None or (each.plan.period == unit and counts(each.plan, period, has_postings))
        ]
        plans = self.sound(found, self.book.between)
        if not plans:
            raise UsageError(
                _("no plan is paid by the {unit} in {period}", unit=unit, period=period.label),
                _("see: dealwright plan list"),
            )
        return plans

    def sound(self, files: Iterable[PlanFile], between: Iterable[Problem] = ()) -> list[Plan]:
        """The plans of some files. Raises `ConfigError` with every mistake in them and ``between`` them."""
        examined = [(each, self.book.examined(each)) for each in files]
        problems = [
            wrong for _each, found in examined for wrong in found.problems if wrong not in found.failures
        ]
        if problems := [*problems, *between]:
            raise ConfigError(problems)
        return [each.plan for each, _found in examined if each.plan is not None]

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
        return Calculation(self.frame(plan, period, since, accounts, members)).run()

    def frame(
        self,
        plan: Plan,
        period: Period,
        since: date,
        accounts: Accounts,
        members: frozenset[int] | None = None,
    ) -> Frame:
        """What every step of that calculation looks at."""
        around = self.book.around
        return Frame(
            connection=self.connection,
            session=self.session,
            plan=self.as_calculated(plan),
            period=period,
            since=since,
            people=self.people,
            won=around.won,
            accounts=accounts,
            ask=self._curve,
            origin=lambda scheme: around.origins.get(scheme, ""),
            members=members,
        )

    def as_calculated(self, plan: Plan) -> Plan:
        """A plan with the windows by which its pays are calculated."""
        return as_calculated(plan, self._known_curve)

    def _known_curve(self, pay: Pay, plan: Plan) -> Curve | None:
        """The curve of a pay, whatever the quotas; None where its scheme fails, which asking for it tells."""
        try:
            return curve_of_pay(pay, plan, self.book.around)[0]
        except PluginError:
            return None

    def _curve(self, pay: Pay, plan: Plan, quota: Fraction | None) -> Curve:
        """The curve of a pay. Raises `PluginError` and `ConfigError`."""
        around = self.book.around
        if id(pay) not in self._settings:
            context = evolve(around.context, currency=plan.currency)
            self._settings[id(pay)] = (pay, *settings_of(pay, around.schemes[pay.scheme], context))
        _pay, settings, problems = self._settings[id(pay)]
        if problems:
            raise ConfigError(problems)
        try:
            return curve_as_paid(pay, around.curve(pay.scheme, quota, settings))
        except PluginError as error:
            self.faults.append(error)
            raise

    @cached_property
    def _settings(self) -> dict[int, tuple[Pay, Any, list[Problem]]]:
        """The settings of schemes by the number of their pay, each read once; the pay is kept, and so its number."""
        return {}


def counts(plan: Plan, period: Period, has_postings: Callable[[Plan], bool]) -> bool:
    """Whether a plan is paid in a period: it holds on some day of that, or is over and has postings to correct."""
    if period.last < (plan.since or date.min):
        return False
    is_over = plan.until is not None and plan.until < period.start
    return not is_over or has_postings(plan)
