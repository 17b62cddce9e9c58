"""Connections: what both databases are told so that acknowledged work stays and no writer is lost."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from ..errors import Conflict, DealwrightError

T = TypeVar("T")
BUSY_TIMEOUT_MS = 60_000
RETRIES = 5
WRITES = "dealwright_writes"
SERIALIZATION_FAILURES = {"40001", "40P01"}


def connect(url: str) -> Engine:
    """An engine for a SQLite file or a PostgreSQL database. Opens no connection."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    engine = sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _sqlite(url: sa.URL) -> Engine:
    engine = sa.create_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    )
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
    with _reaching(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: committed at the end, rolled back on any exception."""
    with _reaching(engine), engine.connect() as plain:
        connection = plain.execution_options(**{WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def _reaching(engine: Engine) -> Iterator[None]:
    """Turn a database that cannot be reached into an error that says what to look at."""
    try:
        yield
    except OperationalError as error:
        if is_transient(error):
            raise
        shown = engine.url.render_as_string(hide_password=True)
        raise DealwrightError(
            f"the database {shown} did not answer: {str(error.orig).strip()}; look at url in [database]"
        ) from error


def is_transient(error: BaseException) -> bool:
    """Whether the same transaction may well succeed when it is run again."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
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
        f"others kept changing the same records; nothing was written after {RETRIES} tries: try again"
    )


def sqlite_path(engine: Engine) -> Path | None:
    """The file of a SQLite database, None for PostgreSQL."""
    if engine.dialect.name != "sqlite" or engine.url.database is None:
        return None
    return Path(engine.url.database)
