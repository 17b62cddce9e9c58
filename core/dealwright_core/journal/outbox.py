"""The journal as an outbox: every observing plugin has a cursor of its own and is told of all events in
order.

On PostgreSQL an event may become visible after one with a higher number, so a cursor is (transaction id, seq)
and reads stop below the oldest transaction that still runs. Delivery is at least once and starts with the
first event of the journal. One delivery ends with the event that was the newest at its start: what observers
write meanwhile is for the next one.
"""

import os
import secrets
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection, Engine

from dealwright_core.journal.events import Event
from dealwright_core.journal.reading import BEFORE_ALL, Place, event_of, stable
from dealwright_core.store import numbering, tables
from dealwright_core.store.engine import reading, retrying, writing

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
    """Hand a plugin the events it has not seen, until none is left, it fails or another process took over.
    Returns how many it took.

    ``call`` returns what went wrong, None where nothing did. One process at a time serves a cursor; another
    one that comes meanwhile returns 0. A batch that failed five times is handed over singly, and what fails
    then is parked.
    """
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    if not retrying(lambda: _take(engine, plugin, holder)):
        return 0
    taken = 0
    try:
        end = _end(engine)
        while True:
            with reading(engine) as connection:
                failures, events = _next(connection, plugin, end)
            if not events:
                return taken
            if failures >= FAILURES_BEFORE_PARKING:
                for event in events:
                    if not _move(engine, plugin, holder, event, parked=call([event])):
                        return taken
                    taken += 1
            elif error := call(events):
                _failed(engine, plugin, holder, error)
                return taken
            elif _move(engine, plugin, holder, events[-1]):
                taken += len(events)
            else:
                return taken
    finally:
        retrying(lambda: _release(engine, plugin, holder))


def _end(engine: Engine) -> Place:
    """The newest event that may be delivered."""
    with reading(engine) as connection:
        restored = numbering.of_another_cluster(connection)
    if restored:
        with writing(engine) as connection:
            numbering.put_before_this_cluster(connection)
    with reading(engine) as connection:
        t = tables.event.c
        newest = sa.select(t.xid, t.seq).where(*stable(connection)).order_by(t.xid.desc(), t.seq.desc())
        row = connection.execute(newest.limit(1)).first()
    return BEFORE_ALL if row is None else (row.xid, row.seq)


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
    return (*BEFORE_ALL, 0, None) if row is None else (row.xid, row.seq, row.failures, row.error)


def _next(connection: Connection, plugin: str, end: Place) -> tuple[int, list[Event]]:
    xid, seq, failures, _ = _position(connection, plugin)
    t = tables.event.c
    place = sa.tuple_(t.xid, t.seq)
    statement = sa.select(tables.event).where(place > sa.tuple_(xid, seq), place <= sa.tuple_(*end))
    rows = connection.execute(statement.order_by(t.xid, t.seq).limit(BATCH_SIZE))
    return failures, [event_of(row) for row in rows]


def _take(engine: Engine, plugin: str, holder: str) -> bool:
    c, now = tables.cursor.c, datetime.now(UTC)
    with writing(engine) as connection:
        row = connection.execute(
            sa.select(c.holder, c.held_until).where(c.plugin == plugin).with_for_update()
        ).first()
        if row is None:
            values = {"plugin": plugin, "xid": BEFORE_ALL[0], "seq": BEFORE_ALL[1], "failures": 0}
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


def _move(engine: Engine, plugin: str, holder: str, event: Event, parked: str | None = None) -> bool:
    """Put the cursor behind an event, and keep the lease; a ``parked`` error is listed with the event.

    False where another process has taken the lease: the cursor is no longer ours to move.
    """

    def work() -> bool:
        c, now = tables.cursor.c, datetime.now(UTC)
        with writing(engine) as connection:
            moved = connection.execute(
                sa.update(tables.cursor)
                .where(c.plugin == plugin, c.holder == holder)
                .values(xid=event.xid, seq=event.seq, failures=0, error=None, held_until=now + LEASE)
            )
            if moved.rowcount != 1:
                return False
            if parked is not None:
                p = tables.parked
                connection.execute(sa.delete(p).where(p.c.plugin == plugin, p.c.seq == event.seq))
                connection.execute(sa.insert(p).values(plugin=plugin, seq=event.seq, error=parked, at=now))
            return True

    return retrying(work)


def _failed(engine: Engine, plugin: str, holder: str, error: str) -> None:
    """Count a failure, unless another process has taken the lease."""

    def work() -> None:
        c = tables.cursor.c
        with writing(engine) as connection:
            connection.execute(
                sa.update(tables.cursor)
                .where(c.plugin == plugin, c.holder == holder)
                .values(failures=c.failures + 1, error=error)
            )

    retrying(work)
