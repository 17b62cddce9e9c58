"""Copies made while others write."""

import itertools
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from dealwright import DealwrightError, Platform
from dealwright_core.journal.verify import verify
from dealwright_core.store.backup import backup
from dealwright_core.store.engine import reading
from dealwright_testing.deployments import MakePlatform


def filled(platform: Platform) -> Platform:
    for number in range(20):
        platform.run("customer.add", actor="admin", name=f"customer {number}")
    return platform


def test_a_copy_made_while_others_write_is_whole(make_platform: MakePlatform, tmp_path: Path) -> None:
    platform = filled(make_platform())
    stop = threading.Event()

    def write() -> None:
        for number in itertools.count():
            if stop.is_set():
                return
            platform.run("customer.add", actor="admin", name=f"while copying {number}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [backup(platform.engine, tmp_path / f"copy{number}.db") for number in range(3)]
    finally:
        stop.set()
        writer.join()
    for copy in copies:
        restored = make_platform(f"sqlite:///{copy}")
        with reading(restored.engine) as connection:
            assert verify(connection, restored.catalogue).faults == ()
        with restored.session("guest") as session:
            assert session.count("customer") >= 20
    assert list(tmp_path.glob(".*part")) == []


def test_a_dump_of_postgresql_restores(
    postgres_url: str, make_platform: MakePlatform, tmp_path: Path
) -> None:
    import shutil
    import subprocess

    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    platform = filled(make_platform(postgres_url))
    dump = backup(platform.engine, tmp_path / "copy.dump")
    with platform.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("CREATE DATABASE restored"))
    target = sa.make_url(postgres_url).set(database="restored")
    plain = target.set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run(["pg_restore", f"--dbname={plain}", "--no-owner", str(dump)], check=True)
    restored = make_platform(target.render_as_string(hide_password=False))
    with restored.session("guest") as session:
        assert session.count("customer") == 20
    restored.close()
    with platform.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("DROP DATABASE restored"))


def test_nothing_is_overwritten(make_platform: MakePlatform, tmp_path: Path) -> None:
    platform = make_platform()
    (tmp_path / "there.db").write_text("precious")
    with pytest.raises(DealwrightError, match="exists already"):
        backup(platform.engine, tmp_path / "there.db")
    with pytest.raises(DealwrightError, match="no folder"):
        backup(platform.engine, tmp_path / "nowhere" / "copy.db")
    assert (tmp_path / "there.db").read_text() == "precious"
