"""Whether anything may be written: guards fail closed, and writes wait for a pending upgrade."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.config.deployment import Deployment
from dealwright_core.errors import ConfigError, Problem, Refused
from dealwright_core.host.health import Host
from dealwright_core.language import core as _
from dealwright_core.store import deriving, migrations, tables
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.engine import UpgradeNeeded
from dealwright_core.store.organisation import GENERATION, set_mark
from dealwright_core.store.rowsecurity import RowSecurity


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
        rows: RowSecurity,
    ) -> None:
        self._deployment, self._host = deployment, host
        self._catalogue, self._revisions, self._rows = catalogue, revisions, rows
        self._seen: str | None = None

    def check(self, connection: Connection, generation: str | None) -> None:
        """Raise where nothing may be written, and let the database remember which plugins guard it.

        ``generation`` is the mark of that name, read in the same transaction.
        """
        if generation is not None and generation == self._seen:
            return
        recorded = migrations.recorded(connection)
        self._check_plugins(connection, recorded[migrations.CURRENCY])
        if recorded.get(migrations.SHAPE) != migrations.shape_of(self._catalogue, self._revisions):
            raise UpgradeNeeded(
                _("the database is older than the plugins: nothing is written before: dealwright db upgrade")
            )
        if not self._rows.is_settled(connection):
            wanted = "on" if self._rows.wanted else "off"
            raise UpgradeNeeded(
                _(
                    "row_level_security is {wanted}, and the database is not set up so: nothing is written "
                    "before: dealwright db upgrade",
                    wanted=wanted,
                )
            )
        self._seen = self._remember(connection, generation)

    def upgrade(self, connection: Connection) -> list[deriving.Step]:
        """Bring the database to the shape that the plugins declare. Refused as any other write."""
        recorded = migrations.recorded(connection)
        if recorded:
            self._check_plugins(connection, recorded[migrations.CURRENCY])
        steps = migrations.upgrade(connection, self._catalogue, self._revisions, self._rows)
        # What other processes found out about this database no longer holds.
        set_mark(connection, GENERATION)
        self._remember(connection, None)
        self._seen = None
        return steps

    def _check_plugins(self, connection: Connection, currency: str) -> None:
        if currency != self._deployment.currency:
            origin = self._deployment.origin(("deployment", "currency"))
            message = _("this database keeps amounts in {currency}", currency=currency)
            raise ConfigError(
                [
                    Problem(
                        "deployment.currency", message, origin, hint=_("write {currency}", currency=currency)
                    )
                ]
            )
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
            return set_mark(connection, GENERATION)
        return generation


def _guarding(connection: Connection) -> set[str]:
    """The plugins that this database remembers as having had a say in what is written."""
    if connection.dialect.name == "postgresql":
        # Two processes that meet a new plugin at once record it one after the other.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(migrations.ONE_AT_A_TIME)))
    return set(connection.execute(sa.select(tables.plugin.c.name)).scalars())
