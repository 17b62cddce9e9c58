"""The platform as a plugin gets it: whatever the plugin does with it, it does on behalf of somebody."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Connection

from dealwright_core.access.actors import PLUGIN_ACTOR, person_of
from dealwright_core.access.authority import Authority
from dealwright_core.contributions import Table
from dealwright_core.door import Outcome
from dealwright_core.findings import Waiver
from dealwright_core.journal.events import Event
from dealwright_core.journal.faultlog import LoggedFault
from dealwright_core.permissions import Acting, Need
from dealwright_core.store.session import Session

if TYPE_CHECKING:
    from dealwright_core.platform import Platform


class OnBehalf:
    """A platform in which a plugin acts as ``plugin:NAME for ACTOR`` whenever it names an actor."""

    def __init__(self, platform: "Platform", plugin: str) -> None:
        self._platform, self._plugin = platform, plugin

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)

    def run(
        self,
        command: str,
        *,
        actor: str,
        key: str | None = None,
        waivers: Sequence[Waiver] = (),
        **arguments: Any,
    ) -> Outcome:
        """As `Platform.run`."""
        return self._platform.run(command, actor=self._as(actor), key=key, waivers=waivers, **arguments)

    def session(self, actor: str) -> AbstractContextManager[Session]:
        """As `Platform.session`."""
        return self._platform.session(self._as(actor))

    def report(self, name: str, *, actor: str, **parameters: Any) -> Table:
        """As `Platform.report`."""
        return self._platform.report(name, actor=self._as(actor), **parameters)

    def acting(self, connection: Connection, actor: str, now: datetime, marks: Mapping[str, str]) -> Acting:
        """As `Platform.acting`: whatever else of the platform asks who acts, asks here."""
        return self._platform.acting(connection, self._as(actor), now, marks)

    def reading_for(
        self, actor: str, needed: Sequence[Need], plugin: str, what: str
    ) -> AbstractContextManager[Session]:
        """As `Platform.reading_for`."""
        return self._platform.reading_for(self._as(actor), needed, plugin, what)

    def check_operator(self, actor: str, on: str, *, reads: bool = False) -> None:
        """As `Platform.check_operator`."""
        self._platform.check_operator(self._as(actor), on, reads=reads)

    def faults(self, actor: str) -> list[LoggedFault]:
        """As `Platform.faults`."""
        return self._platform.faults(self._as(actor))

    def _as(self, actor: str) -> str:
        """The plugin on behalf of the person, whichever plugin acted for them before."""
        return f"{PLUGIN_ACTOR}{self._plugin} for {person_of(actor)}"


def shown_to(events: Sequence[Event], limits: Authority) -> tuple[Event, ...]:
    """The events of the kinds that a plugin declared to read, with the fields of the classes it declared."""
    kinds = limits.ownership.kinds
    shown = []
    for event in events:
        if not limits.may("read", event.record):
            continue
        fields = kinds[event.record].fields if event.record in kinds else ()
        hidden = [
            each.name for each in fields if limits.members("read", event.record, each.field_class) is not None
        ]
        shown.append(event.without(hidden))
    return tuple(shown)
