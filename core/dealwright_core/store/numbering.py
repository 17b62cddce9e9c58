"""Ids and event numbers, handed out inside the transaction that uses them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateSequence

from . import tables

_NEXT_VALUES = sa.text("SELECT nextval(CAST(:name AS regclass)) FROM generate_series(1, :count)")
_ADVANCE = (
    sa.update(tables.sequence)
    .where(tables.sequence.c.name == sa.bindparam("key"))
    .values(following=tables.sequence.c.following + sa.bindparam("count"))
    .returning(tables.sequence.c.following)
)


def sequence_name(table: str) -> str:
    """The PostgreSQL sequence behind a table's ids."""
    return f"{table}_id_seq"


def allocate(connection: Connection, name: str, count: int) -> Sequence[int]:
    """``count`` new numbers, ascending. Contiguous on SQLite; on PostgreSQL other writers may hold some between."""
    if connection.dialect.name == "postgresql":
        rows = connection.execute(_NEXT_VALUES, {"name": f'"{sequence_name(name)}"', "count": count})
        return sorted(rows.scalars())
    following = connection.execute(_ADVANCE, {"key": name, "count": count}).scalar_one()
    return range(following - count, following)


def create(connection: Connection, name: str) -> None:
    """Make the numbering of a new table, starting at 1."""
    if connection.dialect.name == "postgresql":
        connection.execute(CreateSequence(sa.Sequence(sequence_name(name)), if_not_exists=True))
        return
    table = tables.sequence
    known = connection.execute(sa.select(table.c.name).where(table.c.name == name)).first()
    if known is None:
        connection.execute(sa.insert(table).values(name=name, following=1))
