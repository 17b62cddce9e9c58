"""Proving that the journal is whole: every chain, and every record against the end of its chain."""

import hashlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from attrs import define, field, frozen
from sqlalchemy.engine import Connection

from dealwright_core.errors import DealwrightError, UsageError
from dealwright_core.journal.events import (
    BATCH,
    ERASE,
    GENESIS,
    NOTES,
    UNBOUND,
    Event,
    digest_of,
    payload_of,
)
from dealwright_core.journal.reading import BEFORE_ALL, event_of, stable, stream
from dealwright_core.language import core as _
from dealwright_core.store import numbering, tables
from dealwright_core.store.catalogue import Catalogue


@define(eq=False)
class Known:
    """What the journal says of one kind: its batches by their ids, the last version of each record with
    events of its own, the records that were added one by one, and the events of the record at hand that hold nothing
    any more.
    """

    batches: list[Event] = field(factory=list)
    heads: dict[int, int] = field(factory=dict)
    added: set[int] = field(factory=set)
    emptied: dict[int, str] = field(factory=dict)

    def take(self, event: Event, named: str) -> None:
        """Take in one event of a record, of which the earlier ones were taken in."""
        self.heads[event.record_id] = max(event.version, self.heads.get(event.record_id, 0))
        if event.action == "add":
            self.added.add(event.record_id)
        if event.change is None:
            self.emptied[event.seq] = named
        elif event.action == ERASE:
            for seq in event.change["events"]:
                self.emptied.pop(seq, None)

    def unexplained(self) -> list[str]:
        """The events of the record at hand that hold nothing though no erasure says so; there are no more of it."""
        found = [
            _("{named} lost what it held, and no erasure says so", named=named)
            for named in self.emptied.values()
        ]
        self.emptied.clear()
        return found


@frozen
class Verification:
    """What `verify` found. ``root`` is ``SEQ:HASH`` of the last event before all that may still be committed;
    keep it elsewhere and give it back to prove that nothing was cut off.
    """

    events: int
    records: int
    root: str
    faults: tuple[str, ...] = field(default=())


def verify(connection: Connection, catalogue: Catalogue, *, root: str | None = None) -> Verification:
    """Check every event, every chain, and every record's version against its last event.

    Finds an event that was edited, emptied, deleted, swapped with another or cut off, and names it; and a batch of an
    import that has not as many records as it added. What was erased for a person's sake is known by the event that says
    so in the same chain. ``root`` is one that an earlier verification printed: the
    journal up to there must still give the same. Raises `DealwrightError` after a restore on another PostgreSQL
    server, before the first upgrade or delivery there.
    """
    if numbering.of_another_cluster(connection):
        raise DealwrightError(
            _(
                "the database was restored from another server; fit the order of its events to this "
                "one first: dealwright db upgrade"
            )
        )
    faults: list[str] = []
    known, count = _chains(connection, faults)
    # A removed plugin's records cannot be read; its events were still checked.
    records = sum(
        _records(connection, catalogue.table(kind), known.get(kind, Known()), faults)
        for kind in catalogue.kinds
    )
    if root is not None:
        faults += _against(connection, root)
    return Verification(count, records, root_of(connection), tuple(faults))


def root_of(connection: Connection, until: int | None = None) -> str:
    """``SEQ:HASH`` over the hashes of the events up to the one with a number, by default of all that no event
    can come before any more.

    The order is (xid, seq), as for observers: on PostgreSQL an event may become visible after one with a
    higher number.
    """
    t = tables.event.c
    statement = sa.select(t.seq, t.hash).where(*stable(connection)).order_by(t.xid, t.seq)
    if until is not None:
        end = connection.execute(sa.select(t.xid, t.seq).where(t.seq == until)).first()
        statement = statement.where(sa.tuple_(t.xid, t.seq) <= sa.tuple_(*(end or BEFORE_ALL)))
    digest, last = hashlib.sha256(), 0
    for row in stream(connection, statement):
        digest.update(f"{row.seq}:{row.hash}\n".encode())
        last = row.seq
    return f"{last}:{digest.hexdigest()}"


def _against(connection: Connection, root: str) -> Iterator[str]:
    number, __, __ = root.partition(":")
    if not number.isdigit():
        raise UsageError(
            _("{root!r} is not a root", root=root), _("give what an earlier db verify printed: NUMBER:HASH")
        )
    if root_of(connection, int(number)) != root:
        yield _(
            "the journal up to event {number} is not what it was when root {root}… was printed",
            number=number,
            root=root[:20],
        )


def _chains(connection: Connection, faults: list[str]) -> tuple[dict[str, Known], int]:
    """Check all events; returns what they say of each kind, and how many there are."""
    t = tables.event
    found: dict[str, Known] = {}
    count = 0
    before: Event | None = None
    for row in stream(connection, sa.select(t).where(t.c.action == BATCH).order_by(t.c.record, t.c.seq)):
        event = event_of(row)
        count += 1
        last = before if before is not None and before.record == event.record else None
        of = _("batch {version} of {record}", version=event.version, record=event.record)
        faults += _link(event, last, None if last is None else last.version, GENESIS, of)
        if event.change is None:
            faults.append(_("{named} lost what it held", named=_named(event, of)))
        found.setdefault(event.record, Known()).batches.append(event)
        before = event
    before = None
    own = sa.select(t).where(t.c.action != BATCH).order_by(t.c.record, t.c.record_id, t.c.seq)
    for row in stream(connection, own):
        event = event_of(row)
        count += 1
        if before is not None and (before.record, before.record_id) != (event.record, event.record_id):
            faults += found[before.record].unexplained()
            before = None
        known = found.setdefault(event.record, Known())
        start = GENESIS if event.action in ("add", *UNBOUND) else _covering(known.batches, event.record_id)
        version: int | None = None if before is None else known.heads[event.record_id]
        of = f"{event.record} {event.ref}"
        faults += _link(event, before, version, start, of)
        known.take(event, _named(event, of))
        before = event
    if before is not None:
        faults += found[before.record].unexplained()
    return found, count


def _covering(batches: list[Event], id: int) -> str | None:
    return next((each.hash for each in batches if each.record_id <= id <= each.last_id), None)


def _named(event: Event, of: str) -> str:
    return _(
        "event {seq} ({command}, version {version} of {of})",
        seq=event.seq,
        command=event.command,
        version=event.version,
        of=of,
    )


def _link(
    event: Event, before: Event | None, version: int | None, start: str | None, of: str
) -> Iterator[str]:
    """Faults of one event and of its place behind the one before it in its chain, which came to ``version``."""
    named = _named(event, of)
    if event.computed_hash() != event.hash:
        yield _("{named} was edited: its hash does not match what it says", named=named)
    if event.change is not None and digest_of(event.salt or "", payload_of(event.change)) != event.digest:
        yield _("{named} was edited: its digest does not match the change it holds", named=named)
    expected = _expected(event, version)
    if event.version > expected:
        missing = _versions(expected, event.version - 1)
        yield _(
            "the event of {missing} of {of} was deleted: the next one there is {named}",
            missing=missing,
            of=of,
            named=named,
        )
    elif event.version < expected and event.action not in NOTES:
        yield _("{named} stands out of order: events of {of} were swapped", named=named, of=of)
    elif before is not None and event.previous != before.hash:
        yield _(
            "{named} does not follow event {seq}: one of them was replaced or swapped",
            named=named,
            seq=before.seq,
        )
    elif before is None and event.previous != (GENESIS if start is None else start):
        yield _(
            "{named} does not follow the event that added {of}: that one was deleted or replaced",
            named=named,
            of=of,
        )
    elif before is None and start is None:
        yield _("the event that added {of} was deleted: the first one there is {named}", of=of, named=named)


def _expected(event: Event, version: int | None) -> int:
    """The version that an event has at most: that of a note is the record's when it was read."""
    if event.action in NOTES:
        return (0 if event.action in UNBOUND else 1) if version is None else version
    if version is None:
        return 1 if event.action in ("add", BATCH) else 2
    return version + 1


def _records(connection: Connection, table: sa.Table, known: Known, faults: list[str]) -> int:
    batches = sorted(known.batches, key=lambda each: each.record_id)
    held = [0] * len(batches)
    at, count, seen = 0, 0, 0
    statement = sa.select(table.c.id, table.c.ref, table.c.version).order_by(table.c.id)
    for row in stream(connection, statement, 5000):
        count += 1
        while at < len(batches) and batches[at].last_id < row.id:
            at += 1
        covered = at < len(batches) and batches[at].record_id <= row.id
        if covered and row.id not in known.added:
            held[at] += 1
        last = known.heads.get(row.id)
        seen += last is not None
        faults += _record(table.name, row, last, covered)
    for batch, rows in zip(batches, held, strict=True):
        faults += _batch(batch, rows)
    if seen < len(known.heads):
        ids = {row.id for row in stream(connection, sa.select(table.c.id), 5000)}
        gone = sorted(known.heads.keys() - ids)
        faults += [
            _("{table} with id {id} has events but was deleted from its table", table=table.name, id=id)
            for id in gone[:20]
        ]
    return count


def _batch(batch: Event, rows: int) -> Iterator[str]:
    """What is wrong with the number of records that a batch still has; not their contents."""
    added = None if batch.change is None else batch.change.get("rows")
    if added is not None and added != rows:
        yield (
            _(
                "batch {version} of {record} (event {seq}, ids {record_id} to {last_id}) added {added} "
                "records, its table has {rows} of them: ",
                version=batch.version,
                record=batch.record,
                seq=batch.seq,
                record_id=batch.record_id,
                last_id=batch.last_id,
                added=added,
                rows=rows,
            )
            + (_("records were deleted") if rows < added else _("some were written past the door"))
        )


def _record(kind: str, row: Any, last: int | None, covered: bool) -> Iterator[str]:
    version = last if last is not None else 1 if covered else None
    if version is None:
        yield _(
            "{kind} {ref} has no event: its events were deleted, or it was written past the door",
            kind=kind,
            ref=row.ref,
        )
    elif row.version > version:
        cut = _versions(version + 1, row.version)
        yield _(
            "the last event of {kind} {ref} was cut off: it has version {version}, {cut} has no event",
            kind=kind,
            ref=row.ref,
            version=row.version,
            cut=cut,
        )
    elif row.version < version:
        yield _(
            "{kind} {ref} has version {version} but its last event says {said}: the record was set back",
            kind=kind,
            ref=row.ref,
            version=row.version,
            said=version,
        )


def _versions(first: int, last: int) -> str:
    return (
        _("version {first}", first=first)
        if first == last
        else _("versions {first} to {last}", first=first, last=last)
    )
