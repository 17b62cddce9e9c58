"""Which region or office a team counts for."""

import pytest

from dealwright import Platform, Team
from dealwright_core.reporting.dimensions import above
from dealwright_testing.deployments import MakePlatform


def tree(*teams: tuple[str, str, int | None]) -> dict[int, Team]:
    """Teams by id, from (name, kind, parent), numbered from 1."""
    return {
        id: Team(id=id, ref=f"T{id}", name=name, kind=kind, parent=parent)
        for id, (name, kind, parent) in enumerate(teams, 1)
    }


BOTH = tree(
    ("Corp", "company", None),
    ("West", "region", 1),
    ("Seattle", "office", 2),
    ("Squad", "team", 3),
    ("Lone", "team", 1),
    ("Pair", "team", 5),
)


@pytest.mark.parametrize(
    ("by", "shown"),
    [
        ("team", ["Corp", "West", "Seattle", "Squad", "Lone", "Pair"]),
        ("region", ["Corp", "West", "West", "West", "Lone", "Lone"]),
        ("office", ["Corp", "West", "Seattle", "Seattle", "Lone", "Lone"]),
    ],
)
def test_the_kind_that_was_asked_for_is_looked_for_first(by: str, shown: list[str]) -> None:
    assert [above(BOTH, id, by).name for id in BOTH] == shown


@pytest.mark.parametrize("by", ["region", "office"])
@pytest.mark.parametrize("kind", ["region", "office"])
def test_where_there_are_only_offices_they_are_the_regions_too(by: str, kind: str) -> None:
    teams = tree(("Corp", "company", None), ("Seattle", kind, 1), ("Squad", "team", 2))
    assert [above(teams, id, by).name for id in teams] == ["Corp", "Seattle", "Seattle"]


@pytest.mark.parametrize("kind", ["company", "team"])
def test_where_there_is_neither_the_teams_below_the_company_are_shown(kind: str) -> None:
    teams = tree(("Corp", kind, None), ("East", "team", 1), ("Squad", "team", 2), ("West", "team", 1))
    assert [above(teams, id, "region").name for id in teams] == ["Corp", "East", "East", "West"]


def test_of_several_teams_without_parent_each_is_shown() -> None:
    teams = tree(("East", "team", None), ("Squad", "team", 1), ("West", "team", None))
    assert [above(teams, id, "region").name for id in teams] == ["East", "East", "West"]


def test_a_company_below_another_is_no_region() -> None:
    teams = tree(("Holding", "company", None), ("Corp", "company", 1), ("East", "team", 2))
    assert [above(teams, id, "office").name for id in teams] == ["Holding", "Corp", "East"]


def test_a_circle_of_teams_ends() -> None:
    teams = tree(("One", "team", 2), ("Two", "team", 1))
    assert above(teams, 1, "region").name == "Two"


def test_teams_of_one_name_are_told_apart(database_url: str, make_platform: MakePlatform) -> None:
    platform: Platform = make_platform(database_url)
    for number, (team, parent) in enumerate((("West", None), ("West", None), ("East", "T1")), 1):
        platform.run("team.add", actor="admin", ref=f"T{number}", name=team, parent=parent)
        platform.run("member.add", actor="admin", ref=f"M{number}", name="Ann")
        platform.run("position.add", actor="admin", member=f"M{number}", team=f"T{number}")
        platform.run("opportunity.add", actor="admin", owner=f"M{number}")
    found = {
        by: [row[:2] for row in platform.report("pipeline", actor="guest", by=by).rows]
        for by in ("team", "region")
    }
    assert found == {
        "team": [("East", 1), ("West (T1)", 1), ("West (T2)", 1)],
        "region": [("West (T1)", 2), ("West (T2)", 1)],
    }
