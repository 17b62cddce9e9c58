"""Reads one select of an SQLite database through ADBC and writes it to its output as an Arrow stream.

It runs as a process of its own and imports nothing of ours. The driver of ADBC brings an SQLite of its own: of two in
one process the one that closes the file takes the other's locks away with it, and what that writes can be lost
(https://www.sqlite.org/howtocorrupt.html, "Multiple copies of SQLite linked into the same application").
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

import polars
from adbc_driver_manager import AdbcConnection, AdbcStatement
from adbc_driver_sqlite import StatementOptions, connect

# Its exit code where the database is in another state than it was asked to read.
MOVED = 3
# What a column holds is told by its first batch: all is one.
ROWS = str(2**30)
CACHE = "PRAGMA cache_size = -65536"


def main() -> int:
    """Answer the request on the input; the exit code."""
    request = json.load(sys.stdin)
    with connect(f"file:{request['path']}?mode=ro") as database, AdbcConnection(database) as connection:
        _read(connection, CACHE)
        connection.set_autocommit(False)
        if _read(connection, request["state"]).rows() != [tuple(request["is"])]:
            return MOVED
        found = _read(connection, request["sql"])
    names, kinds = request["names"], request["kinds"]
    columns = [_typed(each, kind) for each, kind in zip(found.get_columns(), kinds, strict=True)]
    named = [each.alias(name) for each, name in zip(columns, names, strict=True)]
    polars.DataFrame(named).write_ipc_stream(sys.stdout.buffer)
    return 0


def _read(connection: AdbcConnection, sql: str) -> polars.DataFrame:
    with AdbcStatement(connection) as statement:
        statement.set_options(**{StatementOptions.BATCH_ROWS.value: ROWS})
        statement.set_sql_query(sql)
        stream, _ = statement.execute_query()
        return polars.DataFrame(stream)


def _typed(column: polars.Series, kind: str) -> polars.Series:
    """A column as what it is declared to be. SQLite has neither dates nor booleans. Raises `TypeError` for another."""
    stored = STORED[kind]
    if column.null_count() == len(column):
        column = column.cast(stored)  # of nothing but nulls the driver makes integers
    if column.dtype != stored:
        raise TypeError(f"{column.name} is {column.dtype}, not {kind}")
    if kind == "date":
        return column.str.to_date("%Y-%m-%d", strict=True)
    return column.cast(polars.Boolean) if kind == "boolean" else column


STORED: Mapping[str, Any] = {
    "integer": polars.Int64, "boolean": polars.Int64, "text": polars.String, "date": polars.String,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
