"""Who reads the journal, and what of it plugins are told."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from dealwright import Contact, Event, Permission, Platform, Refused, System, hookimpl
from dealwright_testing.deployments import MakePlatform

ROLES = """
[access.roles.journalist]
allow = [{action = ["read"], on = ["journal", "team"]}]
"""


def seller(platform: Platform, login: str) -> str:
    """A representative with a login; their ref."""
    team = platform.run("team.add", actor="admin", name=f"team of {login}").value
    member = platform.run("member.add", actor="admin", name=login, login=login).value
    platform.run("position.add", actor="admin", member=member.ref, team=team.ref, role="rep")
    return str(member.ref)


def commands(platform: Platform, actor: str, **asked: Any) -> list[str]:
    """The commands in the journal, newest first."""
    return [each["command"] for each in platform.run("journal.list", actor=actor, **asked).value]


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    return make_platform(database_url, config=ROLES)


def test_an_auditor_reads_the_journal_and_a_representative_does_not(platform: Platform) -> None:
    ref = seller(platform, "ann")
    platform.run("customer.add", actor="ann", name="Acme")
    assert commands(platform, "guest")[0] == "customer.add"
    assert (
        commands(platform, "guest", person="ann")
        == commands(platform, "guest", person=ref)
        == ["customer.add"]
    )
    assert commands(platform, "guest", record="team") == ["team.add"]
    assert commands(platform, "guest", by="position.add", limit=1) == ["position.add"]
    with pytest.raises(Refused, match=r"M-1 \(rep\) may not run journal\.list"):
        commands(platform, "ann")


def test_the_journal_is_read_by_the_day_of_the_deployment(platform: Platform) -> None:
    seller(platform, "ann")
    with platform.session("admin") as session:
        today = session.today
    assert len(commands(platform, "guest", since=today)) == 3
    assert commands(platform, "guest", until=today) == []


def test_what_changed_is_shown_of_kinds_seen_whole(make_platform: MakePlatform) -> None:
    platform = make_platform(config=ROLES.replace("[access.roles", 'desk = "journalist"\n[access.roles', 1))
    seller(platform, "ann")
    platform.run("customer.add", actor="ann", name="Acme")
    for reader, name in (("guest", "Acme"), ("desk", None)):
        found = platform.run("journal.list", actor=reader).value
        assert {each["record"]: each["change"] for each in found}["customer"].get("name") == name
        assert {each["record"]: each["change"] for each in found}["team"]["name"] == "team of ann"


def test_acting_as_the_system_takes_a_reason_and_is_journalled(platform: Platform) -> None:
    with pytest.raises(Refused, match="reason"):
        platform.run("customer.list", actor="system")
    with pytest.raises(Refused, match="reason"):
        System("  ")
    with platform.session(System("restoring what was lost")) as session:
        assert session.find("customer") == []
    platform.run("customer.add", actor=System("migration of the old books"), name="Acme")
    entries = [
        each for each in platform.run("journal.list", actor="guest").value if each["action"] == "enter"
    ]
    assert [each["change"]["reason"] for each in entries] == [
        "migration of the old books",
        "restoring what was lost",
    ]


class Notify:
    """Declares that it reads customers; keeps what it is told, and tries to read more."""

    def __init__(self) -> None:
        self.told: list[tuple[str, frozenset[str]]] = []
        self.read: list[str] = []

    @hookimpl
    def permissions(self) -> Iterator[Permission]:
        yield Permission("read", "customer")
        yield Permission("read", "contact")

    @hookimpl
    def on_events(self, events: Sequence[Event], platform: Any) -> None:
        self.told += [(each.record, frozenset(each.change or ())) for each in events]
        with platform.session("admin") as session:
            self.read.append(session.actor)
            self.read += [each.name or "" for each in session.find(Contact)]
            assert session.count("opportunity") == 0


def test_an_observer_is_told_what_it_declared_to_read(make_platform: MakePlatform) -> None:
    plugin = Notify()
    platform = make_platform(plugins=[("notify", plugin)])
    customer = platform.run("customer.add", actor="admin", name="Acme").value
    platform.run("contact.add", actor="admin", customer=customer.ref, name="Zoe", role="user")
    platform.run("opportunity.add", actor="admin", customer=customer.ref)
    assert platform.deliver() == {"notify": 4}
    kinds = [kind for kind, _ in plugin.told]
    assert kinds == ["customer", "contact"]
    assert "name" not in dict(plugin.told)["contact"]
    assert "role" in dict(plugin.told)["contact"]
    assert plugin.read == ["plugin:notify for admin", ""]
