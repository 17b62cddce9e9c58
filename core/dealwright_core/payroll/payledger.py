"""Payments, what is released later, and the entries of the ledger, read and written."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from attrs import asdict, fields_dict
from sqlalchemy.engine import Connection

from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.payroll.earning.postings import valid_from
from dealwright_core.payroll.ledger import PayRun, Stored
from dealwright_core.payroll.settling.aftermath import Aftermath, Taken
from dealwright_core.payroll.settling.payments import Paid, Settled
from dealwright_core.payroll.settling.withholding import Kept, Key
from dealwright_core.store import payroll


def store_settled(connection: Connection, run: int, plan: Plan, settled: Settled) -> None:
    """Write the payments of a plan in a run, their entries, and what is released later."""
    head = {"run": run, "plan": plan.name, "valid_from": valid_from(plan)}
    parts = [
        {**head, **_sale(key), "moment": moment, "amount": amount}
        for (key, moment), amount in settled.change.waits.items()
    ]
    clawbacks = [
        {
            **head,
            **_sale(key),
            "event": event,
            "day": taken.day,
            "back": taken.back,
            "cancelled": taken.cancelled,
        }
        for (key, event), taken in settled.change.took.items()
    ]
    payments = [{"run": run, **asdict(each), "digest": each.digest} for each in settled.payments]
    entries = [
        {**head, "member": member, "account": account, "currency": currency, "amount": amount}
        for member, account, currency, amount in settled.entries
    ]
    for table, rows in (
        (payroll.part, parts), (payroll.clawback, clawbacks), (payroll.payment, payments), (payroll.entry, entries),
    ):  # fmt: skip
        if rows:
            connection.execute(sa.insert(table), rows)


def payments(
    connection: Connection, run: int, plan: Plan | None = None, *, member: int | None = None
) -> list[Paid]:
    """The payments of a run, of all plans or of one, to everybody or to one member, by plan and member."""
    c = payroll.payment.c
    statement = sa.select(payroll.payment).where(c.run == run).order_by(c.plan, c.valid_from, c.member)
    if plan is not None:
        statement = statement.where(c.plan == plan.name, c.valid_from == valid_from(plan))
    if member is not None:
        statement = statement.where(c.member == member)
    return [_paid(each) for each in connection.execute(statement)]


def changed_payments(connection: Connection, run: int) -> list[Paid]:
    """The payments of a run that are not as they were made."""
    rows = connection.execute(sa.select(payroll.payment).where(payroll.payment.c.run == run))
    return [paid for each in rows if (paid := _paid(each)).digest != each.digest]


def _paid(row: Any) -> Paid:
    said = row._mapping
    return Paid(**{name: said[name] for name in fields_dict(Paid)})


def _sale(key: Key) -> Mapping[str, Any]:
    member, about, source = key
    return {"member": member, "about": about, "source": source}


def kept(
    connection: Connection, plan: Plan, runs: Sequence[PayRun], members: frozenset[int] | None = None
) -> Kept:
    """What earlier runs left of the pay for each sale, of everybody or of some members."""
    if not runs:
        return Kept()
    ids = [each.id for each in runs]
    waiting: defaultdict[Key, dict[str, int]] = defaultdict(dict)
    taken: defaultdict[Key, dict[str, Taken]] = defaultdict(dict)
    for row in _summed(connection, plan, ids, payroll.part, "moment", "amount"):
        waiting[row[0], row[1], row[2]][row[3]] = int(row[4])
    for row in _summed(connection, plan, ids, payroll.clawback, "event", "back", "cancelled"):
        taken[row[0], row[1], row[2]][row[3]] = Taken(row[6], int(row[4]), int(row[5]))
    return Kept(
        {
            key: Aftermath(waiting.get(key, {}), taken.get(key, {}))
            for key in {**waiting, **taken}
            if members is None or key[0] in members
        }
    )


def _summed(
    connection: Connection, plan: Plan, runs: Sequence[int], table: sa.Table, name: str, *amounts: str
) -> Iterator[Any]:
    """The sums of a table's amounts by member, sale and name, and where it has days the first one; not what is zero."""
    c = table.c
    keys = [c.member, c.about, c.source, c[name]]
    sums = [sa.func.sum(c[each]) for each in amounts]
    day = [sa.func.min(c.day)] if "day" in c else []
    found = sa.select(*keys, *sums, *day).where(
        c.plan == plan.name, c.valid_from == valid_from(plan), c.run.in_(list(runs))
    )
    yield from connection.execute(found.group_by(*keys).having(sa.or_(*(each != 0 for each in sums))))


def parts(connection: Connection, run: int, member: int) -> list[Any]:
    """By how much what waits of a member's pay changed in a run: plan, valid_from, about, source, moment, amount."""
    c = payroll.part.c
    asked = sa.select(c.plan, c.valid_from, c.about, c.source, c.moment, c.amount)
    found = asked.where(c.run == run, c.member == member)
    return list(connection.execute(found.order_by(c.plan, c.valid_from, c.about, c.source, c.moment)))


def clawbacks(connection: Connection, run: int, member: int) -> list[Any]:
    """What events took of a member's pay in a run: plan, valid_from, about, source, event, day, back, cancelled."""
    c = payroll.clawback.c
    asked = sa.select(c.plan, c.valid_from, c.about, c.source, c.event, c.day, c.back, c.cancelled)
    found = asked.where(c.run == run, c.member == member)
    return list(connection.execute(found.order_by(c.plan, c.valid_from, c.day, c.about, c.source, c.event)))


def taken(connection: Connection, run: int) -> list[tuple[int, str, int]]:
    """What events took of each member's pay in a run, and cancelled: member, currency and amount."""
    c, p = payroll.clawback.c, payroll.payment.c
    of_plan = [c.run == p.run, c.plan == p.plan, c.valid_from == p.valid_from, c.member == p.member]
    asked = sa.select(c.member, p.currency, sa.func.sum(c.back + c.cancelled)).join_from(
        payroll.clawback, payroll.payment, sa.and_(*of_plan)
    )
    rows = connection.execute(asked.where(c.run == run).group_by(c.member, p.currency))
    return [(row[0], row[1], int(row[2])) for row in rows]


def paid_in_all(connection: Connection, run: int) -> tuple[Mapping[str, int], int]:
    """What is paid out in a run, by currency; and how many of those who are paid have no posting in it."""
    c = payroll.payment.c
    of_run = c.run == run
    posted = sa.exists().where(payroll.posting.c.run == run, payroll.posting.c.member == c.member)
    sums = sa.select(c.paid_in, sa.func.sum(c.paid_out)).where(of_run).group_by(c.paid_in)
    others = sa.select(sa.literal(""), sa.func.count(c.member.distinct())).where(
        of_run, c.paid_out != 0, sa.not_(posted)
    )
    found = {row[0]: int(row[1]) for row in connection.execute(sa.union_all(sums, others))}
    without = found.pop("")
    return found, without


def paid_to(connection: Connection, run: int, most: int | None = None) -> list[tuple[int, str, int]]:
    """Who is paid what in a run: member, currency and amount, by member; of the first ``most`` who are paid, or all."""
    c = payroll.payment.c
    is_paid = (c.run == run, c.paid_out != 0)
    asked = sa.select(c.member, c.paid_in, sa.func.sum(c.paid_out)).where(*is_paid)
    if most is not None:
        first = sa.select(c.member).where(*is_paid).distinct().order_by(c.member).limit(most)
        asked = asked.where(c.member.in_(first))
    rows = connection.execute(asked.group_by(c.member, c.paid_in).order_by(c.member, c.paid_in))
    return [(row[0], row[1], int(row[2])) for row in rows]


def of_sale(connection: Connection, posting: Stored, runs: Iterable[int], sale: tuple[str, int]) -> Aftermath:
    """What some runs left of the pay that the plan of a posting gives for a sale."""
    about, source = sale
    waiting: dict[str, int] = {}
    taken: dict[str, Taken] = {}
    for table, name in ((payroll.part, "moment"), (payroll.clawback, "event")):
        c = table.c
        rows = connection.execute(
            sa.select(table).where(
                c.plan == posting.plan, c.valid_from == posting.valid_from, c.member == posting.member,
                c.about == about, c.source == source, c.run.in_(list(runs)),
            )
        )  # fmt: skip
        for row in rows:
            if name == "moment":
                waiting[row.moment] = waiting.get(row.moment, 0) + row.amount
            else:
                before = taken.get(row.event, Taken(row.day, 0, 0))
                taken[row.event] = Taken(
                    min(before.day, row.day), before.back + row.back, before.cancelled + row.cancelled
                )
    return Aftermath(waiting, taken)


def balances(connection: Connection, run: int | None = None) -> list[tuple[str, str, int]]:
    """The sums of the ledger's accounts, in all runs or in one: currency, account and amount."""
    c = payroll.entry.c
    statement = sa.select(c.currency, c.account, sa.func.sum(c.amount)).group_by(c.currency, c.account)
    if run is not None:
        statement = statement.where(c.run == run)
    return [
        (row[0], row[1], int(row[2])) for row in connection.execute(statement.order_by(c.currency, c.account))
    ]


def digest(connection: Connection, run: int) -> str:
    """The digest of a run: of all its postings, its payments and what waits, in an order that does not depend on when
    they were made.
    """
    digests = [*_digests(connection, run, payroll.posting), *_digests(connection, run, payroll.payment)]
    found = hashlib.sha256("".join([*digests, *_rows(connection, run)]).encode())
    return found.hexdigest()[:16]


def _digests(connection: Connection, run: int, table: sa.Table) -> list[str]:
    """The digests in a table's rows of a run, in their own order: each says what it is of."""
    return sorted(connection.execute(sa.select(table.c.digest).where(table.c.run == run)).scalars().all())


def _rows(connection: Connection, run: int) -> Iterator[str]:
    for table in (payroll.part, payroll.clawback):
        columns = [each for each in table.c if each.name != "run"]
        order = [each for each in columns if each.primary_key]
        statement = sa.select(*columns).where(table.c.run == run)
        yield from (repr(tuple(row)) for row in connection.execute(statement.order_by(*order)).all())
