"""Every place that holds a person's data is listed, with what it says."""

from pathlib import Path

import pytest

from dealwright import NotFound, Platform, UsageError
from tests.core.persons.people import EMAIL, NAME, OLD_NAME, OLD_PHONE, PHONE, run


def test_each_place_is_listed(platform: Platform, database_url: str) -> None:
    found = run(platform, "person.export", ref="P-1")
    assert found["person"] == "contact P-1"
    assert [(each["record"], each["field"], each["value"]) for each in found["data"]] == [
        ("contact P-1", "name", NAME),
        ("contact P-1", "email", EMAIL),
        ("contact P-1", "phone", PHONE),
        ("club_card CC-1", "nickname", "Zeldi"),
    ]
    assert [(each["field"], each["value"]) for each in found["events"]] == [
        ("name", OLD_NAME),
        ("email", EMAIL),
        ("phone", OLD_PHONE),
        ("name", NAME),
        ("phone", PHONE),
        ("nickname", "Zeldi"),
    ]
    assert {each["where"] for each in found["other places"]} == {
        "kept result of a key",
        "parked event",
        "file of refused rows",
    }


def test_lines_of_refused_rows_are_named(platform: Platform, folder: Path) -> None:
    (path,) = (folder / "refused").rglob("*.csv")
    found = run(platform, "person.export", ref="P-1")
    (place,) = [each for each in found["other places"] if each["where"] == "file of refused rows"]
    assert place["of"] == f"{path.relative_to(folder)}, 2"


def test_an_export_changes_nothing(platform: Platform, database_url: str) -> None:
    run(platform, "person.export", ref="P-1")
    with platform.session("admin") as session:
        assert session.get("contact", "P-1").name == NAME  # type: ignore[attr-defined]
        assert len(session.history("contact", "P-1")) == 2


def test_records_that_lead_to_the_person_are_listed(platform: Platform) -> None:
    run(platform, "member.add", ref="M-1", name="Sam Seller", email="sam@house.example")
    run(platform, "customer.change", ref="C-1", owner="M-1")
    found = run(platform, "person.export", ref="M-1")
    assert found["linked records"] == [{"kind": "customer", "by": "owner", "records": 1, "refs": ["C-1"]}]
    assert [each["field"] for each in found["data"]] == ["name", "email"]


def test_a_name_in_other_words_or_letters_is_a_mention(platform: Platform) -> None:
    run(platform, "contact.add", ref="P-4", customer="C-1", name="李伟")
    run(platform, "contact.add", ref="P-5", customer="C-1", name="Ann Li")
    for number, said in enumerate(["客户李伟来电", "ANN LI called", "Ann Lind called", "call 李 伟"]):
        run(
            platform,
            "activity.add",
            ref=f"A-{number}",
            kind="call",
            on="2026-01-01",
            customer="C-1",
            outcome=said,
        )
    found = {ref: run(platform, "person.export", ref=ref)["mentions"] for ref in ("P-4", "P-5")}
    assert [each["record"] for each in found["P-4"]] == ["activity A-0"]
    assert [each["record"] for each in found["P-5"]] == ["activity A-1"]


def test_a_customer_of_kind_person_comes_with_its_contacts(platform: Platform) -> None:
    run(platform, "customer.add", ref="C-2", name="Uma Voss", kind="person", tax_id="DE 99 88")
    run(platform, "contact.add", ref="P-7", customer="C-2", name="Uma Voss", phone="+49 1 2")
    found = run(platform, "person.export", ref="C-2")
    said = [(each["record"], each["field"]) for each in found["data"]]
    assert said == [
        ("customer C-2", "name"),
        ("customer C-2", "tax_id"),
        ("contact P-7", "name"),
        ("contact P-7", "phone"),
    ]


@pytest.mark.parametrize(
    ("ref", "kind", "error", "said"),
    [
        ("C-1", "", UsageError, "customer C-1 is no person"),
        ("P-1", "team", UsageError, "a team is no person"),
        ("X-1", "", NotFound, "no person 'X-1'"),
        ("P-1", "member", NotFound, "no member 'P-1'"),
        ("BOTH", "", UsageError, "give --kind contact"),
    ],
)
def test_only_persons_are_persons(
    platform: Platform, ref: str, kind: str, error: type[Exception], said: str
) -> None:
    run(platform, "contact.add", ref="BOTH", customer="C-1", name="One")
    run(platform, "member.add", ref="BOTH", name="Two")
    for command, more in (("person.export", {}), ("person.erase", {"reason": "request"})):
        with pytest.raises(error, match=said):
            run(platform, command, ref=ref, kind=kind, **more)
    assert run(platform, "person.export", ref="BOTH", kind="member")["person"] == "member BOTH"
