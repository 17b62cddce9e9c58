"""Reading the organisation as it is on a day, and marking that it changed."""

import secrets
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.access.organisation import Holding, Organisation
from dealwright_core.batches import batches
from dealwright_core.store import tables
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.prepared import Prepared

GENERATION: Final = "generation"
ORGANISATION: Final = "organisation"
# Kinds of record from which it follows what somebody may do.
DECISIVE: Final = frozenset({"team", "member", "position", "deputation", "access_grant"})

_MARKS = Prepared(
    sa.select(tables.meta.c.key, tables.meta.c.value).where(
        sa.or_(tables.meta.c.key == GENERATION, tables.meta.c.key == ORGANISATION)
    )
)


def read_marks(connection: Connection) -> Mapping[str, str]:
    """The marks that change with what follows from the database: its shape and guards, and its organisation."""
    return {row[0]: row[1] for row in _MARKS.execute(connection)}


def set_mark(connection: Connection, name: str) -> str:
    """Give something a new mark: what other processes found out about it no longer holds."""
    table, value = tables.meta, secrets.token_hex(8)
    changed = connection.execute(sa.update(table).where(table.c.key == name).values(value=value)).rowcount
    if not changed:
        connection.execute(sa.insert(table).values(key=name, value=value))
    return value


def holds_on(table: sa.FromClause, day: date) -> "sa.ColumnElement[bool]":
    """Whether a dated record holds on a day: from ``since`` until before ``until``."""
    c = table.c
    return sa.and_(
        sa.or_(c.since.is_(None), c.since <= day),
        sa.or_(c.until.is_(None), c.until > day),
    )


def read_organisation(connection: Connection, catalogue: Catalogue, day: date) -> Organisation:
    """The organisation on a day."""
    position, team, member = (catalogue.table(each) for each in ("position", "team", "member"))
    deputation = catalogue.table("deputation")
    held = sa.select(position.c.ref, position.c.member, position.c.team, position.c.role).where(
        holds_on(position, day)
    )
    stands_in = (
        sa.select(
            position.c.ref,
            deputation.c.deputy,
            position.c.team,
            position.c.role,
            position.c.member.label("holder"),
        )
        .join(position, position.c.id == deputation.c.position)
        .where(holds_on(deputation, day), holds_on(position, day))
    )
    holdings = [
        *(
            Holding(*row)
            for row in connection.execute(held.order_by(position.c.id))
            if row.member is not None
        ),
        *(
            Holding(*row[:4], is_deputy=True, holder=row.holder)
            for row in connection.execute(stands_in.order_by(deputation.c.id))
        ),
    ]
    people = connection.execute(sa.select(member.c.id, member.c.ref, member.c.login)).all()
    return Organisation(
        tuple(holdings),
        {row[0]: row[1] for row in connection.execute(sa.select(team.c.id, team.c.parent))},
        {row.login: row.id for row in people if row.login} | {row.ref: row.id for row in people},
        {row.id: row.ref for row in people},
    )


def granted_to(
    connection: Connection,
    catalogue: Catalogue,
    names: Collection[str],
    day: date,
    *,
    to_export: bool = False,
) -> Mapping[str, Mapping[int, str]]:
    """The records that somebody may read by a grant that holds on a day, or also ``to_export``: the grant's ref by
    kind and id. Of several for one record it is the newest.
    """
    grant = catalogue.table("access_grant")
    statement = (
        sa.select(grant.c.subject_kind, grant.c.subject, grant.c.ref)
        .where(grant.c.person.in_(sorted(names)), holds_on(grant, day), grant.c.revoked_on.is_(None))
        .order_by(grant.c.id)
    )
    if to_export:
        statement = statement.where(grant.c.may_export)
    by_ref: dict[str, dict[str, str]] = {}
    for kind, subject, ref in connection.execute(statement):
        if kind in catalogue.kinds:  # else of a plugin that is gone
            by_ref.setdefault(kind, {})[subject] = ref
    return {kind: _by_id(connection, catalogue.table(kind), grants) for kind, grants in by_ref.items()}


def _by_id(connection: Connection, table: sa.Table, grants: Mapping[str, str]) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for refs in batches(sorted(grants)):
        rows = connection.execute(sa.select(table.c.id, table.c.ref).where(table.c.ref.in_(refs)))
        found.update((row.id, grants[row.ref]) for row in rows)
    return found
