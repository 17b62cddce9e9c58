"""Events that an observing plugin kept failing on: listed, and handed over once more."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

import sqlalchemy as sa
from attrs import evolve, frozen
from sqlalchemy.engine import Engine

from dealwright_core.journal.outbox import Deliver
from dealwright_core.journal.reading import event_of
from dealwright_core.store import tables
from dealwright_core.store.engine import reading, retrying, writing


@frozen
class Parked:
    """An event that a plugin was last handed at a moment, with what went wrong; ``error`` is None once it is taken."""

    plugin: str
    seq: int
    command: str
    record: str
    ref: str
    at: datetime
    error: str | None


def parked(engine: Engine) -> list[Parked]:
    """Every parked event, by plugin and in order."""
    p, e = tables.parked.c, tables.event.c
    statement = (
        sa.select(p.plugin, p.seq, e.command, e.record, e.ref, p.at, p.error)
        .join(tables.event, e.seq == p.seq)
        .order_by(p.plugin, p.seq)
    )
    with reading(engine) as connection:
        return [Parked(*row) for row in connection.execute(statement)]


def retry(engine: Engine, observers: Mapping[str, Deliver]) -> list[Parked]:
    """Hand the parked events of these plugins over once more. What succeeds is parked no longer."""
    tried = []
    for each in parked(engine):
        if each.plugin not in observers:
            continue
        with reading(engine) as connection:
            row = connection.execute(sa.select(tables.event).where(tables.event.c.seq == each.seq)).one()
        after = evolve(each, error=observers[each.plugin]([event_of(row)]), at=datetime.now(UTC))
        retrying(partial(_keep, engine, after))
        tried.append(after)
    return tried


def _keep(engine: Engine, after: Parked) -> None:
    c = tables.parked.c
    this = (c.plugin == after.plugin, c.seq == after.seq)
    with writing(engine) as connection:
        if after.error is None:
            connection.execute(sa.delete(tables.parked).where(*this))
        else:
            values = {"error": after.error, "at": after.at}
            connection.execute(sa.update(tables.parked).where(*this).values(values))
