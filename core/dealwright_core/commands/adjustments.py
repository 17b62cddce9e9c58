"""Adjustments of pay: entered by who may calculate pay, for somebody else, with a reason."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any

import attrs

from dealwright_core.access.actors import person_of
from dealwright_core.commands.pay import RUN
from dealwright_core.commands.records import record_commands
from dealwright_core.commands.signature import ARGUMENT, called_like
from dealwright_core.config.document import meant
from dealwright_core.contributions import Command
from dealwright_core.errors import NotFound, Refused
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.records import Member, PayAdjustment, PayDispute, RecordType
from dealwright_core.store.changes import Change, Changes
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.session import Session
from dealwright_core.values import Money, Period

WRITTEN = ("pay-adjustment.add", "pay-adjustment.change")
NO_PLAN = "adjustment-without-plan"
# The kinds of record that may be named as a sale.
SALES = ("opportunity", "transaction")


def adjustment_commands() -> Iterator[Command]:
    """Commands that enter adjustments and list them."""
    yield Command(
        "pay.adjust",
        adjust,
        example='dealwright pay adjust M-1 --plan Reps --amount "50 USD" --on 2026-02-10 --reason "..."',
        requires=RUN,
    )
    yield Command(
        "pay.adjustments",
        listed,
        example="dealwright pay adjustments --period 2026-02",
        reads=True,
        requires="read pay_adjustment",
    )


def commands_of_adjustments(kind: RecordType) -> Iterator[Command]:
    """The commands that adjustments have as records: to write them takes the right to calculate pay, too."""
    for each in record_commands(kind, ()):
        if each.name in WRITTEN:
            yield attrs.evolve(each, function=_of_payers(each.function), requires=RUN)
        else:
            yield each


def adjust(
    session: ChangingSession,
    *,
    ref: Annotated[str, "member, by ref or login", ARGUMENT],
    plan: Annotated[str, "name of the plan that pays it"],
    amount: Annotated[Money, "what is paid besides, below zero what is taken back"],
    on: Annotated[date, "day it counts for"],
    reason: Annotated[str, "why"],
    about: Annotated[
        str | None, "sale that it is about, or line as a statement names it, such as 12-3"
    ] = None,
) -> PayAdjustment:
    """Pay a member more or less than the plan works out. The run of the pay period posts it as a line of its own.

    Where that period is final, the next run does. Nobody adjusts their own pay.
    """
    check_paying(session)
    member = session.payroll.member(ref)
    kind, id = (None, None) if about is None else _subject(session, about)
    new = PayAdjustment(
        member=member.id, plan=plan, amount=amount, on=on, reason=reason.strip(), subject_kind=kind, subject_id=id
    )  # fmt: skip
    return entered(session, new)


def entered(session: ChangingSession, adjustment: PayAdjustment) -> PayAdjustment:
    """An adjustment that is added. Raises `Refused` where no plan would pay it, before its amount is converted."""
    if wrong := _unpayable(adjustment, session):
        raise Refused([Finding(NO_PLAN, "block", wrong)])
    return session.add(adjustment)


def _of_payers(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function of a command, which is for those alone who may pay everybody."""

    def checked(session: ChangingSession, **values: Any) -> Any:
        check_paying(session)
        return function(session, **values)

    return called_like(checked, function)


def listed(
    session: Session,
    *,
    period: Annotated[Period | None, "only of days in this period"] = None,
    member: Annotated[str | None, "only of this member, by ref or login"] = None,
) -> list[dict[str, Any]]:
    """List adjustments: what was entered, why and by whom, and how much of it runs have posted."""
    whose: dict[str, Any] = {} if member is None else {"member": session.payroll.member(member).id}
    found = [
        each
        for each in session.find(PayAdjustment, order="on", **whose)
        if period is None or each.on in period
    ]
    return session.payroll.adjustments(found)


def check_paying(session: Session) -> None:
    """Raise `Refused` where the actor may not pay everybody."""
    if not session.unbounded("run", "pay.run"):
        message = _(
            "{actor} may not calculate pay, and so neither adjust it nor answer for it", actor=session.actor
        )
        raise Refused([Finding("not-permitted", "block", message)])


def sound_adjustments(changes: Changes, session: Session) -> Iterator[Finding]:
    """Adjustments of one's own pay, without a reason or an amount, and those that no plan could pay."""
    for change in changes.of(PayAdjustment):
        after = change.after
        assert isinstance(after, PayAdjustment)
        yield from own_pay(change, session)
        if not after.reason.strip():
            yield Finding(
                "adjustment-without-reason", "block", _("an adjustment states its reason"), after.ref
            )
        if change.before is None and not after.amount.minor:
            yield Finding("adjustment-of-nothing", "block", _("an adjustment of 0 pays nothing"), after.ref)
        if not change.fields.isdisjoint(("plan", "amount", "on")) and (wrong := _unpayable(after, session)):
            yield Finding(NO_PLAN, "block", wrong, after.ref)


def own_pay(change: Change, session: Session) -> Iterator[Finding]:
    """An objection where the actor is the member whose pay something is about, before or after a change."""
    told = (each for each in (change.before, change.after) if isinstance(each, PayAdjustment | PayDispute))
    members = {each.member for each in told}
    refs = {session.ref_of(Member, each) for each in members}
    if (person := person_of(session.actor)) in refs:
        message = _(
            "{ref} is about the pay of {person}: it is for somebody else", ref=change.after.ref, person=person
        )
        yield Finding("separation-of-duties", "block", message, change.after.ref)


def _unpayable(adjustment: PayAdjustment, session: Session) -> str | None:
    """Why no plan would pay an adjustment; None where one does."""
    plans = [each.plan for each in session.incentive_plans.files if each.plan is not None]
    of_name = [each for each in plans if each.name == adjustment.plan]
    if not of_name:
        near = meant(adjustment.plan, [each.name for each in plans]) or _("see: dealwright plan list")
        return _("there is no plan {name!r}; {near}", name=adjustment.plan, near=near)
    plan = next((each for each in of_name if each.holds_on(adjustment.on)), None)
    if plan is None:
        valid = ", ".join(f"{each.since or ''}..{each.until or ''}" for each in of_name)
        return _(
            "plan {name} is not valid on {on}: {valid}", name=adjustment.plan, on=adjustment.on, valid=valid
        )
    if plan.currency != adjustment.amount.currency:
        return _(
            "plan {name} pays in {currency}, not in {other}",
            name=plan.name, currency=plan.currency, other=adjustment.amount.currency,
        )  # fmt: skip
    return None


def _subject(session: Session, name: str) -> tuple[str, int]:
    """What a line of a statement is about, or a sale by its ref. Raises `NotFound`."""
    if all(each.isdecimal() for each in name.split("-", 1)) and "-" in name:
        _run, _posting, lines = session.payroll.line(name)
        return lines[-1].about, int(lines[-1].source or lines[-1].deal)
    for kind in SALES:
        try:
            return kind, session.get(kind, name).id
        except NotFound:
            continue
    raise NotFound("sale", name)
