"""An observer that fails is told with its error, and neither the work nor anybody else suffers."""

from collections.abc import Callable, Sequence

from dealwright import Event, Platform, hookimpl
from dealwright_core.journal.outbox import statuses
from dealwright_core.store.engine import reading
from dealwright_testing.deployments import MakePlatform
from tests.core.hostile.bystanders import listed, reads_are_as_before, writes_go_on


def test_an_observer_that_raises_is_listed_and_the_work_goes_on(
    peaceful: Platform, install_hostile: Callable[[str], str], make_platform: MakePlatform
) -> None:
    name = install_hostile("raises_in_observer")
    platform = make_platform()
    writes_go_on(platform)
    assert platform.deliver()[name] == 0
    with reading(platform.engine) as connection:
        (status,) = statuses(connection, [name])
    assert status.error is not None
    assert "cannot listen" in status.error
    line = listed(platform)[name]
    assert line["state"] == "active"
    assert (line["fault"]["hook"], line["fault"]["times"]) == ("on_events", 1)
    assert line["fault"]["message"].startswith("raised RuntimeError: cannot listen")
    reads_are_as_before(platform)


def test_an_observer_is_at_fault_until_it_took_what_it_failed_on(
    database_url: str, make_platform: MakePlatform
) -> None:
    listener = Listener()
    platform = make_platform(database_url, plugins=[("listener", listener)])
    platform.run("customer.add", actor="admin", name="Acme")
    for times in range(1, 6):
        platform.deliver()
        assert [(each.times, each.last_at) for each in platform.faults("admin")] == [(times, None)]
    platform.deliver()
    (parked,) = platform.faults("admin")
    assert (parked.plugin, parked.hook, parked.times) == ("listener", "on_events", 1)
    assert parked.message.startswith("raised RuntimeError: deaf")
    assert parked.first_at == parked.last_at is not None
    listener.deaf = False
    platform.retry_parked()
    assert platform.faults("admin") == []


class Listener:
    """Observes, unless it is deaf."""

    deaf = True

    @hookimpl
    def on_events(self, events: Sequence[Event]) -> None:
        if self.deaf:
            raise RuntimeError("deaf")


class Witness:
    """Observes after the one that alters."""

    def __init__(self) -> None:
        self.actors: list[str] = []

    @hookimpl
    def on_events(self, events: Sequence[Event]) -> None:
        self.actors += [event.actor for event in events]


def test_what_an_observer_alters_reaches_nobody_else(
    peaceful: Platform, install_hostile: Callable[[str], str], make_platform: MakePlatform
) -> None:
    name, witness = install_hostile("mutates"), Witness()
    platform = make_platform(plugins=[("witness", witness)])
    order = [each.name for each in platform.host.statuses]
    assert order.index(name) < order.index("witness")
    delivered = platform.deliver()
    assert delivered[name] == delivered["witness"] > 0
    assert set(witness.actors) == {"admin"}
    with platform.session("admin") as session:
        assert {event.actor for event in session.history("opportunity", "DEAL")} == {"admin"}
    reads_are_as_before(platform)
