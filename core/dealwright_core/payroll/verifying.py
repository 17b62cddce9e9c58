"""Whether what incentive runs left is whole: every line is as it was calculated, and no final period has changed."""

import json
from collections.abc import Iterator, Mapping
from operator import attrgetter

import sqlalchemy as sa
from attrs import fields_dict
from sqlalchemy.engine import Connection

from dealwright_core.batches import batches
from dealwright_core.journal.events import EVALUATE
from dealwright_core.language import core as _
from dealwright_core.payroll import ledger, payledger
from dealwright_core.payroll.earning.posting import Line
from dealwright_core.payroll.earning.postings import Posting
from dealwright_core.payroll.ledger import POSTING, PayRun, Stored
from dealwright_core.store import tables

E = tables.event.c
NAMES = [name for name in fields_dict(Posting) if name in fields_dict(Stored) and name != "lines"]


def unsound(connection: Connection) -> Iterator[str]:
    """What is wrong with the runs there are. Each line is read, and each digest computed again."""
    journalled = _journalled(connection)
    for run in ledger.runs(connection):
        yield from _changed_lines(connection, run)
        for paid in payledger.changed_payments(connection, run.id):
            yield _(
                "what {plan} pays member number {number} in {period} is not what was calculated",
                plan=paid.plan, number=paid.member, period=run.period,
            )  # fmt: skip
        digest = payledger.digest(connection, run.id)
        for said in {run.digest, journalled.get(run.id, run.digest)} - {digest}:
            yield _(
                "{period} has the digest {digest}, and had {said} when it was calculated",
                period=run.period, digest=digest, said=said,
            )  # fmt: skip
        sums: dict[str, int] = {}
        for currency, _account, amount in payledger.balances(connection, run.id):
            sums[currency] = sums.get(currency, 0) + amount
        for currency, amount in sums.items():
            if amount:
                yield _(
                    "the entries of {period} in {currency} do not balance",
                    period=run.period,
                    currency=currency,
                )


def _changed_lines(connection: Connection, run: PayRun) -> Iterator[str]:
    """The postings of a run whose lines are not those that were calculated."""
    for part in batches(ledger.postings(connection, POSTING.run == run.id)):
        lines = ledger.whole_lines(connection, [*map(attrgetter("id"), part)])
        for each in part:
            made = _posting(each, lines.get(each.id, []))
            if made.digest != each.digest or made.amount != each.amount:
                yield _(
                    "the lines {posting} of {period} are not those that were calculated",
                    posting=f"{each.id}-1 ff.", period=run.period,
                )  # fmt: skip


def _posting(stored: Stored, lines: list[Line]) -> Posting:
    """A posting as it was made, from what is kept of it."""
    return Posting(**{name: getattr(stored, name) for name in NAMES}, lines=lines)


def _journalled(connection: Connection) -> Mapping[int, str]:
    """The digest that the journal has of each run since it was calculated last."""
    asked = sa.select(E.payload).where(E.action == EVALUATE, E.payload.contains('"pay_run"', autoescape=True))
    found: dict[int, str] = {}
    for payload in connection.execute(asked.order_by(E.seq)).scalars():
        said = json.loads(payload)
        found[said["pay_run"]] = said["digest"]
    return found
