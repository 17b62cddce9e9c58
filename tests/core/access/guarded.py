"""Deployments on PostgreSQL with row-level security, and ways around their sessions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from attrs import define, field
from sqlalchemy.engine import Connection

from dealwright import ChangingSession, Column, Command, Platform, Report, Session, Table, hookimpl
from dealwright_core.access.shipped import SHIPPED
from dealwright_core.store.readerrole import role_of
from dealwright_testing.deployments import CONFIG as USUAL
from dealwright_testing.postgres import Server
from tests.core.access.world import CONFIG, MARK, World, organise

# Who else there is beside the people of the world, one for each role: login by role.
OTHERS = {
    role: role.replace("-", "")
    for role in SHIPPED
    if role not in ("rep", "supervisor", "manager", "director")
}
READERS = ("ada", "bob", "tom", "sam", "mia", "dia", *OTHERS.values(), "admin", "guest", "wide")
WIDE = """
[access.roles.wide]
title = "Sees what happens at all customers, and few of these"
allow = [
  {action = ["read"], on = ["customer"], scope = "own"},
  {action = ["read"], on = ["activity", "contact", "transaction"], scope = "team", fields = ["personal"]},
  {action = ["read"], on = ["survey", "reference"]},
  {action = ["report"], on = ["*"]},
]
"""


class Careless:
    """A plugin that forgets the session and takes its connection."""

    @hookimpl
    def reports(self) -> list[Report]:
        def names(session: Session) -> Table:
            """The names of all customers."""
            rows = session._connection.execute(sa.text("SELECT name FROM customer ORDER BY id"))
            return Table((Column("name", "Name"),), tuple((each,) for each in rows.scalars()))

        return [Report("careless.names", names)]

    @hookimpl
    def commands(self) -> list[Command]:
        def count(session: ChangingSession) -> int:
            """How many customers the transaction of a change reads."""
            return int(session._connection.execute(sa.text("SELECT count(*) FROM customer")).scalar_one())

        return [Command("careless.count", count, requires="read customer")]


@define
class Site:
    """An empty database of a server, and deployments of it."""

    server: Server
    folder: Path
    url: str
    opened: list[Platform] = field(factory=list)
    world: World = field(factory=World)

    def open(
        self,
        *,
        on: bool = True,
        url: str = "",
        more: str = "",
        plugins: bool = True,
        upgrade: bool = True,
        **extra: object,
    ) -> Platform:
        """A deployment with row-level security switched on or off, by default with the plugins of the tests.

        Any ``extra`` plugin is given by its name.
        """
        path = self.folder / f"deployment{len(self.opened)}.toml"
        usual = USUAL.format(currency="USD", more="", url=url or self.url)
        switch = f"row_level_security = {str(on).lower()}\n[access]"
        path.write_text(f"{usual.replace('[access]', switch, 1)}{CONFIG}{WIDE}{more}", encoding="utf-8")
        usual_plugins = [("world", self.world), ("careless", Careless())] if plugins else []
        platform = Platform.open(path, extra_plugins=[*usual_plugins, *extra.items()], environ={})
        self.opened.append(platform)
        if upgrade:
            platform.upgrade()
        return platform

    @property
    def role(self) -> str:
        """The role as which sessions read."""
        return role_of(sa.make_url(self.url).database or "")

    def run(self, *statements: str, url: str = "") -> None:
        """Run statements as a superuser, each in a transaction of its own."""
        engine = sa.create_engine(url or self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            for each in statements:
                connection.execute(sa.text(each))

    def as_user(self, name: str, *privileges: str) -> str:
        """The URL for a new user to whom the database belongs."""
        database = sa.make_url(self.url).database
        self.run(
            f"CREATE ROLE {name} LOGIN {' '.join(privileges)}",
            f'ALTER DATABASE "{database}" OWNER TO {name}',
            f"ALTER SCHEMA public OWNER TO {name}",
        )
        return sa.make_url(self.url).set(username=name).render_as_string(hide_password=False)


@contextmanager
def site_of(server: Server, folder: Path) -> Iterator[Site]:
    site = None
    try:
        with server.database() as url:
            site = Site(server, folder, url)
            yield site
            for each in site.opened:
                each.close()
    finally:
        if site is not None:
            site.run(f'DROP ROLE IF EXISTS "{site.role}"', url=server.url)


def fill(platform: Platform) -> None:
    def run(command: str, **arguments: Any) -> Any:
        return platform.run(command, actor="admin", **arguments).value

    organise(platform)
    for role, login in (*OTHERS.items(), ("wide", "wide")):
        team = "T-ALPHA" if role == "wide" else "T-ALL"
        run("member.add", ref=f"M-{login.upper()}", name=login, login=login)
        run("position.add", member=f"M-{login.upper()}", team=team, role=role, since="2025-01-01")
    run("world.fill", login="ada")
    run("world.fill", login="bob")
    for login in ("M-ADA", "M-BOB"):
        run("target.add", member=login, measure="won_amount", period="2026", amount="100")
    for where in ("T-ALPHA", "T-NORTH", "T-BETA", None):
        run("target.add", team=where, measure="won_amount", period="2026", amount="200")
    for base in ("EUR", "CNY"):
        run("exchange-rate.add", base=base, quote="USD", on="2020-01-01", numerator=2)
    run("access.grant", ref=f"{MARK}-C3", person="tom", purpose="help", kind="customer")


@contextmanager
def connection_of(platform: Platform, actor: str) -> Iterator[tuple[Session, Connection]]:
    """What a statement goes through that forgets the session: its connection."""
    with platform.session(actor) as session:
        yield session, session._connection


def refs(connection: Connection, table: str) -> list[str]:
    return list(connection.execute(sa.text(f'SELECT ref FROM "{table}" ORDER BY id')).scalars())


def one(connection: Connection, statement: str) -> Any:
    return connection.execute(sa.text(statement)).scalar()


def catalogue_of(url: str) -> dict[str, list[Any]]:
    """What PostgreSQL knows of policies, privileges and views."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    asked = {
        "policies": "SELECT tablename, policyname, qual FROM pg_policies ORDER BY 1, 2",
        "secured": "SELECT relname FROM pg_class WHERE relrowsecurity ORDER BY 1",
        "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1",
        "privileges": "SELECT relname, relacl::text FROM pg_class WHERE relacl::text LIKE '%_reader=%' ORDER BY 1",
    }
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(sa.text(each))] for name, each in asked.items()
        }
