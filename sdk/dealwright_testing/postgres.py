"""A PostgreSQL for tests: started from the installed binaries in a temporary folder, gone afterwards."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import uuid4

from attrs import define, field, frozen

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult

START_SECONDS = 30.0
# How many databases are kept to be copied, of some ten megabytes each.
MOST_KEPT = 6
FILE_COPY_SINCE = 15
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "autovacuum": "off",
    "max_wal_size": "64MB",
    "min_wal_size": "32MB",
}
# The server lives as long as the pipe on this script's input: it ends with the tests, even killed ones.
KEEPER = """
folder=$1; shift
"$@" & server=$!
read -r _ || :
kill -INT $server 2>/dev/null
wait $server
rm -rf "$folder"
"""


class PostgresUnavailable(Exception):
    """There is no server to use and none can be started; the message says what is missing."""


@define(eq=False)
class Server:
    """A running PostgreSQL; `url` names a database from which others may be created.

    One that ``is_ours`` copies templates file by file: that takes a third less, where nothing waits for a disk.
    """

    url: str
    is_ours: bool = False
    _admin: "Connection | None" = None
    _spare: list[str] = field(factory=list)
    _kept: dict[str, str] = field(factory=dict)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new empty database, which is dropped on leaving, with whoever is still connected."""
        from sqlalchemy import make_url

        name = _new_name()
        if self._spare:
            self.run(f'ALTER DATABASE "{self._spare.pop()}" RENAME TO "{name}"')
        else:
            self.copy("template0", name)
        _leased[name] = Lease(self, name, self.transactions())
        try:
            yield make_url(self.url).set(database=name).render_as_string(hide_password=False)
        finally:
            del _leased[name]
            self.run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def copy(self, template: str, name: str) -> None:
        """Make a database that is a copy of another, to which nobody may be connected."""
        by_files = " STRATEGY FILE_COPY" if self.is_ours and self._release() >= FILE_COPY_SINCE else ""
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'{by_files}')

    def close(self) -> None:
        """Give back the connection through which databases are made."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None

    def transactions(self) -> int:
        """The number of the next transaction that changes anything in any database of the server."""
        found: int = self.run("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint").scalar_one()
        return found

    def run(self, statement: str) -> "CursorResult[Any]":
        """Run a statement that no transaction may be around."""
        return self._connected().exec_driver_sql(statement)

    def _release(self) -> int:
        return int((self._connected().dialect.server_version_info or (0,))[0])

    def _connected(self) -> "Connection":
        from sqlalchemy import NullPool, create_engine

        if self._admin is None:
            self._admin = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()
        return self._admin


@frozen(eq=False)
class Lease:
    """A database that was empty when the server had come to a transaction, ``since``; one process has it."""

    server: Server
    name: str
    since: int
    process: int = field(factory=os.getpid)

    def is_untouched(self) -> bool:
        """Whether it is empty for certain: nothing on the whole server was changed since, and nobody is connected."""
        connected = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{self.name}'"  # noqa: S608  # a name of ours
        return self.server.transactions() == self.since and self.server.run(connected).scalar_one() == 0

    def become(self, what: str) -> bool:
        """Put a copy of what was kept in place of the empty database; False where nothing was."""
        server = self.server
        if what not in server._kept:
            return False
        spare = _new_name()
        server.run(f'ALTER DATABASE "{self.name}" RENAME TO "{spare}"')
        server._spare.append(spare)
        server.copy(server._kept[what], self.name)
        return True

    def keep(self, what: str) -> None:
        """Keep a copy of the database as it is, to which nobody may be connected."""
        kept = self.server._kept
        while len(kept) >= MOST_KEPT:
            self.server.run(f'DROP DATABASE "{kept.pop(next(iter(kept)))}"')
        name = _new_name()
        self.server.copy(self.name, name)
        kept[what] = name


_leased: dict[str, Lease] = {}


def leased(url: str) -> Lease | None:
    """The lease that this process has of the database that a URL names, None for one that comes from elsewhere."""
    from sqlalchemy import make_url

    found = _leased.get(make_url(url).database or "")
    return found if found is not None and found.process == os.getpid() else None


def _new_name() -> str:
    return f"dealwright_{uuid4().hex}"


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`: on PATH, else the newest of Debian's; None without them."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


@contextmanager
def running_server() -> Iterator[Server]:
    """The server of `DEALWRIGHT_TEST_DATABASE_URL`, else one of our own for as long as the context lasts.

    Raises PostgresUnavailable when neither is to be had.
    """
    if url := os.environ.get("DEALWRIGHT_TEST_DATABASE_URL"):
        with closing(Server(url)) as server:
            yield server
        return
    binaries = find_binaries()
    if binaries is None:
        raise PostgresUnavailable(
            "PostgreSQL is not installed; install it, or set DEALWRIGHT_TEST_DATABASE_URL to a server's URL"
        )
    account = _unprivileged_account()
    folder = Path(tempfile.mkdtemp(prefix="dealwright-pg-"))
    try:
        if account is not None:
            os.chown(folder, account.uid, account.gid)
        _make_cluster(binaries, folder, account)
        with _started(binaries, folder, account) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_cluster(binaries: Path, folder: Path, account: "_Account | None") -> None:
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    made = _launch(
        [binaries / "initdb", "-D", folder / "data", *options], folder, account, stdout=subprocess.PIPE
    )
    said, _ = made.communicate()
    if made.returncode:
        raise PostgresUnavailable(f"initdb failed: {said.decode(errors='replace').strip()}")


@contextmanager
def _started(binaries: Path, folder: Path, account: "_Account | None") -> Iterator[Server]:
    program: list[str | Path] = [binaries / "postgres", "-D", folder / "data", "-k", folder, "-p", "5432"]
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command: list[str | Path] = ["/bin/sh", "-c", KEEPER, "keeper", folder, *program, *options]
    log = folder / "log"
    with log.open("wb") as output:
        keeper = _launch(command, folder, account, stdout=output)
    try:
        _wait_until_ready(keeper, folder, log)
        url = f"postgresql+psycopg://postgres@/postgres?host={folder}&port=5432"
        with closing(Server(url, is_ours=True)) as server:
            yield server
    finally:
        _stop(keeper)


def _launch(
    command: Sequence[str | Path], folder: Path, account: "_Account | None", stdout: int | IO[bytes]
) -> "subprocess.Popen[bytes]":
    """A process in a session of its own, so that Ctrl-C reaches it through us alone."""
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        start_new_session=True,
    )


def _wait_until_ready(keeper: "subprocess.Popen[bytes]", folder: Path, log: Path) -> None:
    """Wait for the last line of postmaster.pid, which says when connections are taken."""
    status = folder / "data" / "postmaster.pid"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if status.exists() and status.read_text().rstrip().endswith("ready"):
            return
        if keeper.poll() is not None:
            break
        time.sleep(0.02)
    said = log.read_text(errors="replace").strip() if log.exists() else ""
    raise PostgresUnavailable(f"PostgreSQL did not start: {said}")


def _stop(keeper: "subprocess.Popen[bytes]") -> None:
    assert keeper.stdin is not None
    keeper.stdin.close()
    try:
        keeper.wait(START_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(keeper.pid, signal.SIGKILL)
        keeper.wait()


@frozen
class _Account:
    uid: int
    gid: int


def _unprivileged_account() -> _Account | None:
    """Who runs the server when we are root, which PostgreSQL refuses to be; None when we are not."""
    if os.geteuid() != 0:
        return None
    import pwd

    accounts = {entry.pw_name: _Account(entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in accounts:
            return accounts[name]
    raise PostgresUnavailable("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody'")


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdecimal() else 0
