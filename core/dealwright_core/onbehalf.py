"""The platform as a plugin gets it: whatever the plugin does with it, it does on behalf of somebody."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from dealwright_core.access.actors import PLUGIN_ACTOR
from dealwright_core.access.authority import Authority
from dealwright_core.contributions import Table
from dealwright_core.door import Outcome
from dealwright_core.findings import Waiver
from dealwright_core.journal.events import Event
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

    def _as(self, actor: str) -> str:
        return actor if actor.startswith(PLUGIN_ACTOR) else f"{PLUGIN_ACTOR}{self._plugin} for {actor}"


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
