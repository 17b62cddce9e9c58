"""Kinds that dealwright.toml declares, and what an upgrade makes of them when the file changes."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from dealwright import DealwrightError, Platform
from dealwright_core.store import migrations
from dealwright_core.store.engine import UpgradeNeeded, reading
from dealwright_core.store.tables import LONGEST_NAME, index_name
from dealwright_testing.deployments import MakePlatform

NOTE = '[records.note]\non = "customer"\n{}\n[records.note.fields.x]\ntype = "text"\n'
MANY, SINGLE = NOTE.format(""), NOTE.format("single = true")
WHO = '[records.note.fields.who]\ntype = "link"\nlink = "member"\n'
HANGING_ON_IT = '[records.sub]\non = "note"\n[records.sub.fields.y]\ntype = "text"\n'


def with_two_notes(make_platform: MakePlatform, url: str) -> Platform:
    platform = make_platform(url, config=MANY)
    platform.run("customer.add", actor="admin", ref="C1", name="Acme")
    platform.run("note.add", actor="admin", ref="N1", customer="C1", x="a")
    platform.run("note.add", actor="admin", ref="N2", customer="C1", x="a")
    return platform


def test_records_that_share_what_may_be_there_once_are_named(
    database_url: str, make_platform: MakePlatform
) -> None:
    with_two_notes(make_platform, database_url)
    with pytest.raises(DealwrightError, match=r"the same customer, but some do, such as N1, N2"):
        make_platform(database_url, config=SINGLE)
    make_platform(database_url, config=MANY).run("note.add", actor="admin", customer="C1")


def test_single_may_be_taken_back(database_url: str, make_platform: MakePlatform) -> None:
    platform = make_platform(database_url, config=SINGLE)
    platform.run("customer.add", actor="admin", ref="C1", name="Acme")
    platform.run("note.add", actor="admin", customer="C1")
    platform = make_platform(database_url, config=MANY, upgrade=False)
    assert "drop index note_customer_key" in [step.change for step in platform.upgrade()]
    platform.run("note.add", actor="admin", customer="C1")
    assert platform.upgrade() == []


def test_a_required_field_is_added_to_an_empty_kind_that_others_link_to(
    database_url: str, make_platform: MakePlatform
) -> None:
    make_platform(database_url, config=MANY + HANGING_ON_IT)
    required = '[records.note.fields.z]\ntype = "text"\nrequired = true\n'
    platform = make_platform(database_url, config=MANY + required + HANGING_ON_IT)
    platform.run("customer.add", actor="admin", ref="C1", name="Acme")
    assert platform.run("note.add", actor="admin", customer="C1", z="there").value.z == "there"
    with reading(platform.engine) as connection:
        columns = {each["name"]: each for each in sa.inspect(connection).get_columns("note")}
    assert not columns["z"]["nullable"]


def test_a_link_that_is_added_later_is_a_foreign_key(database_url: str, make_platform: MakePlatform) -> None:
    make_platform(database_url, config=MANY)
    platform = make_platform(database_url, config=MANY + WHO)
    with reading(platform.engine) as connection:
        keys = sa.inspect(connection).get_foreign_keys("note")
    assert sorted(each["constrained_columns"] for each in keys) == [["customer"], ["who"]]
    assert platform.upgrade() == []


def test_long_names_fit_the_database(database_url: str, make_platform: MakePlatform) -> None:
    kind, link = "a" * 45, "b" * 45
    config = (
        f'[records.{kind}]\non = "customer"\n[records.{kind}.fields.{link}]\ntype = "link"\nlink = "member"\n'
    )
    assert make_platform(database_url, config=config).upgrade() == []


def test_shortened_names_stay_apart() -> None:
    one, other = index_name("a" * 60, ("b",)), index_name("a" * 60, ("c",))
    assert one != other
    assert index_name("a" * 60, ("b",), unique=True).endswith("_key")
    assert max(len(one), len(other)) <= LONGEST_NAME


def test_no_way_leads_back_to_one_record_before_the_database_makes_sure_of_it(
    database_url: str, make_platform: MakePlatform
) -> None:
    with_two_notes(make_platform, database_url).run(
        "opportunity.add", actor="admin", customer="C1", amount="100 USD"
    )
    platform = make_platform(database_url, config=SINGLE, upgrade=False)
    with reading(platform.engine) as connection:
        migrations.note_missing_indexes(connection, platform.catalogue, platform.revisions)
    with pytest.raises(UpgradeNeeded, match="a customer has one note only: dealwright db upgrade"):
        platform.report("pipeline", actor="admin", by="customer.note.x")
    assert platform.report("pipeline", actor="admin", by="customer").rows


def test_a_way_that_waits_in_one_database_is_open_in_another(
    database_url: str, make_platform: MakePlatform, tmp_path: Path
) -> None:
    make_platform(database_url, config=MANY)
    waiting = make_platform(database_url, config=SINGLE, upgrade=False)
    other = make_platform(f"sqlite:///{tmp_path / 'other.db'}", config=SINGLE)
    for _ in range(2):
        other.report("pipeline", actor="admin", by="customer.note.x")
        with pytest.raises(UpgradeNeeded, match="a customer has one note only"):
            waiting.report("pipeline", actor="admin", by="customer.note.x")


def test_after_the_upgrade_the_way_back_is_open(database_url: str, make_platform: MakePlatform) -> None:
    make_platform(database_url, config=MANY)
    platform = make_platform(database_url, config=SINGLE, upgrade=False)
    with reading(platform.engine) as connection:
        migrations.note_missing_indexes(connection, platform.catalogue, platform.revisions)
    platform.upgrade()
    platform.report("pipeline", actor="admin", by="customer.note.x")


def test_what_an_upgrade_will_add_cannot_be_read_before_it(
    database_url: str, make_platform: MakePlatform
) -> None:
    make_platform(database_url)
    platform = make_platform(database_url, config=MANY, upgrade=False)
    with pytest.raises(UpgradeNeeded, match="dealwright db upgrade"), platform.session("admin") as session:
        session.find("note")
    make_platform(database_url, config=MANY)
    platform = make_platform(database_url, config=MANY + WHO, upgrade=False)
    with pytest.raises(UpgradeNeeded, match="dealwright db upgrade"), platform.session("admin") as session:
        session.find("note")
