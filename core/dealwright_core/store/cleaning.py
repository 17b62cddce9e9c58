"""Making sure that what was erased is gone from the database's files, too."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection, Engine

from dealwright_core.store.engine import BUSY_TIMEOUT_MS, sqlite_path
from dealwright_core.store.tables import SYSTEM

PATIENCE_MS = 3_000
CHUNK = 1 << 20
# Fewer bytes than that stand in any file by chance.
SHORTEST = 4
ONE_AT_A_TIME = 0x65726173


def one_at_a_time(connection: Connection) -> None:
    """Let nobody else erase before this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")


def clean(engine: Engine, tables: Iterable[str], texts: Collection[str] | None) -> bool:
    """Remove what transactions that were committed left behind in the files. False where that cannot be now, mostly
    because somebody else reads: then it is to be tried again.

    On SQLite the write-ahead log is emptied into the database. Where one of ``texts`` still stands in that, in bytes
    that no table uses any more, it is written anew; also where they are not known (None). On PostgreSQL the tables are
    vacuumed: old versions of rows go once no older transaction runs.
    """
    path = sqlite_path(engine)
    try:
        if path is not None:
            return _clean_sqlite(engine, path, texts)
        _vacuum_postgresql(engine, sorted({*tables, *SYSTEM.tables}))
    except engine.dialect.loaded_dbapi.Error:
        return False  # what was erased is erased; a full disk, or a lock, is no reason to say otherwise
    return True


def _clean_sqlite(engine: Engine, path: Path, texts: Collection[str] | None) -> bool:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            if not _empty_log(cursor):
                return False
            if texts is not None and not _stands_in(path, texts):
                return True
            cursor.execute("VACUUM")
            return _empty_log(cursor)
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            cursor.close()
    finally:
        raw.close()


def _empty_log(cursor: Any) -> bool:
    """Write the write-ahead log into the database and cut it to nothing."""
    ((busy, _, _),) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return not busy


def _stands_in(path: Path, texts: Collection[str]) -> bool:
    """Whether any of the texts stands in a file."""
    wanted = [each.encode() for each in texts]
    if any(len(each) < SHORTEST for each in wanted):
        return True
    keep = max(map(len, wanted), default=1) - 1
    with path.open("rb") as file:
        before = b""
        while part := file.read(CHUNK):
            held = before + part
            if any(each in held for each in wanted):
                return True
            before = held[-keep:] if keep else b""
    return False


def _vacuum_postgresql(engine: Engine, tables: Iterable[str]) -> None:
    quoted = engine.dialect.identifier_preparer.quote
    raw = engine.raw_connection()
    try:
        raw.rollback()
        connection: Any = raw.driver_connection
        connection.autocommit = True
        try:
            for each in tables:
                connection.execute(f"VACUUM {quoted(each)}")
        finally:
            connection.autocommit = False
    finally:
        raw.close()
