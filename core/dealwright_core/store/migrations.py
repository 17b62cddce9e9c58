"""Bringing a database to the shape its plugins declare, in one transaction that may be killed at any
statement.

Additive changes (a table, a column that may be empty or has a default, an index) are derived. Anything else
needs a revision file: a plugin keeps Alembic revisions in a folder ``migrations`` beside its module, with a
version table of its own, so that removing one plugin does not break another.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.errors import DealwrightError
from dealwright_core.store import numbering, tables
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.engine import UpgradeNeeded as UpgradeNeeded
from dealwright_core.store.joining import WITHOUT_INDEX

SHAPE = "shape"
CURRENCY = "currency"
CREATED = "created"
ONE_AT_A_TIME = 0x6465616C


@frozen
class Step:
    """One change of the schema, for a person to read."""

    plugin: str
    change: str


@frozen
class Revisions:
    """A plugin's folder of Alembic revisions."""

    plugin: str
    folder: Path

    @property
    def version_table(self) -> str:
        """The table that says which of them were run."""
        return f"dw_version_{self.plugin}"


def shape_of(catalogue: Catalogue, revisions: Iterable[Revisions]) -> str:
    """A digest of every table and revision that the running code expects."""
    described: list[Any] = []
    for metadata in (tables.SYSTEM, catalogue.metadata):
        for table in metadata.sorted_tables:
            columns = [[c.name, str(c.type), bool(c.nullable)] for c in table.columns]
            described.append([table.name, columns, sorted(str(index.name) for index in table.indexes)])
    described += [[each.plugin, *sorted(p.name for p in each.folder.glob("*.py"))] for each in revisions]
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def recorded(connection: Connection) -> Mapping[str, str]:
    """What the database says of itself; empty where it was never set up."""
    if not sa.inspect(connection).has_table(tables.meta.name):
        return {}
    return {row.key: row.value for row in connection.execute(sa.select(tables.meta))}


def pending(connection: Connection, catalogue: Catalogue, revisions: Sequence[Revisions]) -> bool:
    """Whether `upgrade` has something to do."""
    return recorded(connection).get(SHAPE) != shape_of(catalogue, revisions)


def note_missing_indexes(
    connection: Connection, catalogue: Catalogue, revisions: Sequence[Revisions]
) -> None:
    """While an upgrade is pending, note the unique indexes that are not there yet, so that no expression goes
    a way back that leads to one record only with them.
    """
    missing: set[str] = set()
    if pending(connection, catalogue, revisions):
        inspector = sa.inspect(connection)
        present = set(inspector.get_table_names())
        for table in catalogue.metadata.tables.values():
            known = inspector.get_indexes(table.name) if table.name in present else []
            missing |= {str(each.name) for each in table.indexes if each.unique}
            missing -= {str(each["name"]) for each in known if each["unique"]}
    catalogue.metadata.info[WITHOUT_INDEX] = frozenset(missing)


def plan(connection: Connection, catalogue: Catalogue) -> list[Step]:
    """The additive changes that `upgrade` would derive. Raises `DealwrightError` for one that cannot be derived."""
    return [step for step, _ in _derive(connection, catalogue)]


def upgrade(connection: Connection, catalogue: Catalogue, revisions: Sequence[Revisions]) -> list[Step]:
    """Run the revisions of every plugin, derive what is left, and record it. The caller commits."""
    done: list[Step] = []
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    tables.SYSTEM.create_all(connection)
    numbering.create(connection, tables.event.name)
    numbering.create(connection, tables.migration.name)
    numbering.create(connection, tables.import_run.name)
    numbering.put_before_this_cluster(connection)
    for each in revisions:
        done += _run_revisions(connection, each)
    if not recorded(connection):
        done += _create_all(connection, catalogue)
    operations = Operations(MigrationContext.configure(connection))
    for step, change in _derive(connection, catalogue) if recorded(connection) else ():
        _apply(connection, operations, catalogue, change)
        done.append(step)
    now = datetime.now(UTC)
    ids = numbering.allocate(connection, tables.migration.name, len(done)) if done else ()
    for id, step in zip(ids, done, strict=True):
        connection.execute(
            sa.insert(tables.migration).values(id=id, at=now, plugin=step.plugin, change=step.change)
        )
    known = recorded(connection)
    _remember(connection, known, SHAPE, shape_of(catalogue, revisions))
    if CURRENCY not in known:
        _remember(connection, known, CURRENCY, catalogue.currency)
        _remember(connection, known, CREATED, now.isoformat())
    note_missing_indexes(connection, catalogue, revisions)
    return done


def _create_all(connection: Connection, catalogue: Catalogue) -> list[Step]:
    """The tables of an empty database, which needs no comparing."""
    catalogue.metadata.create_all(connection)
    for table in catalogue.metadata.sorted_tables:
        numbering.create(connection, table.name)
    return [Step(catalogue.kinds[name].plugin, f"add table {name}") for name in catalogue.metadata.tables]


def _remember(connection: Connection, known: Mapping[str, str], key: str, value: str) -> None:
    table = tables.meta
    if key in known:
        connection.execute(sa.update(table).where(table.c.key == key).values(value=value))
    else:
        connection.execute(sa.insert(table).values(key=key, value=value))


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
            "these changes are not additive and need a revision file in the plugin's folder migrations/: "
            + "; ".join(refused)
        )
    return steps


_SAID: Mapping[str, Callable[[str, Any], str]] = {
    "add_table": lambda table, change: f"add table {table}",
    "add_column": lambda table, change: f"add column {table}.{change[3].name}",
    "add_index": lambda table, change: f"add index {change[1].name}",
    "remove_index": lambda table, change: f"drop index {change[1].name}",
}


def _is_unique_group(kind: str, item: Any) -> bool:
    return kind == "index" and bool(item.unique) and str(item.name).endswith("_key")


def _not_additive(connection: Connection, catalogue: Catalogue, table: str, change: Any) -> str | None:
    """Why a change cannot be derived, None where it can."""
    if change[0] == "add_column":
        column = change[3]
        lacks = not column.nullable and _default_of(catalogue, table, column.name) is None
        if lacks and _has_rows(connection, table):
            return f"{table}.{column.name} is required without a default, and the table has rows"
    elif change[0] == "modify_nullable":
        now, before = ("may be empty", "was required") if change[6] else ("is required", "could be empty")
        return f"{table}.{change[3]} {now} now, and {before}"
    elif change[0] == "modify_type":
        return f"{table}.{change[3]} is {change[6]} now, and was {change[5]}"
    return None


def _left_behind(connection: Connection, catalogue: Catalogue) -> Iterable[str]:
    """Columns that nobody declares any more and that every new row would need."""
    inspector = sa.inspect(connection)
    present = set(inspector.get_table_names())
    for table in catalogue.metadata.tables.values():
        for column in inspector.get_columns(table.name) if table.name in present else ():
            if column["name"] not in table.c and not column["nullable"] and column.get("default") is None:
                yield f"{table.name}.{column['name']} is required in the database and no longer declared"


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
            f"no two records of {table.name} may have the same {' and '.join(each.name for each in columns)}, but "
            f"some do, such as {', '.join(refs)}; change them while the rule is not yet in force, then upgrade again"
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


def _run_revisions(connection: Connection, revisions: Revisions) -> list[Step]:
    config = Config()
    config.set_main_option("script_location", str(revisions.folder.parent))
    config.set_main_option("version_locations", str(revisions.folder))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory(str(revisions.folder), version_locations=[str(revisions.folder)])
    steps: list[Step] = []

    def wanted(revision: Any, _context: Any) -> Any:
        todo = script._upgrade_revs("heads", revision)
        steps.extend(
            Step(revisions.plugin, f"revision {each.revision.revision}: {each.doc}") for each in todo
        )
        return todo

    environment = EnvironmentContext(config, script, fn=wanted, destination_rev="heads")
    environment.configure(
        connection=connection,
        version_table=revisions.version_table,
        transactional_ddl=True,
        transaction_per_migration=False,
    )
    environment.get_context()._in_external_transaction = True
    with environment:
        environment.run_migrations()
    return steps
