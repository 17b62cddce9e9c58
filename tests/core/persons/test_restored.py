"""A backup knows nothing of erasures that came after it: they are applied before anything is read from it."""

import json
import shutil
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from dealwright import DealwrightError, NotFound, Platform
from dealwright_core.journal.events import ERASE
from dealwright_core.persons.refused_files import RefusedFile
from dealwright_core.store import tables
from dealwright_core.store.backup import backup
from dealwright_core.store.engine import reading, writing
from dealwright_testing.deployments import MakePlatform
from tests.core.persons.people import ALL, Club, faults, fill, run, standing_in, stored

CLUB = [("club", Club())]


def restored(make: MakePlatform, copy: Path) -> Platform:
    return make(f"sqlite:///{copy}", plugins=CLUB, upgrade=False)


@pytest.fixture
def copy(platform: Platform, folder: Path, tmp_path: Path) -> Path:
    """A backup from before the erasure of P-1, outside of the deployment."""
    copy = backup(platform.engine, tmp_path / "copy.db")
    run(platform, "person.erase", ref="P-1", reason="request")
    return copy


def test_a_restored_backup_has_the_erasure_before_its_first_read(
    make: MakePlatform, copy: Path, folder: Path, tmp_path: Path
) -> None:
    assert standing_in(copy.parent, ALL)
    again = restored(make, Path(shutil.copy(copy, folder / "again.db")))
    with again.session("guest") as session:
        assert session.get("contact", "P-1").name == "erased"  # type: ignore[attr-defined]
    assert [each for each in ALL if each in stored(again)] == []
    assert (standing_in(folder, ALL), faults(again)) == ({}, ())


def test_a_file_put_in_the_place_of_the_database_is_a_restored_backup(
    make: MakePlatform, platform: Platform, copy: Path, folder: Path
) -> None:
    platform.close()
    for each in folder.glob("test.db-*"):
        each.unlink()
    shutil.copy(copy, folder / "test.db")
    again = restored(make, folder / "test.db")
    with again.session("guest") as session:
        events = session.history("contact", "P-1")
    assert (events[-1].action, events[-1].actor, events[0].change) == (ERASE, "system", None)
    assert "before this copy" in (events[-1].change or {})["reason"]


@pytest.mark.parametrize("first", ["deliver", "retry_parked", "check_writable", "parked_events"])
def test_whatever_comes_first_finds_it_applied(
    make: MakePlatform, copy: Path, folder: Path, first: str
) -> None:
    again = restored(make, copy)
    getattr(again, first)()
    assert [each for each in ALL if each in stored(again)] == []


def test_a_dump_of_postgresql_has_it_before_its_first_read(
    make: MakePlatform, postgres_url: str, folder: Path, tmp_path: Path
) -> None:
    import subprocess

    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    platform = make(postgres_url, plugins=CLUB)
    fill(platform, folder)
    dump = backup(platform.engine, tmp_path / "copy.dump")
    run(platform, "person.erase", ref="P-1", reason="request")
    name = f"restored_{sa.make_url(postgres_url).database}"
    with platform.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    target = sa.make_url(postgres_url).set(database=name)
    plain = target.set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run(["pg_restore", f"--dbname={plain}", "--no-owner", str(dump)], check=True)
    again = make(target.render_as_string(hide_password=False), plugins=CLUB, upgrade=False)
    with again.session("guest") as session:
        assert session.get("contact", "P-1").name == "erased"  # type: ignore[attr-defined]
    assert ([each for each in ALL if each in stored(again)], faults(again)) == ([], ())


def test_texts_that_named_the_person_are_erased_again_as_they_were(
    make: MakePlatform, platform: Platform, tmp_path: Path
) -> None:
    said = f"{ALL[0]} rings"
    run(platform, "activity.add", ref="A-1", kind="call", on="2026-01-01", customer="C-1", outcome=said)
    copy = backup(platform.engine, tmp_path / "copy.db")
    run(platform, "person.erase", ref="P-1", reason="request")
    with restored(make, copy).session("guest") as session:
        assert session.get("activity", "A-1").outcome == "erased rings"  # type: ignore[attr-defined]


def test_persons_that_were_merged_later_are_both_erased(
    make: MakePlatform, platform: Platform, tmp_path: Path
) -> None:
    for ref, name in (("C-2", "Uma Voss"), ("C-3", "U. Voss")):
        run(platform, "customer.add", ref=ref, name=name, kind="person")
    copy = backup(platform.engine, tmp_path / "copy.db")
    run(platform, "customer.merge", ref="C-3", into="C-2")
    said = run(platform, "person.erase", ref="C-3", reason="request")
    assert said["records"] == "customer C-2, customer C-3"
    with restored(make, copy).session("guest") as session:
        assert {each.name for each in session.find("customer")} == {"Acme", "erased"}  # type: ignore[attr-defined]


def test_it_is_applied_once(make: MakePlatform, copy: Path) -> None:
    for _ in range(3):
        again = restored(make, copy)
        with again.session("guest") as session:
            assert [each.action for each in session.history("contact", "P-1")].count(ERASE) == 1


def test_threads_that_open_it_together_all_read_it_erased(make: MakePlatform, copy: Path) -> None:
    again = restored(make, copy)
    found: list[str] = []

    def read() -> None:
        with again.session("guest") as session:
            found.append(session.get("contact", "P-1").name)  # type: ignore[attr-defined]

    threads = [threading.Thread(target=read) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == ["erased"] * 8


def test_it_is_applied_also_where_a_contract_is_in_force_again(
    make: MakePlatform, platform: Platform, tmp_path: Path
) -> None:
    run(platform, "contract.add", ref="K-1", customer="C-1", amount="1 USD")
    run(platform, "contract.advance", ref="K-1", to="signed")
    copy = backup(platform.engine, tmp_path / "copy.db")
    run(platform, "contract.advance", ref="K-1", to="terminated")
    run(platform, "person.erase", ref="P-1", reason="request")
    with restored(make, copy).session("guest") as session:
        assert session.get("contact", "P-1").name == "erased"  # type: ignore[attr-defined]


def test_a_backup_from_before_the_person_takes_it_for_done(
    make: MakePlatform, folder: Path, tmp_path: Path
) -> None:
    platform = make(f"sqlite:///{folder / 'test.db'}", plugins=CLUB)
    copy = backup(platform.engine, tmp_path / "copy.db")
    fill(platform, folder)
    run(platform, "person.erase", ref="P-1", reason="request")
    again = restored(make, copy)
    with again.session("guest") as session, pytest.raises(NotFound):
        session.get("contact", "P-1")
    run(again, "customer.add", ref="C-1", name="Acme")
    run(again, "contact.add", ref="P-1", customer="C-1", name="Somebody New")
    with restored(make, copy).session("guest") as session:
        assert session.get("contact", "P-1").name == "Somebody New"  # type: ignore[attr-defined]


def test_somebody_else_who_got_the_same_number_is_left_alone(
    make: MakePlatform, folder: Path, tmp_path: Path
) -> None:
    platform = make(f"sqlite:///{folder / 'test.db'}", plugins=CLUB)
    copy = backup(platform.engine, tmp_path / "copy.db")
    fill(platform, folder)
    run(platform, "person.erase", ref="P-1", reason="request")
    listed = (folder / "erasures.jsonl").rename(tmp_path / "erasures.jsonl")
    again = restored(make, copy)
    run(again, "customer.add", ref="C-1", name="Acme")
    run(again, "contact.add", ref="P-77", customer="C-1", name="Somebody Else")
    listed.rename(folder / "erasures.jsonl")
    with restored(make, copy).session("guest") as session:
        contact = session.get("contact", "P-77")
    assert (contact.id, contact.name) == (1, "Somebody Else")  # type: ignore[attr-defined]


def test_another_database_in_the_same_folder_is_left_alone(
    make: MakePlatform, platform: Platform, folder: Path
) -> None:
    other = make(f"sqlite:///{folder / 'other.db'}", plugins=CLUB)
    fill(other, folder)
    run(platform, "person.erase", ref="P-1", reason="request")
    with restored(make, folder / "other.db").session("guest") as session:
        assert session.get("contact", "P-1").name != "erased"  # type: ignore[attr-defined]


def test_a_list_that_was_lost_is_written_anew(make: MakePlatform, copy: Path, folder: Path) -> None:
    listed = (folder / "erasures.jsonl").read_text()
    (folder / "erasures.jsonl").unlink()
    with restored(make, folder / "test.db").session("guest"):
        pass
    assert (folder / "erasures.jsonl").read_text() == listed
    with restored(make, copy).session("guest") as session:
        assert session.get("contact", "P-1").name == "erased"  # type: ignore[attr-defined]


def test_the_list_holds_no_personal_data(copy: Path, folder: Path) -> None:
    (line,) = (folder / "erasures.jsonl").read_text().splitlines()
    said = json.loads(line)
    assert sorted(said) == ["at", "database", "event", "id", "kind", "mentions", "ref"]
    assert (said["kind"], said["ref"], said["id"]) == ("contact", "P-1", 1)


def test_an_erasure_that_was_listed_and_not_committed_is_made_good(
    make: MakePlatform, platform: Platform, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = tmp_path / "killed"

    def pull_the_plug(_: RefusedFile) -> None:
        shutil.copytree(folder, killed)
        raise OSError("somebody pulled the plug")

    monkeypatch.setattr(RefusedFile, "erase", pull_the_plug)
    with pytest.raises(OSError, match="pulled the plug"):
        run(platform, "person.erase", ref="P-1", reason="request")
    assert (folder / "erasures.jsonl").read_text() == ""
    with platform.session("guest") as session:
        assert session.get("contact", "P-1").name != "erased"  # type: ignore[attr-defined]
    monkeypatch.undo()
    there = MakePlatform(killed)
    again = there(f"sqlite:///{killed / 'test.db'}", plugins=CLUB, upgrade=False)
    with again.session("guest") as session:
        assert session.get("contact", "P-1").name == "erased"  # type: ignore[attr-defined]
    assert standing_in(killed, ALL) == {}
    there.close()


def test_an_older_database_is_not_read_before_its_upgrade(make: MakePlatform, copy: Path) -> None:
    import sqlite3

    with sqlite3.connect(copy) as older:
        older.execute("DROP TABLE dw_erasure")
    older.close()
    again = restored(make, copy)
    with (
        pytest.raises(DealwrightError, match=r"1 persons were erased .* dealwright db upgrade"),
        again.session("guest"),
    ):
        pass
    again.upgrade()
    with again.session("guest") as session:
        assert session.get("contact", "P-1").name == "erased"  # type: ignore[attr-defined]


def test_a_spoilt_list_is_no_reason_to_forget_it(make: MakePlatform, copy: Path, folder: Path) -> None:
    listed = folder / "erasures.jsonl"
    listed.write_text("spoilt\n" + listed.read_text())
    with (
        pytest.raises(DealwrightError, match=r"erasures\.jsonl:1 is no erasure"),
        restored(make, copy).session("guest"),
    ):
        pass


def test_what_was_left_in_files_is_removed_at_the_next_opening(
    make: MakePlatform, platform: Platform, folder: Path
) -> None:
    with reading(platform.engine) as connection:
        connection.execute(sa.select(tables.event)).first()
        said = run(platform, "person.erase", ref="P-1", reason="request")
    assert said["database files"].startswith("not clean yet")
    assert standing_in(folder, ALL)
    with restored(make, folder / "test.db").session("guest"):
        pass
    assert standing_in(folder, ALL) == {}
    with reading(platform.engine) as connection:
        assert connection.execute(sa.select(tables.erasure.c.is_clean)).scalars().all() == [True]


def test_bytes_that_no_table_uses_any_more_are_found_and_removed(platform: Platform, folder: Path) -> None:
    raw = platform.engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("PRAGMA secure_delete = OFF")
    cursor.execute("CREATE TABLE past (said TEXT)")
    cursor.executemany("INSERT INTO past VALUES (?)", [(f"{ALL[0]} " * 50,)] * 50)
    cursor.execute("DELETE FROM past")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()
    raw.close()
    run(platform, "person.erase", ref="P-1", reason="request")
    assert standing_in(folder, ALL) == {}
    with writing(platform.engine) as connection:
        connection.execute(sa.text("DROP TABLE past"))
