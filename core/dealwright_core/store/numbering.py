"""Ids and event numbers, handed out inside the transaction that uses them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateSequence

from dealwright_core.store import tables
from dealwright_core.store.prepared import Prepared

_NEXT_VALUES = Prepared(sa.text("SELECT nextval(CAST(:name AS regclass)) FROM generate_series(1, :count)"))
_NEXT_TRANSACTION = sa.text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
_ADVANCE = Prepared(
    sa.update(tables.sequence)
    .where(tables.sequence.c.name == sa.bindparam("key"))
    .values(following=tables.sequence.c.following + sa.bindparam("count"))
    .returning(tables.sequence.c.following)
)


def sequence_name(table: str) -> str:
    """The PostgreSQL sequence behind a table's ids."""
    return tables.short_name(table, "_id_seq")


def allocate(connection: Connection, name: str, count: int) -> Sequence[int]:
    """``count`` new numbers, ascending. Contiguous on SQLite; on PostgreSQL other writers may hold some between."""
    if connection.dialect.name == "postgresql":
        rows = _NEXT_VALUES.execute(connection, name=f'"{sequence_name(name)}"', count=count)
        return sorted(rows.scalars())
    following = _ADVANCE.execute(connection, key=name, count=count).scalar_one()
    return range(following - count, following)


def numbering(table: sa.Table, prefix: str, dialect: str) -> Prepared:
    """A new id of ``table``, as column ``id``, and whether a record has its ref, PREFIX and the id, already."""

    def taken(id: sa.ColumnElement[int], *outer: sa.FromClause) -> sa.ColumnElement[bool]:
        ref = sa.literal(prefix, sa.String) + sa.cast(id, sa.String)
        return sa.exists(sa.select(table.c.id).where(table.c.ref == ref).correlate(*outer)).label("taken")

    if dialect == "postgresql":
        following = sa.func.nextval(sa.cast(f'"{sequence_name(table.name)}"', REGCLASS)).label("id")
        # Without the CTE the planner could draw two numbers, one for each column.
        drawn = sa.select(following).cte("drawn").prefix_with("MATERIALIZED", dialect="postgresql")
        return Prepared(sa.select(drawn.c.id, taken(drawn.c.id, drawn)))
    sequence = tables.sequence
    drawn_id = sequence.c.following - 1
    advance = sa.update(sequence).where(sequence.c.name == table.name)
    advanced = advance.values(following=sequence.c.following + 1)
    return Prepared(advanced.returning(drawn_id.label("id"), taken(drawn_id, sequence)))


def create(connection: Connection, *names: str) -> None:
    """Make the numbering of new tables, each starting at 1."""
    if connection.dialect.name == "postgresql":
        made = (CreateSequence(sa.Sequence(sequence_name(each)), if_not_exists=True) for each in names)
        if names:
            connection.exec_driver_sql(
                ";".join(str(each.compile(dialect=connection.dialect)) for each in made)
            )
        return
    table = tables.sequence
    known = set(connection.execute(sa.select(table.c.name)).scalars())
    new = [{"name": name, "following": 1} for name in names if name not in known]
    if new:
        connection.execute(sa.insert(table), new)


def of_another_cluster(connection: Connection) -> bool:
    """Whether events carry transaction ids that this PostgreSQL server has yet to give out: the database was
    restored from an older one.
    """
    if connection.dialect.name != "postgresql":
        return False
    newest = connection.execute(sa.select(sa.func.max(tables.event.c.xid))).scalar()
    return newest is not None and newest >= connection.execute(_NEXT_TRANSACTION).scalar_one()


def put_before_this_cluster(connection: Connection) -> None:
    """Move the transaction ids of another cluster below zero, where they keep their order and come before all
    that this one gives out. Events that were written here since have higher numbers and stay.
    """
    if not of_another_cluster(connection):
        return
    connection.execute(sa.text("LOCK TABLE dw_event, dw_cursor IN SHARE ROW EXCLUSIVE MODE"))
    event, cursor = tables.event, tables.cursor
    limit = connection.execute(_NEXT_TRANSACTION).scalar_one()
    foreign = sa.select(sa.func.max(event.c.xid), sa.func.max(event.c.seq)).where(event.c.xid >= limit)
    newest, last = connection.execute(foreign).one()
    if newest is not None:
        connection.execute(sa.update(event).where(event.c.seq <= last).values(xid=event.c.xid - newest - 1))
        connection.execute(sa.update(cursor).values(xid=cursor.c.xid - newest - 1))
