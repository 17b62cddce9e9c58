"""After an erasure a person's data is nowhere, and everything else is as it was."""

import csv
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from dealwright import Platform, UsageError
from dealwright_core.host.faults import Fault
from dealwright_core.journal import faultlog
from dealwright_core.journal.events import ERASE
from dealwright_core.store import tables
from dealwright_core.store.engine import reading, writing
from tests.core.persons.people import (
    ALL,
    EMAIL,
    NAME,
    PHONE,
    ClubCard,
    faults,
    refuse,
    run,
    standing_in,
    stored,
)


def test_neither_name_nor_phone_is_left_in_the_database(platform: Platform, database_url: str) -> None:
    assert all(each in stored(platform) for each in ALL)
    run(platform, "person.erase", ref="P-1", reason="request of 3 May")
    assert [each for each in (*ALL, "Zeldi") if each in stored(platform)] == []


def test_no_byte_of_the_deployments_folder_names_the_person(platform: Platform, folder: Path) -> None:
    assert standing_in(folder, ALL)
    run(platform, "person.erase", ref="P-1", reason="request of 3 May")
    assert standing_in(folder, (*ALL, "Zeldi")) == {}


def test_the_journal_still_verifies_and_says_what_happened(platform: Platform, database_url: str) -> None:
    run(platform, "person.erase", ref="P-1", reason="request of 3 May")
    assert faults(platform) == ()
    with platform.session("admin") as session:
        history = session.history("contact", "P-1")
    assert [each.change is None for each in history] == [True, True, False, False]
    last = history[-1]
    assert (last.action, last.actor, last.command) == (ERASE, "admin", "person.erase")
    assert last.change == {
        "reason": "request of 3 May", "fields": ["email", "name", "phone"],
        "events": [each.seq for each in history[:2]],
    }  # fmt: skip


def test_the_record_keeps_its_ref_and_says_erased(platform: Platform) -> None:
    run(platform, "person.erase", ref="P-1", reason="request")
    with platform.session("admin") as session:
        contact = session.get("contact", "P-1")
        card = session.find(ClubCard)[0]
        other = session.get("contact", "P-2")
    assert (contact.name, contact.email, contact.phone) == ("erased", None, None)  # type: ignore[attr-defined]
    assert (card.nickname, card.points) == (f"erased {card.id}", 7)
    assert other.phone == "+49 30 445566"  # type: ignore[attr-defined]


def test_an_emptied_event_that_no_erasure_names_is_still_found(platform: Platform) -> None:
    run(platform, "person.erase", ref="P-1", reason="request")
    t = tables.event
    with writing(platform.engine) as connection:
        here = (t.c.ref == "P-2", t.c.record == "contact")
        connection.execute(sa.update(t).where(*here).values(payload=None, salt=None))
    (fault,) = faults(platform)
    assert "contact P-2" in fault


def test_an_erasure_whose_own_event_was_emptied_explains_nothing(platform: Platform) -> None:
    run(platform, "person.erase", ref="P-1", reason="request")
    t = tables.event
    with writing(platform.engine) as connection:
        here = (t.c.ref == "P-1", t.c.action == ERASE)
        connection.execute(sa.update(t).where(*here).values(payload=None, salt=None))
    assert len(faults(platform)) == 3


def test_a_key_used_again_gives_the_first_outcome_without_the_person(
    platform: Platform, database_url: str
) -> None:
    assert run(platform, "club.greet", ref="P-1", key="once") == {"said": f"hello {NAME}"}
    run(platform, "person.erase", ref="P-1", reason="request")
    assert run(platform, "club.greet", ref="P-1", key="once") == {"said": "hello erased"}


def test_queues_lose_it_and_observers_get_the_event_without_it(platform: Platform, database_url: str) -> None:
    assert any(NAME in (each.error or "") for each in platform.parked_events())
    run(platform, "person.erase", ref="P-1", reason="request")
    assert not any(NAME in (each.error or "") for each in platform.parked_events())
    assert {each.ref for each in platform.retry_parked() if each.error} == {"P-2"}


def test_files_of_refused_rows_lose_the_rows_of_the_person_alone(platform: Platform, folder: Path) -> None:
    (path,) = (folder / "refused").rglob("*.csv")
    assert len(_rows(path)) == 3
    run(platform, "person.erase", ref="P-1", reason="request")
    assert [row[:3] for row in _rows(path)] == [["id", "customer", "name"], ["P-3", "C-7", "Xeno"]]


def test_refused_rows_of_an_import_that_goes_on_are_erased_too(
    platform: Platform, database_url: str, folder: Path
) -> None:
    cells = json.dumps([["P-1", "", NAME], ""])
    values = {"run": 9, "file": "people.csv", "line": 2, "number": 0, "reason": "no customer", "cells": cells}
    with writing(platform.engine) as connection:
        connection.execute(
            sa.insert(tables.import_refused), [values, {**values, "line": 3, "cells": '[["x"], ""]'}]
        )
    run(platform, "person.erase", ref="P-1", reason="request")
    with reading(platform.engine) as connection:
        assert connection.execute(sa.select(tables.import_refused.c.line)).scalars().all() == [3]


def test_what_an_import_warned_of_is_erased_too(platform: Platform, database_url: str) -> None:
    t = tables.import_run
    with writing(platform.engine) as connection:
        said = {
            **json.loads(connection.execute(sa.select(t.c.progress)).scalar_one()),
            "warnings": {f"{NAME}?": 1},
        }
        connection.execute(sa.update(t).values(progress=json.dumps(said, ensure_ascii=False)))
    run(platform, "person.erase", ref="P-1", reason="request")
    with reading(platform.engine) as connection:
        left = json.loads(connection.execute(sa.select(t.c.progress)).scalar_one())
    assert left["warnings"] == {"erased?": 1}


def test_the_result_says_what_was_done(platform: Platform) -> None:
    said = run(platform, "person.erase", ref="P-1", reason="request")
    assert said["erased"] == "contact P-1"
    assert said["records"] == "contact P-1, club_card CC-1"
    assert said["events"] == 3
    assert {each["where"] for each in said["other places"]} == {
        "kept result of a key", "parked event", "file of refused rows",
    }  # fmt: skip
    assert said["not erased"] == []


def test_an_erased_person_can_be_erased_again(platform: Platform) -> None:
    run(platform, "person.erase", ref="P-1", reason="request")
    again = run(platform, "person.erase", ref="P-1", reason="to be sure")
    assert (again["events"], faults(platform)) == (0, ())


def test_the_same_key_erases_once(platform: Platform, database_url: str) -> None:
    run(platform, "person.erase", ref="P-1", reason="request", key="erase")
    again = platform.run("person.erase", actor="admin", ref="P-1", reason="request", key="erase")
    assert again.replayed
    with platform.session("admin") as session:
        assert [each.action for each in session.history("contact", "P-1")].count(ERASE) == 1


@pytest.mark.parametrize("reason", ["", "  ", f"asked by {NAME.upper()}", f"mail from {EMAIL}"])
def test_a_reason_is_given_and_does_not_name_the_person(platform: Platform, reason: str) -> None:
    before = stored(platform)
    with pytest.raises(UsageError, match="reason"):
        run(platform, "person.erase", ref="P-1", reason=reason)
    assert stored(platform) == before


def test_texts_of_other_records_stay_on_request_and_are_listed(platform: Platform) -> None:
    run(
        platform,
        "activity.add",
        ref="A-1",
        kind="call",
        on="2026-01-01",
        customer="C-1",
        outcome=f"{PHONE} rings",
    )
    said = run(platform, "person.erase", ref="P-1", reason="request", keep_mentions=True)
    assert [(each["record"], each["fields"]) for each in said["still mentioned"]] == [
        ("activity A-1", ["outcome"])
    ]
    assert PHONE in stored(platform)


def test_texts_of_other_records_lose_the_person_too(
    platform: Platform, database_url: str, folder: Path
) -> None:
    run(
        platform,
        "activity.add",
        ref="A-1",
        kind="call",
        on="2026-01-01",
        customer="C-1",
        outcome=f"{NAME} rings",
    )
    run(
        platform,
        "activity.add",
        ref="A-2",
        kind="call",
        on="2026-01-01",
        customer="C-1",
        outcome=f"ask {NAME}",
    )
    run(platform, "activity.change", ref="A-2", outcome="nothing")
    said = run(platform, "person.erase", ref="P-1", reason="request")
    assert [each["record"] for each in said["taken out of texts"]] == ["activity A-1", "activity A-2"]
    with platform.session("admin") as session:
        outcomes = [each.outcome for each in session.find("activity")]  # type: ignore[attr-defined]
    assert outcomes == ["erased rings", "nothing"]
    assert [each for each in ALL if each in stored(platform)] == []
    assert (standing_in(folder, ALL), faults(platform)) == ({}, ())


def test_another_person_like_this_one_is_listed_and_never_changed(platform: Platform) -> None:
    run(platform, "contact.add", ref="P-8", customer="C-1", name="Their Colleague", phone=PHONE)
    said = run(platform, "person.erase", ref="P-1", reason="request")
    (mention,) = said["still mentioned"]
    assert (mention["record"], mention["fields"]) == ("contact P-8", ["phone"])
    assert "erase them by themselves" in mention["note"]
    with platform.session("admin") as session:
        assert session.get("contact", "P-8").phone == PHONE  # type: ignore[attr-defined]


def test_other_case_keys_and_what_plugins_failed_at_do_not_name_the_person_either(
    platform: Platform, database_url: str
) -> None:
    add = {"customer": "C-1", "name": "Jürgen Öhmann", "key": "for Jürgen Öhmann"}
    run(platform, "contact.add", ref="P-9", **add)
    said = "JÜRGEN ÖHMANN rang, öhmann not"
    run(platform, "activity.add", ref="A-9", kind="call", on="2026-01-01", customer="C-1", outcome=said)
    with writing(platform.engine) as connection:
        faultlog.record(connection, [Fault("club", "guard_changes", f"KeyError: {said}")], {"club": "1"})
    named = ("Jürgen Öhmann", "JÜRGEN ÖHMANN")
    assert all(each in stored(platform) for each in named)
    done = run(platform, "person.erase", ref="P-9", reason="request")
    assert {"where": "fault of a plugin", "of": "club guard_changes"} in done["other places"]
    assert [each for each in named if each in stored(platform)] == []


def test_a_ref_and_a_waiver_that_name_the_person_are_said_to_stay(platform: Platform, folder: Path) -> None:
    run(platform, "contact.add", ref=f"P {EMAIL}", customer="C-1", name="Vera Nemo", email=EMAIL)
    said = run(platform, "person.erase", ref=f"P {EMAIL}", reason="request")
    assert said["not erased"] == [f"the ref of contact P {EMAIL}"]


def test_a_file_of_refused_rows_saved_another_way_is_named(platform: Platform, folder: Path) -> None:
    (path,) = (folder / "refused").rglob("*.csv")
    path.write_bytes(f"P-1;{NAME}\n".encode("utf-16"))
    said = run(platform, "person.erase", ref="P-1", reason="request")
    assert said["not erased"] == [f"{path.relative_to(folder)}, which is no UTF-8 file of rows: delete it"]


def test_an_import_of_the_same_files_again_brings_nothing_back(platform: Platform, folder: Path) -> None:
    rows = [("P-5", "C-1", "Walt Whit", "+1 555 1")]
    refuse(platform, folder, rows)
    run(platform, "person.erase", ref="P-5", reason="request")
    refuse(platform, folder, rows)
    with platform.session("admin") as session:
        assert session.get("contact", "P-5").name == "erased"  # type: ignore[attr-defined]


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))
