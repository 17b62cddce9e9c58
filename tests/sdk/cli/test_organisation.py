"""The organisation and exports on the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def office(shop: Run) -> Run:
    """A shop with two teams and two members."""
    shop("team", "add", "--ref", "HQ", "--name", "Head office", "--kind", "company")
    shop("team", "add", "--ref", "N", "--name", "North", "--parent", "HQ")
    shop("member", "hire", "--ref", "M1", "--name", "Ana Ruiz", "--team", "HQ", "--role", "director",
         "--since", "2026-01-01")  # fmt: skip
    shop("member", "hire", "--ref", "M2", "--name", "李伟", "--login", "liwei", "--team", "North",
         "--since", "2026-01-01")  # fmt: skip
    return shop


def test_a_career_on_the_command_line(office: Run) -> None:
    office("member", "promote", "M2", "--role", "supervisor", "--since", "2026-02-01")
    office("member", "move", "M2", "--to", "HQ", "--role", "manager", "--since", "2026-03-01", "--vacancy")
    office(
        "position", "deputise", "POS-4", "--deputy", "M1", "--since", "2026-03-01", "--until", "2026-06-01"
    )
    assert office("org", "tree", "--on", "2026-03-01").stdout.splitlines() == [
        "Organisation on 2026-03-01",
        "Head office (HQ, company)",
        "  director                  M1 Ana Ruiz  from 2026-01-01  POS-1",
        "  manager                   M2 李伟      from 2026-03-01  POS-5",
        "  North (N, team)",
        "    supervisor              vacant       from 2026-03-01  POS-4  deputy: M1 Ana Ruiz until 2026-06-01",
    ]
    office("customer", "add", "--name", "Acme", "--owner", "M2")
    refused = office("member", "leave", "M2", "--on", "2026-05-01", code=1)
    assert "M2 still owns open records: 1 of kind customer" in refused.stderr
    left = office("member", "leave", "M2", "--on", "2026-05-01", "--successor", "M1").stdout
    assert left.splitlines()[-1].split() == ["handed", "over", "customer=1"]
    assert "M2" not in office("org", "tree", "--on", "2026-05-01").stdout
    ended = json.loads(office("deputation", "end", "DEP-1", "--on", "2026-04-01", "--json").stdout)
    assert ended["until"] == "2026-04-01"


def test_the_tree_is_nested_in_json(office: Run) -> None:
    tree = json.loads(office("org", "tree", "--json").stdout)
    assert tree["teams"][0]["teams"][0]["positions"][0]["member"] == {"ref": "M2", "name": "李伟"}


def test_a_role_that_is_misspelt_is_a_matter_of_usage(office: Run) -> None:
    said = office("member", "promote", "M2", "--role", "directr", code=2).stderr
    assert "no role 'directr', did you mean 'director'" in said


@pytest.mark.parametrize(
    "typed",
    [
        ("member", "hire"),
        ("member", "move"),
        ("member", "promote"),
        ("member", "leave"),
        ("member", "hand-over"),
        ("position", "deputise"),
        ("deputation", "end"),
        ("org", "tree"),
        ("export",),
    ],
)
def test_help_begins_with_an_example(run: Run, typed: tuple[str, ...]) -> None:
    said = run(*typed, "--help").stdout
    assert f"Example:\n  dealwright {' '.join(typed)}" in said


def test_an_export_is_a_file_and_a_mapping_that_reads_it(office: Run, tmp_path: Path) -> None:
    said = office("export", "member", "-o", "m.csv", "--mapping", "m.toml")
    assert said.stdout == "exported 2 records of kind member to m.csv\n"
    assert "dealwright import m.toml --data ." in said.stderr
    written = (tmp_path / "m.csv").read_bytes().decode()
    assert written.splitlines()[2] == "M2,李伟,liwei,,2026-01-01,"
    (tmp_path / "m.csv").write_text(written.replace("Ana Ruiz", "Ana R. Ruiz"), encoding="utf-8", newline="")
    office("import", "m.toml", "--data", ".")
    assert "Ana R. Ruiz" in office("member", "show", "M1").stdout
    assert not (tmp_path / "m.csv.part").exists()


def test_an_export_goes_to_stdout_and_what_it_says_to_stderr(office: Run) -> None:
    shown = office("export", "team", "--where", "parent.name == 'Head office'")
    assert shown.stdout_bytes == b"ref,name,kind,parent\r\nN,North,team,HQ\r\n"
    assert shown.stderr == "exported 1 records of kind team\n"
    lines = office("export", "team", "--json").stdout.splitlines()
    assert [json.loads(each)["ref"] for each in lines] == ["HQ", "N"]


def test_an_export_with_json_says_what_it_wrote(ask: Callable[..., Any], tmp_path: Path) -> None:
    assert ask("export", "team", "-o", "teams.jsonl", "--format", "jsonl") == {
        "kind": "team",
        "rows": 0,
        "file": "teams.jsonl",
        "mapping": None,
        "left_out": [],
    }
    assert (tmp_path / "teams.jsonl").read_text() == ""


def test_an_export_that_is_refused_leaves_the_file_as_it_was(office: Run, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("mine")
    refused = office("--as", "liwei", "export", "customer", "-o", "m.csv", code=1)
    assert "M2 (rep) may not export customer" in refused.stderr
    office("export", "team", "--mapping", "m.toml", "--format", "jsonl", code=2)
    office("export", "team", "-o", "m.csv", "--where", "nme == 'x'", code=2)
    said = office("export", "team", "-o", "nowhere/m.csv", code=1).stderr
    assert "nowhere/m.csv" in said
    assert "No such file or directory" in said
    assert (tmp_path / "m.csv").read_text() == "mine"
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith("m.")) == ["m.csv"]
