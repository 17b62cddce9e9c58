"""Row-level security switched on and off by an upgrade, and what that takes."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from attrs import field, frozen
from click.testing import CliRunner

from dealwright import DealwrightError, Record, RecordType, about, hookimpl
from dealwright.cli.database import status_of
from dealwright.cli.main import cli
from dealwright_core.config.loading import load
from dealwright_core.errors import ConfigError
from dealwright_core.store.backup import backup
from dealwright_core.store.engine import UpgradeNeeded, reading
from dealwright_testing.postgres import Server
from tests.core.access.guarded import Site, catalogue_of, connection_of, fill, one, refs, site_of


@pytest.fixture
def site(postgres_server: Server, tmp_path: Path) -> Iterator[Site]:
    """A database, of which nothing is left afterwards, the role included."""
    with site_of(postgres_server, tmp_path) as site:
        yield site


@pytest.fixture
def owner(site: Site) -> Iterator[str]:
    """The URL for an owner of the database who is no superuser and may not make roles."""
    name = f"owner_{sa.make_url(site.url).database}"[:60]
    yield site.as_user(name)
    for each in site.opened:
        each.close()
    site.run(
        f"REASSIGN OWNED BY {name} TO CURRENT_USER",
        f"DROP OWNED BY {name}",
        f'ALTER DATABASE "{sa.make_url(site.url).database}" OWNER TO CURRENT_USER',
        f"DROP ROLE {name}",
    )


def test_an_upgrade_again_changes_nothing(site: Site) -> None:
    platform = site.open()
    before = catalogue_of(site.url)
    assert platform.upgrade() == []
    assert catalogue_of(site.url) == before
    secured = {each.name for each in platform.catalogue.kinds.values() if not each.is_reference}
    assert {name for (name,) in before["secured"]} == {name for name, *_ in before["policies"]} == secured
    assert all("=r/" in privileges for _, privileges in before["privileges"])


def test_switched_off_everything_is_as_before(site: Site) -> None:
    before = site.open(on=False)
    without = catalogue_of(site.url)
    assert without == {"policies": [], "secured": [], "views": [], "privileges": []}
    before.run("customer.add", actor="admin", name="Acme")
    on = site.open(upgrade=False)
    assert [each.change for each in on.upgrade()] == ["switch row-level security on"]
    assert on.upgrade() == []
    off = site.open(on=False, upgrade=False)
    assert [each.change for each in off.upgrade()] == ["switch row-level security off"]
    assert off.upgrade() == []
    assert catalogue_of(site.url) == without
    with connection_of(off, "admin") as (session, connection):
        assert session.count("customer") == 1
        assert one(connection, "SELECT current_user = session_user")


def test_a_new_kind_of_record_gets_its_policy_at_the_next_upgrade(site: Site) -> None:
    site.open().run("customer.add", actor="admin", name="Acme")
    visit = '[records.visit]\non = "customer"\n[records.visit.fields.day]\ntype = "date"\n'
    platform = site.open(more=visit, upgrade=False)
    with platform.session("admin") as session:
        assert session.count("customer") == 1  # reads go on while an upgrade is pending
    assert "renew row-level security" in [each.change for each in platform.upgrade()]
    platform.run("visit.add", actor="admin", customer="C-1", day="2026-01-02")
    with connection_of(platform, "admin") as (_, connection):
        assert refs(connection, "visit") == ["VISIT-1"] or len(refs(connection, "visit")) == 1
    with reading(platform.engine) as connection:
        connection.execute(sa.text(f'SET LOCAL ROLE "{site.role}"'))
        assert refs(connection, "visit") == []


@frozen(kw_only=True)
class Visit(Record):
    """A visit of somebody, to a customer of perhaps somebody else."""

    by: int | None = field(default=None, metadata=about("By", link="member"))
    customer: int | None = field(default=None, metadata=about("Customer", link="customer"))


class Visits:
    """A plugin that says to whom visits belong."""

    def __init__(self, owned_by: str) -> None:
        self.owned_by = owned_by

    @hookimpl
    def records(self) -> list[RecordType]:
        return [RecordType(Visit, prefix="V-", owned_by=(self.owned_by,))]


def test_where_records_belong_to_others_than_before_the_policies_are_renewed(site: Site) -> None:
    site.open(plugins=False, visits=Visits("by"))
    assert "by IN" in policy_of(site, "visits_visit")
    platform = site.open(plugins=False, upgrade=False, visits=Visits("customer"))
    with pytest.raises(UpgradeNeeded, match="dealwright db upgrade"):
        platform.run("customer.add", actor="admin", name="Acme")
    assert [each.change for each in platform.upgrade()] == ["renew row-level security"]
    assert "by IN" not in policy_of(site, "visits_visit")


def policy_of(site: Site, table: str) -> str:
    """The condition of the policy on a table."""
    return next(str(condition) for name, _, condition in catalogue_of(site.url)["policies"] if name == table)


def test_before_the_upgrade_nothing_is_read_or_written(site: Site) -> None:
    site.open(on=False)
    platform = site.open(upgrade=False)
    with pytest.raises(UpgradeNeeded, match=r"row_level_security is on.*dealwright db upgrade"):
        platform.run("customer.list", actor="admin")
    with pytest.raises(UpgradeNeeded, match=r"row_level_security is on.*dealwright db upgrade"):
        platform.run("customer.add", actor="admin", name="Acme")


def test_switched_on_again_it_waits_for_an_upgrade_again(site: Site) -> None:
    site.open()
    site.open(on=False)  # which leaves the role
    with pytest.raises(UpgradeNeeded, match="row_level_security is on, and the database lacks it"):
        site.open(upgrade=False).run("customer.list", actor="admin")


def test_who_may_not_make_roles_is_told_what_to_do(site: Site, owner: str) -> None:
    with pytest.raises(DealwrightError) as refused:
        site.open(url=owner)
    said = str(refused.value)
    assert (
        f"needs the role {site.role}, and {sa.make_url(owner).username} lacks the privilege CREATEROLE"
        in said
    )
    remedy = said.partition("as a superuser run ")[2].partition("; then upgrade again")[0]
    assert catalogue_of(site.url)["secured"] == []
    with reading(site.opened[-1].engine) as connection:
        assert not sa.inspect(connection).has_table("customer")  # all or nothing
    site.run(*remedy.split("; "))
    platform = site.opened[-1]
    platform.upgrade()
    fill(platform)
    with connection_of(platform, "ada") as (_, connection):
        assert one(connection, "SELECT count(*) FROM customer") == 50
        assert not one(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = session_user")
    assert platform.upgrade() == []


def test_who_may_not_act_as_the_role_is_told_what_to_do(site: Site, owner: str) -> None:
    site.run(f'CREATE ROLE "{site.role}" NOLOGIN')
    with pytest.raises(DealwrightError, match="may not allow: as a superuser run GRANT"):
        site.open(url=owner)
    site.run(f'GRANT "{site.role}" TO "{sa.make_url(owner).username}"')
    platform = site.opened[-1]
    platform.upgrade()
    site.run(f'REVOKE "{site.role}" FROM "{sa.make_url(owner).username}"')
    platform.engine.dispose()
    with pytest.raises(DealwrightError, match=r"permission denied.*as a superuser run GRANT"):
        platform.run("customer.list", actor="admin")


def test_who_may_make_roles_needs_no_superuser(site: Site, owner: str) -> None:
    site.run(f"ALTER ROLE {sa.make_url(owner).username} CREATEROLE")
    platform = site.open(url=owner)
    platform.run("customer.add", actor="admin", name="Acme")
    with connection_of(platform, "guest") as (_, connection):
        assert one(connection, "SELECT current_user") == site.role
        assert len(refs(connection, "customer")) == 1


@pytest.mark.parametrize(
    ("how", "said"), [("LOGIN", "may log in"), ("BYPASSRLS", "may do what others may not")]
)
def test_a_role_that_can_do_something_by_itself_is_refused(site: Site, how: str, said: str) -> None:
    site.run(f'CREATE ROLE "{site.role}" {how}')
    with pytest.raises(DealwrightError, match=f"there is one that {said}"):
        site.open()


def test_a_role_that_owns_something_is_refused(site: Site) -> None:
    site.run(f'CREATE ROLE "{site.role}" NOLOGIN', "CREATE TABLE theirs (id int)")
    site.run(f'ALTER TABLE theirs OWNER TO "{site.role}"')
    with pytest.raises(DealwrightError, match="there is one that owns something"):
        site.open()
    site.run("DROP TABLE theirs")


def test_a_database_restored_under_another_name_is_renewed_by_an_upgrade(site: Site, tmp_path: Path) -> None:
    platform = site.open()
    platform.run("customer.add", actor="admin", name="Acme")
    dump = backup(platform.engine, tmp_path / "copy.dump")
    with site_of(site.server, tmp_path) as other:
        plain = sa.make_url(other.url).set(drivername="postgresql").render_as_string(hide_password=False)
        subprocess.run(["pg_restore", f"--dbname={plain}", "--no-owner", str(dump)], check=True)
        restored = other.open(upgrade=False)
        with pytest.raises(UpgradeNeeded, match="row_level_security"):
            restored.run("customer.list", actor="admin")
        assert [each.change for each in restored.upgrade()] == ["renew row-level security"]
        with connection_of(restored, "guest") as (_, connection):
            assert one(connection, "SELECT current_user") == other.role
            assert len(refs(connection, "customer")) == 1
        assert site.role not in str(catalogue_of(other.url))


def test_a_policy_that_somebody_took_away_is_missed(site: Site) -> None:
    platform = site.open()
    site.run("DROP POLICY dealwright_sight ON customer", "ALTER TABLE customer DISABLE ROW LEVEL SECURITY")
    with reading(platform.engine) as connection:
        assert not platform.row_security.is_settled(connection)
    assert [each.change for each in platform.upgrade()] == ["renew row-level security"]
    with reading(platform.engine) as connection:
        assert platform.row_security.is_settled(connection)


def test_status_and_doctor_say_how_it_is(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(site.folder / "cache"))
    off = site.open(on=False, plugins=False)
    assert status_of(off)["row_level_security"] == "off"
    on = site.open(plugins=False, upgrade=False)
    found = status_of(on)
    assert (found["state"], found["row_level_security"]) == ("waits for an upgrade", "not yet on")
    assert found["changes"] == ["core: row-level security is to be on"]

    def doctor(number: int) -> str:
        file = site.folder / f"deployment{number}.toml"
        return CliRunner().invoke(cli, ["--config", str(file), "--as", "admin", "doctor"]).stdout

    check = "row-level security is as it is configured"
    assert f"fails  {check}\n         row_level_security is on, and the database has no policies" in doctor(1)
    on.upgrade()
    assert status_of(on)["row_level_security"] == "on"
    assert status_of(on)["state"] == "up to date"
    assert f"holds  {check}" in doctor(1)
    assert f"warns  {check}\n         row_level_security is off, and the database still has it" in doctor(0)


def test_there_is_none_on_sqlite(tmp_path: Path) -> None:
    file = tmp_path / "dealwright.toml"
    file.write_text('[deployment]\ncurrency = "USD"\n[database]\nrow_level_security = true\n', "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(file, {})
    (problem,) = refused.value.problems
    assert (problem.line, problem.path) == (4, "database.row_level_security")
    assert "there is none on sqlite" in str(problem)


def test_it_is_off_where_nothing_is_said(tmp_path: Path) -> None:
    file = tmp_path / "dealwright.toml"
    file.write_text('[deployment]\ncurrency = "USD"\n', "utf-8")
    assert load(file, {}).as_dict()["database"]["row_level_security"] is False
