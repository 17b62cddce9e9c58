"""A company that is there already: who enters it again learns of it, as far as they may know."""

import json

import attrs
import pytest

from dealwright import Command, Customer, Record, RecordType, Refused, UsageError, Waiver, hookimpl
from dealwright_testing.deployments import MakePlatform
from tests.core.likeness.market import Market

CODE = "duplicate-customer"


def test_adding_it_again_names_the_one_that_is_there(market: Market) -> None:
    known = market.customer("Acme Clinics Ltd", owner="anna-rep")
    found = market.refused("customer.add", name="ＡＣＭＥ  clinics")
    assert (found.code, found.level, found.waivable) == (CODE, "block", True)
    assert all(
        each in found.message for each in (known.ref, "Acme Clinics Ltd", "anna-rep", "Name of anna-rep")
    )
    assert [each.name for each in market.found("customer")] == ["Acme Clinics Ltd"]


def test_one_tax_id_is_enough(market: Market) -> None:
    market.customer("Acme", tax_id="DE 123.456.789")
    assert market.refused("customer.add", name="Orion", tax_id="de123456789").code == CODE


def test_one_name_with_another_tax_id_is_another_company(market: Market) -> None:
    market.customer("Acme", tax_id="DE123456789")
    market.customer("Acme", tax_id="DE987654321")
    assert market.refused("customer.add", name="ACME").code == CODE


def test_renaming_into_another_one_is_refused(market: Market) -> None:
    market.customer("Acme Clinics")
    other = market.customer("Orion")
    assert market.refused("customer.change", ref=other.ref, name="acme clinics gmbh").code == CODE
    assert market.refused("customer.change", ref=other.ref, name="Acme Clinics").ref == other.ref


def test_taking_the_tax_id_away_that_told_two_apart_is_refused(market: Market) -> None:
    market.customer("Acme", tax_id="DE123456789")
    other = market.customer("Acme", tax_id="DE987654321")
    assert market.refused("customer.change", ref=other.ref, clear=("tax_id",)).code == CODE


def test_what_was_alike_before_may_be_changed_otherwise(market: Market) -> None:
    market.customer("Acme")
    waiver = Waiver(CODE, "admin", "two of them")
    other = market.platform.run("customer.add", actor="admin", name="Acme", waivers=[waiver]).value
    market.run("customer.change", ref=other.ref, industry="health")
    changed = market.run("customer.change", ref=other.ref, name="ACME")
    assert changed.name == "ACME"


def test_a_waiver_lets_it_pass_and_is_kept(market: Market) -> None:
    market.customer("Acme")
    waiver = Waiver(CODE, "admin", "another firm of that name")
    added = market.platform.run("customer.add", actor="admin", name="Acme", waivers=[waiver]).value
    with market.platform.session("admin") as session:
        kept = session.history(Customer, added.ref)[0].waivers
    assert kept is not None
    assert json.loads(kept)[0]["reason"] == "another firm of that name"


def test_a_rename_frees_the_old_name(market: Market) -> None:
    one = market.customer("Acme")
    for name in ("Orion", "Acme", "Vega"):
        market.run("customer.change", ref=one.ref, name=name)
    assert market.customer("Acme").name == "Acme"


def test_two_added_by_one_command_are_found_alike(database_url: str, make_platform: MakePlatform) -> None:
    class Doubling:
        @hookimpl
        def commands(self):  # type: ignore[no-untyped-def]
            def twice(session):  # type: ignore[no-untyped-def]
                """Add one company twice."""
                session.add(Customer(name="Acme"))
                session.add(Customer(name="ACME Ltd"))

            yield Command("doubling.twice", twice)

    platform = make_platform(database_url, plugins=[("doubling", Doubling())])
    with pytest.raises(Refused) as error:
        platform.run("doubling.twice", actor="admin")
    assert [each.code for each in error.value.findings] == [CODE]


def test_who_may_not_see_it_learns_only_that_it_exists(market: Market) -> None:
    hidden = market.customer("Ahnungslos Werke GmbH", ref="SECRET-7", owner="anna-rep", tax_id="DE136695976")
    said = []
    for name, tax_id in (("ahnungslos werke", None), ("Something else", "DE 136 695 976")):
        with pytest.raises(Refused) as error:
            market.run("customer.add", "ben-rep", name=name, tax_id=tax_id)
        said += [str(error.value), repr(error.value), repr(error.value.args), repr(error.value.findings)]
        said += [json.dumps([attrs.asdict(each) for each in error.value.findings])]
        assert "exists that you may not see" in str(error.value)
        assert "director" in str(error.value)
    for text in said:
        for fact in (
            "SECRET",
            "Ahnungslos",
            "Werke",
            "GmbH",
            "anna",
            "DE136695976",
            "DE 136",
            f"#{hidden.id}",
        ):
            assert fact not in text
    # Neither by its name nor by its tax id: what they have in common is not told either.
    assert said[0].replace("C-2", "C-3") == said[5].replace("C-2", "C-3")


def test_of_one_seen_and_one_hidden_only_the_seen_is_named(market: Market) -> None:
    market.customer("Acme", ref="HIDDEN", tax_id="DE123456789", owner="anna-rep")
    market.customer("Acme", ref="OWN", tax_id="DE987654321", owner="ben-rep")
    said = market.refused("customer.add", "ben-rep", name="Acme").message
    assert "OWN" in said
    assert "HIDDEN" not in said
    assert "another one exists" in said


def test_what_was_merged_is_found_under_the_one_that_stands_for_it(market: Market) -> None:
    market.customer("Acme Health", ref="NEW")
    market.customer("Old Clinics", ref="OLD")
    market.run("customer.merge", ref="OLD", into="NEW")
    said = market.refused("customer.add", name="Old Clinics").message
    assert "NEW" in said
    market.run("customer.change", ref="NEW", name="Old Clinics")


@attrs.frozen(kw_only=True)
class Device(Record):
    """A device with a serial number."""

    serial: str | None = None
    model: str = ""
    size: int | None = None


class Devices:
    def __init__(self, *alike_by: str) -> None:
        self.alike_by = alike_by

    @hookimpl
    def records(self) -> list[RecordType]:
        return [RecordType(Device, label="model", alike_by=self.alike_by)]


def test_records_of_plugins_are_found_alike_too(database_url: str, make_platform: MakePlatform) -> None:
    platform = make_platform(database_url, plugins=[("lab", Devices("serial"))])
    platform.run("lab-device.add", actor="admin", serial="SN-1 2", model="X")
    platform.run("lab-device.add", actor="admin", model="X")
    with pytest.raises(Refused, match="duplicate-lab-device"):
        platform.run("lab-device.add", actor="admin", serial="sn12", model="Y")
    assert "lab-device.duplicates" in platform.commands
    assert "lab-device.merge" not in platform.commands


@pytest.mark.parametrize(
    ("field", "said"), [("colour", "there is no field 'colour'"), ("size", "'size' is no text")]
)
def test_records_are_found_alike_by_texts(make_platform: MakePlatform, field: str, said: str) -> None:
    platform = make_platform(plugins=[("lab", Devices(field))])
    reason = next(each.reason for each in platform.host.statuses if each.name == "lab")
    assert said in str(reason)


def test_merging_is_not_a_change_of_a_field(on_sqlite: Market) -> None:
    one = on_sqlite.customer("Acme")
    for command in ("customer.add", "customer.change"):
        with pytest.raises(UsageError, match="no parameter 'merged_into'"):
            on_sqlite.run(command, ref=one.ref, merged_into="C-1")
    with pytest.raises(UsageError, match="stays merged"):
        on_sqlite.run("customer.change", ref=one.ref, clear=("merged_into",))
