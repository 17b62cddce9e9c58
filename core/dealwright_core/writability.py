"""Whether anything may be written: guards fail closed, and writes wait for a pending upgrade."""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.config.deployment import Deployment
from dealwright_core.errors import ConfigError, Problem, Refused
from dealwright_core.host.health import Host
from dealwright_core.store import deriving, migrations, tables
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.engine import UpgradeNeeded

GENERATION = "generation"
_GENERATION = sa.select(tables.meta.c.value).where(tables.meta.c.key == GENERATION)


class WritesBlocked(Refused):
    """Nothing may be written while a plugin that guards this database is missing or failed."""

    exit_code = 4


class Writability:
    """Asked inside every transaction that writes; looks closely only where the database says that something changed."""

    def __init__(
        self,
        deployment: Deployment,
        host: Host,
        catalogue: Catalogue,
        revisions: Sequence[migrations.Revisions],
    ) -> None:
        self._deployment, self._host = deployment, host
        self._catalogue, self._revisions = catalogue, revisions
        self._seen: str | None = None

    def check(self, connection: Connection) -> None:
        """Raise where nothing may be written, and let the database remember which plugins guard it."""
        generation = connection.execute(_GENERATION).scalar()
        if generation is not None and generation == self._seen:
            return
        recorded = migrations.recorded(connection)
        self._check_plugins(connection, recorded[migrations.CURRENCY])
        if recorded.get(migrations.SHAPE) != migrations.shape_of(self._catalogue, self._revisions):
            raise UpgradeNeeded(
                "the database is older than the plugins: nothing is written before: dealwright db upgrade"
            )
        self._seen = self._remember(connection, generation)

    def upgrade(self, connection: Connection) -> list[deriving.Step]:
        """Bring the database to the shape that the plugins declare. Refused as any other write."""
        recorded = migrations.recorded(connection)
        if recorded:
            self._check_plugins(connection, recorded[migrations.CURRENCY])
        steps = migrations.upgrade(connection, self._catalogue, self._revisions)
        # What other processes found out about this database no longer holds.
        self._set_generation(connection)
        self._remember(connection, None)
        self._seen = None
        return steps

    def _check_plugins(self, connection: Connection, currency: str) -> None:
        if currency != self._deployment.currency:
            origin = self._deployment.origin(("deployment", "currency"))
            message = f"this database keeps amounts in {currency}"
            raise ConfigError([Problem("deployment.currency", message, origin, hint=f"write {currency}")])
        blockers = self._host.write_blockers(_guarding(connection))
        if blockers:
            raise WritesBlocked(blockers)

    def _remember(self, connection: Connection, generation: str | None) -> str:
        """Record the active plugins that guard this database; a new one starts a new generation."""
        known = _guarding(connection)
        new = [each for each in self._host.statuses if each.state == "active" and each.guards]
        rows = [
            {"name": each.name, "distribution": each.distribution, "version": each.version}
            for each in new
            if each.name not in known
        ]
        if rows:
            connection.execute(sa.insert(tables.plugin), rows)
        if rows or generation is None:
            return self._set_generation(connection)
        return generation

    @staticmethod
    def _set_generation(connection: Connection) -> str:
        table, value = tables.meta, secrets.token_hex(8)
        changed = connection.execute(
            sa.update(table).where(table.c.key == GENERATION).values(value=value)
        ).rowcount
        if not changed:
            connection.execute(sa.insert(table).values(key=GENERATION, value=value))
        return value


def _guarding(connection: Connection) -> set[str]:
    """The plugins that this database remembers as having had a say in what is written."""
    if connection.dialect.name == "postgresql":
        # Two processes that meet a new plugin at once record it one after the other.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(migrations.ONE_AT_A_TIME)))
    return set(connection.execute(sa.select(tables.plugin.c.name)).scalars())
