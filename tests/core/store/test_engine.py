"""What a database answers, as errors that say what to do."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from dealwright import DealwrightError
from dealwright_core.store.engine import POOL, connect, reading, writing
from dealwright_core.store.tables import Instant, instant_text

MOST = POOL["pool_size"] + POOL["max_overflow"]


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = connect(url)
    yield engine
    engine.dispose()


def test_a_file_that_is_no_database_is_called_one(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text("this is not a database" * 100, encoding="utf-8")
    with (
        engine_of(f"sqlite:///{path}") as engine,
        pytest.raises(DealwrightError, match="is no SQLite database"),
        reading(engine),
    ):
        pass


def test_a_file_that_cannot_be_opened_did_not_answer(tmp_path: Path) -> None:
    with (
        engine_of(f"sqlite:///{tmp_path / 'no' / 'x.db'}") as engine,
        pytest.raises(DealwrightError, match="did not answer"),
        reading(engine),
    ):
        pass


def test_a_sum_that_is_too_large_is_called_one(database_url: str) -> None:
    most = 2**63 - 1
    statements = {
        "sqlite": f"SELECT sum(n) FROM (SELECT {most} AS n UNION ALL SELECT {most})",
        "postgresql": f"SELECT CAST({most} AS bigint) + CAST({most} AS bigint)",
    }
    with (
        engine_of(database_url) as engine,
        pytest.raises(DealwrightError, match="does not fit into 64 bits"),
        reading(engine) as connection,
    ):
        connection.execute(sa.text(statements[engine.dialect.name]))


def test_a_mistake_in_a_statement_stays_what_it_is(database_url: str) -> None:
    with engine_of(database_url) as engine, pytest.raises(DBAPIError), reading(engine) as connection:
        connection.execute(sa.text("SELEC 1"))
    with engine_of(database_url) as engine, pytest.raises(DBAPIError), writing(engine) as connection:
        connection.execute(sa.text("SELECT 1 FROM nowhere"))


def test_as_many_threads_as_a_server_has_find_a_connection(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine_of(database_url) as engine, ExitStack() as sessions:
        monkeypatch.setattr(engine.pool, "_timeout", 0.1)
        for _ in range(MOST):
            sessions.enter_context(reading(engine))
        with pytest.raises(DealwrightError, match=f"all {MOST} database connections"), reading(engine):
            pass


def test_a_moment_of_an_early_year_is_read_back() -> None:
    early = datetime(999, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert instant_text(early) == "0999-01-02T03:04:05.000000Z"
    dialect = sa.create_engine("sqlite://").dialect
    assert Instant().process_result_value(Instant().process_bind_param(early, dialect), dialect) == early
