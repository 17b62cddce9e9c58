"""One delivery: where it ends, when it loses its lease, and how it goes on after a restore."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from dealwright import DealwrightError, Event, Platform, hookimpl
from dealwright_core.journal import outbox
from dealwright_core.journal.verify import root_of, verify
from dealwright_core.store import tables
from dealwright_core.store.engine import reading, writing
from dealwright_testing.deployments import MakePlatform

EVENT, CURSOR = tables.event, tables.cursor
FAR = 10**12


def add(platform: Platform, *refs: str) -> None:
    for ref in refs:
        platform.run("customer.add", actor="admin", ref=ref, name=ref)


def tamper(platform: Platform, statement: sa.Executable) -> None:
    with writing(platform.engine) as connection:
        connection.execute(statement)


def delivered(platform: Platform) -> list[str]:
    seen: list[str] = []

    def call(events: Sequence[Event]) -> str | None:
        seen.extend(event.ref for event in events)
        return None

    outbox.deliver(platform.engine, "observer", call)
    return seen


@pytest.mark.parametrize("failures", [0, outbox.FAILURES_BEFORE_PARKING])
@pytest.mark.parametrize("answer", [None, "cannot take it"])
def test_a_delivery_that_lost_its_lease_stops_and_parks_nothing(
    database_url: str, make_platform: MakePlatform, failures: int, answer: str | None
) -> None:
    platform = make_platform(database_url)
    assert delivered(platform) == []
    tamper(platform, sa.update(CURSOR).values(failures=failures))
    add(platform, "A", "B")
    calls = []

    def call(events: Sequence[Event]) -> str | None:
        calls.append(len(events))
        assert len(calls) == 1
        tamper(platform, sa.update(CURSOR).values(holder="other"))
        return answer

    assert outbox.deliver(platform.engine, "observer", call) == 0
    with reading(platform.engine) as connection:
        row = connection.execute(sa.select(CURSOR)).one()
        assert (row.seq, row.failures, row.holder) == (0, failures, "other")
        assert connection.execute(sa.select(tables.parked)).all() == []


def test_what_an_observer_writes_is_for_the_next_delivery(
    database_url: str, make_platform: MakePlatform
) -> None:
    class Echo:
        @hookimpl
        def on_events(self, events: list[Event], platform: Platform) -> None:
            for event in events:
                platform.run(
                    "customer.change", actor="admin", ref=event.ref, employees=event.version, key=str(event.seq)
                )  # fmt: skip

    platform = make_platform(database_url, plugins=[("echo", Echo())])
    add(platform, "A")
    for _ in range(3):
        assert platform.deliver() == {"echo": 1}


def restored(platform: Platform) -> None:
    """Give the events and cursors the transaction ids of a busier server, in another order than their numbers."""
    with writing(platform.engine) as connection:
        connection.execute(sa.update(EVENT).values(xid=FAR + EVENT.c.xid))
        connection.execute(sa.update(EVENT).where(EVENT.c.ref == "A").values(xid=FAR * 2))
        connection.execute(sa.update(EVENT).where(EVENT.c.ref == "D").values(xid=FAR * 3))
        end = sa.select(EVENT.c.xid, EVENT.c.seq).where(EVENT.c.ref == "C")
        xid, seq = connection.execute(end).one()
        values = {"plugin": "observer", "xid": xid, "seq": seq, "failures": 0}
        connection.execute(sa.insert(CURSOR).values(values))


def test_a_restore_on_a_younger_server_loses_no_event(postgres_url: str, make_platform: MakePlatform) -> None:
    platform = make_platform(postgres_url)
    add(platform, "A", "B", "C", "D")
    restored(platform)
    add(platform, "NEW")
    assert delivered(platform) == ["A", "D", "NEW"]
    add(platform, "NEWER")
    assert delivered(platform) == ["NEWER"]
    everything: list[str] = []
    outbox.deliver(platform.engine, "late", lambda events: everything.extend(each.ref for each in events))
    assert everything == ["B", "C", "A", "D", "NEW", "NEWER"]


def test_a_root_from_before_a_restore_still_holds(postgres_url: str, make_platform: MakePlatform) -> None:
    platform = make_platform(postgres_url)
    add(platform, "A", "B", "C", "D")
    restored(platform)
    with reading(platform.engine) as connection:
        last = connection.execute(sa.select(EVENT.c.seq).where(EVENT.c.ref == "D")).scalar_one()
        with pytest.raises(DealwrightError, match="restored from another server"):
            verify(connection, platform.catalogue)
    platform.upgrade()
    add(platform, "NEW")
    with reading(platform.engine) as connection:
        assert verify(connection, platform.catalogue, root=root_of(connection, last)).faults == ()
        assert connection.execute(sa.select(sa.func.min(EVENT.c.xid))).scalar_one() < 0
    assert delivered(platform) == ["A", "D", "NEW"]
