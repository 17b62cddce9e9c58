"""Adjustments as they are shown: what somebody entered, why, and who that was."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.journal.reading import history
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.payroll.crediting.entries import ADJUSTMENT, PAY
from dealwright_core.payroll.ledger import LINE, POSTING, PayRun, Stored
from dealwright_core.payroll.telling.statements import amount_text, earned, window_text
from dealwright_core.payroll.telling.steps import Step
from dealwright_core.payroll.telling.trace import Trace, TraceStep, file_of
from dealwright_core.records import Member, PayAdjustment, PayDispute
from dealwright_core.store import payroll
from dealwright_core.store.rowsecurity import beyond
from dealwright_core.values import Money

if TYPE_CHECKING:
    from dealwright_core.store.session import Session


@frozen(kw_only=True)
class Entered:
    """An adjustment as far as an actor may see it. ``by`` is who entered it, ``sale`` the ref of what it is about."""

    ref: str
    reason: str
    by: str
    sale: str | None
    dispute: str | None


def entered(
    connection: Connection, session: "Session", found: Iterable[PayAdjustment]
) -> Mapping[int, Entered]:
    """Adjustments by id, with who entered them as the journal has it."""
    known = {each.id: each for each in found}
    if not known:
        return {}
    disputes = {each.adjustment: each.ref for each in session.find(PayDispute, adjustment=list(known))}
    shown = {}
    for id, each in known.items():
        with beyond(connection):
            events = history(connection, "pay_adjustment", id)
        shown[id] = Entered(
            ref=each.ref, reason=each.reason, by=events[0].actor if events else "",
            sale=sale_of(session, each.subject_kind, each.subject_id), dispute=disputes.get(id),
        )  # fmt: skip
    return shown


def of_lines(connection: Connection, session: "Session", lines: Iterable[Any]) -> Mapping[int, Entered]:
    """The adjustments that lines are about, by id, as far as the actor may see them."""
    ids = sorted({each.source for each in lines if each.about == ADJUSTMENT})
    return entered(connection, session, session.find(PayAdjustment, id=ids)) if ids else {}


def rows_of(
    connection: Connection, session: "Session", found: Sequence[PayAdjustment]
) -> list[dict[str, Any]]:
    """Adjustments as a list shows them, with what runs have posted of each."""
    shown, posted = entered(connection, session, found), _posted(connection, found)
    members = session.refs_of(Member, (each.member for each in found))
    return [
        {
            "ref": each.ref, "member": members.get(each.member), "plan": each.plan, "on": each.on,
            "amount": each.amount, "posted": Money(posted.get(each.id, 0), each.amount.currency),
            "about": shown[each.id].sale, "reason": each.reason, "by": shown[each.id].by,
            "dispute": shown[each.id].dispute,
        }
        for each in found
    ]  # fmt: skip


def _posted(connection: Connection, found: Sequence[PayAdjustment]) -> Mapping[int, int]:
    """What all runs posted of adjustments, in minor units, by id."""
    if not found:
        return {}
    among = (
        POSTING.plan.in_(sorted({each.plan for each in found})),
        POSTING.member.in_(sorted({each.member for each in found})),
        POSTING.pay == ADJUSTMENT,
    )
    statement = sa.select(LINE.source, sa.func.sum(LINE.amount)).join_from(
        payroll.line, payroll.posting, LINE.posting == POSTING.id
    )
    with beyond(connection):
        rows = connection.execute(statement.where(*among).group_by(LINE.source))
        return {row[0]: int(row[1]) for row in rows}


def kind_of(about: str) -> str:
    """The kind of record that the source of a line is."""
    if about == ADJUSTMENT:
        return "pay_adjustment"
    return "member" if about.startswith(PAY) else about


def sale_of(session: "Session", kind: str | None, id: int | None) -> str | None:
    """The ref of what a dispute or an adjustment is about, where the actor may see that."""
    if kind is None or not id or kind_of(kind) not in session.kinds:
        return None
    return session.ref_of(kind_of(kind), id)


def trace_of(run: PayRun, posting: Stored, line: Any, member: Member, adjustment: Entered | None) -> Trace:
    """How the line of an adjustment came about."""
    file, digest = file_of(run, posting)
    amount = earned(line.amount, posting.digits, posting.unit)
    plan = _("{plan} of {file}, digest {digest}", plan=posting.plan, file=file, digest=digest)
    steps: list[Step] = [(_("plan"), plan), *_told(line, posting, adjustment)]
    post = _(
        "{amount}, which is what was entered less what was posted before",
        amount=amount_text(amount, posting.unit),
    )
    return Trace(
        line=f"{posting.id}-{line.number}", member=member.ref, period=run.period, state=run.state, plan=posting.plan,
        file=file, pay=posting.pay, window=posting.window, day=line.day, about=line.about,
        ref=None if adjustment is None else adjustment.ref, scheme="", origin="", sale=None, credited=None, measure="0",
        measure_before="0", measure_after="0", quota=None, due_before=None, due_after=None, amount=amount,
        unit=posting.unit, steps=tuple(TraceStep(name, what) for name, what in (*steps, (_("post"), post))),
    )  # fmt: skip


def _told(line: Any, posting: Stored, adjustment: Entered | None) -> list[Step]:
    window = window_text(posting.window)
    if adjustment is None:
        return [(_("adjustment"), _("{day}, of {window}", day=line.day, window=window))]
    steps: list[Step] = [
        (_("adjustment"), _("{day}, {ref} of {window}", day=line.day, ref=adjustment.ref, window=window)),
        (_("reason"), joined("", (adjustment.reason,))),
        (_("entered"), _("by {actor}", actor=adjustment.by)),
    ]
    if adjustment.sale is not None:
        steps.append((_("about"), adjustment.sale))
    if adjustment.dispute is not None:
        steps.append((_("dispute"), adjustment.dispute))
    return steps
