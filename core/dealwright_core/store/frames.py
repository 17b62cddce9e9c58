"""Selects as data frames, for figures over millions of rows (extra ``fast``): SQLite read by processes, through ADBC.

`framereader` says why by processes of their own. Each takes a snapshot of its own, and reads only if that is the state
that the session sees: nothing was journalled, migrated or changed in form since. Where it is another, the caller
selects. PostgreSQL computes about as fast as it can hand rows over, so there is nothing to gain.
"""

import json
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import CompileError

from dealwright_core.errors import UsageError
from dealwright_core.language import core as _
from dealwright_core.store.engine import WRITES, sqlite_path

if TYPE_CHECKING:
    import polars

# An option of the engine: whether frames are read at all.
FAST = "dealwright_fast"
MODULES = ("polars", "adbc_driver_manager", "adbc_driver_sqlite")
READER = Path(__file__).with_name("framereader.py")
MOVED = 3
STATE = (
    "SELECT (SELECT max(seq) FROM dw_event) AS journalled, (SELECT max(id) FROM dw_migration) AS migrated,"
    " (SELECT schema_version FROM pragma_schema_version) AS formed"
)
KINDS: Mapping[type[Any], str] = {
    sa.Boolean: "boolean", sa.Date: "date", sa.Integer: "integer", sa.String: "text",
}  # fmt: skip

Reader = subprocess.Popen[bytes]


def frames(connection: Connection, statements: "Sequence[sa.Select[Any]]") -> "list[polars.DataFrame] | None":
    """The rows of each statement, all read at the same time; None where they have to be selected.

    Integers are Int64, texts String, dates Date, booleans Boolean. Raises `UsageError` for columns of another type, or
    of one name.
    """
    described = [_described(each) for each in statements]
    path = _readable(connection)
    if path is None:
        return None
    state = {
        "path": quote(str(path.resolve())),
        "state": STATE,
        "is": list(connection.exec_driver_sql(STATE).one()),
    }
    requests = []
    for statement, columns in zip(statements, described, strict=True):
        text = _text(statement, connection.dialect)
        if text is None:
            return None
        names, kinds = zip(*columns, strict=True)
        requests.append({**state, "sql": text, "names": names, "kinds": kinds})
    return _read([json.dumps(each).encode() for each in requests])


def _text(statement: "sa.Select[Any]", dialect: sa.Dialect) -> str | None:
    """The statement with its values in it, None where one of them has no such form. A parameter is looked at again for
    every row, which takes SQLite as long as all else; a value in the text is not.
    """
    try:
        text = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    except CompileError:
        return None
    return None if "\0" in text else text  # there the driver would take it to end


def _described(statement: "sa.Select[Any]") -> list[tuple[str, str]]:
    """The name and the kind of every column."""
    found: dict[str, str] = {}
    for column in statement.selected_columns:
        name = str(getattr(column, "name", column))
        kind = next((kind for type, kind in KINDS.items() if isinstance(column.type, type)), None)
        if kind is None:
            known = ", ".join(KINDS.values())
            raise UsageError(
                _(
                    "column {name} of a frame is of type {type!r}, none of {known}",
                    name=name,
                    type=column.type,
                    known=known,
                ),
                _("cast it"),
            )
        if name in found:
            raise UsageError(_("two columns of a frame are called {name}", name=name), _("label them"))
        found[name] = kind
    return list(found.items())


def _readable(connection: Connection) -> Path | None:
    """The file that other processes may read for this transaction, None where they may not or cannot."""
    path, options = sqlite_path(connection.engine), connection.get_execution_options()
    if path is None or options.get(WRITES) or not options.get(FAST, True):
        return None
    is_installed = bool(sys.executable) and all(find_spec(each) for each in MODULES)
    return path if is_installed and path.exists() else None


def _read(requests: Iterable[bytes]) -> "list[polars.DataFrame] | None":
    with ExitStack() as stack:
        readers = [stack.enter_context(_reader(each)) for each in requests]
        import polars  # while they are at work

        found = []
        for reader in readers:
            assert reader.stdout is not None  # it is a pipe
            content = reader.stdout.read()
            if reader.wait() == MOVED:
                return None
            if reader.returncode:
                _warn(reader)
                return None
            found.append(polars.read_ipc_stream(content))
        return found


@contextmanager
def _reader(request: bytes) -> Iterator[Reader]:
    """A process that answers a request, and ends with the block whether it is done or not."""
    pipe = subprocess.PIPE
    # Without -P modules beside the reader would be found before those of the same name elsewhere.
    with subprocess.Popen(
        [sys.executable, "-P", str(READER)], stdin=pipe, stdout=pipe, stderr=pipe
    ) as process:
        try:
            assert process.stdin is not None  # it is a pipe
            with suppress(BrokenPipeError):  # it says itself what is wrong
                process.stdin.write(request)
                process.stdin.close()
            yield process
        finally:
            process.kill()


def _warn(reader: Reader) -> None:
    assert reader.stderr is not None  # it is a pipe
    said = reader.stderr.read().decode(errors="replace").strip().splitlines() or [
        f"exit code {reader.returncode}"
    ]
    warnings.warn(
        _(
            "the extra fast could not read the database: {said}; figures are computed without it, which takes longer. "
            "If it stays so: [database] fast = false",
            said=said[-1],
        ),
        RuntimeWarning,
        stacklevel=2,
    )
