"""Bringing a database to the shape its plugins declare, in one transaction that may be killed at any
statement.

Additive changes are derived (see `deriving`). Anything else needs a revision file: a plugin keeps Alembic
revisions in a folder ``migrations`` beside its module, with a version table of its own, so that removing one
plugin does not break another.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from attrs import frozen
from sqlalchemy.engine import Connection
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.schema import ExecutableDDLElement

from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.likeness import keeping
from dealwright_core.store import deriving, numbering, payroll, results, tables
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.deriving import Step
from dealwright_core.store.rowsecurity import RowSecurity

SHAPE = "shape"
CURRENCY = "currency"
CREATED = "created"
ALIKE = "alike"
ONE_AT_A_TIME = 0x6465616C


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
    described = [*tables.system_described(), *catalogue.description]
    described += [
        ["alike", kind.name, keeping.rules(kind)] for kind in catalogue.kinds.values() if kind.alike_by
    ]
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
    catalogue.missing_indexes = frozenset(missing)


def upgrade(
    connection: Connection, catalogue: Catalogue, revisions: Sequence[Revisions], rows: RowSecurity
) -> list[Step]:
    """Run the revisions of every plugin, derive what is left, and record it. The caller commits."""
    done: list[Step] = []
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    _create_missing(connection, tables.SYSTEM)
    numbered = (tables.event, tables.migration, tables.import_run, results.run, payroll.run, payroll.posting)
    numbering.create(connection, *(table.name for table in numbered))
    numbering.put_before_this_cluster(connection)
    # Policies hold on to the columns that they name, so they are gone while tables change.
    is_settled = rows.is_settled(connection) and not pending(connection, catalogue, revisions)
    had_policies = not is_settled and rows.lift(connection)
    for each in revisions:
        done += _run_revisions(connection, each)
    make = deriving.make if recorded(connection) else _create_all
    done += make(connection, catalogue)
    done += _keep_forms(connection, catalogue)
    if not is_settled:
        done += rows.put(connection, had_any=had_policies)
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


def _create_missing(connection: Connection, metadata: sa.MetaData) -> None:
    """Create the tables that are not there. One look tells which: `create_all` would ask for each."""
    present = set(sa.inspect(connection).get_table_names())
    missing = [table for table in metadata.sorted_tables if table.name not in present]
    if connection.dialect.name != "postgresql":
        metadata.create_all(connection, missing, checkfirst=False)
        return
    statements: list[str] = []

    def note(statement: ExecutableDDLElement, *_: object, **__: object) -> None:
        statements.append(str(statement.compile(dialect=connection.dialect)))

    metadata.create_all(MockConnection(connection.dialect, note), missing, checkfirst=False)
    if statements:
        connection.exec_driver_sql(";".join(statements))  # once to the server and back, for all


def _create_all(connection: Connection, catalogue: Catalogue) -> list[Step]:
    """The tables of an empty database, which needs no comparing."""
    _create_missing(connection, catalogue.metadata)
    numbering.create(connection, *catalogue.metadata.tables)
    return [
        Step(catalogue.kinds[name].plugin, _("add table {name}", name=name))
        for name in catalogue.metadata.tables
    ]


def _keep_forms(connection: Connection, catalogue: Catalogue) -> Iterator[Step]:
    """Make the normal forms of records anew where the rules by which they are found alike changed."""
    known = recorded(connection)
    if keeping.MERGED not in known:
        _remember(connection, known, keeping.MERGED, "")
    for kind in catalogue.kinds.values():
        rules, key = keeping.rules(kind), f"{ALIKE} {kind.name}"
        if (kind.alike_by or key in known) and known.get(key) != rules:
            count = keeping.fill(connection, kind, catalogue.table(kind.name))
            _remember(connection, known, key, rules)
            if count:
                yield Step(
                    kind.plugin,
                    _(
                        "find {kind} records alike by {alike_by}",
                        kind=kind.name,
                        alike_by=joined(" and ", kind.alike_by),
                    ),
                )


def _remember(connection: Connection, known: Mapping[str, str], key: str, value: str) -> None:
    table = tables.meta
    if key in known:
        connection.execute(sa.update(table).where(table.c.key == key).values(value=value))
    else:
        connection.execute(sa.insert(table).values(key=key, value=value))


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
            Step(
                revisions.plugin,
                _("revision {revision}: {doc}", revision=each.revision.revision, doc=each.doc),
            )
            for each in todo
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
