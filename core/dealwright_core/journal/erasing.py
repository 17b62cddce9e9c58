"""Erasing what events hold, for a person's sake. Chains cover digests of it alone, so they still hold."""

from collections.abc import Collection, Iterable, Iterator, Sequence

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.batches import batches
from dealwright_core.journal.events import BATCH, ERASE, Event
from dealwright_core.journal.reading import event_of
from dealwright_core.journal.writing import Cause, head_of, insert, note, transaction_id
from dealwright_core.store import tables
from dealwright_core.store.numbering import allocate


@frozen
class Noted:
    """The event that says what was erased: its number and hash."""

    seq: int
    hash: str


def changes_of(connection: Connection, kind: str, id: int) -> list[Event]:
    """The events of a record that still hold what they set, oldest first. A batch holds no values."""
    t = tables.event
    own = (t.c.record == kind, t.c.record_id == id, t.c.action.not_in([BATCH, ERASE]))
    rows = connection.execute(sa.select(t).where(*own, t.c.payload.is_not(None)).order_by(t.c.seq))
    return [event_of(row) for row in rows]


def events_saying(
    connection: Connection, condition: "sa.ColumnElement[bool]", but: Collection[tuple[str, int]]
) -> Iterator[Event]:
    """The events that meet a condition on what they hold, but for those of some records."""
    t = tables.event
    statement = sa.select(t).where(t.c.payload.is_not(None), t.c.action.not_in([BATCH, ERASE]), condition)
    # Options of the statement, not of the connection, which goes on to write.
    for row in connection.execute(statement.order_by(t.c.seq).execution_options(yield_per=1000)):
        if (row.record, row.record_id) not in but:
            yield event_of(row)


def erase(
    connection: Connection,
    cause: Cause,
    at: tuple[str, int, str, int],
    events: Sequence[int],
    said: str,
    fields: Iterable[str] = (),
) -> Noted:
    """Erase what these events of a record hold, and write the event that says so.

    The record is given ``at`` its kind, id, ref and version; ``said`` is the reason. Only these events may be without
    what they held: see `verify`.
    """
    t = tables.event
    for part in batches(events):
        connection.execute(sa.update(t).where(t.c.seq.in_(part)).values(payload=None, salt=None))
    seq = allocate(connection, t.name, 1)[0]
    payload = {"reason": said, "fields": sorted(fields), "events": list(events)}
    row = note(cause, transaction_id(connection), seq, ERASE, at, payload, head_of(connection, *at[:2]))
    insert(connection, [row])
    return Noted(seq, row["hash"])
