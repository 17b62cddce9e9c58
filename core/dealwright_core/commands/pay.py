"""Paying incentives: calculate a pay period, let somebody else approve it, and tell everybody what they get and why."""

from collections.abc import Iterator
from typing import Annotated, Any

from dealwright_core.commands.signature import ARGUMENT
from dealwright_core.contributions import Command
from dealwright_core.findings import Finding
from dealwright_core.payroll.ledger import APPROVED, CLOSED, PAID
from dealwright_core.payroll.telling.disputing import disputes_text, open_disputes
from dealwright_core.payroll.telling.shown import RunShown, run_shown
from dealwright_core.payroll.telling.statements import Statement
from dealwright_core.payroll.telling.trace import Trace
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.session import Session
from dealwright_core.values import Period

PERIOD = Annotated[Period, "pay period such as 2026-03, 2026-Q1 or 2026"]
LIMIT = Annotated[int, "how many members to show at the most"]
RUN = "run pay.run"
MOST_SHOWN = 100


def pay_commands() -> Iterator[Command]:
    """Commands that calculate pay, move it on, and explain it."""
    yield Command("pay.run", run, example="dealwright pay run --period 2026-03", requires=RUN)
    yield Command("pay.list", runs, example="dealwright pay list", reads=True)
    yield Command(
        "pay.statement", statement, example="dealwright pay statement M-1 --period 2026-03", reads=True
    )
    yield Command("pay.payments", payments, example="dealwright pay payments --period 2026-03", reads=True)
    yield Command("pay.ledger", entries, example="dealwright pay ledger", reads=True)
    yield Command("pay.explain", explain, example="dealwright pay explain 12-3", reads=True)
    yield Command(
        "pay.approve", approve, example="dealwright pay approve --period 2026-03 --as director", requires=RUN
    )
    yield Command("pay.pay", pay, example="dealwright pay pay --period 2026-03", requires=RUN)
    yield Command("pay.close", close, example="dealwright pay close --period 2026-03", requires=RUN)
    yield Command("pay.discard", discard, example="dealwright pay discard --period 2026-03", requires=RUN)


def run(
    session: ChangingSession,
    *,
    period: PERIOD,
    full: Annotated[bool, "calculate everybody anew, not only whom changes concern"] = False,
    limit: LIMIT = MOST_SHOWN,
) -> RunShown:
    """Calculate a pay period: every plan that is paid in it, for everybody.

    It may be repeated until it is approved. Later periods build on it, and post what was corrected since.
    """
    return run_shown(session.payroll, session.pay_runs.make(period, full=full), limit)


def runs(session: Session) -> list[dict[str, Any]]:
    """List the pay periods that were calculated, with their state."""
    return [
        {
            "period": each.period, "state": each.state, "actor": each.actor, "approver": each.approver,
            "without_figure": len(each.without_figure), "open_disputes": open_disputes(session, each.period),
            "digest": each.digest,
        }
        for each in session.payroll.runs()
    ]  # fmt: skip


def statement(
    session: Session, *, ref: Annotated[str, "member, by ref or login", ARGUMENT], period: PERIOD
) -> Statement:
    """Show what a member earned in a pay period: every line, with its sale."""
    return session.payroll.statement(ref, period)


def explain(
    session: Session, *, ref: Annotated[str, "line as a statement names it, such as 12-3", ARGUMENT]
) -> Trace:
    """Explain a line of a statement: sale, credit, measure, curve, rate, rounding, plan and plugin, step by step."""
    return session.payroll.explain(ref)


def payments(session: Session, *, period: PERIOD) -> list[dict[str, Any]]:
    """List what members are paid in a pay period, and how it comes about: draws, recovery, caps and balances.

    Of members whose pay you may see. Amounts are in the currency of the plan, but for what is paid out.
    """
    return session.payroll.payments(period)


def entries(
    session: Session, *, period: Annotated[Period | None, "one pay period; by default all of them"] = None
) -> list[dict[str, Any]]:
    """Show the balances of the ledger by currency and account: debits above zero, credits below, all of them zero."""
    return session.payroll.balances(period)


def approve(session: ChangingSession, *, period: PERIOD) -> dict[str, Any]:
    """Approve a pay period that somebody else calculated. From then on nothing in it changes.

    Disputes that are still open are told, and do not stop it: what comes of them is paid by the next period.
    """
    done = _moved(session, period, APPROVED)
    if count := open_disputes(session, period.label):
        session.remarks.append(
            Finding("open-disputes", "warn", disputes_text(count, period.label), period.label)
        )
    return done


def pay(session: ChangingSession, *, period: PERIOD) -> dict[str, Any]:
    """Note that an approved pay period is paid."""
    return _moved(session, period, PAID)


def close(session: ChangingSession, *, period: PERIOD) -> dict[str, Any]:
    """Close a pay period that is paid."""
    return _moved(session, period, CLOSED)


def discard(session: ChangingSession, *, period: PERIOD) -> dict[str, Any]:
    """Remove what was calculated for a pay period and is not approved."""
    found = session.pay_runs.discard(period.label)
    return {"period": found.period, "state": "discarded"}


def _moved(session: ChangingSession, period: Period, to: str) -> dict[str, Any]:
    found = session.pay_runs.move(period.label, to)
    return {"period": found.period, "state": found.state, "approver": found.approver}
