"""Statements: what a member earned in a pay period, line by line, for whoever may see it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.errors import NotFound, Refused, UsageError
from dealwright_core.findings import Finding
from dealwright_core.incentives import wording
from dealwright_core.incentives.plans.paywords import UNITS
from dealwright_core.language import Titled, joined, said
from dealwright_core.language import core as _
from dealwright_core.language.width import width_of
from dealwright_core.payroll import entries, ledger, payledger
from dealwright_core.payroll.ledger import POSTING, PayRun, Stored
from dealwright_core.payroll.paid import payment_lines, payment_row
from dealwright_core.records import Member
from dealwright_core.store.rowsecurity import beyond
from dealwright_core.values import Money, Period
from dealwright_core.values import digits as currency_digits

if TYPE_CHECKING:
    from dealwright_core.payroll.trace import Trace
    from dealwright_core.store.session import Session

# An amount of money, or of what else is earned.
Earned = Money | Decimal
ABOUT: Mapping[str, str] = {
    entries.STANDING: _("without any sale"),
    entries.RATED: _("what was paid before, as it is due now"),
    entries.FIGURE: _("measured"),
    entries.PRIZE: _("prize"),
    entries.POOL: _("part of the pool"),
}
STATES: Mapping[str, str] = {
    ledger.CALCULATED: _("calculated"), ledger.APPROVED: _("approved"), ledger.PAID: _("paid"),
    ledger.CLOSED: _("closed"),
}  # fmt: skip
# The windows that are no period of the calendar.
WINDOWS: Mapping[str, str] = {"deal": _("each deal"), "plan": _("all of the plan")}
# The kind of record by which a member's pay is shown: who may read what somebody is to reach may read what it pays.
SHOWN_WITH = "target"
# How many members are looked up in one select.
AT_ONCE = 500


@frozen(kw_only=True)
class StatementLine:
    """A line: ``line`` is its name, ``ref`` the sale it is about, or None with what it is ``about`` instead.

    ``measure`` is what the sale adds, exact, in whole units; ``amount`` what it pays.
    """

    line: str
    day: date
    about: str
    ref: str | None
    measure: str
    amount: Earned


@frozen(kw_only=True)
class StatementPart:
    """What one pay of a plan gives for a window: before this period, in it, and in all."""

    plan: str
    pay: str
    window: str
    unit: str
    quota: str | None
    measured: str
    before: Earned
    amount: Earned
    after: Earned
    lines: tuple[StatementLine, ...]


@frozen(kw_only=True)
class Statement:
    """What a member earned in a pay period; ``state`` is that of the period. ``totals`` are by unit.
    ``payments`` say what each plan pays for it, with draws, caps and balances.

    ``missing`` says why there is no figure, where there is none.
    """

    member: str
    name: str
    period: str
    state: str
    totals: Mapping[str, Earned]
    missing: tuple[str, ...]
    parts: tuple[StatementPart, ...]
    payments: tuple[Mapping[str, Any], ...] = ()

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> str:
        """The statement for people."""
        return joined("\n", _said(self))


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
        found = next((each for each in self.runs() if each.period == period), None)
        if found is None:
            raise UsageError(
                _("{period} was not calculated", period=period),
                _("run: dealwright pay run --period {period}", period=period),
            )
        return found

    def member(self, name: str) -> Member:
        """A member whose pay the actor may see. Raises `NotFound`."""
        found = [*self._session.find(Member, ref=name), *self._session.find(Member, login=name)]
        if not found or not self._session.covers("read", SHOWN_WITH, found[0].id):
            raise NotFound("member", name)
        return found[0]

    def totals(self, run: PayRun) -> list[tuple[int, str, int, int]]:
        """What each member earned in a run that the actor may see: member, unit, digits and amount."""
        with beyond(self._connection):
            found = ledger.totals(self._connection, run.id)
        covered: dict[int, bool] = {}
        for each in found:
            if each[0] not in covered:
                covered[each[0]] = self._session.covers("read", SHOWN_WITH, each[0])
        return [each for each in found if covered[each[0]]]

    def without_figure(self, run: PayRun) -> list[Mapping[str, str]]:
        """Who has no figure in a run, and why: of those whose pay the actor may see."""
        refs = sorted({each["member"] for each in run.without_figure})
        found = [
            each
            for at in range(0, len(refs), AT_ONCE)
            for each in self._session.find(Member, ref=refs[at : at + AT_ONCE])
        ]
        seen = {each.ref for each in found if self._session.covers("read", SHOWN_WITH, each.id)}
        return [each for each in run.without_figure if each["member"] in seen]

    def names(self, members: Iterable[int]) -> Mapping[int, tuple[str, str]]:
        """The ref and the name of members by id."""
        wanted, m = sorted(members), self._session.table(Member).c
        asked = sa.select(m.id, m.ref, m.name)
        parts = (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE))
        return {
            row[0]: (row[1], row[2])
            for part in parts
            for row in self._session.select(asked.where(m.id.in_(part)))
        }

    def statement(self, name: str, period: Period) -> Statement:
        """What a member earned in a period. Raises `NotFound` and `UsageError`."""
        member, run = self.member(name), self.run(period.label)
        with beyond(self._connection):
            found = ledger.postings(self._connection, POSTING.run == run.id, POSTING.member == member.id)
            lines = {each.id: ledger.lines(self._connection, each.id) for each in found}
            paid = payledger.payments(self._connection, run.id, member=member.id)
        refs = self._refs(line for each in lines.values() for line in each)
        parts = [_part(each, lines[each.id], refs) for each in found]
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
            payments=tuple(payment_row(each, member.ref) for each in paid),
        )

    def payments(self, period: Period) -> list[dict[str, Any]]:
        """The payments of a period that the actor may see, each with how it comes about."""
        run = self.run(period.label)
        with beyond(self._connection):
            found = payledger.payments(self._connection, run.id)
        seen = [each for each in found if self._session.covers("read", SHOWN_WITH, each.member)]
        names = self.names({each.member for each in seen})
        return [payment_row(each, names[each.member][0]) for each in seen]

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

    def explain(self, name: str) -> "Trace":
        """How a line came about. Raises `NotFound`."""
        from dealwright_core.payroll.sold import sold
        from dealwright_core.payroll.trace import trace

        posting, _dash, number = name.removeprefix("P").partition("-")
        if not (posting.isdecimal() and number.isdecimal()):
            raise UsageError(
                _("{name!r} is no line of a statement", name=name), _("lines are called as in 12-3")
            )
        with beyond(self._connection):
            found = ledger.postings(self._connection, POSTING.id == int(posting))
            lines = ledger.lines(self._connection, int(posting)) if found else []
        at = int(number)
        if (
            not found
            or not 0 < at <= len(lines)
            or not self._session.covers("read", SHOWN_WITH, found[0].member)
        ):
            raise NotFound("line", name)
        runs = self.runs()
        run = next(each for each in runs if each.id == found[0].run)
        refs = self._refs(lines[:at])
        member = self._session.get(Member, found[0].member)
        sale = sold(self._connection, self._session, runs, found[0], lines[at - 1], member)
        return trace(run, found[0], lines[:at], refs, member, sale)

    def _refs(self, lines: Iterable[Any]) -> Mapping[tuple[str, int], str]:
        """The refs of sales, as far as the actor may see them."""
        wanted: defaultdict[str, set[int]] = defaultdict(set)
        for each in lines:
            kind = "member" if each.about.startswith(entries.PAY) else each.about
            if each.source and kind in self._session.kinds:
                wanted[each.about].add(each.source)
        return {
            (about, id): ref
            for about, ids in wanted.items()
            for id, ref in self._session.refs_of(
                "member" if about.startswith(entries.PAY) else about, ids
            ).items()
        }


def earned(units: int, digits: int, unit: str) -> Earned:
    """An amount of a posting: money where its digits are those of the currency."""
    if unit not in UNITS and currency_digits(unit) == digits:
        return Money(units, unit)
    return Decimal(units).scaleb(-digits)


def measure_text(n: int, scale: int) -> str:
    """What is measured, exact, in whole units, for programs: ``1000.5``, or ``1000/3`` where decimals have no end."""
    return wording.plain(Fraction(n, scale))


def state_text(state: str) -> str:
    """The state of a pay period, for people."""
    return STATES.get(state, state)


def window_text(window: str) -> str:
    """A window, for people."""
    return WINDOWS.get(window, window)


def amount_text(amount: Earned, unit: str) -> str:
    """What is earned, for people: an amount of money has its currency in it."""
    if isinstance(amount, Money):
        return joined("", [amount])
    return _("{amount} {unit}", amount=f"{amount:,f}", unit=UNITS.get(unit, unit))


def _part(posting: Stored, lines: Sequence[Any], refs: Mapping[tuple[str, int], str]) -> StatementPart:
    def amount(units: int) -> Earned:
        return earned(units, posting.digits, posting.unit)

    quota = posting.basis.get("quota")
    return StatementPart(
        plan=posting.plan,
        pay=posting.pay,
        window=posting.window,
        unit=posting.unit,
        quota=None if quota is None else wording.plain(Fraction(quota)),
        measured=measure_text(posting.measured + sum(each.measure for each in lines), posting.scale),
        before=amount(posting.posted),
        amount=amount(posting.amount),
        after=amount(posting.posted + posting.amount),
        lines=tuple(
            StatementLine(
                line=f"{posting.id}-{each.number}",
                day=each.day,
                about=each.about,
                ref=refs.get((each.about, each.source)),
                measure=measure_text(each.measure, posting.scale),
                amount=amount(each.amount),
            )
            for each in lines
        ),
    )


def about_text(about: str, ref: str | None) -> str:
    """What a line is about, for people: its sale by its ref, or the kind of what they may not see."""
    if about.startswith(entries.PAY):
        return ref or about.partition(" ")[0]
    return ref or ABOUT.get(about) or Titled(about)


def _said(found: Statement) -> Iterator[str]:
    yield _(
        "{member} ({name}), {period}, {state}",
        member=found.member,
        name=found.name,
        period=found.period,
        state=state_text(found.state),
    )
    for each in found.missing:
        yield _("no figure: {why}", why=each)
    for part in found.parts:
        yield ""
        yield _(
            "{plan}, {pay}, {window}: {amount}; {after} with what was paid before",
            plan=part.plan, pay=part.pay, window=window_text(part.window),
            amount=amount_text(part.amount, part.unit), after=amount_text(part.after, part.unit),
        )  # fmt: skip
        yield from _table(part)
    yield ""
    for unit, total in found.totals.items():
        yield _("total: {total}", total=amount_text(total, unit))
    if not found.totals and not found.missing:
        yield _("nothing was earned")
    yield from payment_lines(found.payments)


def _table(part: StatementPart) -> Iterator[str]:
    rows = [
        [
            f"  {each.line}", each.day.isoformat(), said(about_text(each.about, each.ref)),
            wording.number(Fraction(each.measure)), said(amount_text(each.amount, part.unit)),
        ]
        for each in part.lines
    ]  # fmt: skip
    widths = [max(width_of(row[at]) for row in rows) for at in range(5)] if rows else []
    for row in rows:
        left = [cell + " " * (width - width_of(cell)) for cell, width in zip(row[:3], widths, strict=False)]
        right = [
            " " * (width - width_of(cell)) + cell for cell, width in zip(row[3:], widths[3:], strict=True)
        ]
        yield "  ".join((*left, *right))
