"""Deployments of tests start from copies of databases that were upgraded before: nothing shows it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs
import pytest
import sqlalchemy as sa

from dealwright import Customer, Platform, Record, RecordType, about, hookimpl
from dealwright_core.store.engine import reading
from dealwright_testing.deployments import MakePlatform
from dealwright_testing.postgres import Server

NewUrl = Callable[[], str]
# What a database was given when it was made, and is nobody else's.
OWN = {"generation", "created"}
# The first two that ask for a database have it upgraded, the third at the latest gets a copy.
COPIED = 3


@attrs.frozen(kw_only=True)
class Parcel(Record):
    """What is sent."""

    weight: int = 1
    at: int | None = attrs.field(default=None, metadata=about(link="customer"))


@attrs.frozen(kw_only=True)
class OtherParcel(Record):
    """The same, sent to somebody else."""

    weight: int = 1
    at: int | None = attrs.field(default=None, metadata=about(link="member"))


class Post:
    """A plugin with one record."""

    def __init__(self, kind: type[Record]) -> None:
        self.kind = kind

    @hookimpl
    def records(self) -> list[RecordType]:
        return [RecordType(self.kind, name="post_parcel")]


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewUrl]:
    """Gives the URL of another database each time."""
    with ExitStack() as stack:
        made: list[str] = []

        def new_url() -> str:
            if request.param == "sqlite":
                made.append(f"sqlite:///{tmp_path / f'new{len(made)}.db'}")
            else:
                server: Server = request.getfixturevalue("postgres_server")
                made.append(stack.enter_context(server.database()))
            return made[-1]

        yield new_url


def held(platform: Platform) -> dict[str, Any]:
    """All that is in a database: its tables and indexes, and what it says of itself."""
    with reading(platform.engine) as connection:
        inspector = sa.inspect(connection)
        names = sorted(inspector.get_table_names())
        columns, indexes = inspector.get_multi_columns(), inspector.get_multi_indexes()
        links = inspector.get_multi_foreign_keys()
        meta = {row.key: row.value for row in connection.execute(sa.text("SELECT key, value FROM dw_meta"))}
        return {
            "columns": {
                table: [(c["name"], str(c["type"]), c["nullable"]) for c in found]
                for (_, table), found in columns.items()
            },
            "indexes": {
                table: sorted((i["name"], i["unique"]) for i in found)
                for (_, table), found in indexes.items()
            },
            "links": {table: sorted(map(str, found)) for (_, table), found in links.items()},
            "rows": {
                name: connection.execute(sa.text(f'SELECT count(*) FROM "{name}"')).scalar() for name in names
            },
            "meta": {key: value for key, value in meta.items() if key not in OWN},
            "changes": connection.execute(
                sa.text("SELECT id, plugin, change FROM dw_migration ORDER BY id")
            ).all(),
            "plugins": connection.execute(sa.text("SELECT * FROM dw_plugin ORDER BY name")).all(),
        }


def test_a_copy_holds_what_an_upgrade_makes(make_platform: MakePlatform, new_url: NewUrl) -> None:
    upgraded = make_platform(new_url(), upgrade=False)
    upgraded.upgrade()
    wanted = held(upgraded)
    for _ in range(COPIED):
        platform = make_platform(new_url())
        assert held(platform) == wanted
        assert platform.upgrade() == []  # it compares every table


def test_what_is_written_into_a_copy_is_in_no_other(make_platform: MakePlatform, new_url: NewUrl) -> None:
    for _ in range(COPIED):
        platform = make_platform(new_url())
        assert platform.run("customer.add", actor="admin", name="Acme").value.ref == "C-1"


def test_what_is_in_a_database_already_stays(make_platform: MakePlatform, new_url: NewUrl) -> None:
    for number in range(COPIED):
        url = new_url()
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.execute(sa.text(f"CREATE TABLE theirs{number} (id INTEGER)"))
        platform = make_platform(url)
        assert [each for each in held(platform)["rows"] if each.startswith("theirs")] == [f"theirs{number}"]


def test_a_deployment_of_the_same_database_finds_what_another_wrote(
    make_platform: MakePlatform, new_url: NewUrl
) -> None:
    for name in ("Acme", "Birch", "Cedar"):
        url = new_url()
        make_platform(url).run("customer.add", actor="admin", name=name)
        with make_platform(url).session("admin") as session:
            assert [each.name for each in session.find(Customer)] == [name]


def test_a_record_that_links_elsewhere_is_another_database(
    make_platform: MakePlatform, new_url: NewUrl
) -> None:
    for kind, target in [(Parcel, "customer")] * COPIED + [(OtherParcel, "member")]:
        platform = make_platform(new_url(), plugins=[("post", Post(kind))])
        assert f"'referred_table': '{target}'" in str(held(platform)["links"]["post_parcel"])


def test_a_database_keeps_its_own_currency(make_platform: MakePlatform, new_url: NewUrl) -> None:
    for currency in ("USD", "USD", "EUR", "EUR", "USD"):
        assert held(make_platform(new_url(), currency=currency))["meta"]["currency"] == currency


def test_every_copy_is_a_database_of_its_own(make_platform: MakePlatform, new_url: NewUrl) -> None:
    told = set()
    for _ in range(COPIED):
        with reading(make_platform(new_url()).engine) as connection:
            found = connection.execute(sa.text("SELECT key, value FROM dw_meta"))
            told |= {(row.key, row.value) for row in found if row.key in OWN}
    assert len(told) == COPIED * len(OWN)
