"""What plugins failed at while they worked, kept in the database until they have another version."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.errors import DealwrightError
from dealwright_core.host.faults import faults_of
from dealwright_core.host.health import Host
from dealwright_core.journal import faultlog
from dealwright_core.store.engine import reading, writing


@frozen(eq=False)
class Faults:
    """Keeps the faults of the plugins of a host."""

    _engine: sa.Engine
    _host: Host

    def note(self, error: DealwrightError) -> None:
        """Keep what an error tells of plugins, when the work was rolled back.

        Where it cannot be kept, it is not: the error itself is what counts.
        """
        if not self._host.uses_plugins:
            return
        with suppress(Exception):  # a database that cannot be written must not hide the error
            if faults_of(error):
                with writing(self._engine) as connection:
                    self.log(connection, [error])

    def log(self, connection: Connection, errors: Sequence[DealwrightError]) -> None:
        """The same within a transaction, for errors that did not end the work."""
        found = [fault for each in errors for fault in faults_of(each)]
        if found:
            faultlog.record(connection, found, self._versions())

    def kept(self) -> list[faultlog.LoggedFault]:
        """Those of the plugins as they are now, the latest first."""
        with reading(self._engine) as connection:
            return faultlog.faults(connection, self._versions())

    def forget(self, plugin: str) -> list[faultlog.LoggedFault]:
        """Forget what a plugin failed at, and say what that was."""
        with writing(self._engine) as connection:
            return faultlog.forget(connection, plugin)

    def _versions(self) -> Mapping[str, str]:
        """The version of every plugin; of several that claim one name the active one counts."""
        found = {each.name: self._host.status(each.name) for each in self._host.statuses}
        return {name: status.version for name, status in found.items() if status is not None}
