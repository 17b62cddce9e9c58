"""Keeping the normal forms of records beside them, in every transaction that writes such records."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.likeness.forms import EDITION, digest, forms_of, forms_of_column
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import MERGED_INTO, RecordType
from dealwright_core.store import tables
from dealwright_core.store.bulk import Rows
from dealwright_core.store.changes import Change
from dealwright_core.store.organisation import set_mark

# The mark that every merging renews: what was looked up by ref or name before may lead elsewhere now.
MERGED: Final = "merged"
AT_ONCE: Final = 10_000
NAMES: Final = ("kind", "form", "record_id", "what")

_T = tables.likeness.c
_INSERT = sa.insert(tables.likeness)
_DELETE = sa.delete(tables.likeness).where(
    _T.kind == sa.bindparam("of_kind"),
    _T.form == sa.bindparam("of_form"),
    _T.record_id == sa.bindparam("of_record"),
)

Row = tuple[str, int, int, str]


def forms(kind: RecordType, record: Record) -> Mapping[str, str]:
    """The normal forms by which a record is found alike, by field."""
    return forms_of(kind.alike_by, kind.label, [getattr(record, each) for each in kind.alike_by])


def keep(connection: Connection, kind: RecordType, changes: Sequence[Change]) -> None:
    """Keep the forms of records of one kind that were added or changed."""
    stale: dict[Row, None] = {}
    fresh: dict[Row, None] = {}
    for each in changes:
        if each.before is not None and each.fields.isdisjoint(kind.alike_by):
            continue
        before = {} if each.before is None else forms(kind, each.before)
        stale |= dict.fromkeys(_rows(kind, each.after.id, before))
        fresh |= dict.fromkeys(_rows(kind, each.after.id, forms(kind, each.after)))
    gone = [{"of_kind": row[0], "of_form": row[1], "of_record": row[2]} for row in stale if row not in fresh]
    if gone:
        connection.execute(_DELETE, gone)
    new = [dict(zip(NAMES, row, strict=True)) for row in fresh if row not in stale]
    if new:
        connection.execute(_INSERT, new)
    if kind.is_mergeable and any(each.before is not None and MERGED_INTO in each.fields for each in changes):
        set_mark(connection, MERGED)


def keep_rows(connection: Connection, added: Rows) -> None:
    """Keep the forms of records that were added in bulk."""
    names = [spec.name for spec in added.kind.columns]
    columns = [added.columns[names.index(each)] for each in added.kind.alike_by]
    _insert(connection, _rows_of_columns(added.kind, added.ids, columns))


def rules(kind: RecordType) -> str:
    """What the stored forms of a kind depend on beside its records."""
    return json.dumps([EDITION, *sorted(kind.alike_by), kind.label])


def fill(connection: Connection, kind: RecordType, table: sa.Table) -> int:
    """Make the forms of a kind anew from its records. Returns how many records there are."""
    connection.execute(sa.delete(tables.likeness).where(_T.kind == kind.name))
    if not kind.alike_by:
        return 0
    statement = sa.select(table.c.id, *(table.c[each] for each in kind.alike_by))
    after, count = 0, 0
    while found := connection.execute(
        statement.where(table.c.id > after).order_by(table.c.id).limit(AT_ONCE)
    ).all():
        ids, *columns = zip(*found, strict=True)
        _insert(connection, _rows_of_columns(kind, ids, columns))
        after, count = ids[-1], count + len(ids)
    return count


def _rows(kind: RecordType, id: int, found: Mapping[str, str]) -> Iterator[Row]:
    for field, form in found.items():
        yield kind.name, digest(field, form), id, field


def _rows_of_columns(kind: RecordType, ids: Sequence[int], columns: Sequence[Sequence[Any]]) -> list[Row]:
    """The rows of many records, in the order in which the table keeps them."""
    rows: list[Row] = []
    for field, column in zip(kind.alike_by, columns, strict=True):
        found = forms_of_column(column, is_name=field == kind.label)
        rows += [
            (kind.name, digest(field, form), id, field) for id, form in zip(ids, found, strict=True) if form
        ]
    return sorted(rows)


def _insert(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert at the speed of the driver."""
    names = ", ".join(NAMES)
    if connection.dialect.name != "postgresql":
        if rows:
            connection.exec_driver_sql(f"INSERT INTO dw_likeness ({names}) VALUES (?, ?, ?, ?)", list(rows))  # noqa: S608  # names of ours
        return
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY dw_likeness ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    finally:
        cursor.close()
