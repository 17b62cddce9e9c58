"""Hiring, moving, promoting and leaving: each from a day on, so that the days before stay as they were."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from dealwright import Refused, UsageError
from dealwright_core.records import Member, Position
from tests.core.organisation.company import Company

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def test_hiring_adds_the_member_with_a_main_position(company: Company) -> None:
    position = company.hire("M1", team="E1", login="ana", since=MARCH)
    assert (position.role, position.main, position.since, position.until) == ("rep", True, MARCH, None)
    with company.platform.session("admin") as session:
        member = session.get(Member, "M1")
    assert (member.login, member.joined_on, member.left_on) == ("ana", MARCH, None)
    assert company.places("2026-02-28") == []
    assert company.places(MARCH) == [("E1", "rep", "M1")]


def test_a_new_member_acts_by_their_login_at_once(company: Company) -> None:
    company.hire("M1", login="ana")
    assert company.run("customer.add", "ana", ref="C1", name="Acme").ref == "C1"
    with pytest.raises(Refused, match="nobody here is called 'bea'"):
        company.run("customer.add", "bea", name="Acme")


def test_moving_ends_the_main_position_when_the_new_one_begins(company: Company) -> None:
    company.hire("M1", role="supervisor")
    moved = company.run("member.move", ref="M1", to="team E2", since=MARCH)
    assert (moved.since, moved.role) == (MARCH, "supervisor")
    assert company.places("2026-02-28") == [("E1", "supervisor", "M1")]
    assert company.places(MARCH) == [("E2", "supervisor", "M1")]


def test_a_move_may_bring_another_role_and_leave_a_vacancy(company: Company) -> None:
    company.hire("M1", role="supervisor")
    company.run("member.move", ref="M1", to="EAST", role="manager", since=MARCH, vacancy=True)
    assert company.places(MARCH) == [("EAST", "manager", "M1"), ("E1", "supervisor", None)]


def test_promoting_changes_the_role_and_not_the_team(company: Company) -> None:
    company.hire("M1")
    company.run("member.promote", ref="M1", role="supervisor", since=MARCH)
    assert company.places("2026-02-28") == [("E1", "rep", "M1")]
    assert company.places(MARCH) == [("E1", "supervisor", "M1")]


def test_a_role_that_the_deployment_does_not_define_is_refused(on_sqlite: Company) -> None:
    on_sqlite.hire("M1")
    with pytest.raises(UsageError, match=r"no role 'suprvisor', did you mean 'supervisor'.*it has admin, "):
        on_sqlite.run("member.promote", ref="M1", role="suprvisor")
    for command in ("member.hire", "member.move"):
        place = {"name": "B", "team": "E1"} if command == "member.hire" else {"ref": "M1", "to": "E2"}
        with pytest.raises(UsageError, match="no role 'boss'"):
            on_sqlite.run(command, role="boss", **place)


def test_a_change_before_the_last_one_leaves_what_follows(company: Company) -> None:
    company.hire("M1")
    company.run("member.move", ref="M1", to="E2", since=APRIL)
    company.run("member.promote", ref="M1", role="supervisor", since=MARCH)
    assert company.places("2026-03-31") == [("E1", "supervisor", "M1")]
    assert company.places(APRIL) == [("E2", "rep", "M1")]


def test_a_change_on_the_day_a_position_begins_takes_its_place(company: Company) -> None:
    first = company.hire("M1", team="E2", since=MARCH)
    company.run("member.move", ref="M1", to="E1", since=MARCH)
    assert company.places(MARCH) == [("E1", "rep", "M1")]
    with company.platform.session("admin") as session:
        assert session.get(Position, first.ref).until == MARCH


def test_before_joining_and_after_leaving_nothing_changes(on_sqlite: Company) -> None:
    on_sqlite.hire("M1", since=MARCH)
    early = on_sqlite.refused("member.move", ref="M1", to="E2", since="2026-02-01")
    assert (early.code, early.message) == ("member-not-joined", "M1 joins on 2026-03-01, after 2026-02-01")
    on_sqlite.run("member.leave", ref="M1", on=APRIL)
    for command, more in (("member.move", {"to": "E2"}), ("member.promote", {"role": "manager"})):
        assert on_sqlite.refused(command, ref="M1", since=APRIL, **more).code == "member-left"
    assert on_sqlite.refused("member.leave", ref="M1").message == "M1 left on 2026-04-01"


def test_a_move_on_a_day_without_a_main_position_says_which_there_are(on_sqlite: Company) -> None:
    on_sqlite.run("member.add", ref="M1", name="A")
    assert "there is none at all" in on_sqlite.refused("member.move", ref="M1", to="E2").message
    on_sqlite.run("position.add", ref="P1", member="M1", team="E1", since=MARCH)
    found = on_sqlite.refused("member.move", ref="M1", to="E2", since="2026-02-01")
    assert found.code == "no-main-position"
    assert found.message == "M1 holds no main position on 2026-02-01; there is P1 from 2026-03-01"


def test_a_change_that_changes_nothing_is_refused(on_sqlite: Company) -> None:
    on_sqlite.hire("M1")
    assert on_sqlite.refused("member.promote", ref="M1", role="rep").code == "position-unchanged"


def test_leaving_ends_every_position_and_deputation(company: Company) -> None:
    company.hire("M1", since=date(2026, 1, 1))
    company.run("position.add", ref="P2", member="M1", team="E2", main=False, since=date(2026, 1, 1))
    other = company.hire("M2", team="E2")
    company.run("position.deputise", ref=other.ref, deputy="M1", since="2026-02-01")
    left = company.run("member.leave", ref="M1", on=MARCH)
    assert (left["left on"], left["handed over"]) == (MARCH, {})
    assert sorted(left["positions"]) == ["P2", "POS-1"]
    assert company.places("2026-02-28").count(("E2", "rep", "M1")) == 1
    assert company.places(MARCH) == [("E2", "rep", "M2")]
    assert company.place(other.ref, MARCH).deputies == ()


def test_who_left_acts_no_longer(company: Company) -> None:
    company.hire("M1")
    company.run("member.leave", ref="M1")
    with pytest.raises(Refused, match="holds no position today"):
        company.run("customer.add", "M1", name="Acme")


def test_what_was_planned_for_later_is_withdrawn_by_leaving(company: Company) -> None:
    company.hire("M1")
    company.run("member.move", ref="M1", to="E2", since=APRIL)
    company.run("member.leave", ref="M1", on=MARCH)
    assert company.places(MARCH) == company.places(APRIL) == []


def test_a_vacated_position_waits_with_its_deputy_for_who_fills_it(company: Company) -> None:
    lead = company.hire("M1", team="EAST", role="manager")
    company.hire("M2")
    company.run("position.deputise", ref=lead.ref, deputy="M2", since="2026-02-01", reason="leave")
    vacancy = company.run("member.leave", ref="M1", on=MARCH, vacancy=True)["vacancies"][0]
    shown = company.place(vacancy, MARCH)
    assert (shown.role, shown.member, shown.since) == ("manager", None, MARCH)
    assert [(str(each), each.reason) for each in shown.deputies] == [("deputy: M2 Name of M2", "leave")]
    company.run("member.hire", ref="M3", name="Li Wei", position=vacancy, since=APRIL)
    assert ("EAST", "manager", None) in company.places("2026-03-31")
    assert ("EAST", "manager", "M3") in company.places(APRIL)
    assert all(not each.deputies for team in company.tree(APRIL).teams[0].teams for each in team.positions)


def test_a_deputy_may_fill_the_position_they_stand_in_for(company: Company) -> None:
    lead = company.hire("M1", team="EAST", role="manager")
    company.hire("M2")
    company.run("position.deputise", ref=lead.ref, deputy="M2", since="2026-02-01")
    vacancy = company.run("member.leave", ref="M1", on=MARCH, vacancy=True)["vacancies"][0]
    company.run("member.move", ref="M2", position=vacancy, since=MARCH)
    assert company.places(MARCH) == [("EAST", "manager", "M2")]


def test_a_vacancy_is_filled_neither_twice_nor_out_of_its_time(on_sqlite: Company) -> None:
    on_sqlite.run("position.add", ref="V", team="E1", role="supervisor", since=MARCH)
    on_sqlite.run("position.add", ref="W", team="E1", since=MARCH, until=APRIL)
    early = on_sqlite.refused("member.hire", name="A", position="V", since="2026-02-01")
    assert (early.code, early.ref) == ("before-position", "V")
    assert (
        "a gap would follow" in on_sqlite.refused("member.hire", name="A", position="W", since=MARCH).message
    )
    on_sqlite.run("member.hire", ref="M1", name="A", position="V", since=MARCH)
    taken = on_sqlite.refused("member.hire", name="B", position="V", since=MARCH)
    assert (taken.code, taken.message) == ("position-held", "position V is held by M1: it is not vacant")


def test_a_place_is_a_team_or_a_vacancy(on_sqlite: Company) -> None:
    for place in ({}, {"team": "E1", "position": "V"}):
        with pytest.raises(UsageError, match="either a team or a vacant position"):
            on_sqlite.run("member.hire", name="A", **place)
    with pytest.raises(UsageError, match="a vacant position has its role"):
        on_sqlite.run("member.hire", name="A", position="V", role="rep")


def test_of_two_who_fill_a_vacancy_at_once_one_does(company: Company) -> None:
    company.run("position.add", ref="V", team="E1", since=MARCH)

    def fill(name: str) -> str:
        try:
            company.run("member.hire", ref=name, name=name, position="V", since=MARCH)
        except Refused as refused:
            return refused.findings[0].code
        return "hired"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(fill, ("A", "B"))) == ["hired", "position-held"]
    assert len(company.places(MARCH)) == 1


def test_several_positions_at_once_one_of_them_main(company: Company) -> None:
    company.hire("M1")
    company.run("position.add", member="M1", team="E2", role="supervisor", main=False, since=MARCH)
    assert company.places(MARCH) == [("E1", "rep", "M1"), ("E2", "supervisor", "M1")]
    company.run("member.move", ref="M1", to="EAST", since=APRIL)
    assert company.places(APRIL) == [("EAST", "rep", "M1"), ("E2", "supervisor", "M1")]


def test_sellers_do_not_change_the_organisation(company: Company) -> None:
    for ref, role in (("M1", "rep"), ("M2", "supervisor"), ("M3", "manager")):
        company.hire(ref, role=role)
        for command, more in (
            ("member.hire", {"name": "A", "team": "E1"}),
            ("member.promote", {"ref": ref, "role": "director"}),
            ("member.leave", {"ref": "M1"}),
            ("position.deputise", {"ref": "POS-1", "deputy": ref}),
        ):
            assert company.refused(command, ref, **more).code == "not-permitted"
