"""What there is in a deployment, and what an actor may do, asked within one transaction."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.access.authority import Authority
from dealwright_core.access.rights import Action
from dealwright_core.errors import Refused, UsageError
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.records.lifecycle import Lifecycle
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.allowance import Allowance
from dealwright_core.store.rates import BaseAmounts
from dealwright_core.store.rowsecurity import beyond
from dealwright_core.store.sight import Sight
from dealwright_core.values import Calendar

if TYPE_CHECKING:
    from dealwright_core.host.registry import Registry
    from dealwright_core.incentives.plans.book import PlanBook
    from dealwright_core.journal.events import Event
    from dealwright_core.store.catalogue import Catalogue

# Takes records that were read by a grant alone, each with the grant's ref.
Note = Callable[[Sequence[tuple[Record, str]]], None]


class Asking:
    """An actor in a transaction: what the deployment knows, what the actor may do, and what was journalled."""

    def __init__(
        self, connection: Connection, catalogue: "Catalogue", sight: Sight, now: datetime, note: "Note"
    ) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._sight = sight
        self._note = note
        self.actor = sight.authority.actor
        self.remarks: list[Finding] = []  # what a command has to say beside its answer
        self.now = now
        self.today: date = catalogue.calendar.day_of(now)
        self.base = BaseAmounts(connection, catalogue.table("exchange_rate"), catalogue.currency)

    @property
    def kinds(self) -> Collection[str]:
        """The names of all kinds of record."""
        return self._catalogue.kinds

    def may(self, action: Action, record: Record) -> bool:
        """Whether the actor may do this with a record."""
        kind = self.kind(type(record))
        return self._allowance_of(self._sight.authority).belongs(
            kind, record, self._sight.authority.members(action, kind.name)
        )

    def covers(self, action: Action, kind: str, member: int) -> bool:
        """Whether the actor may do this with the records of a kind that belong to a member."""
        members = self._sight.authority.members(action, kind)
        return members is None or member in members.members

    def unbounded(self, action: Action, on: str) -> bool:
        """Whether the actor may do this to whomever something belongs."""
        return self._sight.authority.members(action, on) is None

    def person(self, name: str) -> str:
        """The one name of somebody, given by ref, login or as an actor of the configuration. Raises `Refused`."""
        return self._somebody(name).actor

    def _somebody(self, name: str) -> Authority:
        with beyond(self._connection):
            return self._sight.people.somebody(self._connection, self._catalogue, name, self.today)

    def _allowance_of(self, authority: Authority) -> Allowance:
        return Allowance(self._connection, self._catalogue, self._sight, authority, lambda kind, id: None)

    @property
    def contributions(self) -> "Registry":
        """What the plugins of this deployment contribute, by kind and name."""
        return self._catalogue.contributions

    @property
    def incentive_plans(self) -> "PlanBook":
        """The incentive plans of this deployment."""
        return self._catalogue.incentive_plans

    @property
    def calendar(self) -> Calendar:
        """The deployment's time zone and fiscal year."""
        return self._catalogue.calendar

    @property
    def currency(self) -> str:
        """The deployment's base currency."""
        return self._catalogue.currency

    def lifecycles_of(self, kind: str) -> tuple[Lifecycle, ...]:
        """The lifecycles of a kind of record."""
        return tuple(each for each in self._catalogue.lifecycles.values() if each.record == kind)

    def lifecycle(self, name: str) -> Lifecycle:
        """A lifecycle by its name, with the moves that plugins added."""
        return self._catalogue.lifecycles[name]

    def kind(self, kind: str | type[Record]) -> RecordType:
        """What the platform knows of a kind of record. Raises `UsageError` for an unknown one."""
        return self._catalogue.kind(kind)

    def table(self, kind: str | type[Record]) -> sa.Table:
        """The table of a kind, for use in `select`."""
        return self._catalogue.table(self.kind(kind).name)

    def journal(
        self,
        *,
        person: str | None = None,
        kind: str | None = None,
        command: str | None = None,
        since: date | None = None,
        until: date | None = None,
        limit: int = 50,
    ) -> "list[Event]":
        """The newest events first. Raises `Refused` for who may not read the journal.

        What an event changed is shown of the kinds of record that the actor sees whole.
        """
        from dealwright_core.journal.reading import newest

        if not self._sight.authority.may("read", "journal"):
            message = _(
                "{actor} ({roles}) may not read the journal",
                actor=self.actor,
                roles=self._sight.authority.roles,
            )
            raise Refused([Finding("not-permitted", "block", message)])
        if limit < 0:
            raise UsageError(_("limit is {limit}: give how many events, 0 or more", limit=limit))
        with beyond(self._connection):
            events = newest(
                self._connection,
                persons=() if person is None else {person, self.person(person)},
                record=None if kind is None else self.kind(kind).name,
                command=command,
                since=None if since is None else self.calendar.start_of(since),
                until=None if until is None else self.calendar.start_of(until),
                limit=limit,
            )
        return [self._as_seen(each) for each in events]

    def _as_seen(self, event: "Event") -> "Event":
        if event.record not in self.kinds or self._sight.whole(event.record):
            return event
        return event.without(event.change or ())
