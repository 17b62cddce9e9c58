"""The world of Ada and Bob, on each database."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from attrs import frozen

from dealwright_testing.deployments import MakePlatform
from dealwright_testing.postgres import Server
from tests.core.access.matrix import Asked, equipped
from tests.core.access.world import CONFIG, CUSTOMERS, Place, World, organise


@frozen
class Pair:
    """Two deployments that differ in one: in ``full`` there is all that Bob has, in ``lone`` nothing of it."""

    full: Place
    lone: Place


def placed(
    make: MakePlatform,
    url: str,
    *logins: str,
    config: str = "",
    customers: int = CUSTOMERS,
    plugins: Sequence[tuple[str, object]] = (),
) -> Place:
    """A deployment in which these have what they have."""
    world = World()
    platform = make(url, CONFIG + config, plugins=[("world", world), *plugins])
    status = platform.host.status("world")
    assert status is not None
    assert status.state == "active", status.reason
    place = Place(platform, world)
    organise(platform)
    for login in logins:
        platform.run("world.fill", actor="admin", login=login, customers=customers)
    return place


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The world with and without Bob's records, made once for a module: the tests change nothing in it."""
    folder: Path = tmp_path_factory.mktemp("pair")
    with ExitStack() as stack:
        if request.param == "sqlite":
            urls = [f"sqlite:///{folder / name}.db" for name in ("full", "lone")]
        else:
            server: Server = request.getfixturevalue("postgres_server")
            urls = [stack.enter_context(server.database()) for _ in range(2)]
        make = MakePlatform(folder)
        stack.callback(make.close)
        yield Pair(placed(make, urls[0], "ada", "bob"), placed(make, urls[1], "ada"))


@pytest.fixture
def place(database_url: str, make_platform: MakePlatform) -> Place:
    """A smaller world that a test may change."""
    return placed(make_platform, database_url, "ada", "bob", customers=8)


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The people of the matrix; nothing that they do is kept."""
    folder: Path = tmp_path_factory.mktemp("matrix")
    make = MakePlatform(folder)
    yield equipped(make, f"sqlite:///{folder / 'matrix.db'}")
    make.close()


@pytest.fixture(scope="session")
def on_postgres(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The same on PostgreSQL."""
    make = MakePlatform(tmp_path_factory.mktemp("matrix"))
    with postgres_server.database() as url:
        yield equipped(make, url)
        make.close()


@pytest.fixture
def asked(database: str, request: pytest.FixtureRequest) -> Asked:
    """The people of the matrix on the database that a test is run for."""
    found: Asked = request.getfixturevalue(f"on_{database}")
    return found
