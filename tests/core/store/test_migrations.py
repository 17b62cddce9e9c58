"""Upgrades: additive changes derived, others refused, and nothing half done whenever the process dies."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from shutil import copyfile
from typing import Any

import attrs
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from dealwright import DealwrightError, Platform, Record, about, hookimpl
from dealwright_core.store import deriving, migrations
from dealwright_core.store.engine import UpgradeNeeded, reading
from dealwright_core.writability import Writability
from dealwright_testing.deployments import MakePlatform
from tests.core.killing import killed_at, statements_of

MAYBE_DAY: Any = date | None


@attrs.frozen(kw_only=True)
class Visit(Record):
    """A visit."""

    place: str
    customer: int | None = attrs.field(default=None, metadata=about(link="customer"))


def grown(**fields: Any) -> type[Record]:
    """The visit with more fields."""
    attributes = dict(fields.items())
    return attrs.make_class("Visit", attributes, bases=(Visit,), frozen=True, kw_only=True)


class Visits:
    def __init__(self, kind: type[Record] = Visit) -> None:
        self.kind = kind

    @hookimpl
    def records(self) -> list[type[Record]]:
        return [self.kind]


def steps(platform: Platform) -> list[str]:
    with reading(platform.engine) as connection:
        return [step.change for step in deriving.plan(connection, platform.catalogue)]


def test_a_second_upgrade_has_nothing_to_do(database_url: str, make_platform: MakePlatform) -> None:
    platform = make_platform(database_url)
    assert platform.upgrade() == []
    assert steps(platform) == []


def test_a_plugins_record_becomes_a_table(database_url: str, make_platform: MakePlatform) -> None:
    make_platform(database_url)
    platform = make_platform(database_url, plugins=[("trips", Visits())], upgrade=False)
    assert "add table trips_visit" in steps(platform)
    platform.upgrade()
    added = platform.run("trips-visit.add", actor="admin", place="Lyon").value
    with platform.session("admin") as session:
        assert session.get("trips_visit", added.ref) == added


def test_a_field_that_may_be_empty_is_added(database_url: str, make_platform: MakePlatform) -> None:
    old = make_platform(database_url, plugins=[("trips", Visits())])
    old.run("trips-visit.add", actor="admin", ref="V1", place="Lyon")
    kind = grown(day=attrs.field(type=MAYBE_DAY, default=None))
    platform = make_platform(database_url, plugins=[("trips", Visits(kind))], upgrade=False)
    with pytest.raises(UpgradeNeeded, match="dealwright db upgrade"):
        platform.run("trips-visit.add", actor="admin", place="Metz")
    with platform.session("admin") as session:
        assert session.count("customer") == 0
    assert [step.change for step in platform.upgrade()] == ["add column trips_visit.day"]
    changed = platform.run("trips-visit.change", actor="admin", ref="V1", day="2026-03-01").value
    assert changed.day == date(2026, 3, 1)


def test_a_required_field_needs_a_revision_where_there_are_rows(
    database_url: str, make_platform: MakePlatform
) -> None:
    old = make_platform(database_url, plugins=[("trips", Visits())])
    old.run("trips-visit.add", actor="admin", place="Lyon")
    platform = make_platform(
        database_url, plugins=[("trips", Visits(grown(day=attrs.field(type=date))))], upgrade=False
    )
    with pytest.raises(DealwrightError, match=r"trips_visit\.day is required without a default"):
        platform.upgrade()


def test_a_required_field_with_a_default_fills_the_rows_there_are(
    database_url: str, make_platform: MakePlatform
) -> None:
    old = make_platform(database_url, plugins=[("trips", Visits())])
    old.run("trips-visit.add", actor="admin", ref="V1", place="Lyon")
    kind = grown(nights=attrs.field(type=int, default=1), purpose=attrs.field(type=str, default="sale's"))
    platform = make_platform(database_url, plugins=[("trips", Visits(kind))])
    with platform.session("admin") as session:
        found = session.get("trips_visit", "V1")
        assert (found.nights, found.purpose) == (1, "sale's")  # type: ignore[attr-defined]
    assert steps(platform) == []


def test_required_fields_are_added_while_there_are_no_rows(
    database_url: str, make_platform: MakePlatform
) -> None:
    make_platform(database_url, plugins=[("trips", Visits())])
    kind = grown(day=attrs.field(type=date), town=attrs.field(type=str))
    platform = make_platform(database_url, plugins=[("trips", Visits(kind))])
    assert steps(platform) == []
    platform.run("trips-visit.add", actor="admin", place="Lyon", day="2026-01-01", town="Lyon")
    with pytest.raises(
        DealwrightError, match=r"trips_visit\.day is required in the database and no longer declared"
    ):
        make_platform(database_url, plugins=[("trips", Visits())])


def test_what_a_removed_plugin_left_stays(database_url: str, make_platform: MakePlatform) -> None:
    make_platform(database_url, plugins=[("trips", Visits())]).run(
        "trips-visit.add", actor="admin", place="Lyon"
    )
    without = make_platform(database_url)
    assert without.run("customer.add", actor="admin", name="Acme").value.name == "Acme"
    again = make_platform(database_url, plugins=[("trips", Visits())])
    with again.session("admin") as session:
        assert session.count("trips_visit") == 1


REVISION = '''
"""split the place into town and street"""
revision = "{revision}"
down_revision = {down}

import sqlalchemy as sa
from alembic import op

def upgrade():
    {body}
'''


def test_a_plugins_revision_file_does_what_cannot_be_derived(
    database_url: str, make_platform: MakePlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_platform(database_url, plugins=[("trips", Visits())]).run(
        "trips-visit.add", actor="admin", ref="V1", place="Lyon"
    )
    folder = tmp_path / "migrations"
    folder.mkdir()
    body = "op.execute(\"UPDATE trips_visit SET place = 'Lyon-1er' WHERE place = 'Lyon'\")"
    (folder / "r1.py").write_text(REVISION.format(revision="r1", down=None, body=body), encoding="utf-8")
    platform = make_platform(database_url, plugins=[("trips", Visits())], upgrade=False)
    revisions = (migrations.Revisions("trips", folder),)
    platform.writability = Writability(
        platform.deployment, platform.host, platform.catalogue, revisions, platform.row_security
    )
    with pytest.raises(UpgradeNeeded):
        platform.run("trips-visit.add", actor="admin", place="Metz")
    assert [step.change for step in platform.upgrade()] == [
        "revision r1: split the place into town and street"
    ]
    with platform.session("admin") as session:
        assert session.get("trips_visit", "V1").place == "Lyon-1er"  # type: ignore[attr-defined]
    assert platform.upgrade() == []


def visits_by_day(folder: Path, url: str) -> Platform:
    """A deployment that wants a field more than the database has. No connection is open, so it survives a fork."""
    kind = grown(day=attrs.field(type=MAYBE_DAY, default=None))
    return MakePlatform(folder)(url, plugins=[("trips", Visits(kind))], upgrade=False)


def upgrade_of(platform: Platform) -> Callable[[Callable[[Engine], None]], None]:
    def work(watch: Callable[[Engine], None]) -> None:
        watch(platform.engine)
        platform.upgrade()

    return work


def shape(url: str) -> dict[str, list[str]]:
    engine = sa.create_engine(url)
    inspector = sa.inspect(engine)
    found = {
        name: sorted(c["name"] for c in inspector.get_columns(name)) for name in inspector.get_table_names()
    }
    engine.dispose()
    return found


def contents(file: Path) -> list[str]:
    """All that is in a database, as SQL."""
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


@pytest.mark.slow
def test_an_upgrade_killed_at_any_statement_left_nothing_behind(
    make_platform: MakePlatform, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    (tmp_path / "child").mkdir()
    old = make_platform(url, plugins=[("trips", Visits())])
    old.run("trips-visit.add", actor="admin", place="Lyon")
    old.close()
    file, copy = tmp_path / "killed.db", tmp_path / "copy.db"
    copyfile(file, copy)
    last = len(statements_of(upgrade_of(visits_by_day(tmp_path / "child", f"sqlite:///{copy}"))))
    assert last > 30
    before = contents(file)
    upgrade = upgrade_of(visits_by_day(tmp_path / "child", url))
    # Most ask what is there, table by table: of these every fourth. The last one commits.
    for statement in sorted({*range(1, 8), *range(8, last, 4), *range(last - 6, last + 1)}):
        assert not killed_at(statement, upgrade)
        assert contents(file) == before, statement
    assert killed_at(last + 1, upgrade)
    assert "day" in shape(url)["trips_visit"]


@pytest.mark.slow
@pytest.mark.parametrize("url_name", ["sqlite_url", "postgres_url"])
def test_a_first_upgrade_killed_at_some_statements_can_be_run_again(
    url_name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url: str = request.getfixturevalue(url_name)
    (tmp_path / "child").mkdir()
    platform = visits_by_day(tmp_path / "child", url)
    for statement in (1, 2, 5, 9, 13, 17, 20, 40, 60, 80, 100):
        if killed_at(statement, upgrade_of(platform)):
            break
        assert shape(url) == {}
    assert killed_at(10_000, upgrade_of(platform))
    assert "day" in shape(url)["trips_visit"]
