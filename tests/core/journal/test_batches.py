"""What `verify` says of the records that imports added in batches."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from dealwright import Platform
from dealwright_core.importing import import_files
from dealwright_core.journal.verify import verify
from dealwright_core.store import tables
from dealwright_core.store.engine import reading, writing
from dealwright_testing.deployments import MakePlatform

MAPPING = """\
name = "test"
[[files]]
path = "customers.csv"
[[files.records]]
record = "customer"
ref = "ref"
fields = {name = "name"}
"""


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform, tmp_path: Path) -> Platform:
    platform = make_platform(database_url)
    import_customers(platform, tmp_path, [f"R{number}" for number in range(20)])
    platform.run("customer.add", actor="admin", ref="OWN", name="own")
    platform.run("customer.change", actor="admin", ref="R7", name="changed")
    import_customers(platform, tmp_path, [f"S{number}" for number in range(5)])
    return platform


def import_customers(platform: Platform, folder: Path, refs: Sequence[str]) -> None:
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    rows = "".join(f"{ref},name of {ref}\n" for ref in refs)
    (folder / "customers.csv").write_text(f"ref,name\n{rows}", encoding="utf-8")
    import_files(platform, folder / "mapping.toml", folder, actor="admin")


def faults(platform: Platform) -> Sequence[str]:
    with reading(platform.engine) as connection:
        return verify(connection, platform.catalogue).faults


def test_untouched_batches_hold(platform: Platform) -> None:
    assert faults(platform) == ()


def test_deleted_records_of_a_batch_are_found(platform: Platform) -> None:
    table = platform.catalogue.table("customer")
    with writing(platform.engine) as connection:
        connection.execute(sa.delete(table).where(table.c.ref.in_(["R3", "R4", "R19"])))
    (fault,) = faults(platform)
    assert "batch 1 of customer" in fault
    assert "added 20 records, its table has 17 of them: records were deleted" in fault


def test_an_own_record_without_its_event_is_one_too_many_in_a_batch(platform: Platform) -> None:
    table, event = platform.catalogue.table("customer"), tables.event
    with writing(platform.engine) as connection:
        at = connection.execute(sa.select(table.c.id).where(table.c.ref == "OWN")).scalar_one()
        low = connection.execute(sa.select(table.c.id).where(table.c.ref == "S0")).scalar_one()
        assert at < low
        connection.execute(sa.delete(event).where(event.c.ref == "OWN"))
        free = sa.select(sa.func.max(table.c.id)).scalar_subquery() + 100
        connection.execute(sa.update(event).where(event.c.record_id == low).values(last_id=free + 1))
        connection.execute(sa.update(table).where(table.c.ref == "OWN").values(id=free))
    assert any("table has 6 of them: some were written past the door" in each for each in faults(platform))
