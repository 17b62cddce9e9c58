"""When records made a move or came into a state."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa
from attrs import field, frozen
from sqlalchemy.engine import Connection

from dealwright_core.store import tables

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

E = tables.event.c


@frozen(eq=False, slots=False)
class Moves:
    """The moves of records by the day ``last``."""

    connection: Connection
    session: "Session"
    last: date
    _known: dict[tuple[str, str], Mapping[int, Sequence[date]]] = field(factory=dict)

    def of(self, kind: str, name: str) -> Mapping[int, Sequence[date]]:
        """The days on which records of a kind made the move, or came into the state, of a name."""
        if (kind, name) not in self._known:
            found: defaultdict[int, list[date]] = defaultdict(list)
            for lifecycle in self.session.lifecycles_of(kind):
                pairs = {(each.state, each.to) for each in lifecycle.moves if name in (each.event, each.to)}
                for id, before, to, day in self._changes(kind, lifecycle.field) if pairs else ():
                    if day <= self.last and ((before is None and to == name) or (before, to) in pairs):
                        found[id].append(day)
            self._known[kind, name] = found
        return self._known[kind, name]

    def _changes(self, kind: str, name: str) -> Iterator[tuple[int, str | None, str, date]]:
        """How a state changed: the record, the states before and after, and the day; of opportunities by the history of
        their stages, of others by the journal, and of what came in as it is by the day of that.
        """
        if (kind, name) == ("opportunity", "stage"):
            c = self.session.table("stage_move").c
            asked = sa.select(c.opportunity, c.from_stage, c.to_stage, c.on)
            yield from (tuple(row) for row in self.session.select(asked.order_by(c.opportunity, c.sequence)))
            return
        events = sa.select(E.record_id, E.payload, E.at).where(
            E.record == kind,
            E.action.in_(("add", "change")),
            E.payload.contains(f'"{name}"', autoescape=True),
        )
        states: dict[int, str] = {}
        for id, payload, at in self.connection.execute(events.order_by(E.record_id, E.seq)):
            if (to := json.loads(payload).get(name)) is not None:
                yield id, states.get(id), to, self._effective(kind, id, to, self.session.calendar.day_of(at))
                states[id] = to
        c = self.session.table(kind).c
        for id, to, at in self.session.select(sa.select(c.id, c[name], c.created_at).order_by(c.id)):
            if to is not None and states.get(id) != to:
                yield id, None, to, self._effective(kind, id, to, self.session.calendar.day_of(at))

    def _effective(self, kind: str, id: int, state: str, day: date) -> date:
        """The day on which a contract came into a state: the one that stands in it, where that is earlier."""
        if kind != "contract":
            return day
        signed, starts, ends = self._terms.get(id, (None, None, None))
        stated = {
            "signed": signed, "in force": starts, "terminated": ends, "completed": ends, "cancelled": ends,
        }  # fmt: skip
        return min(day, stated.get(state) or day)

    @cached_property
    def _terms(self) -> Mapping[int, tuple[date | None, date | None, date | None]]:
        """The days on which contracts are signed, start and end."""
        c = self.session.table("contract").c
        rows = self.session.select(sa.select(c.id, c.signed_on, c.starts_on, c.ends_on))
        return {row[0]: (row[1], row[2], row[3]) for row in rows}
