"""Disputes of pay: raised by whose pay it is, answered and resolved by who may calculate pay."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from dealwright_core.access.actors import person_of
from dealwright_core.commands.adjustments import check_paying, entered, own_pay
from dealwright_core.commands.pay import RUN
from dealwright_core.commands.records import record_commands
from dealwright_core.commands.signature import ARGUMENT
from dealwright_core.contributions import Command
from dealwright_core.errors import Refused, UsageError
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.payroll.telling.disputing import OPEN, subject_of
from dealwright_core.payroll.telling.entered import sale_of
from dealwright_core.records import Lifecycle, Member, Move, PayAdjustment, PayDispute, RecordType
from dealwright_core.store.changes import Changes
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.session import Session
from dealwright_core.values import Money, Period

NAME = "pay_dispute"
DISPUTE = Lifecycle(
    NAME,
    NAME,
    "status",
    "raised",
    (
        Move("raised", "answer", "answered"),
        Move("raised", "resolve", "resolved"),
        Move("answered", "resolve", "resolved"),
        Move("raised", "withdraw", "withdrawn"),
        Move("answered", "withdraw", "withdrawn"),
    ),
)
# What is for somebody else to write than the member whose pay it is.
DECIDED = frozenset({"answer", "outcome", "adjustment"})
MOVED_ON = ("answered", "resolved")
Ref = Annotated[str, "ref of the dispute"]


def dispute_commands() -> Iterator[Command]:
    """Commands that raise disputes, and move them on."""
    raising = f"run {NAME}"
    yield Command(
        "pay.dispute",
        dispute,
        example='dealwright pay dispute 12-3 --text "The deal was mine alone"',
        requires=raising,
    )
    yield Command(
        "pay.answer", answer, example='dealwright pay answer DSP-1 --text "We look into it"', requires=RUN
    )
    yield Command(
        "pay.resolve",
        resolve,
        example='dealwright pay resolve DSP-1 --outcome accepted --adjust "50 USD"',
        requires=RUN,
    )
    yield Command("pay.withdraw", withdraw, example="dealwright pay withdraw DSP-1", requires=raising)
    yield Command(
        "pay.disputes", listed, example="dealwright pay disputes --open", reads=True, requires=f"read {NAME}"
    )


def commands_of_disputes(kind: RecordType) -> Iterator[Command]:
    """The commands that disputes have as records: they are written by those of their own, and by imports."""
    yield from (each for each in record_commands(kind, ()) if each.reads)


def dispute(
    session: ChangingSession,
    *,
    text: Annotated[str, "what is disputed, and why"],
    ref: Annotated[
        str | None, "line as a statement names it, such as 12-3; none where something is missing", ARGUMENT
    ] = None,
    member: Annotated[str | None, "without a line: whose pay it is, your own where it is left out"] = None,
    period: Annotated[Period | None, "without a line: the pay period"] = None,
) -> PayDispute:
    """Dispute a line of a pay statement, or with a period something that is missing there."""
    about: dict[str, Any] = {"raised_by": session.actor, "raised_on": session.today, "question": text.strip()}
    if ref is not None:
        if member is not None or period is not None:
            raise UsageError(
                _("line {line} says whose it is, and of which period", line=ref),
                _("leave --member and --period out"),
            )
        run, posting, lines = session.payroll.line(ref)
        subject = subject_of(posting, lines[-1])
        return session.add(
            PayDispute(
                member=posting.member, period=run.period, line=ref, plan=subject.plan, pay=subject.pay,
                window=subject.window, subject_kind=subject.subject_kind, subject_id=subject.subject_id, **about,
            )
        )  # fmt: skip
    if period is None:
        raise UsageError(
            _("what is disputed?"), _("name a line, or with --period where something is missing")
        )
    whose = session.payroll.member(_own(session) if member is None else member)
    return session.add(PayDispute(member=whose.id, period=session.payroll.run(period.label).period, **about))


def answer(session: ChangingSession, *, ref: Ref, text: Annotated[str, "the answer"]) -> PayDispute:
    """Answer a dispute. It stays open until it is resolved. Nobody answers about their own pay."""
    found, status = _moved(session, ref, "answer")
    return session.change(found, status=status, answer=text.strip())


def resolve(
    session: ChangingSession,
    *,
    ref: Ref,
    outcome: Literal["accepted", "declined"],
    text: Annotated[str | None, "the last answer"] = None,
    adjust: Annotated[Money | None, "what is paid besides for it, below zero what is taken back"] = None,
    on: Annotated[date | None, "day of the adjustment, by default the last of the disputed period"] = None,
    plan: Annotated[str | None, "plan that pays the adjustment, by default that of the disputed line"] = None,
) -> PayDispute:
    """Resolve a dispute, with an adjustment where something is to be paid. Nobody resolves one about their own pay."""
    found, status = _moved(session, ref, "resolve")
    values: dict[str, Any] = {"status": status, "outcome": outcome, "resolved_on": session.today}
    if text is not None:
        values["answer"] = text.strip()
    if adjust is not None:
        if outcome != "accepted":
            raise UsageError(_("what is declined pays nothing"), _("leave --adjust out"))
        values["adjustment"] = entered(session, _adjustment(session, found, adjust, on, plan, text)).id
    elif on is not None or plan is not None:
        raise UsageError(_("--on and --plan are of an adjustment"), _("give --adjust AMOUNT"))
    return session.change(found, **values)


def withdraw(session: ChangingSession, *, ref: Ref) -> PayDispute:
    """Withdraw a dispute that you raised."""
    found = session.lock(PayDispute, ref)
    if person_of(found.raised_by) != person_of(session.actor):
        message = _(
            "{ref} was raised by {person}, who alone may withdraw it", ref=ref, person=found.raised_by
        )
        raise Refused([Finding("raised-by-another", "block", message, ref)])
    return session.change(found, status=session.lifecycle(NAME).move(found.status, "withdraw", ref).to)


def listed(
    session: Session,
    *,
    open: Annotated[bool, "only those that are not resolved or withdrawn"] = False,
    member: Annotated[str | None, "only of this member, by ref or login"] = None,
    period: Annotated[Period | None, "only of this pay period"] = None,
) -> list[dict[str, Any]]:
    """List disputes, with the line that each is about as it is called now."""
    only: dict[str, Any] = {"status": list(OPEN)} if open else {}
    if member is not None:
        only["member"] = session.payroll.member(member).id
    if period is not None:
        only["period"] = period.label
    found = session.find(PayDispute, **only)
    members = session.refs_of(Member, (each.member for each in found))
    adjustments = session.refs_of(PayAdjustment, (each.adjustment for each in found if each.adjustment))
    return [
        {
            "ref": each.ref, "member": members.get(each.member), "period": each.period, "status": each.status,
            **_line_of(session, each), "question": each.question, "answer": each.answer, "outcome": each.outcome,
            "adjustment": adjustments.get(each.adjustment or 0), "raised_by": each.raised_by,
            "raised_on": each.raised_on, "resolved_on": each.resolved_on,
        }
        for each in found
    ]  # fmt: skip


def sound_disputes(changes: Changes, session: Session) -> Iterator[Finding]:
    """Disputes without a question, resolved without an outcome or with somebody else's adjustment, and those that the
    member whose pay it is answers or resolves.
    """
    for change in changes.of(PayDispute):
        after = change.after
        assert isinstance(after, PayDispute)
        if not after.question.strip():
            yield Finding(
                "dispute-without-question", "block", _("a dispute says what it is about"), after.ref
            )
        if (after.status == "resolved") != (after.outcome is not None):
            message = _("a dispute has an outcome when it is resolved, and not before")
            yield Finding("dispute-outcome", "block", message, after.ref)
        paid = None if after.adjustment is None else session.get(PayAdjustment, after.adjustment).member
        if paid not in (None, after.member):
            message = _("the adjustment is for somebody else than the dispute")
            yield Finding("dispute-adjustment", "block", message, after.ref)
        decided = {
            each for each in DECIDED & change.fields if change.before or getattr(after, each) is not None
        }
        if decided or ("status" in change.fields and after.status in MOVED_ON):
            yield from own_pay(change, session)


def _moved(session: ChangingSession, ref: str, event: str) -> tuple[PayDispute, str]:
    check_paying(session)
    found = session.lock(PayDispute, ref)
    return found, session.lifecycle(NAME).move(found.status, event, ref).to


def _own(session: Session) -> str:
    """The ref of the member who acts. Raises `UsageError` where it is none."""
    ref = person_of(session.actor)
    if not session.find(Member, ref=ref):
        raise UsageError(
            _("{actor} is no member, and is paid nothing", actor=session.actor), _("give --member REF")
        )
    return ref


def _adjustment(
    session: Session, of: PayDispute, amount: Money, on: date | None, plan: str | None, text: str | None
) -> PayAdjustment:
    """What is paid for a dispute."""
    name = plan or of.plan
    if name is None:
        raise UsageError(_("{ref} is about no line, and so about no plan", ref=of.ref), _("give --plan NAME"))
    return PayAdjustment(
        member=of.member, plan=name, amount=amount, on=on or session.calendar.parse(of.period).last,
        reason=(text or of.question).strip(), subject_kind=of.subject_kind, subject_id=of.subject_id,
    )  # fmt: skip


def _line_of(session: Session, dispute: PayDispute) -> dict[str, Any]:
    now = session.payroll.disputed(dispute)
    return {
        "about": sale_of(session, dispute.subject_kind, dispute.subject_id) or dispute.subject_kind,
        "line": None if now is None else now.line, "amount": None if now is None else now.amount,
    }  # fmt: skip
