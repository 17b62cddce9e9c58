"""What of a record is exported, and how a row of the database is read for it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from attrs import frozen

from dealwright_core.access.owners import NOBODY
from dealwright_core.expr import fields
from dealwright_core.records.recordtype import Field, RecordType
from dealwright_core.store.joining import Joined
from dealwright_core.store.sight import Sight

REF = "ref"
IN_CURRENCY = ("money", "price")


@frozen(eq=False)
class Column:
    """A field that is exported, and where its cells stand in a row."""

    field: Field
    start: int
    end: int

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of a file that hold it: an amount has one for the number and one for the currency."""
        name = self.field.name
        return (name, f"{name}_currency") if self.field.type.name in IN_CURRENCY else (name,)

    def form(self, row: Sequence[Any]) -> Any:
        """The value as JSON can say it; of a link the ref."""
        if self.field.link is not None:
            return row[self.start]
        return self.field.type.to_json(self.field.type.decode(tuple(row[self.start : self.end])))


def columns_of(kind: RecordType, sight: Sight) -> tuple[Column, ...]:
    """The fields of a kind without those that a sight shows of no record, in order; the ref comes before them."""
    columns, at = [], 1
    for each in kind.fields:
        if each.field_class == "plain" or sight.members(kind.name, each.field_class) != NOBODY:
            width = 1 if each.link is not None else len(each.columns)
            columns.append(Column(each, at, at + width))
            at += width
    return tuple(columns)


def selected(
    kind: RecordType, columns: Sequence[Column], joined: Joined, table: sa.Table
) -> "Iterator[sa.ColumnElement[Any]]":
    """The columns of the database that a row has."""
    yield table.c[REF]
    for each in columns:
        if each.field.link is not None:
            yield joined.column(fields(kind.name)[each.field.name].ref)
        else:
            yield from (table.c[spec.name] for spec in each.field.columns)


def record_form(columns: Sequence[Column], row: Sequence[Any]) -> Mapping[str, Any]:
    """A row as JSON can say it, its amounts as number and currency."""
    return {REF: row[0], **{each.field.name: each.form(row) for each in columns}}
