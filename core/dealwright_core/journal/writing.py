"""Appending to the journal, in the transaction that makes the changes."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.journal.events import BATCH, GENESIS, chain_hash, digest_of, payload_of
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store import tables
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.changes import Change
from dealwright_core.store.numbering import allocate

_T = tables.event.c
_KIND: sa.BindParameter[str] = sa.bindparam("key_kind")
_ID: sa.BindParameter[int] = sa.bindparam("key_id")
_INSERT = sa.insert(tables.event)
_NEWEST_OWN = (
    sa.select(_T.hash)
    .where(_T.record == _KIND, _T.record_id == _ID, _T.action != BATCH)
    .order_by(_T.seq.desc())
    .limit(1)
)
_NEWEST_BATCH = (
    sa.select(_T.hash)
    .where(_T.record == _KIND, _T.action == BATCH, _T.record_id <= _ID, _T.last_id >= _ID)
    .order_by(_T.record_id.desc())
    .limit(1)
)


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
            else _head(connection, *where)
        )
        row = _row(cause, xid, seq, catalogue.kind(change.kind), change, previous)
        heads[where] = row["hash"]
        rows.append(row)
    connection.execute(_INSERT, rows)
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
    connection.execute(sa.insert(tables.event), [row])
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
    return int(connection.execute(sa.text("SELECT pg_current_xact_id()::text::bigint")).scalar_one())


def _row(cause: Cause, xid: int, seq: int, kind: RecordType, change: Change, previous: str) -> dict[str, Any]:
    values = {name: kind.by_name[name].type.to_json(getattr(change.after, name)) for name in change.fields}
    salt, payload = secrets.token_hex(16), payload_of(values)
    after = change.after
    row = {
        "seq": seq, "xid": xid, "at": cause.at, "actor": cause.actor, "command": cause.command,
        "action": "add" if change.before is None else "change", "record": kind.name, "record_id": after.id,
        "last_id": after.id, "ref": after.ref, "version": after.version, "plugins": cause.plugins,
        "waivers": cause.waivers, "payload": payload, "salt": salt, "digest": digest_of(salt, payload),
        "previous": previous,
    }  # fmt: skip
    row["hash"] = chain_hash(row)
    return row


def _head(connection: Connection, kind: str, id: int) -> str:
    """The hash of the newest event of a record: its own, or that of the batch that added it."""
    of = {"key_kind": kind, "key_id": id}
    found = connection.execute(_NEWEST_OWN, of).scalar()
    return str(found or connection.execute(_NEWEST_BATCH, of).scalar() or GENESIS)
