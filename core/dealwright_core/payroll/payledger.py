"""Payments, what is released later, and the entries of the ledger, read and written."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from attrs import asdict, fields_dict
from sqlalchemy.engine import Connection

from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.payroll.ledger import PayRun
from dealwright_core.payroll.payments import Paid, Settled
from dealwright_core.payroll.postings import valid_from
from dealwright_core.store import payroll


def store_settled(connection: Connection, run: int, plan: Plan, settled: Settled) -> None:
    """Write the payments of a plan in a run, their entries, and what is released later."""
    head = {"run": run, "plan": plan.name, "valid_from": valid_from(plan)}
    parts = [
        {**head, "member": member, "day": day, "amount": amount}
        for (member, day), amount in settled.parts.items()
        if amount
    ]
    payments = [{"run": run, **asdict(each)} for each in settled.payments]
    entries = [
        {**head, "member": member, "account": account, "currency": currency, "amount": amount}
        for member, account, currency, amount in settled.entries
    ]
    for table, rows in ((payroll.part, parts), (payroll.payment, payments), (payroll.entry, entries)):
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
    rows = (dict(each._mapping) for each in connection.execute(statement))
    return [Paid(**{name: each[name] for name in fields_dict(Paid)}) for each in rows]


def due_parts(connection: Connection, plan: Plan, runs: Sequence[PayRun], last: date) -> Mapping[int, int]:
    """What earlier runs left to be released after the latest of them, until a day: by member."""
    if not runs or not plan.release:
        return {}
    c = payroll.part.c
    statement = sa.select(c.member, sa.func.sum(c.amount)).where(
        c.plan == plan.name,
        c.valid_from == valid_from(plan),
        c.run.in_([each.id for each in runs]),
        c.day > max(each.last for each in runs),
        c.day <= last,
    )
    return {row[0]: int(row[1]) for row in connection.execute(statement.group_by(c.member))}


def balances(connection: Connection, run: int | None = None) -> list[tuple[str, str, int]]:
    """The sums of the ledger's accounts, in all runs or in one: currency, account and amount."""
    c = payroll.entry.c
    statement = sa.select(c.currency, c.account, sa.func.sum(c.amount)).group_by(c.currency, c.account)
    if run is not None:
        statement = statement.where(c.run == run)
    return [
        (row[0], row[1], int(row[2])) for row in connection.execute(statement.order_by(c.currency, c.account))
    ]


def digests(connection: Connection, run: int) -> Iterator[str]:
    """What there is of all payments of a run, in an order that is the same whenever they were made."""
    c = payroll.payment.c
    columns = [each for each in c if each.name != c.run.name]
    statement = sa.select(*columns).where(c.run == run).order_by(c.plan, c.valid_from, c.member)
    return (repr(tuple(row)) for row in connection.execute(statement))
