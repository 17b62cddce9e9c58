"""A grant lets one person read one record for a time, and every read by it stands in the journal."""

from datetime import date
from typing import Any

import pytest

from dealwright import Customer, NotFound, Platform, Refused, UsageError, parse
from tests.core.access.world import MARK, Place

PAST, FUTURE = date(2020, 1, 1), date(2999, 1, 1)
HIS = f"{MARK}-C3"


def grant(place: Place, ref: str = HIS, person: str = "ada", **more: Any) -> str:
    found = place.platform.run("access.grant", actor="dia", ref=ref, person=person, purpose="appeal", **more)
    return str(found.value.ref)


def reads(platform: Platform, kind: str, ref: str) -> list[tuple[str, str, Any]]:
    """Who read a record by a grant, by which command and which grant."""
    with platform.session("dia") as session:
        events = session.history(kind, ref)
    return [(each.actor, each.command, each.change) for each in events if each.action == "read"]


def sees(place: Place, ref: str = HIS, actor: str = "ada") -> bool:
    with place.platform.session(actor) as session:
        return any(each.ref == ref for each in session.find(Customer))


def test_a_grant_shows_one_record_and_none_beside_it(place: Place) -> None:
    grant(place)
    with place.platform.session("ada") as session:
        assert session.get(Customer, HIS).name == f"{MARK} customer 3"
        assert [each.ref for each in session.find(Customer) if MARK in each.ref] == [HIS]
        assert session.count(Customer, parse(f"starts_with(name, '{MARK}')")) == 1
        assert [each.ref for each in session.by_label(Customer, f"{MARK} customer 3")] == [HIS]
        assert MARK not in repr([session.find(kind) for kind in session.kinds if kind != "customer"])
    assert not sees(place, actor="tom")


def test_a_grant_allows_no_change(place: Place) -> None:
    grant(place)
    with pytest.raises(Refused, match="may not change this customer"):
        place.platform.run("customer.change", actor="ada", ref=HIS, region="East")


def test_reads_by_a_grant_are_journalled_and_others_are_not(place: Place) -> None:
    ref = grant(place)
    with place.platform.session("ada") as session:
        session.get(Customer, HIS)
        session.find(Customer, ref=HIS)
        session.get(Customer, "Ada-C1")
    place.platform.run("customer.show", actor="ada", ref=HIS)
    assert reads(place.platform, "customer", HIS) == [
        ("M-ADA", "records", {"grant": ref}),
        ("M-ADA", "records", {"grant": ref}),
        ("M-ADA", "customer.show", {"grant": ref}),
    ]
    assert reads(place.platform, "customer", "Ada-C1") == []


def test_a_grant_is_not_noted_where_a_right_shows_the_record_anyway(place: Place) -> None:
    grant(place, person="bob")
    with place.platform.session("bob") as session:
        assert session.get(Customer, HIS).ref == HIS
    assert reads(place.platform, "customer", HIS) == []


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (PAST, FUTURE, True),
        (PAST, None, True),
        (None, FUTURE, True),
        (FUTURE, None, False),
        (PAST, date(2021, 1, 1), False),
    ],
)
def test_a_grant_holds_from_its_first_day_until_before_its_last(
    place: Place, since: date | None, until: date | None, holds: bool
) -> None:
    grant(place, since=since, until=until)
    assert sees(place) is holds


def test_a_grant_that_is_revoked_ends_at_the_next_call(place: Place) -> None:
    ref = grant(place)
    assert sees(place)
    place.platform.run("access.revoke", actor="dia", ref=ref)
    assert not sees(place)
    with pytest.raises(NotFound, match=f"no customer '{HIS}'"):
        place.platform.run("customer.show", actor="ada", ref=HIS)


def test_a_grant_is_to_whoever_has_the_name(place: Place) -> None:
    """Whether a member is named by ref or by login, the grant is theirs; an actor of the configuration has theirs."""
    assert place.platform.run("access.grants", actor="dia").value == []
    grant(place, person="M-ADA")
    grant(place, ref=f"{MARK}-C4", person="ada")
    assert sees(place)
    assert sees(place, f"{MARK}-C4")
    assert {each["person"] for each in place.platform.run("access.grants", actor="dia").value} == {"M-ADA"}


def test_a_grant_shows_what_is_plain(place: Place) -> None:
    grant(place, ref=f"{MARK}-CT3", kind="contact")
    grant(place, ref=f"{MARK}-S3", kind="survey")
    with place.platform.session("ada") as session:
        contact: Any = session.get("contact", f"{MARK}-CT3")
        survey: Any = session.get("survey", f"{MARK}-S3")
        assert (contact.position, contact.name, contact.phone) == (f"{MARK} doctor", None, None)
        assert (survey.finding, survey.budget, survey.told_by) == (f"{MARK} finding", None, None)
        own: Any = session.get("contact", "Ada-CT3")
        assert own.phone == "Ada phone"


def test_only_who_may_grant_gives_access(place: Place) -> None:
    for actor in ("ada", "sam", "mia"):
        with pytest.raises(Refused, match="no right to grant access_grant"):
            place.platform.run("access.grant", actor=actor, ref="Ada-C1", person="bob", purpose="appeal")


def test_a_grant_has_a_purpose_and_an_end_after_its_beginning(place: Place) -> None:
    with pytest.raises(UsageError, match="states its purpose"):
        place.platform.run("access.grant", actor="dia", ref=HIS, person="ada", purpose=" ")
    with pytest.raises(UsageError, match="not after"):
        grant(place, since=FUTURE, until=PAST)
    with pytest.raises(Refused, match="nobody here is called 'adda', did you mean 'ada'"):
        grant(place, person="adda")


def test_giving_and_taking_back_stand_in_the_journal(place: Place) -> None:
    ref = grant(place, export=True)
    place.platform.run("access.revoke", actor="dia", ref=ref)
    with place.platform.session("dia") as session:
        events = session.history("access_grant", ref)
    assert [(each.actor, each.command) for each in events] == [
        ("M-DIA", "access.grant"),
        ("M-DIA", "access.revoke"),
    ]
    assert events[0].change is not None
    assert events[0].change["may_export"] is True
