"""`org tree`: who holds what on a day."""

import sqlalchemy as sa

from dealwright.cli.jsonform import form_of
from dealwright.cli.output import lines_of
from dealwright_core.store.engine import writing
from tests.core.organisation.company import Company, branches


def filled(company: Company) -> Company:
    company.hire("M1", team="HEAD", role="director")
    company.hire("M2", team="E1", role="supervisor")
    company.run("member.add", ref="M3", name="Name of M3", joined_on="2026-01-01")
    company.run("position.add", ref="P-3", member="M3", team="E2", role="站长", since="2026-01-01")
    company.run("position.add", ref="V", team="EAST", role="manager", since="2026-02-01")
    company.run(
        "position.deputise", ref="V", deputy="M2", since="2026-02-01", until="2026-06-01", reason="search"
    )
    company.run("position.add", ref="P2", member="M2", team="E2", role="rep", main=False, since="2026-03-01")
    company.run("member.add", ref="M4", name="Idle", joined_on="2026-01-01")
    return company


def test_the_tree_of_a_day_as_text(on_sqlite: Company) -> None:
    assert lines_of(filled(on_sqlite).tree("2026-03-01")) == [
        "Organisation on 2026-03-01",
        "team HEAD (HEAD, company)",
        "  director                  M1 Name of M1  from 2026-01-01  POS-1",
        "  team EAST (EAST, region)",
        "    manager                 vacant         from 2026-02-01  V      deputy: M2 Name of M2 until 2026-06-01",
        "    team E1 (E1, team)",
        "      supervisor            M2 Name of M2  from 2026-01-01  POS-2",
        "    team E2 (E2, team)",
        "      站长                  M3 Name of M3  from 2026-01-01  P-3    no role of this deployment",
        "      rep                   M2 Name of M2  from 2026-03-01  P2     beside the main position",
        "Without a position",
        "                            M4 Idle",
    ]


def test_the_tree_as_json_nests_teams_positions_and_deputies(company: Company) -> None:
    form = form_of(filled(company).tree("2026-03-01"))
    assert (form["on"], form["without_position"]) == ("2026-03-01", [{"ref": "M4", "name": "Idle"}])
    (head,) = form["teams"]
    (east,) = head["teams"]
    assert [each["ref"] for each in east["teams"]] == ["E1", "E2"]
    assert east["positions"] == [
        {
            "ref": "V",
            "role": "manager",
            "is_known_role": True,
            "main": True,
            "member": None,
            "since": "2026-02-01",
            "until": None,
            "deputies": [
                {
                    "ref": "DEP-1",
                    "deputy": {"ref": "M2", "name": "Name of M2"},
                    "reason": "search",
                    "since": "2026-02-01",
                    "until": "2026-06-01",
                }
            ],
        }
    ]
    assert east["teams"][1]["positions"][0]["is_known_role"] is False


def test_a_day_before_and_a_day_after_show_what_held_then(company: Company) -> None:
    filled(company)
    assert company.places("2026-01-31") == [
        ("HEAD", "director", "M1"),
        ("E1", "supervisor", "M2"),
        ("E2", "站长", "M3"),
    ]
    assert company.place("V", "2026-06-01").deputies == ()
    assert company.places("2025-12-31") == []


def test_everybody_who_reads_teams_sees_the_tree(on_sqlite: Company) -> None:
    filled(on_sqlite)
    expected = on_sqlite.tree("2026-03-01")
    assert on_sqlite.run("org.tree", "M2", on="2026-03-01") == expected
    assert on_sqlite.run("org.tree", "guest", on="2026-03-01") == expected


def test_a_circle_of_teams_that_is_there_is_shown_once(on_sqlite: Company) -> None:
    with writing(on_sqlite.platform.engine) as connection:
        team = on_sqlite.platform.catalogue.table("team")
        ids = {row.ref: row.id for row in connection.execute(sa.select(team.c.ref, team.c.id))}
        connection.execute(sa.update(team).where(team.c.ref == "HEAD").values(parent=ids["E1"]))
    shown = [each.ref for each in branches(on_sqlite.tree("2026-03-01").teams)]
    assert sorted(shown) == ["E1", "E2", "EAST", "HEAD"]
