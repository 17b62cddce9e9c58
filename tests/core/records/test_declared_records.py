"""A record declared in TOML has the table, commands, journal and reach in expressions of one written as a class."""

from datetime import date

import pytest

from dealwright import InvalidValue, Money, Platform, Refused, UsageError, fields
from dealwright_core.journal.verify import verify
from dealwright_core.store.engine import reading
from dealwright_testing.deployments import MakePlatform

TENDER = """
[records.tender]
title = "Tender"
on = "opportunity"
single = true
[records.tender.fields.authority]
type = "text"
title = "Contracting authority"
required = true
choices = ["city", "state"]
[records.tender.fields.deadline]
type = "date"
[records.tender.fields.bond]
type = "money"
[records.tender.fields.lead]
type = "link"
link = "member"
"""


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    platform = make_platform(database_url, TENDER)
    platform.run("opportunity.add", actor="admin", ref="DEAL")
    return platform


def test_it_is_added_changed_shown_and_journalled(platform: Platform) -> None:
    added = platform.run(
        "tender.add",
        actor="admin",
        ref="T1",
        opportunity="DEAL",
        authority="city",
        deadline="2026-03-01",
        bond="5000 USD",
    ).value
    assert (added.authority, added.deadline, added.bond) == (
        "city",
        date(2026, 3, 1),
        Money.parse("5000 USD"),
    )
    platform.run("tender.change", actor="admin", ref="T1", authority="state")
    with platform.session("guest") as session:
        assert [event.version for event in session.history("tender", "T1")] == [1, 2]
        assert session.find("tender", fields("tender").opportunity.ref == "DEAL")[0].ref == "T1"
    with reading(platform.engine) as connection:
        assert verify(connection, platform.catalogue).faults == ()


def test_expressions_reach_it_from_what_it_hangs_on(platform: Platform) -> None:
    platform.run("tender.add", actor="admin", opportunity="DEAL", authority="city", bond="5000 USD")
    platform.run("opportunity.add", actor="admin", ref="OTHER")
    with platform.session("guest") as session:
        found = session.find("opportunity", fields("tender").bond >= "5000")
        assert [deal.ref for deal in found] == ["DEAL"]
    assert (
        platform.run("opportunity.list", actor="guest", where="tender.authority == 'city'").value[0].ref
        == "DEAL"
    )


def test_what_it_declares_is_enforced(platform: Platform) -> None:
    with pytest.raises(UsageError, match="needs authority"):
        platform.run("tender.add", actor="admin", opportunity="DEAL")
    with pytest.raises(InvalidValue, match="did you mean 'city'"):
        platform.run("tender.add", actor="admin", opportunity="DEAL", authority="citty")
    platform.run("tender.add", actor="admin", opportunity="DEAL", authority="city")
    with pytest.raises(Refused, match="same opportunity"):
        platform.run("tender.add", actor="admin", opportunity="DEAL", authority="state")
