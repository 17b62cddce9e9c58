"""Who may export and erase: whoever has the right, whether or not they see the person otherwise."""

from typing import Any

import pytest

from dealwright import NotFound, Platform, Refused
from dealwright_core.access.actors import System
from dealwright_testing.deployments import MakePlatform

CONFIG = """
keeper = "admin"
director = "director"
integrator = "integrator"
rep = "rep"
plain = "plain-exporter"
[access.roles.plain-exporter]
allow = [{action = ["read", "export"], on = ["contact"]}]
[access.roles.privacy]
allow = [{action = ["read", "export", "erase"], on = ["contact"], scope = "own", fields = ["personal"]}]
"""
ERASE: dict[str, Any] = {"ref": "P-1", "reason": "request"}


@pytest.fixture
def platform(make_platform: MakePlatform) -> Platform:
    platform = make_platform(config=CONFIG)
    add: dict[str, Any] = {"actor": "admin"}
    platform.run("team.add", ref="T-1", name="North", **add)
    for login in ("one", "two"):
        platform.run("member.add", ref=f"M-{login}", name=login, login=login, **add)
        platform.run("position.add", member=f"M-{login}", team="T-1", role="privacy", **add)
    platform.run("customer.add", ref="C-1", name="Acme", owner="M-one", **add)
    platform.run("contact.add", ref="P-1", customer="C-1", name="Zelda", **add)
    return platform


@pytest.mark.parametrize("actor", ["director", "keeper", "one", System("request of the authority")])
def test_those_with_the_right_erase(platform: Platform, actor: str) -> None:
    assert platform.run("person.erase", actor=actor, **ERASE).value["erased"] == "contact P-1"


@pytest.mark.parametrize(
    ("actor", "error"),
    [("integrator", Refused), ("guest", Refused), ("rep", NotFound), ("two", NotFound)],
)
def test_those_without_do_not_and_learn_nothing_of_whom_they_do_not_see(
    platform: Platform, actor: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        platform.run("person.erase", actor=actor, **ERASE)
    with platform.session("admin") as session:
        assert session.get("contact", "P-1").name == "Zelda"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("actor", "error"),
    [("guest", Refused), ("plain", Refused), ("keeper", NotFound), ("rep", NotFound), ("two", NotFound)],
)
def test_an_export_takes_the_right_to_export_what_is_personal(
    platform: Platform, actor: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        platform.run("person.export", actor=actor, ref="P-1")
    for allowed in ("director", "integrator", "one"):
        assert platform.run("person.export", actor=allowed, ref="P-1").value["person"] == "contact P-1"


def test_records_that_the_actor_does_not_see_are_counted_only(platform: Platform) -> None:
    platform.run(
        "activity.add", actor="admin", kind="call", on="2026-01-01", customer="C-1", outcome="Zelda said no"
    )
    said = platform.run("person.export", actor="one", ref="P-1").value
    assert [each["record"] for each in said["mentions"]] == ["1 that you do not see"]


def test_acting_as_system_is_journalled(platform: Platform) -> None:
    platform.run("person.export", actor=System("request of the authority"), ref="P-1")
    platform.run("person.erase", actor=System("request of the authority"), **ERASE)
    with platform.session("admin") as session:
        assert session.history("contact", "P-1")[-1].actor == "system"
