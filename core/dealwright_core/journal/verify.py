"""Proving that the journal is whole: every chain, and every record against the end of its chain."""

import hashlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from attrs import field, frozen
from sqlalchemy.engine import Connection

from ..errors import UsageError
from ..store import tables
from ..store.catalogue import Catalogue
from .events import BATCH, GENESIS, Event, digest_of, payload_of
from .reading import event_of, stream

Ranges = list[tuple[int, int, str]]


@frozen
class Verification:
    """What `verify` found. ``root`` is ``SEQ:HASH``; keep it elsewhere and give it back to prove that nothing
    was cut off.
    """

    events: int
    records: int
    root: str
    faults: tuple[str, ...] = field(default=())


def verify(connection: Connection, catalogue: Catalogue, *, root: str | None = None) -> Verification:
    """Check every event, every chain, and every record's version against its last event.

    Finds an event that was edited, deleted, swapped with another or cut off, and names it. ``root`` is one
    that an earlier verification printed: the journal up to there must still give the same.
    """
    faults: list[str] = []
    batches, heads, count = _chains(connection, faults)
    records = 0
    for kind in catalogue.kinds:
        records += _records(connection, catalogue, kind, batches.get(kind, []), heads.get(kind, {}), faults)
    for kind in heads.keys() - catalogue.kinds.keys():
        # A removed plugin's records cannot be read; its events were still checked above.
        heads.pop(kind)
    if root is not None:
        faults += _against(connection, root)
    return Verification(count, records, root_of(connection), tuple(faults))


def root_of(connection: Connection, until: int | None = None) -> str:
    """``SEQ:HASH`` over the hashes of all events up to a number, in order."""
    t = tables.event.c
    statement = sa.select(t.seq, t.hash).order_by(t.seq)
    if until is not None:
        statement = statement.where(t.seq <= until)
    digest, last = hashlib.sha256(), 0
    for row in stream(connection, statement):
        digest.update(f"{row.seq}:{row.hash}\n".encode())
        last = row.seq
    return f"{last if until is None else until}:{digest.hexdigest()}"


def _against(connection: Connection, root: str) -> Iterator[str]:
    number, _, _ = root.partition(":")
    if not number.isdigit():
        raise UsageError(f"{root!r} is not a root", "give what an earlier db verify printed: NUMBER:HASH")
    if root_of(connection, int(number)) != root:
        yield f"the journal up to event {number} is not what it was when root {root[:20]}… was printed"


def _chains(
    connection: Connection, faults: list[str]
) -> tuple[dict[str, Ranges], dict[str, dict[int, int]], int]:
    """Check all events; returns the ranges of the batches and the last version of each record with events of
    its own.
    """
    t = tables.event
    batches: dict[str, Ranges] = {}
    count = 0
    before: Event | None = None
    for row in stream(connection, sa.select(t).where(t.c.action == BATCH).order_by(t.c.record, t.c.seq)):
        event = event_of(row)
        count += 1
        last = before if before is not None and before.record == event.record else None
        faults += _link(event, last, GENESIS, f"batch {event.version} of {event.record}")
        batches.setdefault(event.record, []).append((event.record_id, event.last_id, event.hash))
        before = event
    heads: dict[str, dict[int, int]] = {}
    before = None
    own = sa.select(t).where(t.c.action != BATCH).order_by(t.c.record, t.c.record_id, t.c.seq)
    for row in stream(connection, own):
        event = event_of(row)
        count += 1
        same = before is not None and (before.record, before.record_id) == (event.record, event.record_id)
        start = (
            GENESIS if event.action == "add" else _covering(batches.get(event.record, []), event.record_id)
        )
        faults += _link(event, before if same else None, start, f"{event.record} {event.ref}")
        heads.setdefault(event.record, {})[event.record_id] = event.version
        before = event
    return batches, heads, count


def _covering(ranges: Ranges, id: int) -> str | None:
    return next((hash for low, high, hash in ranges if low <= id <= high), None)


def _link(event: Event, before: Event | None, start: str | None, of: str) -> Iterator[str]:
    """Faults of one event and of its place behind the one before it in its chain."""
    named = f"event {event.seq} ({event.command}, version {event.version} of {of})"
    if event.computed_hash() != event.hash:
        yield f"{named} was edited: its hash does not match what it says"
    if event.change is not None and digest_of(event.salt or "", payload_of(event.change)) != event.digest:
        yield f"{named} was edited: its digest does not match the change it holds"
    first = 1 if before is None and (event.action in ("add", BATCH)) else 2
    expected = first if before is None else before.version + 1
    if event.version > expected:
        missing = (
            f"version {expected}"
            if event.version == expected + 1
            else f"versions {expected} to {event.version - 1}"
        )
        yield f"the event of {missing} of {of} was deleted: the next one there is {named}"
    elif event.version < expected:
        yield f"{named} stands out of order: events of {of} were swapped"
    elif before is not None and event.previous != before.hash:
        yield f"{named} does not follow event {before.seq}: one of them was replaced or swapped"
    elif before is None and event.previous != (GENESIS if start is None else start):
        yield f"{named} does not follow the event that added {of}: that one was deleted or replaced"
    elif before is None and start is None:
        yield f"the event that added {of} was deleted: the first one there is {named}"


def _records(
    connection: Connection,
    catalogue: Catalogue,
    kind: str,
    ranges: Ranges,
    heads: dict[int, int],
    faults: list[str],
) -> int:
    table = catalogue.table(kind)
    ranges = sorted(ranges)
    at, count, seen = 0, 0, 0
    statement = sa.select(table.c.id, table.c.ref, table.c.version).order_by(table.c.id)
    for row in stream(connection, statement, 5000):
        count += 1
        while at < len(ranges) and ranges[at][1] < row.id:
            at += 1
        covered = at < len(ranges) and ranges[at][0] <= row.id
        last = heads.get(row.id)
        seen += last is not None
        faults += _record(kind, row, last, covered)
    if seen < len(heads):
        ids = {row.id for row in stream(connection, sa.select(table.c.id), 5000)}
        gone = sorted(heads.keys() - ids)
        faults += [f"{kind} with id {id} has events but was deleted from its table" for id in gone[:20]]
    return count


def _record(kind: str, row: Any, last: int | None, covered: bool) -> Iterator[str]:
    version = last if last is not None else 1 if covered else None
    if version is None:
        yield f"{kind} {row.ref} has no event: its events were deleted, or it was written past the door"
    elif row.version > version:
        cut = (
            f"version {row.version}"
            if row.version == version + 1
            else f"versions {version + 1} to {row.version}"
        )
        yield f"the last event of {kind} {row.ref} was cut off: it has version {row.version}, {cut} has no event"
    elif row.version < version:
        yield f"{kind} {row.ref} has version {row.version} but its last event says {version}: the record was set back"
