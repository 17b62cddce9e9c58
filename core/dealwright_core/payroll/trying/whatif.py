"""Plans tried out: what they cost, what to sell for a pay, and which rate costs a budget. Nothing is stored."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.errors import InvalidValue, Refused, UsageError
from dealwright_core.findings import Finding
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting.people import People
from dealwright_core.payroll.reading import SHOWN_WITH
from dealwright_core.payroll.reckoning import Reckoning
from dealwright_core.payroll.trying.aiming import aimed
from dealwright_core.payroll.trying.budgeting import BudgetSolved, afforded, lever_of
from dealwright_core.payroll.trying.candidates import Candidates, candidates, is_file, named, pay_periods
from dealwright_core.payroll.trying.choosing import chosen
from dealwright_core.payroll.trying.comparing import compared
from dealwright_core.payroll.trying.simulated import Named, SimulationShown, simulation_shown
from dealwright_core.payroll.trying.solved import PaySolved, pay_solved
from dealwright_core.store.rowsecurity import beyond
from dealwright_core.values import Money, Period
from dealwright_core.values import digits as currency_digits
from dealwright_core.values.notation import read_scaled, split_currency

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

ODD = "plan-pays-less"


@frozen(eq=False)
class WhatIf:
    """What an actor may try out. ``session`` sees what the actor does, ``truth`` everything.

    What the plans of the configuration pay is calculated over everything, and told of those whose pay the actor sees. A
    draft is over everything for who sees everybody's pay; for others over what they see, since it could be written to
    tell what they do not.
    """

    connection: Connection
    session: "Session"
    truth: "Session"

    def simulate(
        self, plan: str, period: Period, against: Sequence[str], members: Sequence[str], limit: int
    ) -> SimulationShown:
        """Run a plan over history. Raises `ConfigError` with every mistake in it, `UsageError`, and `NotFound` for
        members whose pay the actor may not see.
        """
        if limit < 0:
            raise UsageError(_("limit is {limit}: give how many members, 0 or more", limit=limit))
        wanted = {self.session.payroll.member(each).id for each in members}
        with self.reckoning(plan, *against) as reckoning:
            chosen = candidates(reckoning.book, reckoning.session.calendar, plan, against, period)
            tried, others = self._sound(reckoning, chosen, period)
            self._warn(reckoning, chosen)
            seen = self._seen(wanted)
            found = compared(reckoning, tried, others if chosen.against else None, period, seen)
            names = {id: each.ref for id, each in reckoning.people.members.items()}
        known = self.session.payroll.names(wanted or {*names})
        named = Named(
            plan=tried[0].name,
            file=plan if is_file(plan, self.session.incentive_plans) else None,
            against=tuple(dict.fromkeys(each.name for each in others)),
            left_out=tuple(dict.fromkeys(each.name for each in chosen.left_out)),
            period=period.label,
            currency=tried[0].currency,
            is_partial=bool(wanted) or not self.sees_all,
            names={id: known.get(id, (ref, ref)) for id, ref in names.items()},
        )
        return simulation_shown(found, named, limit)

    def earn(self, member: str, pay: str, period: Period, plan: str | None, name: str | None) -> PaySolved:
        """What a member has to sell more to earn so much. Raises `NotFound`, `UsageError` and `ConfigError`."""
        known = self.session.payroll.member(member)
        with self.reckoning(*([] if plan is None else [plan])) as reckoning:
            found = chosen(reckoning, known.id, period, plan, name)
            aim = aimed(reckoning, found.plan, found.pay, known.id, found.window)
        wanted = _amount_of(pay, aim.pay.unit or aim.plan.currency, aim.way.rounds.digits)
        return pay_solved(aim, wanted, (known.ref, known.name))

    def afford(self, plan: str, budget: str, period: Period, path: str) -> BudgetSolved:
        """The highest rate of a plan, named by its path, that costs no more than a budget over a period. Raises
        `Refused` where the actor may not see what everybody is paid, `UsageError`, and `ConfigError`.
        """
        self.check_sees_all()
        with self.reckoning(plan) as reckoning:
            files = named(reckoning.book, plan, period)
            found, *more = reckoning.sound(files)
            if more:
                raise UsageError(
                    _("several plans are called {plan} in {period}", plan=plan, period=period.label),
                    _("name the file of one of them"),
                )
            pay_periods(found, period, reckoning.session.calendar)
            most = _amount_of(budget, found.currency, currency_digits(found.currency))
            return afforded(reckoning, found, lever_of(found, path), period, Money(most, found.currency))

    @property
    def sees_all(self) -> bool:
        """Whether the actor may see what everybody is paid."""
        return self.session.unbounded("read", SHOWN_WITH)

    def check_sees_all(self) -> None:
        """Raise `Refused` where the actor may not see what everybody is paid."""
        if not self.sees_all:
            message = _(
                "{actor} may not see what everybody is paid, which a budget is for", actor=self.session.actor
            )
            raise Refused([Finding("not-permitted", "block", message)])

    @contextmanager
    def reckoning(self, *plans: str) -> Iterator[Reckoning]:
        """What calculates plans, each a name or a file."""
        book = self.session.incentive_plans
        if self.sees_all or not any(is_file(each, book) for each in plans):
            with beyond(self.connection):
                yield Reckoning(self.connection, self.truth, [])
            return
        with beyond(self.connection):
            everybody = People.read(self.truth, book.around.leading)
        yield Reckoning(self.connection, self.session, [], everybody)

    def _sound(
        self, reckoning: Reckoning, chosen: Candidates, period: Period
    ) -> tuple[list[Plan], list[Plan]]:
        """The plans that are tried, and the others. Raises where they cannot be run, or cannot be compared."""
        reckoning.sound(chosen.files, chosen.between())
        tried, others = (
            [each.plan for each in files if each.plan is not None] for files in (chosen.tried, chosen.against)
        )
        for plan in (*tried, *others):
            pay_periods(plan, period, reckoning.session.calendar)
            if plan.currency != tried[0].currency:
                raise UsageError(
                    _(
                        "plan {plan} pays in {currency} and plan {other} in {foreign}: they cannot be compared",
                        plan=tried[0].name, currency=tried[0].currency, other=plan.name, foreign=plan.currency,
                    ),
                    _("add --against none, or name plans of the same currency"),
                )  # fmt: skip
        return tried, others

    def _warn(self, reckoning: Reckoning, chosen: Candidates) -> None:
        for file in chosen.tried:
            warnings = reckoning.book.examined(file).warnings
            self.session.remarks += [Finding(ODD, "warn", each.text) for each in warnings]

    def _seen(self, wanted: set[int]) -> Callable[[int], bool]:
        """Whether the pay of a member is told: of those who are wanted, else of all whom the actor may see."""
        if wanted:
            return wanted.__contains__
        return (lambda _member: True) if self.sees_all else self._covers

    def _covers(self, member: int) -> bool:
        return self.session.covers("read", SHOWN_WITH, member)


def _amount_of(text: str, unit: str, digits: int) -> int:
    """An amount of 0 or more, with or without its currency, in units of lines. Raises `UsageError`."""
    try:
        number, named = split_currency(text.strip())
        found = read_scaled(number, digits, unit)
    except InvalidValue as error:
        raise UsageError(error.message, error.hint or _("write an amount such as 5000")) from None
    if named not in (None, unit):
        raise UsageError(
            _("{text} is not in {unit}, which is paid", text=text, unit=unit),
            _("write {number}", number=number),
        )
    if found < 0:
        raise UsageError(_("{text} is below zero", text=text), _("write an amount of 0 or more"))
    return found
