"""Which scores are stale: marks are set in the transaction of a change, and only where a scheme reads what changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from dealwright_core.evaluation.plan import Plan
from dealwright_core.evaluation.roles import POSITION
from dealwright_core.store import results
from dealwright_core.store.tables import instant_text

if TYPE_CHECKING:
    from dealwright_core.store.changes import Change
    from dealwright_core.store.joining import Joined

Watched = Mapping[str, frozenset[str]]
ALL = 0
RATES = "exchange_rate"
_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def mark_stale(connection: Connection, watched: Watched, changes: Sequence["Change"], at: datetime) -> None:
    """Mark the changed records of which a scheme reads something that changed."""
    if not watched:
        return
    found = {
        (each.kind, ALL if each.kind == RATES else each.after.id)
        for each in changes
        if not watched.get(each.kind, frozenset()).isdisjoint(_set_by(each))
    }
    _mark(connection, found, at)


def _set_by(change: "Change") -> Iterable[str]:
    """The fields that a change sets; of a record that is new its id, too."""
    return (*change.fields, "updated_at", *(("id",) if change.before is None else ()))


def mark_kinds_stale(connection: Connection, watched: Watched, kinds: Collection[str], at: datetime) -> None:
    """Mark every record of some kinds, many of which were written."""
    _mark(connection, {(kind, ALL) for kind in kinds if kind in watched}, at)


def _mark(connection: Connection, records: Iterable[tuple[str, int]], at: datetime) -> None:
    rows = [{"kind": kind, "record_id": id, "mark": instant_text(at)} for kind, id in sorted(records)]
    if not rows:
        return
    insert: Any = _INSERT[connection.dialect.name]
    statement = insert(results.stale)
    # A mark that is there is written again: who refreshes scores meanwhile then leaves it.
    statement = statement.on_conflict_do_update(
        index_elements=["kind", "record_id"], set_={"mark": statement.excluded.mark}
    )
    connection.execute(statement, rows)


@frozen
class Marks:
    """The marks that were read, and which subjects of a plan they mean."""

    rows: tuple[tuple[str, int, str], ...]

    @classmethod
    def read(cls, connection: Connection) -> "Marks":
        """All marks that there are."""
        s = results.stale.c
        found = connection.execute(sa.select(s.kind, s.record_id, s.mark).order_by(s.kind, s.record_id))
        return cls(tuple((row.kind, row.record_id, row.mark) for row in found))

    def remove(self, connection: Connection) -> None:
        """Take these marks away, unless somebody set one again since."""
        s = results.stale.c
        statement = sa.delete(results.stale).where(
            s.kind == sa.bindparam("a_kind"),
            s.record_id == sa.bindparam("an_id"),
            s.mark == sa.bindparam("a_mark"),
        )
        if self.rows:
            connection.execute(
                statement, [{"a_kind": kind, "an_id": id, "a_mark": mark} for kind, id, mark in self.rows]
            )

    def without(self, kinds: Collection[str]) -> "Marks":
        """The marks but for those of records of some kinds."""
        return Marks(tuple(row for row in self.rows if row[0] not in kinds))

    def any_of(self, plan: Plan) -> bool:
        """Whether a record was marked of a kind of which a plan reads something."""
        return any(kind in plan.watched for kind, _, _ in self.rows)

    def all_of(self, plan: Plan) -> bool:
        """Whether every subject of a plan may have changed."""
        kinds = {plan.subject, RATES, *(way[-1].target for way in plan.ways)}
        is_of_roles = bool(plan.scheme.roles)
        return any(
            (id == ALL and kind in kinds) or (is_of_roles and kind == POSITION) for kind, id, _ in self.rows
        )

    def among(self, plan: Plan, joined: "Joined") -> "sa.ColumnElement[bool]":
        """Whether a subject was marked, or a record that it leads to."""
        s = results.stale.c
        reached: list[tuple[str, sa.ColumnElement[Any]]] = [(plan.subject, joined.table.c.id)]
        reached += [(way[-1].target, joined.path(*way).c.id) for way in plan.ways]
        return sa.or_(*(column.in_(sa.select(s.record_id).where(s.kind == kind)) for kind, column in reached))
