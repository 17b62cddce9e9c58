"""What plugins failed at while they worked, counted by plugin and hook, so that their list can tell.

What an observer failed on is not written here: its cursor and the parked events hold it, and it is read from there.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.host.faults import Fault
from dealwright_core.host.opening import OBSERVERS
from dealwright_core.keys import INSERT
from dealwright_core.language import core as _
from dealwright_core.store import tables

LONGEST = 2_000
STILL = datetime.max.replace(tzinfo=UTC)
Versions = Mapping[str, str]


@frozen
class LoggedFault:
    """What a version of a plugin failed at: the last ``message``, and how many ``times`` in all.

    ``hook`` also names a command, a report or another contributed function. The moments are None while the events
    that an observer failed on are still tried again.
    """

    plugin: str
    hook: str
    version: str
    message: str
    times: int
    first_at: datetime | None
    last_at: datetime | None

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> str:
        """How often and when last it failed, and how."""
        often = _("once") if self.times == 1 else _("{times:,} times", times=self.times)
        when: str = ""
        if self.last_at is not None:
            last_at = f"{self.last_at:%Y-%m-%d %H:%M:%S}"
            when = (
                _(", at {last_at} UTC", last_at=last_at)
                if self.times == 1
                else _(", last at {last_at} UTC", last_at=last_at)
            )
        return _(
            "{hook} failed {often}{when}: {message}",
            hook=self.hook,
            often=often,
            when=when,
            message=self.message,
        ).lstrip()


def record(connection: Connection, found: Iterable[Fault], versions: Versions) -> None:
    """Count faults of plugins that have these versions. Those of another version are forgotten."""
    c, now = tables.fault.c, datetime.now(UTC)
    insert: Any = INSERT[connection.dialect.name]
    for each in found:
        if (version := versions.get(each.plugin)) is None:
            continue
        connection.execute(sa.delete(tables.fault).where(c.plugin == each.plugin, c.version != version))
        said = {"message": _storable(each.message), "last_at": now}
        row = {"plugin": each.plugin, "hook": _storable(each.hook), "version": version, "times": 1}
        connection.execute(
            insert(tables.fault)
            .values(**row, **said, first_at=now)
            .on_conflict_do_update(index_elements=[c.plugin, c.hook], set_={**said, "times": c.times + 1})
        )


def _storable(text: str) -> str:
    """What of a text every database keeps: no null character, nothing that UTF-8 cannot say, and not without end."""
    return text[:LONGEST].encode(errors="backslashreplace").decode().replace("\0", "\\x00")


def faults(connection: Connection, versions: Versions) -> list[LoggedFault]:
    """What plugins failed at since they have these versions: what is tried again first, then the latest."""
    rows = connection.execute(sa.select(tables.fault).order_by(tables.fault.c.plugin, tables.fault.c.hook))
    logged = [LoggedFault(**row._mapping) for row in rows]
    observers = {
        each.plugin: each for each in (*_parked(connection, versions), *_waiting(connection, versions))
    }
    found = [each for each in (*observers.values(), *logged) if versions.get(each.plugin) == each.version]
    return sorted(found, key=lambda each: each.last_at or STILL, reverse=True)


def _waiting(connection: Connection, versions: Versions) -> Iterator[LoggedFault]:
    """The observers that failed on the events they are to be handed next."""
    c = tables.cursor.c
    failing = sa.select(c.plugin, c.error, c.failures).where(c.failures > 0).order_by(c.plugin)
    for plugin, error, failures in connection.execute(failing):
        if plugin in versions:
            yield _of_observer(plugin, versions, error, failures, None, None)


def _parked(connection: Connection, versions: Versions) -> Iterator[LoggedFault]:
    """The observers whose events are parked, each with the newest of these."""
    c = tables.parked.c
    newest, times = sa.func.max(c.seq).label("seq"), sa.func.count().label("times")
    moments = sa.func.min(c.at).label("first_at"), sa.func.max(c.at).label("last_at")
    each = sa.select(c.plugin, newest, times, *moments).group_by(c.plugin).subquery()
    this = sa.and_(c.plugin == each.c.plugin, c.seq == each.c.seq)
    statement = sa.select(c.plugin, c.error, each.c.times, each.c.first_at, each.c.last_at).join(each, this)
    for plugin, error, *counted in connection.execute(statement):
        if plugin in versions:
            yield _of_observer(plugin, versions, error, *counted)


def _of_observer(
    plugin: str,
    versions: Versions,
    error: str,
    times: int,
    first_at: datetime | None,
    last_at: datetime | None,
) -> LoggedFault:
    message = error.removeprefix(f"plugin {plugin}: {OBSERVERS}: ")
    return LoggedFault(plugin, OBSERVERS, versions[plugin], message, times, first_at, last_at)


def forget(connection: Connection, plugin: str) -> list[LoggedFault]:
    """Forget what a plugin failed at, and say what that was. What is parked stays: it is to be handed over again."""
    c = tables.fault.c
    rows = connection.execute(sa.select(tables.fault).where(c.plugin == plugin).order_by(c.hook)).all()
    connection.execute(sa.delete(tables.fault).where(c.plugin == plugin))
    return [LoggedFault(**row._mapping) for row in rows]
