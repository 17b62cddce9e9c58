"""What changed since a pay period was calculated, and whose pay that may concern."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from attrs import field, frozen
from sqlalchemy.engine import Connection

from dealwright_core.evaluation.watching import paths_of
from dealwright_core.expr import Expression, Path, Schema, check, parse, paths
from dealwright_core.incentives.plans.plan import Pay, Plan, pay_named
from dealwright_core.journal.events import NOTES
from dealwright_core.payroll.crediting.apart import is_apart, is_of_owners, pays_of
from dealwright_core.payroll.crediting.people import People
from dealwright_core.payroll.settling.releasing import is_dated
from dealwright_core.reporting.measured import owner_path
from dealwright_core.store import tables
from dealwright_core.store.among import among

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

# What every plan goes by, beside the records that it pays for.
ALWAYS: Final = ("member", "position", "team", "target", "sales_split", "exchange_rate", "pay_hold")
# What may release or take back what was earned.
AFTERWARDS: Final = ("opportunity", "contract", "customer", "transaction", "stage_move")
# What concerns its member alone, whatever a plan measures.
ADJUSTED: Final = "pay_adjustment"
E = tables.event.c
UNKNOWN: Final = object()
# Of more changed records than that, everything is computed anew.
MOST = 20_000


@frozen(eq=False)
class Changed:
    """The records that were added or changed since a run: by kind their ids, each with the fields that were set, or
    None where the journal does not say.
    """

    records: Mapping[str, Mapping[int, frozenset[str] | None]] = field(factory=dict)

    @classmethod
    def since(cls, connection: Connection, mark: str) -> "Changed":
        """What was journalled behind a mark."""
        asked = sa.select(E.record, E.record_id, E.last_id, E.action, E.payload)
        found: defaultdict[str, dict[int, frozenset[str] | None]] = defaultdict(dict)
        for row in connection.execute(asked.where(_behind(mark), E.action.not_in(sorted(NOTES)))):
            of, ids = found[row.record], range(row.record_id, row.last_id + 1)
            fields = frozenset(json.loads(row.payload)) if row.payload and row.action == "change" else None
            for id in ids:
                before = of.get(id, frozenset())
                of[id] = None if fields is None or before is None else before | fields
        return cls(found)


@frozen(eq=False)
class Reads:
    """The kinds of record that a plan reads, and those of them that it pays for."""

    facts: frozenset[str]
    others: frozenset[str]

    @classmethod
    def of(cls, plan: Plan, session: "Session", schema: Schema) -> "Reads":
        """What a plan reads, also in terms of single members."""
        facts, others = set(plan.records), {*ALWAYS}
        for record in plan.records:
            others |= _kinds(paths_of(owner_path(session, record), record, schema), record)
        if plan.clawback or any(not is_dated(each.on) for each in plan.release):
            return cls(frozenset(), frozenset({*facts, *others, *AFTERWARDS}))
        for each in (plan, *plan.own.values()):
            for pay in each.pays:
                others |= set(_of_pay(pay, plan, session, schema))
        return cls(frozenset(facts), frozenset(others - facts))


def _of_pay(pay: Pay, plan: Plan, session: "Session", schema: Schema) -> Iterator[str]:
    measures = session.contributions.measures
    texts = [figure for _path, figure in pay.figures() if pay_named(figure) is None]
    named = [each for each in texts if each in measures]
    others = [each for each in texts if each not in measures]
    others += [pay.by] if isinstance(pay.by, str) else []
    expressions = [parse(each) for each in (*others, *pay.weights)]
    expressions += [] if pay.where is None else [pay.where.expression]
    for record in plan.records:
        yield from (kind for each in expressions for kind in _on_the_way(each, record, schema))
    for name in named:
        for each in (name, measures[name].item.per):
            if each is not None:
                measure = measures[each].item
                yield measure.facts
                yield from _kinds(
                    paths_of(owner_path(session, measure.facts), measure.facts, schema), measure.facts
                )
                for expression in (measure.value, measure.where):
                    if expression is not None:
                        yield from _on_the_way(expression, measure.facts, schema)


def _on_the_way(expression: Expression, record: str, schema: Schema) -> set[str]:
    """The kinds of record that an expression reads beside its own."""
    return _kinds(paths(check(expression, record, schema, as_of=date.min)), record)


def _kinds(found: Iterable[Path], record: str) -> set[str]:
    return {kind for path in found for kind in (path.record, *(step.target for step in path.steps))} - {
        record
    }


@frozen(eq=False)
class Concerned:
    """The members whose pay may be another since a run; None stands for everybody."""

    connection: Connection
    session: "Session"
    plan: Plan
    people: People
    mark: str

    def by(self, changed: Changed, reads: Reads) -> frozenset[int] | None:
        """Whom changes concern."""
        if any(changed.records.get(kind) for kind in reads.others):
            return None
        if not any(changed.records.get(kind) for kind in (*reads.facts, ADJUSTED)):
            return frozenset()
        if not is_apart(self.plan) or self._counts_what_is_new() or self.session.count("sales_split"):
            return None
        found, adjusted = self._whose(reads.facts, changed), self._whose((ADJUSTED,), changed)
        if found is None or adjusted is None:
            return None
        if not is_of_owners(self.plan):
            found |= {above for each in found for above in self.people.ever_above(each)}
        return frozenset(found | adjusted)

    def _whose(self, kinds: Iterable[str], changed: Changed) -> set[int] | None:
        """Whose the changed records of some kinds are and were; None where there are many, or nothing says so."""
        found: set[int] = set()
        for kind in kinds:
            records = changed.records.get(kind, {})
            before = None if len(records) > MOST else self._before(kind, records)
            if before is None:
                return None
            found |= before
            found |= self._at(kind, owner_path(self.session, kind), records)
        return found

    def _counts_what_is_new(self) -> bool:
        """Whether a measure depends on what others did before."""
        measures = self.session.contributions.measures
        named = [
            figure for pay in pays_of(self.plan) for _path, figure in pay.figures() if figure in measures
        ]
        named += [per for each in named if (per := measures[each].item.per) is not None]
        return any(measures[each].item.aggregate == "new" for each in named)

    def _at(self, kind: str, path: str, ids: Collection[int]) -> set[int]:
        """The members at the end of a path from some records, as they are now."""
        if not ids:
            return set()
        joined = self.session.joined(kind)
        of_these = among(joined.table.c.id, ids, self.connection.dialect)
        statement = joined.finish(joined.select(joined.dimension(path)[0]).where(of_these).distinct())
        found = self.connection.execute(self.session.narrowed(statement)).scalars().all()
        return {each for each in found if each is not None}

    def _before(self, kind: str, records: Mapping[int, frozenset[str] | None]) -> set[int] | None:
        """Whose the records were that have changed hands; None where the journal does not say."""
        path = owner_path(self.session, kind).split(".")
        moved = [id for id, fields in records.items() if fields is not None and path[0] in fields]
        links: set[int | None] = set()
        for id in moved:
            known = self._linked_before(kind, id, path[0])
            if known is UNKNOWN:
                return None
            links.add(known)
        ids = {each for each in links if each is not None}
        if len(path) == 1:
            return ids
        target = next(each.link for each in self.session.kind(kind).fields if each.name == path[0])
        return self._at(target or "", ".".join(path[1:]), ids)

    def _linked_before(self, kind: str, id: int, name: str) -> Any:
        """What a link of a record led to when the run was made."""
        events = sa.select(E.payload).where(E.record == kind, E.record_id == id, E.payload.is_not(None))
        events = events.where(sa.not_(_behind(self.mark)), E.action.in_(("add", "change"))).order_by(
            E.seq.desc()
        )
        for payload in self.connection.execute(events).scalars():
            values = json.loads(payload)
            if name in values:
                return values[name]
        return UNKNOWN


def _behind(mark: str) -> "sa.ColumnElement[bool]":
    """Whether an event was not seen yet at a mark."""
    seq, xid = map(int, mark.split())
    return sa.or_(E.seq > seq, E.xid >= xid) if xid else E.seq > seq
