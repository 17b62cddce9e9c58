"""Holding back the pay for single deals (暂缓发放), and releasing it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Annotated, Any

from dealwright_core.commands.adjustments import check_paying
from dealwright_core.commands.pay import RUN
from dealwright_core.commands.signature import ARGUMENT
from dealwright_core.contributions import Command
from dealwright_core.errors import NotFound, Refused
from dealwright_core.findings import Finding
from dealwright_core.incentives.plans.facts import HOLD
from dealwright_core.language import core as _
from dealwright_core.records import Contract, Opportunity, PayHold
from dealwright_core.store.changes import Changes
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.session import Session

DEAL = Annotated[str, "opportunity or contract, by ref", ARGUMENT]


def hold_commands() -> Iterator[Command]:
    """Commands that hold pay back and release it."""
    example = "dealwright pay hold O-7 --reason 'the customer disputes the delivery'"
    yield Command("pay.hold", hold, example=example, requires=RUN)
    yield Command("pay.release", release, example="dealwright pay release O-7", requires=RUN)
    yield Command("pay.holds", holds, example="dealwright pay holds", reads=True)


def hold(
    session: ChangingSession,
    *,
    ref: DEAL,
    reason: str,
    since: Annotated[date | None, "from which day on; by default today"] = None,
) -> PayHold:
    """Hold back what is not yet paid for a deal, until somebody releases it."""
    check_paying(session)
    sale = _deal(session, ref)
    if _open(session, sale):
        message = _("the pay for {deal} is held back already", deal=ref)
        raise Refused([Finding("pay-held", "block", message, ref)])
    return session.add(PayHold(**_link(sale), since=since or session.today, reason=reason))


def release(
    session: ChangingSession,
    *,
    ref: DEAL,
    on: Annotated[date | None, "from which day on it is paid; by default today"] = None,
    reason: str = "",
) -> PayHold:
    """Release the pay for a deal: what is held back, and the parts that wait in the plan for somebody to say so."""
    check_paying(session)
    sale = _deal(session, ref)
    day = on or session.today
    held = _open(session, sale)
    if held is not None:
        if day < held.since:
            message = _(
                "the pay for {deal} is held back since {since}: it is released on that day or later",
                deal=ref,
                since=held.since,
            )
            raise Refused([Finding("pay-released-before-held", "block", message, ref)])
        return session.change(held, until=day, **({"reason": reason} if reason else {}))
    if not _waits_for_release(session):
        message = _(
            "the pay for {deal} is not held back, and no plan has a part that waits for a release", deal=ref
        )
        session.remarks.append(Finding("pay-not-held", "warn", message, ref))
    return session.add(PayHold(**_link(sale), since=day, until=day, reason=reason or str(_("released"))))


def holds(
    session: Session, *, all: Annotated[bool, "also those that were released"] = False
) -> list[dict[str, Any]]:
    """List the deals whose pay is held back."""
    found = [each for each in session.find(PayHold, order="since") if all or each.until is None]
    opportunities = session.refs_of(Opportunity, [each.opportunity for each in found if each.opportunity])
    contracts = session.refs_of(Contract, [each.contract for each in found if each.contract])
    return [
        {
            "hold": each.ref,
            "deal": opportunities.get(each.opportunity or 0) or contracts.get(each.contract or 0),
            "since": each.since,
            "until": each.until,
            "reason": each.reason,
        }
        for each in found
    ]


def sound_holds(changes: Changes, session: Session) -> Iterator[Finding]:
    """No hold begins in a pay period that is final: what it would hold back was paid."""
    made = [change.after for change in changes.of(PayHold)]
    begun = [each for each in made if isinstance(each, PayHold) and each.until != each.since]
    if not begun:
        return
    final = [run for run in session.payroll.runs() if run.is_final]
    for each in begun:
        run = next((run for run in final if run.first <= each.since <= run.last), None)
        if run is not None and each.until is None:
            message = _(
                "{period} is {state}: hold the pay back from a later day on",
                period=run.period,
                state=run.state,
            )
            yield Finding("hold-in-final-period", "block", message, _deal_of(session, each))
        if each.until is not None and each.until < each.since:
            yield Finding("hold-empty", "block", _("a hold ends before it begins"), _deal_of(session, each))


def _deal_of(session: Session, hold: PayHold) -> str:
    """The ref of the deal whose pay is held back: the hold itself may never be stored."""
    if hold.opportunity is not None:
        return session.ref_of(Opportunity, hold.opportunity) or ""
    return "" if hold.contract is None else session.ref_of(Contract, hold.contract) or ""


def _deal(session: Session, ref: str) -> Opportunity | Contract:
    with suppress(NotFound):
        return session.get(Opportunity, ref)
    with suppress(NotFound):
        return session.get(Contract, ref)
    raise NotFound("opportunity or contract", ref)


def _link(deal: Opportunity | Contract) -> dict[str, Any]:
    return {"opportunity" if isinstance(deal, Opportunity) else "contract": deal.id}


def _waits_for_release(session: Session) -> bool:
    """Whether a plan has parts that are paid when somebody says so."""
    plans = [each.plan for each in session.incentive_plans.files if each.plan is not None]
    return any(part.on == HOLD for plan in plans for part in plan.release)


def _open(session: Session, deal: Opportunity | Contract) -> PayHold | None:
    """The hold on a deal that is not released yet."""
    return next(iter(session.find(PayHold, until=None, **_link(deal))), None)
