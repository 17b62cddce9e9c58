"""Appending to the journal, in the transaction that makes the changes."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.journal.events import (
    BATCH,
    ENTER,
    EVALUATE,
    EXPORT,
    GENESIS,
    READ,
    chain_hash,
    digest_of,
    payload_of,
)
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store import tables
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.changes import Change
from dealwright_core.store.numbering import allocate
from dealwright_core.store.prepared import Prepared

# What stands in place of a kind where an event is about no record; no kind can have these names.
SYSTEM_ENTRY = "system"
EXPORT_ENTRY = "export"
EVALUATION_ENTRY = "evaluation"
_T = tables.event.c
_KIND: sa.BindParameter[str] = sa.bindparam("key_kind")
_ID: sa.BindParameter[int] = sa.bindparam("key_id")
_INSERT = Prepared(sa.insert(tables.event))
_NEWEST_OWN = Prepared(
    sa.select(_T.hash)
    .where(_T.record == _KIND, _T.record_id == _ID, _T.action != BATCH)
    .order_by(_T.seq.desc())
    .limit(1)
)
_NEWEST_BATCH = Prepared(
    sa.select(_T.hash)
    .where(_T.record == _KIND, _T.action == BATCH, _T.record_id <= _ID, _T.last_id >= _ID)
    .order_by(_T.record_id.desc())
    .limit(1)
)
_TRANSACTION = Prepared(sa.text("SELECT pg_current_xact_id()::text::bigint"))


@frozen(kw_only=True)
class Cause:
    """Who did what with which plugins, common to all events of a command."""

    actor: str
    command: str
    at: datetime
    plugins: str
    waivers: str | None = None


def append(
    connection: Connection, catalogue: Catalogue, cause: Cause, changes: Sequence[Change]
) -> list[int]:
    """Write one event for each change. Returns their numbers."""
    if not changes:
        return []
    xid = transaction_id(connection)
    numbers = allocate(connection, tables.event.name, len(changes))
    heads: dict[tuple[str, int], str] = {}
    rows = []
    for seq, change in zip(numbers, changes, strict=True):
        where = (change.kind, change.after.id)
        previous = (
            heads[where]
            if where in heads
            else GENESIS
            if change.before is None
            else head_of(connection, *where)
        )
        row = _row(cause, xid, seq, catalogue.kind(change.kind), change, previous)
        heads[where] = row["hash"]
        rows.append(row)
    insert(connection, rows)
    return list(numbers)


def insert(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write events that are made up already."""
    if connection.dialect.name == "sqlite":
        rows = [{**each, "at": tables.instant_text(each["at"])} for each in rows]
    _INSERT.execute_many(connection, rows)


def append_reads(
    connection: Connection, catalogue: Catalogue, cause: Cause, reads: Sequence[tuple[Record, str]]
) -> None:
    """Write one event for each record that was read by leave of a grant, which it names."""
    if not reads:
        return
    _hold(connection, catalogue, [record for record, _ in reads])
    xid = transaction_id(connection)
    heads: dict[tuple[str, int], str] = {}
    rows = []
    for seq, (record, grant) in zip(allocate(connection, tables.event.name, len(reads)), reads, strict=True):
        kind = catalogue.kind(type(record))
        of = (kind.name, record.id)
        at = (*of, record.ref, record.version)
        row = note(cause, xid, seq, READ, at, {"grant": grant}, heads.get(of) or head_of(connection, *of))
        heads[of] = row["hash"]
        rows.append(row)
    insert(connection, rows)


def _hold(connection: Connection, catalogue: Catalogue, records: Sequence[Record]) -> None:
    """Let nobody else add to the chains of these records before this transaction ends."""
    if connection.dialect.name != "postgresql":
        return
    for kind, id in sorted({(catalogue.kind(type(each)).name, each.id) for each in records}):
        connection.execute(catalogue.statements(kind).by_id_locked, {"key": id})


def append_entry(connection: Connection, cause: Cause, reason: str) -> None:
    """Write that somebody acted as the system, and why."""
    one_batch_at_a_time(connection, SYSTEM_ENTRY)
    seq = allocate(connection, tables.event.name, 1)[0]
    at = (SYSTEM_ENTRY, 0, SYSTEM_ENTRY, 0)
    head = head_of(connection, *at[:2])
    row = note(cause, transaction_id(connection), seq, ENTER, at, {"reason": reason}, head)
    insert(connection, [row])


def append_export(connection: Connection, cause: Cause, kind: str, said: Mapping[str, Any]) -> None:
    """Write that records of a kind were exported, with how many and which fields."""
    one_batch_at_a_time(connection, EXPORT_ENTRY)
    seq = allocate(connection, tables.event.name, 1)[0]
    head = head_of(connection, EXPORT_ENTRY, 0)
    at = (EXPORT_ENTRY, 0, kind, 0)
    row = note(cause, transaction_id(connection), seq, EXPORT, at, said, head)
    insert(connection, [row])


def append_evaluations(
    connection: Connection, cause: Cause, evaluations: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[int]:
    """Write one event for each thing done with a run of a scheme, given by its name. Returns their numbers."""
    if not evaluations:
        return []
    one_batch_at_a_time(connection, EVALUATION_ENTRY)
    head, xid, rows = head_of(connection, EVALUATION_ENTRY, 0), transaction_id(connection), []
    numbers = allocate(connection, tables.event.name, len(evaluations))
    for seq, (scheme, said) in zip(numbers, evaluations, strict=True):
        rows.append(note(cause, xid, seq, EVALUATE, (EVALUATION_ENTRY, 0, scheme, 0), said, head))
        head = rows[-1]["hash"]
    insert(connection, rows)
    return list(numbers)


def append_batch(
    connection: Connection, cause: Cause, kind: str, ids: tuple[int, int], count: int, digest: str
) -> int:
    """Write one event for ``count`` records added with ids in a range; ``digest`` is of their rows.

    The caller holds `one_batch_at_a_time`, so that the ranges of two batches never overlap.
    """
    seq = allocate(connection, tables.event.name, 1)[0]
    t = tables.event.c
    last = connection.execute(
        sa.select(t.hash, t.version)
        .where(t.record == kind, t.action == BATCH)
        .order_by(t.seq.desc())
        .limit(1)
    ).first()
    payload = payload_of({"rows": count, "digest": digest})
    row = {
        "seq": seq, "xid": transaction_id(connection), "at": cause.at, "actor": cause.actor, "command": cause.command,
        "action": BATCH, "record": kind, "record_id": ids[0], "last_id": ids[1], "ref": f"{count} records",
        "version": 1 if last is None else last.version + 1, "plugins": cause.plugins, "waivers": cause.waivers,
        "payload": payload, "salt": "", "digest": digest_of("", payload),
        "previous": GENESIS if last is None else last.hash,
    }  # fmt: skip
    row["hash"] = chain_hash(row)
    insert(connection, [row])
    return seq


def one_batch_at_a_time(connection: Connection, kind: str) -> None:
    """Let no other batch of this kind number its records before this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"dealwright batch {kind}")))
        )


def transaction_id(connection: Connection) -> int:
    """The number of the running transaction on PostgreSQL, 0 on SQLite, where writers come one after another."""
    if connection.dialect.name != "postgresql":
        return 0
    return int(_TRANSACTION.execute(connection).scalar_one())


def note(
    cause: Cause,
    xid: int,
    seq: int,
    action: str,
    at: tuple[str, int, str, int],
    said: Mapping[str, Any],
    previous: str,
) -> dict[str, Any]:
    """An event that changes nothing, of a record given as its kind, id, ref and version."""
    kind, id, ref, version = at
    salt, payload = secrets.token_hex(16), payload_of(said)
    row = {
        "seq": seq, "xid": xid, "at": cause.at, "actor": cause.actor, "command": cause.command, "action": action,
        "record": kind, "record_id": id, "last_id": id, "ref": ref, "version": version, "plugins": cause.plugins,
        "waivers": cause.waivers, "payload": payload, "salt": salt, "digest": digest_of(salt, payload),
        "previous": previous,
    }  # fmt: skip
    row["hash"] = chain_hash(row)
    return row


def _row(cause: Cause, xid: int, seq: int, kind: RecordType, change: Change, previous: str) -> dict[str, Any]:
    values = {name: kind.by_name[name].type.to_json(getattr(change.after, name)) for name in change.fields}
    after, action = change.after, "add" if change.before is None else "change"
    return note(cause, xid, seq, action, (kind.name, after.id, after.ref, after.version), values, previous)


def head_of(connection: Connection, kind: str, id: int) -> str:
    """The hash of the newest event of a record: its own, or that of the batch that added it."""
    found = _NEWEST_OWN.execute(connection, key_kind=kind, key_id=id).scalar()
    return str(found or _NEWEST_BATCH.execute(connection, key_kind=kind, key_id=id).scalar() or GENESIS)
