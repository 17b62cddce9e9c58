"""Which pay of which plan is meant, where a member and a period are named and little else."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from attrs import frozen

from dealwright_core.config.document import meant
from dealwright_core.config.incentives import PlanFile
from dealwright_core.errors import UsageError
from dealwright_core.incentives.plans.plan import Pay, Plan
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting.people import People
from dealwright_core.payroll.crediting.windows import UNITS
from dealwright_core.payroll.reckoning import Reckoning
from dealwright_core.payroll.trying.aiming import window_of
from dealwright_core.payroll.trying.candidates import holding, named
from dealwright_core.values import Period


@frozen
class Chosen:
    """A pay as it holds for a member, its plan as it holds for all, and the window that a period is of it."""

    plan: Plan
    pay: Pay
    window: Period


def chosen(reckoning: Reckoning, member: int, period: Period, plan: str | None, name: str | None) -> Chosen:
    """The only pay that a member earns in a period: of a plan, or of all that are in force, and by its name if
    that is given. Raises `ConfigError` with mistakes of plans, and `UsageError`.
    """
    book, people = reckoning.book, reckoning.people
    files = holding(book.files, period) if plan is None else named(book, plan, period)
    earned = [
        (file, file.plan, pay)
        for file in files
        if file.plan is not None
        for pay in own_of(reckoning.as_calculated(file.plan), member, people).pays
        if _may_earn(pay, file.plan, member, people, period)
    ]
    if plan is not None or not earned:
        reckoning.sound(files)
    found = [(file, of, pay) for file, of, pay in earned if name in (None, pay.name)]
    if not found:
        raise _not_earned(people.members[member].ref, period, [pay.name for *_of, pay in earned], name, files)
    fitting = [(each, window) for each in found if (window := window_of(each[2], each[1], period, reckoning))]
    if not fitting:
        raise _no_window(found[0][2], period, reckoning)
    if len(fitting) > 1:
        several = ", ".join(f"--plan {of.name!r} --name {pay.name}" for (_file, of, pay), _window in fitting)
        raise UsageError(
            _(
                "{member} earns several pays in {period}",
                member=people.members[member].ref,
                period=period.label,
            ),
            _("say which one: {several}", several=several),
        )
    ((file, of, pay), window) = fitting[0]
    reckoning.sound([file])
    return Chosen(of, pay, window)


def own_of(plan: Plan, member: int, people: People) -> Plan:
    """A plan as it holds for a member."""
    own = (plan.own.get(each) for each in people.names_of(member))
    return next((each for each in own if each is not None), plan)


def _may_earn(pay: Pay, plan: Plan, member: int, people: People, period: Period) -> bool:
    first, last = max(period.start, plan.since or date.min), min(period.last, plan.until or date.max)
    return pay.earners is None or member in people.earning(pay.earners, first, last)


def _not_earned(
    ref: str, period: Period, names: Sequence[str], name: str | None, files: Iterable[PlanFile]
) -> UsageError:
    if name is not None and names:
        message = _("{member} earns no pay {name!r} in {period}", member=ref, name=name, period=period.label)
        known = _("{member} earns {names}", member=ref, names=", ".join(names))
        return UsageError(message, meant(name, names) or known)
    plans = ", ".join(_names(files))
    message = (
        _("{member} earns nothing by {plans} in {period}", member=ref, plans=plans, period=period.label)
        if plans
        else _("no plan is in force in {period}", period=period.label)
    )
    return UsageError(message, _("see: dealwright plan list"))


def _no_window(pay: Pay, period: Period, reckoning: Reckoning) -> UsageError:
    message = _(
        "pay {pay} is measured by the {window}, and {period} is none",
        pay=pay.name, window=pay.window, period=period.label,
    )  # fmt: skip
    if pay.window not in UNITS:
        return UsageError(message, _("name another pay with --name"))
    example = reckoning.session.calendar.containing(period.last, UNITS[pay.window])
    return UsageError(message, _("write --period {example}", example=example.label))


def _names(files: Iterable[PlanFile]) -> Iterator[str]:
    yield from dict.fromkeys(each.plan.name for each in files if each.plan is not None)
