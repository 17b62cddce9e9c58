"""Connections: what both databases are told so that acknowledged work stays and no writer is lost."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from dealwright_core.errors import Conflict, DealwrightError
from dealwright_core.language import core as _

T = TypeVar("T")
BUSY_TIMEOUT_MS = 60_000
# As many connections as the usual servers run threads, ten of them kept open.
POOL: Mapping[str, Any] = {"pool_size": 10, "max_overflow": 30}
RETRIES = 5
WRITES = "dealwright_writes"
SERIALIZATION_FAILURES = {"40001", "40P01"}
UNDEFINED = {"42P01", "42703"}
OUT_OF_RANGE = "22003"
INSUFFICIENT_PRIVILEGE = "42501"
NOT_REACHED = {
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}  # fmt: skip


class UpgradeNeeded(DealwrightError):
    """The database is older than the plugins: nothing can be written before ``dealwright db upgrade``."""


def connect(url: str) -> Engine:
    """An engine for a SQLite file or a PostgreSQL database. Opens no connection."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    engine = sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, **POOL)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _sqlite(url: sa.URL) -> Engine:
    connect_args = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    # A database in memory has one connection, and no pool to size.
    pool = POOL if url.database and url.database != ":memory:" else {}
    engine = sa.create_engine(url, connect_args=connect_args, **pool)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not begin transactions by itself: it would begin them deferred, and commit before DDL.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is erased or deleted is overwritten with zeros, so that nobody finds it in the file.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database from its first read to its end, and writes nothing."""
    with _reaching(engine, upgraded=False), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: committed at the end, rolled back on any exception."""
    with _reaching(engine, upgraded=True), engine.connect() as plain:
        connection = plain.execution_options(**{WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def _reaching(engine: Engine, *, upgraded: bool) -> Iterator[None]:
    """Turn what a database answers for a known cause into an error that says what to do; anything else stays.

    What is missing in one that need not be ``upgraded`` may well be what the upgrade adds.
    """
    try:
        yield
    except PoolTimeout as error:
        most = POOL["pool_size"] + POOL["max_overflow"]
        raise DealwrightError(
            _(
                "all {most} database connections of this process are in use: end sessions before "
                "beginning others",
                most=most,
            )
        ) from error
    except DBAPIError as error:
        said = str(error.orig).strip()
        shown = engine.url.render_as_string(hide_password=True)
        if is_transient(error):
            raise
        if _is_undefined(error):
            if upgraded:
                raise
            raise UpgradeNeeded(
                _(
                    "the database {shown} lacks what was asked for: {splitlines}; if it waits for an "
                    "upgrade: dealwright db upgrade",
                    shown=shown,
                    splitlines=said.splitlines()[0],
                )
            ) from error
        if sqlstate(error) == INSUFFICIENT_PRIVILEGE:
            raise DealwrightError(
                _(
                    "the database {shown} refused: {splitlines}; its user must own the tables, and after a "
                    "change of row_level_security, or a restore: dealwright db upgrade",
                    shown=shown,
                    splitlines=said.splitlines()[0],
                )
            ) from error
        if _is_out_of_range(error):
            raise DealwrightError(_("a result does not fit into 64 bits: {said}", said=said)) from error
        if _sqlite_code(error) == sqlite3.SQLITE_NOTADB:
            raise DealwrightError(
                _("the file of {shown} is no SQLite database; look at url in [database]", shown=shown)
            ) from error
        if _is_unreachable(error):
            raise DealwrightError(
                _(
                    "the database {shown} did not answer: {said}; look at url in [database]",
                    shown=shown,
                    said=said,
                )
            ) from error
        raise


def sqlstate(error: DBAPIError) -> str | None:
    """PostgreSQL's code for what went wrong, None for another database."""
    code: str | None = getattr(error.orig, "sqlstate", None)
    return code


def _sqlite_code(error: DBAPIError) -> int | None:
    """The primary result code of SQLite, None for another database."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _is_undefined(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        return str(error.orig).startswith(("no such table", "no such column"))
    return sqlstate(error) in UNDEFINED


def _is_out_of_range(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        return str(error.orig) == "integer overflow"
    return sqlstate(error) == OUT_OF_RANGE


def _is_unreachable(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_code(error) in NOT_REACHED
    return isinstance(error, OperationalError)


def is_transient(error: BaseException) -> bool:
    """Whether the same transaction may well succeed when it is run again."""
    if not isinstance(error, DBAPIError):
        return False
    state = sqlstate(error)
    locked = isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig)
    return locked or state in SERIALIZATION_FAILURES


def retrying(work: Callable[[], T]) -> T:
    """Run ``work``, again up to five times with jitter where the database asked for it. Raises `Conflict` at
    the end.
    """
    for attempt in range(RETRIES):
        try:
            return work()
        except DBAPIError as error:
            if not is_transient(error):
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
    raise Conflict(
        _(
            "others kept changing the same records; nothing was written after {retries} tries: try again",
            retries=RETRIES,
        )
    )


def sqlite_path(engine: Engine) -> Path | None:
    """The file of a SQLite database, None for PostgreSQL."""
    if engine.dialect.name != "sqlite" or engine.url.database is None:
        return None
    return Path(engine.url.database)
