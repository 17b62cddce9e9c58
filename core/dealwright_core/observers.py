"""Handing the journal's events to the plugins that observe it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import sqlalchemy as sa
from attrs import frozen

from dealwright_core.errors import UsageError
from dealwright_core.host.faults import Implementation, call_observer
from dealwright_core.host.health import Host
from dealwright_core.journal import outbox, parking
from dealwright_core.journal.events import Event
from dealwright_core.language import core as _
from dealwright_core.onbehalf import OnBehalf, shown_to
from dealwright_core.permissions import Permissions
from dealwright_core.spelling import did_you_mean


@frozen(eq=False)
class Observers:
    """The observing plugins of a host; ``on_behalf`` is the platform as one of them gets it."""

    _engine: sa.Engine
    _host: Host
    _permissions: Permissions
    _on_behalf: Callable[[str], OnBehalf]

    def deliver(self) -> Mapping[str, int]:
        """Hand each the events that it has not seen; how many each took."""
        return {name: outbox.deliver(self._engine, name, call) for name, call in self._all().items()}

    def retry(self, plugin: str | None) -> list[parking.Parked]:
        """Hand the parked events of one, or of all, over once more. Raises `UsageError` for a plugin that observes
        nothing.
        """
        observers = self._all()
        if plugin is not None and plugin not in observers:
            near = did_you_mean(plugin, observers)
            raise UsageError(_("no plugin {plugin!r} observes events{near}", plugin=plugin, near=near))
        return parking.retry(self._engine, observers if plugin is None else {plugin: observers[plugin]})

    def _all(self) -> Mapping[str, outbox.Deliver]:
        return {each.plugin: partial(self._observe, each) for each in self._host.observers}

    def _observe(self, observer: Implementation, events: Sequence[Event]) -> str | None:
        limits = self._permissions.limits_alone(observer.plugin)
        shown = events if limits is None else shown_to(events, limits)
        return call_observer(observer, shown, self._on_behalf(observer.plugin)) if shown else None
