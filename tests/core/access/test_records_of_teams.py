"""What belongs to a team: who leads it sees and changes it, and it is nobody's own."""

from collections.abc import Callable
from typing import Any

import pytest

from dealwright import Platform, Refused, Session, Target
from dealwright_core.access.organisation import Holding, Organisation
from dealwright_core.access.owners import Owners
from dealwright_core.access.ownership import Ownership
from dealwright_testing.deployments import MakePlatform
from tests.core.access.world import CONFIG, World, organise

PLANNERS = """
[access.roles.manager]
like = "manager"
allow = [{action = ["add", "change"], on = ["target"], scope = "subtree"}]
"""
GOAL: dict[str, Any] = {"measure": "won_amount", "period": "2026", "amount": "10 USD"}


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    platform = make_platform(database_url, f"{CONFIG}{PLANNERS}", plugins=[("world", World())])
    organise(platform)
    for ref, team in (("TG-N", "T-NORTH"), ("TG-A", "T-ALPHA"), ("TG-B", "T-BETA"), ("TG-ALL", None)):
        platform.run("target.add", actor="admin", ref=ref, team=team, **GOAL)
    return platform


@pytest.mark.parametrize(
    ("login", "refs"),
    [
        ("ada", set()),
        ("sam", {"TG-A"}),
        ("mia", {"TG-A", "TG-N"}),
        ("dia", {"TG-A", "TG-N", "TG-B", "TG-ALL"}),
    ],
)
def test_scopes_cover_the_teams_they_reach(platform: Platform, login: str, refs: set[str]) -> None:
    def seen(read: Callable[[Session], list[Target]]) -> set[str]:
        with platform.session(login) as session:
            return {each.ref for each in read(session)}

    assert seen(lambda session: session.find(Target)) == refs
    table = platform.catalogue.table("target")
    with platform.session(login) as session:
        assert {row.ref for row in session.select(table.select())} == refs


def test_who_may_change_targets_below_changes_those_of_the_teams_below(platform: Platform) -> None:
    platform.run("target.change", actor="mia", ref="TG-A", amount="20 USD")
    with pytest.raises(Refused, match="may not change this target"):
        platform.run("target.change", actor="mia", ref="TG-A", team="T-BETA")
    with pytest.raises(Refused, match="may not add this target"):
        platform.run("target.add", actor="mia", team="T-SOUTH", **GOAL)


def test_a_target_of_the_whole_company_is_not_taken_for_the_own_of_who_adds_it(platform: Platform) -> None:
    added = platform.run("target.add", actor="dia", **(GOAL | {"period": "2027"})).value
    assert (added.member, added.team, added.subject) == (None, None, ("", None))


def test_a_deputy_stands_in_for_the_team_of_the_position() -> None:
    parents = {1: None, 2: 1, 3: 1}
    held = Holding("POS-1", member=7, team=2, role="supervisor", is_deputy=True, holder=5)
    organisation = Organisation((held,), parents, {}, {})
    assert organisation.in_scope(held, "own") == Owners(frozenset({5, 7}))
    assert organisation.in_scope(held, "team") == Owners(frozenset({5, 7}), frozenset({2}))


def test_what_hangs_on_a_record_of_a_team_may_be_a_teams_too(platform: Platform) -> None:
    ownership = Ownership(platform.catalogue.kinds)
    assert ownership.holders("target") == {"member", "team"}
    assert ownership.holders("opportunity_line") == {"member"}
    assert ownership.holders("team") == frozenset()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"member": "M-ADA", "team": "T-ALPHA"}, "target-of-two"),
        ({"product": "P-1", "family": "x"}, "target-of-two-products"),
        ({"quantity": 1}, "target-without-figure"),
        ({"amount": None}, "target-without-figure"),
    ],
)
def test_a_target_is_for_one_subject_and_has_one_figure(
    platform: Platform, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=rf"\[{code}\]"):
        platform.run("target.add", actor="admin", **(GOAL | fields))
