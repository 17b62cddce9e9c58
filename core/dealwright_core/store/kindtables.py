"""The tables of record kinds."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from attrs import frozen

from dealwright_core.records.fieldtypes import ColumnSpec
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.tables import BIG, COLUMN_TYPES, index_name

Group = tuple[str, ...]


@frozen
class Shape:
    """What decides the table of a record kind: of each field its name, columns, link, and whether it may be empty."""

    name: str
    fields: tuple[tuple[str, tuple[ColumnSpec, ...], str | None, bool], ...]
    unique: tuple[Group, ...]
    indexes: tuple[Group, ...]


def tables_of(kinds: Iterable[RecordType]) -> sa.MetaData:
    """One MetaData with the table of every kind; links among them are foreign keys.

    Platforms of one process whose kinds have the same shape share it, so nobody may alter it.
    """
    return _tables_of(tuple(map(_shape_of, kinds)))


@lru_cache(maxsize=16)
def _tables_of(shapes: tuple[Shape, ...]) -> sa.MetaData:
    metadata = sa.MetaData()
    for shape in shapes:
        _add_table(shape, metadata)
    return metadata


def _shape_of(kind: RecordType) -> Shape:
    fields = tuple((each.name, each.columns, each.link, each.optional) for each in kind.fields)
    return Shape(kind.name, fields, kind.unique, kind.indexes)


def _add_table(shape: Shape, metadata: sa.MetaData) -> None:
    """The table of a record kind: the common columns, those of its fields, and ``source_digest`` for imports."""
    columns: list[Any] = [
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("ref", COLUMN_TYPES["text"], nullable=False),
        sa.Column("created_at", COLUMN_TYPES["instant"], nullable=False),
        sa.Column("updated_at", COLUMN_TYPES["instant"], nullable=False),
        sa.Column("version", COLUMN_TYPES["integer"], nullable=False),
    ]
    for name, specs, link, is_optional in shape.fields:
        for spec in specs:
            target = [sa.ForeignKey(f"{link}.id")] if link else []
            columns.append(sa.Column(spec.name, COLUMN_TYPES[spec.kind], *target, nullable=is_optional))
        if link and (name,) not in shape.unique:
            columns.append(sa.Index(index_name(shape.name, (name,)), name))
    columns.append(sa.Column("source_digest", COLUMN_TYPES["integer"]))
    columns.append(sa.Index(index_name(shape.name, ("ref",), unique=True), "ref", unique=True))
    for group in shape.unique:
        columns.append(_index(shape, group, unique=True))
    for group in shape.indexes:
        columns.append(_index(shape, group, unique=False))
    sa.Table(shape.name, metadata, *columns)


def _index(shape: Shape, group: Group, *, unique: bool) -> sa.Index:
    by_name = {name: specs for name, specs, _, _ in shape.fields}
    columns = [spec.name for name in group for spec in by_name[name]]
    return sa.Index(index_name(shape.name, group, unique=unique), *columns, unique=unique)
