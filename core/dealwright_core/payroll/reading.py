"""The runs of incentive pay, read: for each actor as much as that actor may see."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.batches import batches
from dealwright_core.errors import NotFound, Refused, UsageError
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.payroll import ledger, payledger
from dealwright_core.payroll.crediting import entries
from dealwright_core.payroll.earning.posting import Reversal
from dealwright_core.payroll.ledger import POSTING, PayRun, Stored
from dealwright_core.payroll.settling.payments import Paid
from dealwright_core.payroll.telling.disputing import Disputed, disputed, open_disputes
from dealwright_core.payroll.telling.entered import kind_of, of_lines, rows_of, trace_of
from dealwright_core.payroll.telling.outcome import Outcome, taken_back, waiting
from dealwright_core.payroll.telling.paid import draw_terms, payment_row
from dealwright_core.payroll.telling.sold import plan_as_run, sold
from dealwright_core.payroll.telling.statements import Statement, earned, part_of
from dealwright_core.payroll.telling.trace import Trace, trace
from dealwright_core.records import Member, PayAdjustment, PayDispute
from dealwright_core.store.rowsecurity import beyond
from dealwright_core.values import Money, Period

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

# The kind of record by which a member's pay is shown: who may read what somebody is to reach may read what it pays.
SHOWN_WITH = "target"


class PaidOut(NamedTuple):
    """What is paid out in a run: in all, by currency; to how many who have no posting in it; and to some members."""

    totals: Mapping[str, int]
    others: int
    members: Sequence[tuple[int, str, int]]


class Payroll:
    """The runs of incentive pay, and what the actor may see of them: of a member as of what that member is to reach."""

    def __init__(self, connection: Connection, session: "Session") -> None:
        self._connection, self._session = connection, session

    def runs(self) -> list[PayRun]:
        """Every pay period that was calculated."""
        with beyond(self._connection):
            return ledger.runs(self._connection)

    def run(self, period: str) -> PayRun:
        """The run of a period. Raises `UsageError`."""
        return ledger.run_of(self.runs(), period)

    def member(self, name: str) -> Member:
        """A member whose pay the actor may see. Raises `NotFound`."""
        found = [*self._session.find(Member, ref=name), *self._session.find(Member, login=name)]
        if not found or not self._sees(found[0].id):
            raise NotFound("member", name)
        return found[0]

    def totals(self, run: PayRun) -> list[tuple[int, str, int, int]]:
        """What each member earned in a run that the actor may see: member, unit, digits and amount."""
        with beyond(self._connection):
            found = ledger.totals(self._connection, run.id)
        if self._session.unbounded("read", SHOWN_WITH):
            return found
        covered: dict[int, bool] = {}
        for each in found:
            if each[0] not in covered:
                covered[each[0]] = self._sees(each[0])
        return [each for each in found if covered[each[0]]]

    def taken(self, run: PayRun) -> Mapping[str, Money]:
        """What events took back in a run, and cancelled, of members whose pay the actor may see: by currency."""
        with beyond(self._connection):
            found = payledger.taken(self._connection, run.id)
        sums: defaultdict[str, int] = defaultdict(int)
        for member, currency, amount in found:
            if self._sees(member):
                sums[currency] += amount
        return {currency: Money(amount, currency) for currency, amount in sums.items() if amount}

    def paid_out(self, run: PayRun, earning: Container[int], most: int) -> PaidOut:
        """What is paid out in a run that the actor may see, of single members to the first ``most``; ``earning`` are
        those who have postings in it.
        """
        with beyond(self._connection):
            if self._session.unbounded("read", SHOWN_WITH):
                sums, others = payledger.paid_in_all(self._connection, run.id)
                return PaidOut(sums, others, payledger.paid_to(self._connection, run.id, most))
            found = payledger.paid_to(self._connection, run.id)
        seen = [each for each in found if self._sees(each[0])]
        totals: defaultdict[str, int] = defaultdict(int)
        for _member, currency, amount in seen:
            totals[currency] += amount
        members = sorted({each[0] for each in seen})
        first = frozenset(members[:most])
        others = sum(1 for each in members if each not in earning)
        return PaidOut(totals, others, [each for each in seen if each[0] in first])

    def without_figure(self, run: PayRun) -> list[Mapping[str, str]]:
        """Who has no figure in a run, and why: of those whose pay the actor may see."""
        refs = sorted({each["member"] for each in run.without_figure})
        found = [each for part in batches(refs) for each in self._session.find(Member, ref=part)]
        seen = {each.ref for each in found if self._sees(each.id)}
        return [each for each in run.without_figure if each["member"] in seen]

    def names(self, members: Iterable[int]) -> Mapping[int, tuple[str, str]]:
        """The ref and the name of members by id."""
        m = self._session.table(Member).c
        asked = sa.select(m.id, m.ref, m.name)
        return {
            row[0]: (row[1], row[2])
            for part in batches(sorted(members))
            for row in self._session.select(asked.where(m.id.in_(part)))
        }

    def statement(self, name: str, period: Period) -> Statement:
        """What a member earned in a period. Raises `NotFound` and `UsageError`."""
        member, run = self.member(name), self.run(period.label)
        with beyond(self._connection):
            found = ledger.postings(self._connection, POSTING.run == run.id, POSTING.member == member.id)
            lines = {each.id: ledger.lines(self._connection, each.id) for each in found}
            paid = payledger.payments(self._connection, run.id, member=member.id)
            waits = payledger.parts(self._connection, run.id, member.id)
            clawbacks = payledger.clawbacks(self._connection, run.id, member.id)
        posted = [line for each in lines.values() for line in each]
        refs = self._refs([*posted, *waits, *clawbacks])
        currencies = {(each.plan, each.valid_from): each.currency for each in paid}
        adjusted = of_lines(self._connection, self._session, posted)
        reasons = {id: (each.reason, each.by) for id, each in adjusted.items()}
        parts = [part_of(each, lines[each.id], refs, reasons) for each in found]
        totals: defaultdict[str, int] = defaultdict(int)
        digits = {(each.unit, each.digits) for each in found}
        most = {unit: max(d for u, d in digits if u == unit) for unit, _digits in digits}
        for each in found:
            totals[each.unit] += each.amount * 10 ** (most[each.unit] - each.digits)
        return Statement(
            member=member.ref,
            name=member.name,
            period=run.period,
            state=run.state,
            totals={unit: earned(amount, most[unit], unit) for unit, amount in totals.items()},
            missing=tuple(str(each["why"]) for each in run.without_figure if each["member"] == member.ref),
            parts=tuple(parts),
            payments=tuple(
                {**payment_row(each, member.ref), "draw_terms": self._draw_terms(run, each, member)}
                for each in paid
            ),
            waiting=tuple(waiting(waits, refs, currencies)),
            taken=tuple(taken_back(clawbacks, refs, currencies)),
        )

    def _draw_terms(self, run: PayRun, paid: Paid, member: Member) -> str | None:
        """Which draw a member was paid, if any."""
        if not paid.draw:
            return None
        return draw_terms(plan_as_run(self._session, run, (paid.plan, paid.valid_from), member))

    def payments(self, period: Period) -> list[dict[str, Any]]:
        """The payments of a period that the actor may see, each with how it comes about."""
        run = self.run(period.label)
        with beyond(self._connection):
            found = payledger.payments(self._connection, run.id)
        seen = [each for each in found if self._sees(each.member)]
        names = self.names({each.member for each in seen})
        return [payment_row(each, names[each.member][0]) for each in seen]

    def adjustments(self, found: Sequence[PayAdjustment]) -> list[dict[str, Any]]:
        """Adjustments as a list shows them, with what runs have posted of each."""
        return rows_of(self._connection, self._session, found)

    def open_disputes(self, run: PayRun) -> int:
        """How many disputes of a run's period are open, of those that the actor may see."""
        return open_disputes(self._session, run.period)

    def disputed(self, dispute: PayDispute) -> Disputed | None:
        """The line that a dispute is about, as it is called now."""
        return disputed(self._connection, self.runs(), dispute)

    def balances(self, period: Period | None) -> list[dict[str, Any]]:
        """The balances of the ledger, of all periods or of one. Raises `Refused` where the actor may not see what
        everybody is paid.
        """
        if not self._session.unbounded("read", SHOWN_WITH):
            message = _(
                "{actor} may not see the ledger, which is of the whole deployment", actor=self._session.actor
            )
            raise Refused([Finding("not-permitted", "block", message)])
        run = None if period is None else self.run(period.label).id
        with beyond(self._connection):
            found = payledger.balances(self._connection, run)
        return [
            {"currency": currency, "account": account, "balance": Money(amount, currency)}
            for currency, account, amount in found
        ]

    def line(self, name: str) -> tuple[PayRun, Stored, Sequence[Any]]:
        """The run and the posting of a line, and the lines of that up to it. Raises `NotFound` and `UsageError`."""
        posting, _dash, number = name.removeprefix("P").partition("-")
        if not (posting.isdecimal() and number.isdecimal()):
            raise UsageError(
                _("{name!r} is no line of a statement", name=name), _("lines are called as in 12-3")
            )
        with beyond(self._connection):
            found = ledger.postings(self._connection, POSTING.id == int(posting))
            lines = ledger.lines(self._connection, int(posting)) if found else []
        at = int(number)
        if not found or not 0 < at <= len(lines) or not self._sees(found[0].member):
            raise NotFound("line", name)
        return next(each for each in self.runs() if each.id == found[0].run), found[0], lines[:at]

    def explain(self, name: str) -> Trace:
        """How a line came about. Raises `NotFound`."""
        run, posting, lines = self.line(name)
        member = self._session.get(Member, posting.member)
        if lines[-1].about == entries.ADJUSTMENT:
            adjusted = of_lines(self._connection, self._session, lines[-1:])
            return trace_of(run, posting, lines[-1], member, adjusted.get(lines[-1].source))
        runs = self.runs()
        sale = sold(self._connection, self._session, runs, posting, lines[-1], member)
        alike = [each for each in runs if each.unit == run.unit]
        about = (lines[-1].about, lines[-1].source)
        with beyond(self._connection):
            after = payledger.of_sale(self._connection, posting, [each.id for each in alike], about)
        refs = self._refs([*lines, *_reversed(lines[-1])])
        return trace(run, posting, lines, refs, member, sale, Outcome(after, alike[-1].period))

    def _sees(self, member: int) -> bool:
        return self._session.covers("read", SHOWN_WITH, member)

    def _refs(self, lines: Iterable[Any]) -> Mapping[tuple[str, int], str]:
        """The refs of sales, as far as the actor may see them."""
        wanted: defaultdict[str, set[int]] = defaultdict(set)
        for each in lines:
            if each.source and kind_of(each.about) in self._session.kinds:
                wanted[each.about].add(each.source)
        return {
            (about, id): ref
            for about, ids in wanted.items()
            for id, ref in self._session.refs_of(kind_of(about), ids).items()
        }


class _Sale(NamedTuple):
    about: str
    source: int


def _reversed(line: Any) -> Iterator[_Sale]:
    """The sale whose pay a line takes back."""
    if (found := Reversal.of(line.position)) is not None:
        yield _Sale(line.about, found.source)
