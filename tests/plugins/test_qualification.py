"""What is known of a deal and of its customer: answers with their evidence, who may give them, and how they go."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import dealwright_qualification
from dealwright import NotFound, Platform, Refused, UsageError
from dealwright_qualification.records import Qualification, Traits
from dealwright_testing.deployments import MakePlatform

PLUGINS = [("qualification", dealwright_qualification)]


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    return opened(make_platform, database_url)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the deal, made once."""
    make = MakePlatform(tmp_path_factory.mktemp("stored"))
    opened(make, None)
    make.close()
    return make.folder / "test.db"


@pytest.fixture
def on_sqlite(stored: Path, make_platform: MakePlatform) -> Platform:
    shutil.copy(stored, make_platform.folder)
    return make_platform(plugins=PLUGINS, upgrade=False)


def opened(make_platform: MakePlatform, url: str | None) -> Platform:
    """A deal with Acme, of which Dr. Liu speaks."""
    platform = make_platform(url, plugins=PLUGINS)
    run(platform, "customer.add", ref="ACME", name="Acme Clinics")
    run(platform, "contact.add", ref="LIU", customer="ACME", name="Dr. Liu")
    run(platform, "opportunity.add", ref="DEAL", customer="ACME")
    return platform


def run(platform: Platform, command: str, actor: str = "admin", **arguments: Any) -> Any:
    return platform.run(command, actor=actor, **arguments).value


def refusal(platform: Platform, command: str, **arguments: Any) -> str:
    with pytest.raises(Refused) as refused:
        platform.run(command, actor="admin", **arguments)
    return refused.value.findings[0].code


def held(platform: Platform) -> Qualification:
    with platform.session("admin") as session:
        (found,) = session.find(Qualification)
    return found


def test_an_answer_is_kept_with_its_evidence_who_said_so_and_the_day(platform: Platform) -> None:
    run(
        platform,
        "qualification.assess",
        ref="DEAL",
        need="yes",
        evidence="it failed in May",
        said_by="LIU",
        on="2025-06-02",
    )
    found = held(platform)
    assert (found.need, found.need_evidence, found.need_learnt_on) == (
        "yes",
        "it failed in May",
        date(2025, 6, 2),
    )
    with platform.session("admin") as session:
        assert session.ref_of("contact", found.need_said_by) == "LIU"
    assert (found.purchasing_power, found.authority) == ("unknown", "unknown")


def test_one_evidence_may_tell_of_several_conditions_and_leaves_the_others(on_sqlite: Platform) -> None:
    run(on_sqlite, "qualification.assess", ref="DEAL", need="yes", evidence="it failed")
    run(
        on_sqlite,
        "qualification.assess",
        ref="DEAL",
        purchasing_power="no",
        authority="yes",
        evidence="the owner said",
    )
    found = held(on_sqlite)
    assert (found.need, found.purchasing_power, found.authority) == ("yes", "no", "yes")
    assert (found.need_evidence, found.authority_evidence) == ("it failed", "the owner said")
    with on_sqlite.session("admin") as session:
        assert found.authority_learnt_on == session.today


def test_earlier_answers_stay_in_the_history(on_sqlite: Platform) -> None:
    run(on_sqlite, "qualification.assess", ref="DEAL", need="yes", evidence="it failed")
    run(on_sqlite, "qualification.assess", ref="DEAL", need="no", evidence="it was repaired", said_by="LIU")
    told = run(on_sqlite, "qualification.history", ref=held(on_sqlite).ref)
    assert [(each["actor"], each["change"]["need"], each["change"]["need_evidence"]) for each in told] == [
        ("admin", "yes", "it failed"),
        ("admin", "no", "it was repaired"),
    ]


def test_what_is_not_known_any_more_takes_no_evidence(on_sqlite: Platform) -> None:
    run(on_sqlite, "qualification.assess", ref="DEAL", need="yes", evidence="it failed", said_by="LIU")
    run(on_sqlite, "qualification.assess", ref="DEAL", need="unknown")
    found = held(on_sqlite)
    assert (found.need, found.need_evidence, found.need_said_by) == ("unknown", None, None)


def test_yes_and_no_take_evidence_on_every_way_in(on_sqlite: Platform) -> None:
    for evidence in (None, "", "  "):
        code = refusal(on_sqlite, "qualification.assess", ref="DEAL", authority="no", evidence=evidence)
        assert code == "qualification-authority-evidence"
    for evidence in (None, ""):
        code = refusal(on_sqlite, "qualification.add", opportunity="DEAL", need="yes", need_evidence=evidence)
        assert code == "qualification-need-evidence"


def test_nothing_is_learnt_tomorrow(on_sqlite: Platform) -> None:
    with on_sqlite.session("admin") as session:
        tomorrow = session.today + timedelta(1)
    code = refusal(
        on_sqlite, "qualification.assess", ref="DEAL", need="yes", evidence="it will fail", on=tomorrow
    )
    assert code == "qualification-ahead-of-time"


def test_who_assesses_says_of_what(on_sqlite: Platform) -> None:
    with pytest.raises(UsageError, match="nothing is said of DEAL; give --need"):
        run(on_sqlite, "qualification.assess", ref="DEAL", evidence="it failed")


def test_an_opportunity_has_one_qualification(platform: Platform) -> None:
    run(platform, "qualification.assess", ref="DEAL", need="yes", evidence="it failed")
    with pytest.raises(Refused, match="same opportunity"):
        run(platform, "qualification.add", opportunity="DEAL")


def test_a_contact_of_the_customer_can_be_named(on_sqlite: Platform) -> None:
    run(on_sqlite, "customer.add", ref="BIRCH", name="Birch Labs")
    run(on_sqlite, "contact.add", customer="BIRCH", name="Dr. Liu")
    run(
        on_sqlite,
        "qualification.assess",
        ref="DEAL",
        need="yes",
        evidence="it failed",
        said_by="Dr. Liu",
    )
    with on_sqlite.session("admin") as session:
        assert session.ref_of("contact", held(on_sqlite).need_said_by) == "LIU"


def test_a_name_that_nobody_or_several_have_is_refused(on_sqlite: Platform) -> None:
    asked = {"ref": "DEAL", "need": "yes", "evidence": "it failed"}
    with pytest.raises(NotFound, match="no contact 'Dr"):
        run(on_sqlite, "qualification.assess", **asked, said_by="Dr. Lee")
    run(on_sqlite, "contact.add", ref="OTHER", customer="ACME", name="Dr. Liu")
    with pytest.raises(UsageError, match="give a ref: LIU, OTHER"):
        run(on_sqlite, "qualification.assess", **asked, said_by="Dr. Liu")


def test_a_trait_is_kept_with_its_evidence(on_sqlite: Platform) -> None:
    run(
        on_sqlite,
        "qualification-traits.assess",
        ref="ACME",
        trait="pays_late",
        answer="yes",
        evidence="two reminders",
    )
    run(
        on_sqlite,
        "qualification-traits.assess",
        ref="ACME",
        trait="haggles",
        answer="no",
        evidence="list price",
    )
    with on_sqlite.session("admin") as session:
        (found,) = session.find(Traits)
    assert (found.pays_late, found.pays_late_evidence, found.haggles) == ("yes", "two reminders", "no")
    assert found.pays_on_time == "unknown"


def test_a_trait_without_evidence_is_not_taken_from_a_person_and_warned_of_else(on_sqlite: Platform) -> None:
    with pytest.raises(UsageError, match="yes to haggles without evidence"):
        run(on_sqlite, "qualification-traits.assess", ref="ACME", trait="haggles", answer="yes")
    entered = on_sqlite.run("qualification-traits.add", actor="admin", customer="ACME", haggles="yes")
    assert [each.code for each in entered.findings] == ["qualification-traits-evidence"]


def staffed(platform: Platform) -> None:
    """Two representatives of two teams; the deal is Ann's."""
    for name in ("ann", "ben"):
        run(platform, "team.add", ref=f"T-{name}", name=name)
        run(platform, "member.add", ref=name, name=name, login=name)
        run(platform, "position.add", member=name, team=f"T-{name}", role="rep")
    run(platform, "customer.change", ref="ACME", owner="ann")
    run(platform, "opportunity.change", ref="DEAL", owner="ann")


def test_only_who_works_on_a_deal_assesses_it(on_sqlite: Platform) -> None:
    staffed(on_sqlite)
    run(on_sqlite, "qualification.assess", "ann", ref="DEAL", need="yes", evidence="it failed", said_by="LIU")
    with pytest.raises(NotFound):
        run(on_sqlite, "qualification.assess", "ben", ref="DEAL", need="no", evidence="it did not")
    with on_sqlite.session("ben") as session:
        assert session.find(Qualification) == []
    with pytest.raises(Refused, match="may not"):
        run(on_sqlite, "qualification.assess", "guest", ref="DEAL", need="no", evidence="it did not")


def test_a_contact_who_is_erased_is_named_no_more(on_sqlite: Platform) -> None:
    run(on_sqlite, "qualification.assess", ref="DEAL", need="yes", evidence="so said Dr. Liu", said_by="LIU")
    run(on_sqlite, "person.erase", ref="LIU", reason="request of 3 May")
    assert (held(on_sqlite).need, held(on_sqlite).need_evidence) == ("yes", "so said erased")


def test_a_person_with_traits_can_be_erased(on_sqlite: Platform) -> None:
    run(on_sqlite, "customer.add", ref="WEI", name="Li Wei", kind="person")
    given = {"trait": "trusts_expertise", "answer": "yes", "evidence": "asks before buying"}
    run(on_sqlite, "qualification-traits.assess", ref="WEI", **given)
    run(on_sqlite, "person.erase", ref="WEI", reason="request of 3 May")
    with on_sqlite.session("admin") as session:
        (found,) = session.find(Traits)
    assert (found.trusts_expertise, found.trusts_expertise_evidence) == ("yes", None)
