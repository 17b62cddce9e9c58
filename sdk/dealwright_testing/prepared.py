"""Databases that were set up before, so that tests that need the same start from a copy.

An upgrade of an empty database comes to the same each time for the same records, plugins and currency. So the first
tests that ask for it run it, and later ones get a copy of what it left: of the file on SQLite, by ``CREATE DATABASE``
with a template on PostgreSQL. A database that anything was done to before is always upgraded.
"""

import hashlib
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from dealwright import Platform
from dealwright_core.store import migrations, tables
from dealwright_core.store.engine import sqlite_path, writing
from dealwright_core.store.organisation import GENERATION, set_mark
from dealwright_testing.postgres import Lease, leased

# How many kinds of SQLite databases are kept at most, of some hundred kilobytes each.
MOST = 8

_asked_for: set[str] = set()
_files: dict[str, bytes] = {}


def set_up(platform: Platform) -> None:
    """Upgrade the database of a platform, or make it what the upgrade would."""
    path = sqlite_path(platform.engine)
    lease = leased(platform.deployment.database_url)
    # Policies name a role that is called after its database, and what revisions do is not known.
    is_plain = not platform.row_security.wanted and not platform.revisions
    if is_plain and path is not None and path.name != ":memory:" and not path.exists():
        _set_up_file(platform, path)
    elif is_plain and lease is not None and lease.is_untouched():
        _set_up_database(platform, lease)
    else:
        platform.upgrade()


def _set_up_file(platform: Platform, path: Path) -> None:
    outcome = _outcome(platform)
    if outcome in _files:
        path.write_bytes(_files[outcome])
        _as_after_upgrade(platform)
        return
    platform.upgrade()
    if _was_asked_for(outcome):
        platform.engine.dispose()
        while len(_files) >= MOST:
            del _files[next(iter(_files))]
        _files[outcome] = _whole(path)


def _whole(path: Path) -> bytes:
    """The file with all that was committed, also what waits in the log beside it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def _set_up_database(platform: Platform, lease: Lease) -> None:
    outcome = _outcome(platform)
    if lease.become(outcome):
        _as_after_upgrade(platform)
        return
    platform.upgrade()
    if _was_asked_for(outcome):
        platform.engine.dispose()
        lease.keep(outcome)


def _as_after_upgrade(platform: Platform) -> None:
    """Give a copy what tells it from every other database, and the platform what an upgrade tells it."""
    with writing(platform.engine) as connection:
        created = sa.update(tables.meta).where(tables.meta.c.key == migrations.CREATED)
        connection.execute(created.values(value=datetime.now(UTC).isoformat()))
        set_mark(connection, GENERATION)
        migrations.note_missing_indexes(connection, platform.catalogue, platform.revisions)


def _was_asked_for(outcome: str) -> bool:
    """Whether it was asked for before: most of what only one test needs would be kept for nothing."""
    known = outcome in _asked_for
    _asked_for.add(outcome)
    return known


def _outcome(platform: Platform) -> str:
    """A digest of all that decides what an upgrade makes of an empty database."""
    kinds = [
        (kind.name, kind.plugin, kind.fields, kind.unique, kind.indexes, kind.alike_by, kind.label)
        for kind in platform.catalogue.kinds.values()
    ]
    plugins = [
        (each.name, each.distribution, each.version, each.state, each.guards)
        for each in platform.host.statuses
    ]
    decisive = (platform.engine.dialect.name, platform.deployment.currency, kinds, plugins)
    return hashlib.sha256(repr(decisive).encode()).hexdigest()
