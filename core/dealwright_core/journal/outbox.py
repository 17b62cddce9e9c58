"""The journal as an outbox: every observing plugin has a cursor of its own and is told of all events in
order.

On PostgreSQL an event may become visible after one with a higher number, so a cursor is (transaction id, seq)
and reads stop below the oldest transaction that still runs. Delivery is at least once and starts with the
first event of the journal.
"""

import os
import secrets
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection, Engine

from ..store import tables
from ..store.engine import reading, retrying, writing
from .events import Event
from .reading import event_of

BATCH_SIZE = 200
LEASE = timedelta(seconds=60)
FAILURES_BEFORE_PARKING = 5

Deliver = Callable[[Sequence[Event]], str | None]


@frozen
class CursorStatus:
    """How far an observing plugin is: events still ``waiting``, failures of the next batch, events ``parked``."""

    plugin: str
    seq: int
    waiting: int
    failures: int
    error: str | None
    parked: int


def deliver(engine: Engine, plugin: str, call: Deliver) -> int:
    """Hand a plugin the events it has not seen, until none is left or it fails. Returns how many it took.

    ``call`` returns what went wrong, None where nothing did. One process at a time serves a cursor; another
    one that comes meanwhile returns 0. A batch that failed five times is handed over singly, and what fails
    then is parked.
    """
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    if not retrying(lambda: _take(engine, plugin, holder)):
        return 0
    taken = 0
    try:
        while True:
            with reading(engine) as connection:
                failures, events = _next(connection, plugin)
            if not events:
                return taken
            if failures >= FAILURES_BEFORE_PARKING:
                for event in events:
                    _move(engine, plugin, holder, event, parked=call([event]))
            elif error := call(events):
                _failed(engine, plugin, error)
                return taken
            else:
                _move(engine, plugin, holder, events[-1])
            taken += len(events)
    finally:
        retrying(lambda: _release(engine, plugin, holder))


def statuses(connection: Connection, plugins: Sequence[str]) -> list[CursorStatus]:
    """How far each of these plugins is."""
    found = []
    for name in plugins:
        xid, seq, failures, error = _position(connection, name)
        t = tables.event.c
        waiting = connection.execute(
            sa.select(sa.func.count())
            .select_from(tables.event)
            .where(sa.tuple_(t.xid, t.seq) > sa.tuple_(xid, seq))
        ).scalar_one()
        p = tables.parked.c
        parked = connection.execute(sa.select(sa.func.count()).where(p.plugin == name)).scalar_one()
        found.append(CursorStatus(name, seq, waiting, failures, error, parked))
    return found


def _position(connection: Connection, plugin: str) -> tuple[int, int, int, str | None]:
    c = tables.cursor.c
    row = connection.execute(sa.select(c.xid, c.seq, c.failures, c.error).where(c.plugin == plugin)).first()
    return (0, 0, 0, None) if row is None else (row.xid, row.seq, row.failures, row.error)


def _next(connection: Connection, plugin: str) -> tuple[int, list[Event]]:
    xid, seq, failures, _ = _position(connection, plugin)
    t = tables.event.c
    statement = sa.select(tables.event).where(sa.tuple_(t.xid, t.seq) > sa.tuple_(xid, seq))
    if connection.dialect.name == "postgresql":
        statement = statement.where(sa.text("xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))
    rows = connection.execute(statement.order_by(t.xid, t.seq).limit(BATCH_SIZE))
    return failures, [event_of(row) for row in rows]


def _take(engine: Engine, plugin: str, holder: str) -> bool:
    c, now = tables.cursor.c, datetime.now(UTC)
    with writing(engine) as connection:
        row = connection.execute(
            sa.select(c.holder, c.held_until).where(c.plugin == plugin).with_for_update()
        ).first()
        if row is None:
            values = {"plugin": plugin, "xid": 0, "seq": 0, "failures": 0}
            values |= {"holder": holder, "held_until": now + LEASE}
            saved = connection.begin_nested()
            try:
                connection.execute(sa.insert(tables.cursor).values(values))
            except sa.exc.IntegrityError:
                saved.rollback()
                return False
            return True
        if row.holder is not None and row.held_until > now:
            return False
        connection.execute(
            sa.update(tables.cursor).where(c.plugin == plugin).values(holder=holder, held_until=now + LEASE)
        )
        return True


def _release(engine: Engine, plugin: str, holder: str) -> None:
    c = tables.cursor.c
    with writing(engine) as connection:
        connection.execute(
            sa.update(tables.cursor)
            .where(c.plugin == plugin, c.holder == holder)
            .values(holder=None, held_until=None)
        )


def _move(engine: Engine, plugin: str, holder: str, event: Event, parked: str | None = None) -> None:
    """Put the cursor behind an event, and keep the lease; a ``parked`` error is listed with the event."""

    def work() -> None:
        c, now = tables.cursor.c, datetime.now(UTC)
        with writing(engine) as connection:
            connection.execute(
                sa.update(tables.cursor)
                .where(c.plugin == plugin, c.holder == holder)
                .values(xid=event.xid, seq=event.seq, failures=0, error=None, held_until=now + LEASE)
            )
            if parked is not None:
                p = tables.parked
                connection.execute(sa.delete(p).where(p.c.plugin == plugin, p.c.seq == event.seq))
                connection.execute(sa.insert(p).values(plugin=plugin, seq=event.seq, error=parked, at=now))

    retrying(work)


def _failed(engine: Engine, plugin: str, error: str) -> None:
    def work() -> None:
        c = tables.cursor.c
        with writing(engine) as connection:
            connection.execute(
                sa.update(tables.cursor)
                .where(c.plugin == plugin)
                .values(failures=c.failures + 1, error=error)
            )

    retrying(work)
