"""Databases that are older than the search for duplicates."""

import attrs
import pytest
import sqlalchemy as sa

from dealwright import Record, RecordType, Refused, hookimpl
from dealwright_core.likeness import keeping
from dealwright_core.store import migrations, tables
from dealwright_core.store.engine import UpgradeNeeded, writing
from dealwright_testing.deployments import MakePlatform
from tests.core.likeness.market import Market


def test_an_upgrade_finds_the_customers_that_are_there(
    market: Market, database_url: str, make_platform: MakePlatform
) -> None:
    market.customer("Acme", ref="THERE")
    with writing(market.platform.engine) as connection:
        tables.likeness.drop(connection)
        meta = tables.meta.c
        gone = meta.key.in_([migrations.SHAPE, keeping.MERGED, f"{migrations.ALIKE} customer"])
        connection.execute(sa.delete(tables.meta).where(gone))
    platform = make_platform(database_url, upgrade=False)
    with pytest.raises(UpgradeNeeded):
        platform.run("customer.add", actor="admin", name="ACME")
    assert [each.change for each in platform.upgrade()] == ["find customer records alike by tax_id and name"]
    with pytest.raises(Refused, match="THERE"):
        platform.run("customer.add", actor="admin", name="ACME")
    assert platform.upgrade() == []


def test_more_than_one_part_is_filled(on_sqlite: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    for n in range(5):
        on_sqlite.customer(f"firm {n}", tax_id=f"DE{n}1" if n % 2 else None)
    on_sqlite.run("customer.change", ref="C-1", name="another", tax_id="DE77")
    kind = on_sqlite.platform.catalogue.kinds["customer"]
    with writing(on_sqlite.platform.engine) as connection:
        before = connection.execute(sa.select(tables.likeness).order_by(tables.likeness.c.form)).all()
        assert keeping.fill(connection, kind, on_sqlite.platform.catalogue.table("customer")) == 5
        assert connection.execute(sa.select(tables.likeness).order_by(tables.likeness.c.form)).all() == before


@attrs.frozen(kw_only=True)
class Device(Record):
    """A device."""

    serial: str | None = None


class Devices:
    def __init__(self, *alike_by: str) -> None:
        self.alike_by = alike_by

    @hookimpl
    def records(self) -> list[RecordType]:
        return [RecordType(Device, alike_by=self.alike_by)]


def test_a_plugin_may_begin_and_cease_to_look_for_duplicates(
    database_url: str, make_platform: MakePlatform
) -> None:
    make_platform(database_url, plugins=[("lab", Devices())]).run(
        "lab-device.add", actor="admin", serial="SN 1"
    )
    looking = make_platform(database_url, plugins=[("lab", Devices("serial"))])
    with pytest.raises(Refused, match="duplicate-lab-device"):
        looking.run("lab-device.add", actor="admin", serial="sn1")
    ceased = make_platform(database_url, plugins=[("lab", Devices())])
    ceased.run("lab-device.add", actor="admin", serial="sn1")
    again = make_platform(database_url, plugins=[("lab", Devices("serial"))])
    with again.session("admin") as session:
        assert len(session.sharing("lab_device")) == 2
