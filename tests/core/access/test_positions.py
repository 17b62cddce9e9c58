"""What somebody may do follows from the positions they hold on the day: dated ones, several, and those of others."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dealwright import Contract, Customer, Money, Platform, Refused, Session
from dealwright_core.permissions import Acting
from dealwright_core.store.engine import reading
from dealwright_core.store.organisation import read_marks
from dealwright_testing.deployments import MakePlatform
from tests.core.access.conftest import placed
from tests.core.access.world import MARK, Place

TODAY = datetime.now(UTC).date()
ROLES = """
[access.roles.clerk]
allow = [{action = ["read"], on = ["survey"], fields = ["confidential"]}]
[access.roles.outsider]
deny = [{action = ["read"], on = ["opportunity"]}, {action = ["*"], on = ["contract"]}]
"""


@contextmanager
def acting_on(platform: Platform, actor: str, day: date) -> Iterator[Acting]:
    """Somebody as they are on a day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    with reading(platform.engine) as connection:
        yield platform.acting(connection, actor, noon, read_marks(connection))


def sees(platform: Platform, actor: str, day: date = TODAY) -> set[str]:
    """Whose customers somebody sees on a day, by the first word of the ref."""
    with acting_on(platform, actor, day) as acting:
        session = Session(
            acting.connection, acting.catalogue, acting.sight(), datetime.now(UTC), lambda reads: None
        )
        return {each.ref.partition("-")[0] for each in session.find(Customer)}


def hold(platform: Platform, member: str, role: str, team: str, **dates: date) -> str:
    """Another position of a member; its ref."""
    given: dict[str, Any] = {
        "member": f"M-{member.upper()}",
        "team": team,
        "role": role,
        "main": False,
        **dates,
    }
    return str(platform.run("position.add", actor="admin", **given).value.ref)


@pytest.fixture
def platform(make_platform: MakePlatform, sqlite_url: str) -> Platform:
    return placed(make_platform, sqlite_url, "ada", "bob", config=ROLES, customers=2).platform


def test_scopes_follow_the_tree(platform: Platform) -> None:
    assert {login: sees(platform, login) for login in ("ada", "tom", "bob", "sam", "mia", "dia")} == {
        "ada": {"Ada"},
        "tom": set(),
        "bob": {MARK},
        "sam": {"Ada"},
        "mia": {"Ada"},
        "dia": {"Ada", MARK},
    }


def test_a_manager_who_changes_teams_in_march(platform: Platform) -> None:
    """Until the end of February she sees and approves what the north has, from March on what the south has."""
    march = date(2026, 3, 1)
    with platform.session("admin") as session:
        (north,) = [each.ref for each in session.find("position") if getattr(each, "member", 0) == 5]
    platform.run("position.change", actor="admin", ref=north, until=march)
    hold(platform, "mia", "manager", "T-SOUTH", since=march)
    for day, whose in ((march - timedelta(days=1), "Ada"), (march, MARK), (date(2026, 12, 31), MARK)):
        assert sees(platform, "mia", day) == {whose}
        with acting_on(platform, "mia", day) as acting:
            approving = acting.authority.members("approve", "contract")
        assert approving is not None
        assert (1 in approving.members, 3 in approving.members) == (whose == "Ada", whose == MARK)


def test_a_position_begins_on_its_first_day_and_ends_before_its_last(platform: Platform) -> None:
    since, until = date(2026, 5, 4), date(2026, 6, 4)
    hold(platform, "tom", "supervisor", "T-ALPHA", since=since, until=until)
    day = timedelta(days=1)
    seen = [sees(platform, "tom", each) for each in (since - day, since, until - day, until)]
    assert seen == [set(), {"Ada"}, {"Ada"}, set()]


def test_who_holds_no_position_may_do_nothing(platform: Platform) -> None:
    platform.run("member.add", actor="admin", name="Eve", login="eve")
    with pytest.raises(Refused, match="eve holds no position today"), platform.session("eve"):
        pass


def test_a_position_counts_at_the_next_call_on_either_side(platform: Platform) -> None:
    ref = hold(platform, "tom", "director", "T-ALL")
    assert sees(platform, "tom") == {"Ada", MARK}
    platform.run("position.change", actor="admin", ref=ref, until=TODAY)
    assert sees(platform, "tom") == set()


def test_a_position_with_a_role_that_is_not_defined_gives_nothing(platform: Platform) -> None:
    platform.run("member.add", actor="admin", ref="M-EVE", name="Eve", login="eve")
    hold(platform, "eve", "owner", "T-ALL")
    with (
        pytest.raises(Refused, match="no position today whose role gives any right"),
        platform.session("eve"),
    ):
        pass


def deputise(platform: Platform, position: str, deputy: str, **dates: date) -> None:
    given: dict[str, Any] = {"position": position, "deputy": deputy, **dates}
    platform.run("deputation.add", actor="admin", **given)


def test_a_deputy_has_the_rights_of_the_position_while_it_lasts(platform: Platform) -> None:
    south = hold(platform, "dia", "supervisor", "T-BETA")
    deputise(platform, south, "M-TOM", since=TODAY, until=TODAY + timedelta(days=3))
    assert sees(platform, "tom", TODAY - timedelta(days=1)) == set()
    assert sees(platform, "tom") == {MARK}
    assert sees(platform, "tom", TODAY + timedelta(days=3)) == set()


def test_a_deputy_stands_in_for_a_vacant_position(platform: Platform) -> None:
    vacant = platform.run("position.add", actor="admin", team="T-BETA", role="supervisor").value.ref
    deputise(platform, vacant, "M-TOM")
    assert sees(platform, "tom") == {MARK}


def test_what_a_deputy_has_belongs_to_the_deputy_s_own_team(platform: Platform) -> None:
    south = hold(platform, "dia", "supervisor", "T-BETA")
    deputise(platform, south, "M-ADA")
    assert sees(platform, "ada") == {"Ada", MARK}
    hold(platform, "tom", "supervisor", "T-BETA")
    assert sees(platform, "tom") == {MARK}


def test_two_positions_add_up(platform: Platform) -> None:
    hold(platform, "ada", "supervisor", "T-BETA")
    assert sees(platform, "ada") == {"Ada", MARK}


def test_two_roles_show_each_class_of_fields_as_far_as_one_of_them_does(platform: Platform) -> None:
    """The clerk reads what is confidential of all surveys, the representative what is personal of her own."""
    hold(platform, "ada", "clerk", "T-ALL")
    with platform.session("ada") as session:
        found = {each.ref: each for each in session.find("survey")}
        shown = {ref: (each.budget is not None, each.told_by is not None) for ref, each in found.items()}  # type: ignore[attr-defined]  # fields of a declared record
    assert shown == {
        "Ada-S0": (True, True), "Ada-S1": (True, True), f"{MARK}-S0": (True, False), f"{MARK}-S1": (True, False)
    }  # fmt: skip


def test_a_denial_wins_over_every_other_role(platform: Platform) -> None:
    hold(platform, "dia", "outsider", "T-ALL")
    with platform.session("dia") as session:
        assert session.count("customer") == 4
        assert session.count("opportunity") == session.count("stage_move") == session.count("contract") == 0
        said = session.explain("read", "Ada-O1", "opportunity")
    assert (said["allowed"], said["because"]) == (
        False,
        ["denied by role outsider by position POS-7: read opportunity (all)"],
    )
    with pytest.raises(Refused, match="role outsider by position POS-7 denies it"):
        platform.run("contract.approve", actor="dia", ref="Ada-K1")


def test_who_does_not_see_a_record_is_told_of_their_rights_whether_or_not_it_is_there(
    platform: Platform,
) -> None:
    with platform.session("ada") as session:
        hidden, absent = (session.explain("read", ref)["because"] for ref in (f"{MARK}-O1", "NOPE"))
    assert [each.replace(f"{MARK}-O1", "NOPE") for each in hidden] == absent
    assert "role rep by position POS-1: read owned (own) does not cover it" in absent


def test_approving_is_for_who_leads_and_not_for_who_sells(place: Place) -> None:
    """Neither the right to run commands nor that to change contracts lets anybody approve them."""
    run = place.platform.run
    contract = run(
        "contract.add", actor="mia", customer="Ada-C1", owner="M-ADA", amount=Money(500, "USD")
    ).value
    run("contract.request-approval", actor="mia", ref=contract.ref)
    for actor in ("ada", "tom"):
        with pytest.raises(Refused, match="no right to approve contract"):
            run("contract.approve", actor=actor, ref=contract.ref)
    approved: Contract = run("contract.approve", actor="sam", ref=contract.ref).value
    assert approved.approval == "approved"


def test_an_integrator_neither_approves_nor_grants(make_platform: MakePlatform, sqlite_url: str) -> None:
    config = '[access.roles.loader]\nlike = "integrator"\n'
    platform = placed(make_platform, sqlite_url, "ada", config=config, customers=2).platform
    hold(platform, "tom", "loader", "T-ALL")
    platform.run("contract.request-approval", actor="admin", ref="Ada-K1")
    with pytest.raises(Refused, match="no right to approve contract"):
        platform.run("contract.approve", actor="tom", ref="Ada-K1")
    with pytest.raises(Refused, match="no right to grant access_grant"):
        platform.run("access.grant", actor="tom", ref="Ada-C1", person="bob", purpose="x")


def test_a_right_to_run_one_command_is_named(make_platform: MakePlatform, sqlite_url: str) -> None:
    """A role may be let run one command, whatever right it asks for otherwise."""
    config = """
[access.roles.rep]
like = "rep"
allow = [{action = ["run"], on = ["contract.approve"], scope = "own"}]
"""
    platform = placed(make_platform, sqlite_url, "ada", config=config, customers=2).platform
    platform.run("contract.request-approval", actor="admin", ref="Ada-K1")
    with pytest.raises(Refused, match="no right to approve contract"):
        platform.run("contract.reject", actor="ada", ref="Ada-K1")
    assert platform.run("contract.approve", actor="ada", ref="Ada-K1").value.approval == "approved"
