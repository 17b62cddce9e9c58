"""``dealwright person``: what is known of somebody, and erasing it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def filled(shop: Run) -> Run:
    shop("customer", "add", "--name", "Acme")
    shop("contact", "add", "--customer", "Acme", "--name", "Zelda Quimby", "--phone", "+49 30 1122")
    return shop


def test_an_export_lists_what_is_known(filled: Run, ask: Callable[..., Any]) -> None:
    found = ask("person", "export", "CT-1")
    assert found["data"] == [
        {"record": "contact CT-1", "field": "name", "value": "Zelda Quimby"},
        {"record": "contact CT-1", "field": "phone", "value": "+49 30 1122"},
    ]
    said = filled("person", "export", "CT-1", "--kind", "contact").stdout
    assert "contact CT-1  phone  +49 30 1122" in said


def test_an_erasure_leaves_no_byte(filled: Run, tmp_path: Path) -> None:
    said = filled("person", "erase", "CT-1", "--reason", "request of 3 May").stdout
    assert "database files" in said
    assert "the journal is whole" in filled("db", "verify").stdout
    files = [each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()]
    assert not any(text in data for data in files for text in (b"Zelda Quimby", b"+49 30 1122"))
    assert "request of 3 May" in filled("contact", "history", "CT-1").stdout


def test_a_person_who_is_held_is_refused_with_reason_and_date(filled: Run) -> None:
    filled("contract", "add", "--customer", "Acme", "--amount", "5", "--ends-on", "2999-12-31")
    filled("contract", "advance", "K-1", "--to", "signed")
    done = filled("person", "erase", "CT-1", "--reason", "request", "--json", code=1)
    assert "contact CT-1 is held: contract K-1 is signed, until 2999-12-31 [held]" in done.stderr
    (finding,) = json.loads(done.stdout)["refused"]
    assert (finding["code"], finding["ref"]) == ("held", "CT-1")
    assert "Zelda Quimby" in filled("contact", "show", "CT-1").stdout


def test_an_erasure_states_its_reason(filled: Run) -> None:
    assert "--reason" in filled("person", "erase", "CT-1", code=2).stderr
    assert "Example:\n  dealwright person erase CT-1" in filled("person", "erase", "--help").stdout
