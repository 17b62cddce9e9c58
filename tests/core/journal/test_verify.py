"""What `verify` finds when somebody lays hands on the database."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import Platform, UsageError
from dealwright_core.journal.verify import Verification, verify
from dealwright_core.store import tables
from dealwright_core.store.engine import reading, writing
from dealwright_testing.deployments import MakePlatform

EVENT = tables.event


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    platform = make_platform(database_url)
    for number in range(3):
        platform.run("customer.add", actor="admin", ref=f"C{number}", name=f"customer {number}")
    for number in range(1, 4):
        platform.run("customer.change", actor="admin", ref="C1", employees=number)
    return platform


def verified(platform: Platform, root: str | None = None) -> Verification:
    with reading(platform.engine) as connection:
        return verify(connection, platform.catalogue, root=root)


def tamper(platform: Platform, statement: sa.Executable) -> None:
    with writing(platform.engine) as connection:
        connection.execute(statement)


def seq_of(platform: Platform, ref: str, version: int) -> int:
    with reading(platform.engine) as connection:
        found = sa.select(EVENT.c.seq).where(EVENT.c.ref == ref, EVENT.c.version == version)
        return int(connection.execute(found).scalar_one())


def test_an_untouched_journal_holds(platform: Platform) -> None:
    found = verified(platform)
    assert found.faults == ()
    assert (found.events, found.records) == (6, 3)


@pytest.mark.parametrize("field", ["actor", "command", "ref", "plugins", "digest", "payload", "previous"])
def test_an_edited_event_is_named(platform: Platform, field: str) -> None:
    seq = seq_of(platform, "C1", 3)
    value = '{"employees":9}' if field == "payload" else "somebody"
    tamper(platform, sa.update(EVENT).where(EVENT.c.seq == seq).values({field: value}))
    assert any(f"event {seq} " in fault for fault in verified(platform).faults)


def test_a_deleted_event_is_named(platform: Platform) -> None:
    tamper(platform, sa.delete(EVENT).where(EVENT.c.seq == seq_of(platform, "C1", 2)))
    (fault,) = verified(platform).faults
    assert "version 2 of customer C1 was deleted" in fault


def test_the_deleted_first_event_is_named(platform: Platform) -> None:
    tamper(platform, sa.delete(EVENT).where(EVENT.c.seq == seq_of(platform, "C1", 1)))
    assert any("added customer C1" in fault for fault in verified(platform).faults)


def test_a_deleted_only_event_is_named(platform: Platform) -> None:
    tamper(platform, sa.delete(EVENT).where(EVENT.c.ref == "C2"))
    (fault,) = verified(platform).faults
    assert "customer C2 has no event" in fault


def test_a_cut_off_end_is_named(platform: Platform) -> None:
    tamper(platform, sa.delete(EVENT).where(EVENT.c.ref == "C1", EVENT.c.version > 2))
    (fault,) = verified(platform).faults
    assert "customer C1 was cut off" in fault
    assert "versions 3 to 4" in fault


def test_swapped_events_are_named(platform: Platform) -> None:
    one, other = seq_of(platform, "C1", 2), seq_of(platform, "C1", 3)
    for old, new in [(one, -1), (other, one), (-1, other)]:
        tamper(platform, sa.update(EVENT).where(EVENT.c.seq == old).values(seq=new))
    assert any("swapped" in fault or "was edited" in fault for fault in verified(platform).faults)
    assert any("C1" in fault for fault in verified(platform).faults)


def test_swapped_contents_are_named(platform: Platform) -> None:
    one, other = seq_of(platform, "C0", 1), seq_of(platform, "C2", 1)
    for old, new in [(one, -1), (other, one), (-1, other)]:
        tamper(platform, sa.update(EVENT).where(EVENT.c.seq == old).values(seq=new))
    assert len(verified(platform).faults) >= 2


def test_a_record_changed_past_the_door_is_named(platform: Platform) -> None:
    table = platform.catalogue.table("customer")
    tamper(platform, sa.update(table).where(table.c.ref == "C0").values(version=2))
    (fault,) = verified(platform).faults
    assert "customer C0" in fault


def test_a_deleted_record_is_named(platform: Platform) -> None:
    table = platform.catalogue.table("customer")
    tamper(platform, sa.delete(table).where(table.c.ref == "C0"))
    (fault,) = verified(platform).faults
    assert "was deleted from its table" in fault


def test_the_root_finds_a_record_taken_out_with_its_events(platform: Platform) -> None:
    root = verified(platform).root
    platform.run("customer.add", actor="admin", name="later")
    assert verified(platform, root).faults == ()
    table = platform.catalogue.table("customer")
    tamper(platform, sa.delete(EVENT).where(EVENT.c.ref == "C2"))
    tamper(platform, sa.delete(table).where(table.c.ref == "C2"))
    assert verified(platform).faults == ()
    (fault,) = verified(platform, root).faults
    assert "is not what it was" in fault
    with pytest.raises(UsageError):
        verified(platform, "nonsense")


def test_an_event_that_somebody_emptied_is_named(platform: Platform) -> None:
    seq = seq_of(platform, "C1", 2)
    tamper(platform, sa.update(EVENT).where(EVENT.c.seq == seq).values(payload=None, salt=None))
    (fault,) = verified(platform).faults
    assert f"event {seq} " in fault
    assert "no erasure says so" in fault


EDITS: dict[str, Callable[[str], str]] = {
    "actor": lambda old: f"{old}x",
    "command": lambda old: f"{old}x",
    "ref": lambda old: f"{old}x",
    "hash": lambda old: old[::-1],
    "digest": lambda old: old[::-1],
}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(version=st.integers(1, 4), field=st.sampled_from(sorted(EDITS)))
def test_any_single_edit_is_found(sqlite_platform: Platform, version: int, field: str) -> None:
    seq = seq_of(sqlite_platform, "C1", version)
    column = EVENT.c[field]
    with reading(sqlite_platform.engine) as connection:
        old = connection.execute(sa.select(column).where(EVENT.c.seq == seq)).scalar_one()
    tamper(sqlite_platform, sa.update(EVENT).where(EVENT.c.seq == seq).values({field: EDITS[field](old)}))
    faults = verified(sqlite_platform).faults
    tamper(sqlite_platform, sa.update(EVENT).where(EVENT.c.seq == seq).values({field: old}))
    assert faults
    assert verified(sqlite_platform).faults == ()


@pytest.fixture
def sqlite_platform(make_platform: MakePlatform) -> Platform:
    platform = make_platform()
    platform.run("customer.add", actor="admin", ref="C1", name="customer")
    for number in range(1, 4):
        platform.run("customer.change", actor="admin", ref="C1", employees=number)
    return platform
