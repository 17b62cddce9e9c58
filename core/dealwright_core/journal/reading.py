"""Events as values, read back in order."""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.journal.events import BATCH, Event
from dealwright_core.store import tables

Place = tuple[int, int]
# The (xid, seq) below every event, also those that `numbering.put_before_this_cluster` moved.
BEFORE_ALL: Place = (-(2**62), 0)


def event_of(row: Any) -> Event:
    """The event in a row of the journal."""
    values = row._asdict()
    payload = values.pop("payload")
    return Event(**values, change=None if payload is None else json.loads(payload))


def stable(connection: Connection) -> "Sequence[sa.ColumnElement[bool]]":
    """The condition under which events come before all that may still be committed, by (xid, seq)."""
    if connection.dialect.name != "postgresql":
        return ()
    oldest_running: sa.ColumnElement[int] = sa.literal_column(
        "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    )
    return (tables.event.c.xid < oldest_running,)


def stream(connection: Connection, statement: "sa.Select[Any]", size: int = 1000) -> Iterator[Any]:
    """The rows of a select over the journal, without holding all of them."""
    yield from connection.execution_options(yield_per=size).execute(statement)


def newest(
    connection: Connection,
    *,
    persons: Collection[str] = (),
    record: str | None = None,
    command: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int,
) -> list[Event]:
    """The newest events first, of some persons and of plugins for them, of a kind, of a command, from ``since``
    until before ``until``.
    """
    t = tables.event.c
    statement = sa.select(tables.event).order_by(t.seq.desc()).limit(limit)
    if persons:
        for_them = (t.actor.endswith(f" for {each}", autoescape=True) for each in persons)
        statement = statement.where(sa.or_(t.actor.in_(persons), *for_them))
    for column, wanted in ((t.record, record), (t.command, command)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if since is not None:
        statement = statement.where(t.at >= since)
    if until is not None:
        statement = statement.where(t.at < until)
    return [event_of(row) for row in connection.execute(statement)]


def history(connection: Connection, record: str, record_id: int) -> list[Event]:
    """Every event of a record, oldest first, beginning with the batch that added it where one did."""
    t = tables.event.c
    covering = sa.and_(t.action == BATCH, t.record_id <= record_id, t.last_id >= record_id)
    own = sa.and_(t.action != BATCH, t.record_id == record_id)
    rows = connection.execute(
        sa.select(tables.event).where(t.record == record, sa.or_(own, covering)).order_by(t.seq)
    ).all()
    events = [event_of(row) for row in rows]
    added = any(each.action == "add" for each in events)
    return [each for each in events if each.action != BATCH or not added]
