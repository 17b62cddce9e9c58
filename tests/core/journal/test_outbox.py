"""Observers: every event, in order, at least once, whatever fails."""

from pathlib import Path

import pytest

from dealwright import Event, Platform, hookimpl
from dealwright_core.journal import outbox
from dealwright_core.store.engine import reading
from dealwright_testing.deployments import MakePlatform
from tests.core.processes import several


class Observer:
    def __init__(self) -> None:
        self.seen: list[int] = []
        self.fails_on: set[str] = set()

    @hookimpl
    def on_events(self, events: list[Event]) -> None:
        for event in events:
            if event.ref in self.fails_on:
                raise RuntimeError(f"cannot take {event.ref}")
        self.seen += [event.seq for event in events]


def statuses(platform: Platform) -> outbox.CursorStatus:
    with reading(platform.engine) as connection:
        return outbox.statuses(connection, ["observer"])[0]


def test_an_observer_is_told_of_everything_once_and_in_order(
    database_url: str, make_platform: MakePlatform
) -> None:
    observer = Observer()
    platform = make_platform(database_url, plugins=[("observer", observer)])
    expected = [
        seq
        for number in range(5)
        for seq in platform.run("customer.add", actor="admin", name=str(number)).events
    ]
    assert observer.seen == []
    assert platform.deliver() == {"observer": 5}
    assert observer.seen == expected
    assert platform.deliver() == {"observer": 0}


def test_a_failing_observer_is_listed_retried_and_its_event_parked(
    database_url: str, make_platform: MakePlatform
) -> None:
    observer = Observer()
    observer.fails_on = {"BAD"}
    platform = make_platform(database_url, plugins=[("observer", observer)])
    for ref in ("GOOD", "BAD", "LAST"):
        platform.run("customer.add", actor="admin", ref=ref, name=ref)
    for attempt in range(1, outbox.FAILURES_BEFORE_PARKING + 1):
        platform.deliver()
        status = statuses(platform)
        assert (status.failures, status.waiting) == (attempt, 3)
        assert status.error is not None
        assert "cannot take BAD" in status.error
    platform.deliver()
    status = statuses(platform)
    assert (status.failures, status.waiting, status.parked) == (0, 0, 1)
    assert len(observer.seen) == 2


def test_a_plugin_may_write_when_it_observes(make_platform: MakePlatform) -> None:
    class Writer:
        @hookimpl
        def on_events(self, events: list[Event], platform: Platform) -> None:
            for event in events:
                if event.record == "opportunity" and event.action == "add":
                    platform.run(
                        "activity.add", actor="plugin:writer for admin", key=f"welcome-{event.seq}", kind="task",
                        on="2026-01-05", opportunity=event.ref,
                    )  # fmt: skip

    platform = make_platform(plugins=[("writer", Writer())])
    platform.run("opportunity.add", actor="admin")
    platform.deliver()
    with platform.session("admin") as session:
        assert session.count("activity") == 1


def _write(config: str, count: int, writer: int) -> None:
    with Platform.open(config, environ={}) as platform:
        for number in range(count):
            platform.run("customer.add", actor="admin", name=f"c{number} of {writer}")


@pytest.mark.slow
def test_four_writers_and_an_observer_see_every_event(database_url: str, make_platform: MakePlatform) -> None:
    observer = Observer()
    platform = make_platform(database_url, plugins=[("observer", observer)])
    config = str(Path(platform.deployment.document.path))
    start = several()
    writers = [start.Process(target=_write, args=(config, 50, each)) for each in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        platform.deliver()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    platform.deliver()
    with platform.session("admin") as session:
        assert session.count("customer") == 200
    assert len(observer.seen) == 200
    assert len(set(observer.seen)) == 200
