"""What disputes are about: a line of pay by what stays of it, whatever the next run of its period calls it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.language import core as _
from dealwright_core.payroll import ledger
from dealwright_core.payroll.ledger import POSTING, PayRun, Stored
from dealwright_core.payroll.telling.statements import Earned, earned
from dealwright_core.records import PayDispute
from dealwright_core.store.rowsecurity import beyond

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

# The states in which a dispute waits for somebody.
OPEN: Final = ("raised", "answered")


@frozen(kw_only=True)
class Subject:
    """A line of a member's pay in a period: of which plan, pay and window, and what it is about.

    A run has one line at the most for each of these. ``subject_id`` is the number of the sale, or of the deal where
    the line is about what a deal was paid before; 0 for a line that is about nothing single.
    """

    plan: str
    pay: str
    window: str
    subject_kind: str
    subject_id: int


def subject_of(posting: Stored, line: Any) -> Subject:
    """What a line is, whatever it is called."""
    return Subject(
        plan=posting.plan, pay=posting.pay, window=posting.window, subject_kind=line.about,
        subject_id=_number(line),
    )  # fmt: skip


@frozen(kw_only=True)
class Disputed:
    """A line as it is called now, and what it pays."""

    line: str
    amount: Earned


def disputed(connection: Connection, runs: Iterable[PayRun], dispute: PayDispute) -> Disputed | None:
    """The line that a dispute is about, as it is now; None where there is none, or none any more."""
    run = next((each for each in runs if each.period == dispute.period), None)
    if run is None or dispute.plan is None or dispute.pay is None:
        return None
    with beyond(connection):
        postings = ledger.postings(
            connection, POSTING.run == run.id, POSTING.member == dispute.member, POSTING.plan == dispute.plan,
            POSTING.pay == dispute.pay, POSTING.window == dispute.window,
        )  # fmt: skip
        for posting in postings:
            for line in ledger.lines(connection, posting.id):
                if (line.about, _number(line)) == (dispute.subject_kind, dispute.subject_id):
                    amount = earned(line.amount, posting.digits, posting.unit)
                    return Disputed(line=f"{posting.id}-{line.number}", amount=amount)
    return None


def open_disputes(session: "Session", period: str) -> int:
    """How many disputes of a pay period wait for somebody, of those that the actor may see."""
    return session.count(PayDispute, period=period, status=list(OPEN))


def disputes_text(count: int, period: str) -> str:
    """How many disputes of a pay period are open, for people."""
    return _.counted(
        count,
        "{count} dispute of {period} is open: see dealwright pay disputes --open",
        "{count} disputes of {period} are open: see dealwright pay disputes --open",
        period=period,
    )


def _number(line: Any) -> int:
    return int(line.source or line.deal)
