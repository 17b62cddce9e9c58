"""What plugins fail at while they work is kept, whichever database it is, until they change or it is forgotten."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from dealwright import ChangingSession, Command, Finding, Platform, PluginError, Refused, hookimpl
from dealwright_core.host.faults import Fault
from dealwright_core.journal import faultlog
from dealwright_core.store import tables
from dealwright_core.store.engine import reading, writing
from dealwright_testing.deployments import MakePlatform
from tests.core.hostile.bystanders import listed, reads_are_as_before, writes_go_on

WRONG = {
    "report nothing": "returned NoneType, not a Table",
    "report unknown": "expected ratio, got float nan",
    "report ragged": "raised TypeError: object of type 'int' has no len()",
    "wrong.endless": "returned a generator: return a list",
    "wrong.unwritable": "float",
    "wrong.leaves": "raised SystemExit: enough",
}


@pytest.mark.parametrize("what", WRONG)
def test_what_a_report_or_a_command_did_wrong_is_in_the_list(
    what: str, peaceful: Platform, install_hostile: Callable[[str], str], make_platform: MakePlatform
) -> None:
    name = install_hostile("wrong_at_work")
    platform = make_platform()
    assert listed(platform)[name]["fault"] is None
    kind, _, report = what.partition(" ")
    with pytest.raises(PluginError):
        platform.report(report, actor="admin") if report else platform.run(kind, actor="admin")
    lines = listed(platform)
    line = lines.pop(name)
    assert (line["state"], line["reason"]) == ("active", "")
    assert (line["fault"]["hook"], line["fault"]["times"]) == (what, 1)
    assert WRONG[what] in line["fault"]["message"]
    assert line["fault"]["last_at"].endswith("Z")
    assert not any(each["fault"] for each in lines.values())
    writes_go_on(platform)
    reads_are_as_before(platform)


class Moody:
    """Guards and commands that fail as they are told."""

    said: str = "first"

    @hookimpl
    def guard_changes(self, changes: Any) -> Iterator[Finding]:
        for _ in changes.of("customer"):
            raise ValueError(self.said)
        yield from ()

    @hookimpl
    def commands(self) -> Iterator[Command]:
        def blame(session: ChangingSession, *, plugin: str) -> None:
            raise PluginError(plugin, "somewhere", "it was not me")

        yield Command("moody.blame", blame)


def fail(platform: Platform) -> None:
    with pytest.raises(Refused, match="plugin moody"):
        platform.run("customer.add", actor="admin", name="Acme")


@pytest.fixture
def moody() -> Moody:
    return Moody()


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform, moody: Moody) -> Platform:
    return make_platform(database_url, plugins=[("moody", moody)])


def test_faults_of_one_hook_are_counted_and_the_last_is_told(platform: Platform, moody: Moody) -> None:
    fail(platform)
    (first,) = platform.faults("admin")
    moody.said = "second"
    fail(platform)
    (last,) = platform.faults("admin")
    assert (last.plugin, last.hook, last.times) == ("moody", "guard_changes", 2)
    assert last.message.startswith("raised ValueError: second (test_fault_log.py:")
    assert last.first_at is not None
    assert last.last_at is not None
    assert last.first_at == first.first_at
    assert last.first_at < last.last_at
    assert str(last).startswith(
        f"guard_changes failed 2 times, last at {last.last_at:%Y-%m-%d %H:%M:%S} UTC: "
    )


def test_the_refused_work_is_gone_and_its_fault_is_kept(platform: Platform) -> None:
    fail(platform)
    with platform.session("admin") as session:
        assert session.count("customer") == 0
    assert len(platform.faults("admin")) == 1


def test_the_latest_fault_comes_first(platform: Platform) -> None:
    fail(platform)
    with pytest.raises(PluginError):
        platform.run("moody.blame", actor="admin", plugin="moody")
    assert [each.hook for each in platform.faults("admin")] == ["somewhere", "guard_changes"]
    fail(platform)
    assert [each.hook for each in platform.faults("admin")] == ["guard_changes", "somewhere"]


def test_a_fault_is_kept_when_the_plugin_works_again(platform: Platform) -> None:
    fail(platform)
    platform.run("opportunity.add", actor="admin")
    assert [each.times for each in platform.faults("admin")] == [1]


def test_faults_are_forgotten_by_name(platform: Platform) -> None:
    fail(platform)
    assert platform.forget_faults("direct") == []
    assert [each.hook for each in platform.forget_faults("moody")] == ["guard_changes"]
    assert platform.faults("admin") == platform.forget_faults("moody") == []


def record(platform: Platform, version: str, *found: Fault) -> None:
    with writing(platform.engine) as connection:
        faultlog.record(connection, found, {"moody": version})


def test_faults_of_another_version_are_not_told_and_then_forgotten(platform: Platform) -> None:
    record(platform, "1.0", Fault("moody", "a", "old"), Fault("moody", "b", "old"))
    with reading(platform.engine) as connection:
        assert faultlog.faults(connection, {"moody": "2.0"}) == []
        assert len(faultlog.faults(connection, {"moody": "1.0"})) == 2
    record(platform, "2.0", Fault("moody", "a", "new"))
    with reading(platform.engine) as connection:
        assert faultlog.faults(connection, {"moody": "1.0"}) == []
        (found,) = faultlog.faults(connection, {"moody": "2.0"})
    assert (found.message, found.times) == ("new", 1)


@pytest.mark.parametrize("said", ["a\0b", "\ud800", "long" * 100_000])
def test_a_message_that_no_database_keeps_is_spelt_so_that_it_can(platform: Platform, said: str) -> None:
    record(platform, "", Fault("moody", "guard_changes", said))
    (found,) = platform.faults("admin")
    assert found.message == said.replace("\0", "\\x00").replace("\ud800", "\\ud800")[: faultlog.LONGEST]


def test_nobody_is_blamed_who_is_not_here(platform: Platform) -> None:
    with pytest.raises(PluginError, match="plugin stranger"):
        platform.run("moody.blame", actor="admin", plugin="stranger")
    assert platform.faults("admin") == []


def test_a_fault_that_cannot_be_kept_hides_no_error(platform: Platform) -> None:
    with writing(platform.engine) as connection:
        tables.fault.drop(connection)
    fail(platform)
    assert platform.faults("admin") == []


def test_a_refusal_is_no_fault(platform: Platform) -> None:
    with pytest.raises(Refused):
        platform.run("opportunity.add", actor="guest")
    assert platform.faults("admin") == []


def test_without_plugins_no_fault_is_kept(platform: Platform) -> None:
    config = str(platform.deployment.document.path)
    with Platform.open(config, plugins=False, environ={}) as bare:
        bare.note_faults(PluginError("core", "score", "broke"))
        with reading(bare.engine) as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(tables.fault)).scalar() == 0


def test_a_guard_cannot_pass_its_finding_off_as_the_fault_of_another(make_platform: MakePlatform) -> None:
    class Sly:
        @hookimpl
        def guard_changes(self, changes: Any) -> Iterator[Finding]:
            yield Finding("guard-failed", "block", "plugin direct: guard_changes: raised ValueError")

    platform = make_platform(plugins=[("sly", Sly())])
    with pytest.raises(Refused):
        platform.run("customer.add", actor="admin", name="Acme")
    assert platform.faults("admin") == []
