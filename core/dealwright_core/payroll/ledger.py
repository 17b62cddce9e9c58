"""What runs posted, read and written: runs, postings and lines."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from attrs import asdict, field, frozen
from sqlalchemy.engine import Connection

from dealwright_core.batches import batches
from dealwright_core.errors import UsageError
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.language import core as _
from dealwright_core.payroll.earning.posting import Line, line
from dealwright_core.payroll.earning.postings import Accounts, Posting, accounts_of, valid_from
from dealwright_core.store import payroll, tables
from dealwright_core.store.numbering import allocate

RUN, POSTING, LINE = payroll.run.c, payroll.posting.c, payroll.line.c
# The states of a run, in their order. From the second on nothing in it changes any more.
CALCULATED, APPROVED, PAID, CLOSED = STATES = ("calculated", "approved", "paid", "closed")
LOCK = 0x70617972
INSERT = "INSERT INTO dw_pay_line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


@frozen(kw_only=True, slots=False)
class PayRun:
    """A pay period as it was calculated. ``first`` and ``last`` are its days, both included."""

    id: int
    period: str
    first: date
    last: date
    unit: str
    state: str
    at: datetime
    actor: str
    approver: str | None
    header: str
    failed: str
    uncredited: int
    digest: str
    mark: str

    @cached_property
    def said(self) -> Mapping[str, Any]:
        """The header: plans with their files, and plugins."""
        found: Mapping[str, Any] = json.loads(self.header)
        return found

    @cached_property
    def without_figure(self) -> Sequence[Mapping[str, str]]:
        """Who has no figure: plan, member and why."""
        found: Sequence[Mapping[str, str]] = json.loads(self.failed)
        return found

    @property
    def is_final(self) -> bool:
        """Whether nothing in it changes any more."""
        return self.state != CALCULATED


def _read(text: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(text)
    return found


@frozen(kw_only=True)
class Stored:
    """A posting as it is kept."""

    id: int
    run: int
    plan: str
    valid_from: str
    pay: str
    member: int
    window: str
    start: date
    last: date
    unit: str
    digits: int
    scale: int = field(converter=int)
    measured: int = field(converter=int)
    posted: int
    exact: Fraction = field(converter=Fraction)
    kept: int
    amount: int
    lines: int
    basis: Mapping[str, Any] = field(converter=_read)
    digest: str


def runs(connection: Connection) -> list[PayRun]:
    """Every run, by its period."""
    statement = sa.select(payroll.run).order_by(RUN.first, RUN.id)
    return [PayRun(**each._mapping) for each in connection.execute(statement)]


def run_of(runs: Iterable[PayRun], period: str) -> PayRun:
    """The run of a period. Raises `UsageError`."""
    found = next((each for each in runs if each.period == period), None)
    if found is None:
        raise UsageError(
            _("{period} was not calculated", period=period),
            _("run: dealwright pay run --period {period}", period=period),
        )
    return found


def postings(connection: Connection, *conditions: "sa.ColumnElement[bool]") -> list[Stored]:
    """Postings, in the order in which they were made."""
    statement = sa.select(payroll.posting).where(*conditions).order_by(POSTING.id)
    return [Stored(**each._mapping) for each in connection.execute(statement)]


def totals(connection: Connection, run: int) -> list[tuple[int, str, int, int]]:
    """What each member has in a run: member, unit, digits and amount, by member."""
    columns = (POSTING.member, POSTING.unit, POSTING.digits)
    statement = sa.select(*columns, sa.func.sum(POSTING.amount)).where(POSTING.run == run)
    rows = connection.execute(statement.group_by(*columns).order_by(*columns)).all()
    return [(row[0], row[1], row[2], int(row[3])) for row in rows]


def lines(connection: Connection, posting: int, *conditions: "sa.ColumnElement[bool]") -> list[Any]:
    """The lines of a posting, in their order."""
    statement = sa.select(payroll.line).where(LINE.posting == posting, *conditions)
    return list(connection.execute(statement.order_by(LINE.number)))


def has_postings(connection: Connection, plan: Plan, runs: Iterable[int]) -> bool:
    """Whether some runs posted anything of a plan."""
    asked = sa.select(POSTING.id).where(*_of(plan), POSTING.run.in_(list(runs))).limit(1)
    return connection.execute(asked).first() is not None


def _of(plan: Plan) -> "tuple[sa.ColumnElement[bool], ...]":
    return POSTING.plan == plan.name, POSTING.valid_from == valid_from(plan)


def accounts(
    connection: Connection, plan: Plan, runs: Iterable[int], members: frozenset[int] | None = None
) -> Accounts:
    """What some runs posted of a plan, for everybody or for some members."""
    ids = list(runs)
    if not ids:
        return Accounts()
    among = [*_of(plan), POSTING.run.in_(ids)]
    if members is not None:
        among.append(POSTING.member.in_(sorted(members)))
    lines = _lines_of(connection, among)
    return accounts_of(plan, ((each, lines.get(each.id, ())) for each in postings(connection, *among)))


def _lines_of(connection: Connection, among: "Sequence[sa.ColumnElement[bool]]") -> Mapping[int, list[Any]]:
    """The lines of some postings, as these have them but for the position, by the posting."""
    ids = sa.select(POSTING.id).where(*among)
    statement = sa.select(
        LINE.about, LINE.source, LINE.deal, LINE.day, LINE.measure, LINE.amount, LINE.posting
    )
    result = connection.execute(statement.where(LINE.posting.in_(ids)).order_by(LINE.posting, LINE.number))
    assert result.cursor is not None  # a select has one
    rows = result.cursor.fetchall()
    return {posting: list(group) for posting, group in groupby(rows, key=itemgetter(-1))}


def whole_lines(connection: Connection, postings: Sequence[int]) -> Mapping[int, list[Line]]:
    """The lines of some postings as they were made, by posting."""
    asked = sa.select(payroll.line).where(LINE.posting.in_(postings)).order_by(LINE.posting, LINE.number)
    found: dict[int, list[Line]] = {}
    for posting, _number, about, source, deal, day, *more in connection.execute(asked):
        found.setdefault(posting, []).append(line(about, source, deal, day.isoformat(), *more))
    return found


def one_at_a_time(connection: Connection) -> None:
    """Let nobody else work on runs before this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


def mark_of(connection: Connection) -> str:
    """Up to where the journal is read: the last number, and on PostgreSQL the first transaction that may be open."""
    seq = connection.execute(sa.select(sa.func.max(tables.event.c.seq))).scalar() or 0
    if connection.dialect.name != "postgresql":
        return f"{seq} 0"
    xid = connection.execute(sa.text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")).scalar()
    return f"{seq} {xid}"


def remove(connection: Connection, run: int, plan: Plan | None = None, members: Iterable[int] = ()) -> None:
    """Remove the postings of a run with their lines: all of them, or those of a plan for some members."""
    among = [POSTING.run == run]
    if plan is not None:
        among += [*_of(plan), POSTING.member.in_(sorted(members))]
    for table in payroll.OF_MEMBERS:
        c = table.c
        theirs = [c.run == run]
        if plan is not None:
            theirs += [c.plan == plan.name, c.valid_from == valid_from(plan), c.member.in_(sorted(members))]
        connection.execute(sa.delete(table).where(*theirs))
    ids = list(connection.execute(sa.select(POSTING.id).where(*among)).scalars())
    if ids:
        # One after the other: for many at once, planners read every line there is.
        of_posting = sa.delete(payroll.line).where(LINE.posting == sa.bindparam("gone"))
        connection.execute(of_posting, [{"gone": each} for each in ids])
    for part in batches(ids):
        connection.execute(sa.delete(payroll.posting).where(POSTING.id.in_(part)))


def store(connection: Connection, run: int, made: Sequence[Posting]) -> None:
    """Write the postings of a run with their lines."""
    if not made:
        return
    ids = allocate(connection, payroll.posting.name, len(made))
    rows = [
        {
            "id": id, "run": run, "plan": each.plan, "valid_from": each.valid_from, "pay": each.pay,
            "member": each.member, "window": each.window,
            "start": each.start, "last": each.last, "unit": each.unit, "digits": each.digits, "scale": str(each.scale),
            "measured": str(each.measured), "posted": each.posted, "exact": str(each.exact), "kept": each.kept,
            "amount": each.amount, "lines": len(each.lines), "basis": each.said, "digest": each.digest,
        }
        for id, each in zip(ids, made, strict=True)
    ]  # fmt: skip
    connection.execute(sa.insert(payroll.posting), rows)
    _store_lines(connection, ids, made)


def _store_lines(connection: Connection, ids: Iterable[int], made: Iterable[Posting]) -> None:
    """Write lines at the speed of the driver."""
    cursor = connection.connection.cursor()
    try:
        if connection.dialect.name == "postgresql":
            with cursor.copy("COPY dw_pay_line FROM STDIN") as copy:
                for id, each in zip(ids, made, strict=True):
                    copy.write(_copied(id, each.lines))
        else:
            cursor.executemany(INSERT, _numbered(ids, made))  # type: ignore[arg-type]  # SQLite's takes any iterable
    finally:
        cursor.close()


def _numbered(ids: Iterable[int], made: Iterable[Posting]) -> Iterator[tuple[Any, ...]]:
    for id, each in zip(ids, made, strict=True):
        for number, made_line in enumerate(each.lines, 1):
            yield (id, number, *made_line)


def _copied(id: int, lines: Iterable[Line]) -> str:
    """The lines of a posting as the text that COPY takes: written by hand, it takes a third of the driver's time."""
    known: dict[str | None, str] = {None: "\\N"}
    rows = []
    for number, (about, source, deal, day, measure, amount, position) in enumerate(lines, 1):
        if about not in known:
            known[about] = _escaped(about)
        where = known.get(position) or _escaped(str(position))
        rows.append(
            f"{id}\t{number}\t{known[about]}\t{source}\t{deal}\t{day}\t{measure}\t{amount}\t{where}\n"
        )
    return "".join(rows)


def _escaped(text: str) -> str:
    """A text as a field of COPY."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def store_run(connection: Connection, run: PayRun) -> None:
    """Write a run, or what changed of it."""
    values = asdict(run)
    changed = connection.execute(sa.update(payroll.run).where(RUN.id == run.id).values(values)).rowcount
    if not changed:
        connection.execute(sa.insert(payroll.run).values(values))
