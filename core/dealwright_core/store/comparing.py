"""Whether a field of a stored record equals a value."""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from dealwright_core.errors import InvalidValue, UsageError
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records.fieldtypes import TYPES, FieldType
from dealwright_core.records.record import COMMON, Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.spelling import did_you_mean

MOST_VALUES: Final = 30_000
COMMON_TYPES: Final[Mapping[str, FieldType]] = {
    "id": TYPES["integer"],
    "ref": TYPES["text"],
    "created_at": TYPES["instant"],
    "updated_at": TYPES["instant"],
    "version": TYPES["integer"],
}


def is_plain(kind: RecordType, name: str, value: Any) -> bool:
    """Whether one column equal to one value is all that a condition says."""
    is_one = value is not None and not isinstance(value, list | tuple | set | frozenset)
    return is_one and (name in COMMON or (name in kind.by_name and len(kind.by_name[name].columns) == 1))


def column_of(table: sa.Table, kind: RecordType, name: str) -> "sa.Column[Any]":
    """The column by which a field is compared and sorted: of an amount that in the base currency."""
    if name in COMMON:
        return table.c[name]
    if name not in kind.by_name:
        raise UsageError(
            _(
                "{kind} has no field {name!r}{near}",
                kind=kind.name,
                name=name,
                near=did_you_mean(name, kind.by_name),
            )
        )
    base = f"{name}_base"
    return table.c[base if base in table.c else kind.by_name[name].columns[0].name]


def equal(table: sa.Table, kind: RecordType, name: str, value: Any) -> "sa.ColumnElement[bool]":
    """Whether a field equals a value, or any of several."""
    if not isinstance(value, list | tuple | set | frozenset):
        return _equal_one(table, kind, name, value)
    column = column_of(table, kind, name)
    if len(value) > MOST_VALUES:
        raise UsageError(
            _(
                "{kind}.{name}: {count} values are too many to look for at once",
                kind=kind.name,
                name=name,
                count=len(value),
            )
        )
    if name not in COMMON and len(kind.by_name[name].columns) > 1:
        return sa.or_(sa.false(), *(_equal_one(table, kind, name, each) for each in value))
    return sa.and_(sa.true(), column.in_([plain(kind, name, each) for each in value]))


def plain(kind: RecordType, name: str, value: Any) -> Any:
    """A value to compare a field with: a record stands for its id. Raises `InvalidValue` for a wrong type."""
    wanted = value.id if isinstance(value, Record) else value
    expected = COMMON_TYPES.get(name) or kind.by_name[name].type
    if wanted is not None:
        try:
            expected.check(wanted)
        except InvalidValue as error:
            raise InvalidValue(joined("", (kind.name, ".", name, ": ", error))) from None
    return wanted


def _equal_one(table: sa.Table, kind: RecordType, name: str, value: Any) -> "sa.ColumnElement[bool]":
    column = column_of(table, kind, name)
    wanted = plain(kind, name, value)
    if name in COMMON:
        return sa.and_(sa.true(), column == wanted)
    known = kind.by_name[name]
    if wanted is None:
        return table.c[known.columns[0].name].is_(None)
    cells = known.type.encode(wanted, lambda money: 0)
    exact = [
        (spec, cell)
        for spec, cell in zip(known.columns, cells, strict=True)
        if not spec.name.endswith("_base")
    ]
    return sa.and_(sa.true(), *(table.c[spec.name] == cell for spec, cell in exact))
