"""The fixtures a plugin's tests get their databases from."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine

ASKS_FOR_POSTGRES = """
def test_it_is_reached(postgres_url):
    assert postgres_url
"""


def run_without_postgres(folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    (folder / "test_plugin.py").write_text(ASKS_FOR_POSTGRES)
    hidden = "import dealwright_testing.postgres as p; p.find_binaries = lambda: None; import pytest; "
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DEALWRIGHT_", "PYTEST_"))}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            f"{hidden}raise SystemExit(pytest.main(['-rs', '-p', 'no:cacheprovider', '.']))",
        ],
        cwd=folder,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_test_gets_an_empty_database_it_can_write(database_url: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE customer (id INTEGER)")
        connection.exec_driver_sql("INSERT INTO customer VALUES (1)")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM customer").scalar_one() == 1


def test_text_of_every_script_is_kept(database_url: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT '华东 Łódź 🩺'").scalar_one() == "华东 Łódź 🩺"


def test_without_postgresql_the_test_is_skipped_with_the_reason(tmp_path: Path) -> None:
    run = run_without_postgres(tmp_path)
    assert run.returncode == 0
    assert "1 skipped" in run.stdout
    assert "PostgreSQL is not installed" in run.stdout


def test_where_postgresql_is_required_its_absence_fails(tmp_path: Path) -> None:
    run = run_without_postgres(tmp_path, DEALWRIGHT_REQUIRE_POSTGRES="1")
    assert run.returncode == 1
    assert "PostgreSQL is not installed" in run.stdout


def test_a_server_dies_with_the_process_that_started_it(postgres_server: object, tmp_path: Path) -> None:
    if os.environ.get("DEALWRIGHT_TEST_DATABASE_URL"):
        pytest.skip("the server is not ours to stop")
    killed = (
        "import os, signal; from dealwright_testing.postgres import running_server\n"
        "with running_server() as server:\n"
        "    print(server.url, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    run = subprocess.run([sys.executable, "-c", killed], capture_output=True, text=True, check=False)
    folder = Path(run.stdout.split("host=")[1].split("&")[0])
    for _ in range(200):
        if not folder.exists():
            break
        time.sleep(0.05)
    assert not (folder / "data" / "postmaster.pid").exists()
