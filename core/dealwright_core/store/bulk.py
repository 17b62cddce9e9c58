"""Many rows of one kind at the speed of the driver: columns in, no object a row."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.batches import batches
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.tables import INSTANT_FORMAT


@frozen
class Rows:
    """New records of one kind as columns: ``columns`` are those of `RecordType.columns`, in order, one list each."""

    kind: RecordType
    ids: Sequence[int]
    refs: Sequence[str]
    columns: Sequence[Sequence[Any]]
    digests: Sequence[int | None]
    at: datetime

    def __len__(self) -> int:
        return len(self.ids)

    def records(self) -> list[Record]:
        """The rows as records, for guards that want to see them."""
        count = len(self)
        head = (self.ids, self.refs, [self.at] * count, [self.at] * count, [1] * count)
        return [self.kind.build(row) for row in zip(*head, *self.columns, strict=True)]


def ids_by_label(
    connection: Connection, table: sa.Table, label: str, texts: Iterable[str]
) -> dict[str, list[int]]:
    """The ids of the stored records that are called by these texts; several where a text names several."""
    found: dict[str, list[int]] = {}
    column = table.c[label]
    for row in _found(connection, sa.select(column, table.c.id).order_by(table.c.id), column, texts):
        found.setdefault(row[0], []).append(row[1])
    return found


def _found(
    connection: Connection, statement: "sa.Select[Any]", column: Any, wanted: Iterable[str]
) -> Iterable[Any]:
    for part in batches(dict.fromkeys(wanted)):
        yield from connection.execute(statement.where(column.in_(part)))


def insert(connection: Connection, table: sa.Table, rows: Rows) -> None:
    """Insert the rows with version 1. Raises SQLAlchemy's IntegrityError where a ref or a unique group is taken."""
    count = len(rows)
    names = [
        "id",
        "ref",
        "created_at",
        "updated_at",
        "version",
        *(spec.name for spec in rows.kind.columns),
        "source_digest",
    ]
    kinds = [spec.kind for spec in rows.kind.columns]
    if connection.dialect.name == "postgresql":
        at: Any = rows.at
        columns: Sequence[Sequence[Any]] = rows.columns
    else:
        at = rows.at.strftime(INSTANT_FORMAT)
        columns = [_for_sqlite(kind, column) for kind, column in zip(kinds, rows.columns, strict=True)]
    whole = zip(
        rows.ids, rows.refs, [at] * count, [at] * count, [1] * count, *columns, rows.digests, strict=True
    )
    quoted = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name == "postgresql":
        _copy(connection, f'COPY "{table.name}" ({quoted}) FROM STDIN', whole)
        return
    marks = ", ".join("?" * len(names))
    connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({quoted}) VALUES ({marks})', list(whole))  # noqa: S608  # names of ours


def _for_sqlite(kind: str, column: Sequence[Any]) -> Sequence[Any]:
    if kind == "date":
        texts: dict[date | None, str | None] = {None: None}
        texts |= {day: day.isoformat() for day in set(column) if day is not None}
        return list(map(texts.__getitem__, column))
    if kind == "instant":
        return [None if moment is None else moment.strftime(INSTANT_FORMAT) for moment in column]
    return column


def _copy(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except Exception as error:
        import psycopg

        if isinstance(error, psycopg.IntegrityError):
            raise sa.exc.IntegrityError(statement, None, error) from error
        raise
    finally:
        cursor.close()
