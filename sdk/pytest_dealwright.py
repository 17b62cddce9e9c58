"""pytest fixtures for plugins of dealwright, at hand wherever dealwright is installed.

`sqlite_url`, `postgres_url` and `database_url` (both in turn) name a fresh empty database for each test.
PostgreSQL is started from the installed binaries, or is the server of `DEALWRIGHT_TEST_DATABASE_URL`. Without
either the tests that ask for it are skipped; with `DEALWRIGHT_REQUIRE_POSTGRES=1` they fail instead.
`make_platform` opens a deployment.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# pytest loads this module in every run of every project: all else is imported where it is used.
if TYPE_CHECKING:
    from dealwright_testing.deployments import MakePlatform
    from dealwright_testing.postgres import Server


@pytest.fixture(scope="session")
def postgres_server() -> "Iterator[Server]":
    """The PostgreSQL of this run, one for each worker of pytest-xdist."""
    from dealwright_testing.postgres import PostgresUnavailable, running_server

    try:
        with running_server() as server:
            yield server
    except PostgresUnavailable as reason:
        if os.environ.get("DEALWRIGHT_REQUIRE_POSTGRES") == "1":
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'dealwright.db'}"


@pytest.fixture
def postgres_url(postgres_server: "Server") -> Iterator[str]:
    """The URL of a new empty PostgreSQL database, dropped after the test."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh database: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def make_platform(tmp_path: Path) -> "Iterator[MakePlatform]":
    """Opens deployments for a test: ``make_platform(url=..., config=..., plugins=[(name, object)], upgrade=True)``.

    ``config`` is TOML that follows the sections every deployment needs; the actors are admin and guest, who only reads.
    """
    from dealwright_testing.deployments import MakePlatform

    make = MakePlatform(tmp_path)
    yield make
    make.close()
