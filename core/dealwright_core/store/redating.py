"""Amounts of records that are dated with another one, such as the lines of an opportunity.

Their amounts in the base currency are converted at the rate of that record's day, and again when the day changes.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.batches import batches
from dealwright_core.records.recordtype import Field, RecordType
from dealwright_core.store.rates import BaseAmounts
from dealwright_core.values import Money

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue


def redate(
    connection: Connection,
    catalogue: "Catalogue",
    base: BaseAmounts,
    kind: RecordType,
    *,
    ids: Collection[int] = (),
    owners: Collection[int] = (),
) -> None:
    """Convert anew the amounts of the records with these ids, or of those that belong to these owners."""
    table = catalogue.table(kind.name)
    for column, wanted in ((table.c.id, ids), (table.c[kind.dated_with], owners)):
        for part in batches(wanted):
            condition = column.in_(part)
            for field in kind.fields:
                if field.type.name == "money":
                    _convert(connection, catalogue, base, kind, field, condition)


def _convert(
    connection: Connection,
    catalogue: "Catalogue",
    base: BaseAmounts,
    kind: RecordType,
    field: Field,
    condition: "sa.ColumnElement[bool]",
) -> None:
    table = catalogue.table(kind.name)
    owner_kind = catalogue.kinds[kind.by_name[kind.dated_with].link or ""]
    owner = catalogue.table(owner_kind.name)
    minor, currency = table.c[f"{field.name}_minor"], table.c[f"{field.name}_currency"]
    amounts = (
        sa.select(
            table.c.id, minor, currency, owner.c.created_at, *(owner.c[name] for name in owner_kind.dated_by)
        )
        .join(owner, owner.c.id == table.c[kind.dated_with])
        .where(condition, currency != catalogue.currency)
        .with_for_update(of=owner)  # who changes its day meanwhile waits, and then finds these amounts
    )
    found = [
        {"of": row[0], "base": base.minor(Money(row[1], row[2]), _day(catalogue, row[3], row[4:]))}
        for row in connection.execute(amounts)
    ]
    if found:
        converted = sa.update(table).where(table.c.id == sa.bindparam("of"))
        connection.execute(converted.values({f"{field.name}_base": sa.bindparam("base")}), found)


def _day(catalogue: "Catalogue", created: datetime, days: Any) -> date:
    known: Iterator[date] = (day for day in days if day is not None)
    return next(known, catalogue.calendar.day_of(created))
