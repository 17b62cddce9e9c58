"""What the schema lacks of what plugins declare: compared with the database, and made if it is additive (a
table, a column that may be empty or has a default, an index).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.errors import DealwrightError
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.store import numbering
from dealwright_core.store.catalogue import Catalogue


@frozen
class Step:
    """One change of the schema, for a person to read."""

    plugin: str
    change: str


def plan(connection: Connection, catalogue: Catalogue) -> list[Step]:
    """The additive changes that `make` would make. Raises `DealwrightError` for one that cannot be derived."""
    return [step for step, _ in _derive(connection, catalogue)]


def make(connection: Connection, catalogue: Catalogue) -> list[Step]:
    """Make the additive changes and say which. Raises `DealwrightError` as `plan` does, before any is made."""
    operations = Operations(MigrationContext.configure(connection))
    done: list[Step] = []
    for step, change in _derive(connection, catalogue):
        _apply(connection, operations, catalogue, change)
        done.append(step)
    return done


def _derive(connection: Connection, catalogue: Catalogue) -> list[tuple[Step, Any]]:
    wanted = catalogue.metadata.tables

    def ours(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        # What a removed plugin left behind stays: its data comes back with it. A unique index does not: it
        # would refuse records that the kind allows.
        table = name if kind == "table" else item.table.name
        left = reflected and other is None and kind in ("table", "column", "index")
        return table in wanted and (not left or _is_unique_group(kind, item))

    context = MigrationContext.configure(
        connection, opts={"include_object": ours, "compare_type": True, "compare_server_default": False}
    )
    steps: list[tuple[Step, Any]] = []
    refused = list(_left_behind(connection, catalogue))
    for change in _flat(compare_metadata(context, catalogue.metadata)):
        table = _table_of(change)
        reason = _not_additive(connection, catalogue, table, change)
        if reason is not None:
            refused.append(reason)
        elif change[0] in _SAID:
            steps.append((Step(catalogue.kinds[table].plugin, _SAID[change[0]](table, change)), change))
    if refused:
        raise DealwrightError(
            _("these changes are not additive and need a revision file in the plugin's folder migrations/: ")
            + "; ".join(refused)
        )
    return steps


_SAID: Mapping[str, Callable[[str, Any], str]] = {
    "add_table": lambda table, change: _("add table {table}", table=table),
    "add_column": lambda table, change: _("add column {table}.{change}", table=table, change=change[3].name),
    "add_index": lambda table, change: _("add index {change}", change=change[1].name),
    "remove_index": lambda table, change: _("drop index {change}", change=change[1].name),
}


def _is_unique_group(kind: str, item: Any) -> bool:
    return kind == "index" and bool(item.unique) and str(item.name).endswith("_key")


def _not_additive(connection: Connection, catalogue: Catalogue, table: str, change: Any) -> str | None:
    """Why a change cannot be derived, None where it can."""
    if change[0] == "add_column":
        column = change[3]
        lacks = not column.nullable and _default_of(catalogue, table, column.name) is None
        if lacks and _has_rows(connection, table):
            return _(
                "{table}.{column} is required without a default, and the table has rows",
                table=table,
                column=column.name,
            )
    elif change[0] == "modify_nullable":
        now, before = (
            (_("may be empty"), _("was required")) if change[6] else (_("is required"), _("could be empty"))
        )
        return _(
            "{table}.{change} {now} now, and {before}", table=table, change=change[3], now=now, before=before
        )
    elif change[0] == "modify_type":
        return _(
            "{table}.{change} is {now} now, and was {before}",
            table=table,
            change=change[3],
            now=change[6],
            before=change[5],
        )
    return None


def _left_behind(connection: Connection, catalogue: Catalogue) -> Iterable[str]:
    """Columns that nobody declares any more and that every new row would need."""
    inspector = sa.inspect(connection)
    present = set(inspector.get_table_names())
    for table in catalogue.metadata.tables.values():
        for column in inspector.get_columns(table.name) if table.name in present else ():
            if column["name"] not in table.c and not column["nullable"] and column.get("default") is None:
                yield _(
                    "{table}.{column} is required in the database and no longer declared",
                    table=table.name,
                    column=column["name"],
                )


def _default_of(catalogue: Catalogue, table: str, column: str) -> Any:
    """What rows that are there already get in a new column; None where nothing is stated."""
    for each in catalogue.kinds[table].fields:
        if each.default is not None and each.columns[0].name == column and len(each.columns) == 1:
            return each.type.encode(each.default, lambda money: money.minor)[0]
    return None


def _flat(changes: Iterable[Any]) -> Iterable[Any]:
    for each in changes:
        if isinstance(each, list):
            yield from _flat(each)
        else:
            yield each


def _table_of(change: Any) -> str:
    if change[0] in ("add_table", "remove_table"):
        return str(change[1].name)
    if change[0] in ("add_column", "remove_column") or change[0].startswith("modify_"):
        return str(change[2])
    found = getattr(change[1], "table", None)
    return str(found.name) if found is not None else str(change[1].parent.name)


def _has_rows(connection: Connection, table: str) -> bool:
    return (
        connection.execute(sa.select(sa.literal(1)).select_from(sa.table(table)).limit(1)).first() is not None
    )


def _apply(connection: Connection, operations: Operations, catalogue: Catalogue, change: Any) -> None:
    if change[0] == "add_table":
        connection.execute(sa.schema.CreateTable(change[1]))
        numbering.create(connection, change[1].name)
    elif change[0] == "add_column":
        _add_column(connection, operations, catalogue, change[2], change[3])
    elif change[0] == "remove_index":
        change[1].drop(connection, checkfirst=True)
    elif change[0] == "add_index":
        if change[1].unique:
            # Alembic's copy of the table has the columns of the index only.
            table = catalogue.metadata.tables[change[1].table.name]
            _refuse_duplicates(connection, table, [table.c[each.name] for each in change[1].columns])
        change[1].create(connection, checkfirst=True)


def _refuse_duplicates(connection: Connection, table: sa.Table, columns: "Sequence[sa.Column[Any]]") -> None:
    """Raise where records there are share what a unique index is about to forbid."""
    shared = sa.select(*columns).where(*(each.is_not(None) for each in columns))
    groups = shared.group_by(*columns).having(sa.func.count() > 1).subquery()
    same = sa.and_(*(each == groups.c[each.name] for each in columns))
    found = sa.select(table.c.ref).join(groups, same).order_by(*columns, table.c.id).limit(4)
    refs = connection.execute(found).scalars().all()
    if refs:
        raise DealwrightError(
            _(
                "no two records of {table} may have the same {columns}, but some do, such as {refs}; "
                "change them while the rule is not yet in force, then upgrade again",
                table=table.name,
                columns=joined(" and ", (each.name for each in columns)),
                refs=", ".join(refs),
            )
        )


def _add_column(
    connection: Connection, operations: Operations, catalogue: Catalogue, table: str, column: "sa.Column[Any]"
) -> None:
    default = _default_of(catalogue, table, column.name)
    if column.nullable or default is not None or connection.dialect.name == "postgresql":
        stated = None if column.nullable or default is None else sa.literal(default, column.type)
        # SQLite adds no column that both links and has a value for the rows there are.
        links = column.foreign_keys if stated is None or connection.dialect.name == "postgresql" else ()
        target = [sa.ForeignKey(each.target_fullname) for each in links]
        added = sa.Column(column.name, column.type, *target, nullable=column.nullable, server_default=stated)
        operations.add_column(table, added, inline_references=True)
        return
    if column.name in {found["name"] for found in sa.inspect(connection).get_columns(table)}:
        return  # an earlier column of the same table had it made anew
    # SQLite adds no required column without a default: the table has no rows, so it is made anew.
    wanted = catalogue.metadata.tables[table]
    wanted.drop(connection)
    wanted.create(connection)
