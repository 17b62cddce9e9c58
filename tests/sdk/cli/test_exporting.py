"""``dealwright export`` for spreadsheets, and of everything at once."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def filled(shop: Run) -> Run:
    shop("customer", "add", "--ref", "C1", "--name", "=1+1", "--founded", "1999")
    shop("opportunity", "add", "--customer", "C1", "--amount", "12.50 USD")
    return shop


def test_for_a_spreadsheet_no_text_begins_a_formula(filled: Run, tmp_path: Path) -> None:
    filled("export", "customer", "--spreadsheet", "-o", "customers.csv")
    written = (tmp_path / "customers.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfref,name,")
    assert b"C1,'=1+1,company,,,,1999," in written
    for wrong in (("--mapping", "m.toml"), ("--format", "jsonl")):
        filled("export", "customer", "--spreadsheet", *wrong, code=2)


def test_everything_goes_into_a_new_folder_and_comes_back(filled: Run, tmp_path: Path) -> None:
    said = filled("export", "--all", "-o", "out")
    assert [line.split() for line in said.stdout.splitlines() if line.startswith("opportunity ")] == [
        ["opportunity", "1"]
    ]
    typed = said.stderr.strip().removeprefix("to import them again: dealwright ").split()
    filled("init", "other")
    filled("--config", "other/dealwright.toml", *typed)
    again = filled("--config", "other/dealwright.toml", "export", "opportunity").stdout
    assert again == (tmp_path / "out" / "opportunity.csv").read_text(encoding="utf-8")
    assert "give a new folder" in filled("export", "--all", "-o", "out", code=2).stderr


def test_everything_may_be_json_lines(filled: Run, tmp_path: Path) -> None:
    shown = filled("export", "--all", "-o", "out", "--format", "jsonl", "--json").stdout
    assert {"kind": "customer", "rows": 1, "left out": ""} in json.loads(shown)
    (line,) = (tmp_path / "out" / "customer.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["name"] == "=1+1"
    assert not (tmp_path / "out" / "mapping.toml").exists()


def test_what_is_left_out_of_everything_is_what_one_may_not_export(filled: Run, tmp_path: Path) -> None:
    config = tmp_path / "dealwright.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(
        text.replace("[access.actors]", '[access.actors]\nbook = "finance"\nkeeper = "archive-keeper"')
    )
    filled("--as", "book", "export", "--all", "-o", "out")
    written = {each.stem for each in (tmp_path / "out").glob("*.csv")}
    assert written == {"customer", "contract", "contract_line", "transaction"}
    refused = filled("--as", "keeper", "export", "--all", "-o", "none", code=1).stderr
    assert "keeper may export nothing" in refused
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "typed", [(), ("customer", "--all"), ("--all",), ("--all", "-o", "x", "--where", "1 == 1")]
)
def test_one_kind_or_all_is_named(filled: Run, typed: tuple[str, ...]) -> None:
    filled("export", *typed, code=2)
