"""The one statement of a run: points computed once, in the subjects' order, and stored with their lines."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from dealwright_core.evaluation.constructs import JsonList, Whole
from dealwright_core.evaluation.digest import amounts, digest
from dealwright_core.evaluation.named import NamedSubjects
from dealwright_core.evaluation.plan import Entry, Plan, ways_of
from dealwright_core.evaluation.roles import POSITION, deciding_day, holdings
from dealwright_core.expr import check
from dealwright_core.store import results
from dealwright_core.store.joining import Joined
from dealwright_core.values import Period

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue

Column = Any  # a column of whatever type its expression has


class RunStatement:
    """The statement of a run of a plan on a day, for a period; ``without`` are the numbers of lines that are left
    out.
    """

    def __init__(
        self,
        catalogue: "Catalogue",
        plan: Plan,
        as_of: date,
        period: Period | None,
        without: Collection[int] = frozenset(),
    ) -> None:
        self.plan, self.as_of, self.period, self.without = plan, as_of, period, without
        self._catalogue = catalogue
        self.joined: Joined = (
            catalogue.joined(plan.subject, as_of=as_of) if plan.names is None else NamedSubjects()
        )
        self._held: Column = None
        if plan.scheme.roles:
            day, member = deciding_day(period, as_of), self.joined.table.c.id
            held = holdings(catalogue.table(POSITION), member, plan.scheme.roles, day)
            self._held = held.correlate(self.joined.table).scalar_subquery()
        self._staged = {
            at: results.staged.alias(f"s{at}")
            for at, each in enumerate(plan.entries)
            if each.is_staged and at not in without
        }

    def insert(self, run: int, among: "sa.ColumnElement[bool] | None" = None) -> sa.Insert:
        """Store the results of all subjects, or of those for which ``among`` is true."""
        points = self._combined(self._points(among))
        columns = [
            sa.literal(run, sa.BigInteger).label("run"), points.c.id, self._total(points).label("total"),
            self._lines(points).label("lines"), self._gate(points).label("gate"),
            self._missing(points).label("missing"), points.c.digest,
        ]  # fmt: skip
        names = ["run", "subject", "total", "lines", "gate", "missing", "digest"]
        return sa.insert(results.result).from_select(names, sa.select(*columns), include_defaults=False)

    def alone(self, at: int) -> "sa.Select[Any]":
        """Whether one line can be computed at all: its points for every subject, counted."""
        joined = self._catalogue.joined(self.plan.subject, as_of=self.as_of)
        entry = self.plan.entries[at]
        assert entry.rule is not None
        assert entry.rule.points is not None
        inner = joined.finish(joined.select(joined.column(entry.rule.points).label("p"))).subquery("alone")
        return sa.select(sa.func.count(inner.c.p))

    def counted(self, *, combined: bool) -> "sa.Select[Any]":
        """The lines of every subject, or what the combiner makes of them, computed and counted."""
        points = self._points(None)
        found = self._combined(points).c.combined if combined else points.c.id
        return sa.select(sa.func.count(found))

    def among(self, ids: Sequence[int] | None) -> "sa.ColumnElement[bool] | None":
        """Whether a subject has one of these ids; None for all."""
        return None if ids is None else self.joined.table.c.id.in_(ids)

    def columns(self, at: int, among: "sa.ColumnElement[bool] | None" = None) -> "sa.Select[Any]":
        """The columns of a rule that is a function, with the id of the subject first, in the order of ids."""
        joined, rule = self.joined, self.plan.entries[at].rule
        assert rule is not None
        wanted = [joined.column(each) for each in rule.columns.values()]
        statement = joined.select(joined.table.c.id, *wanted)
        return self.joined.finish(self._among(statement, among)).order_by(joined.table.c.id)

    def subjects(self, among: "sa.ColumnElement[bool] | None" = None) -> "sa.Select[Any]":
        """The ids of all subjects."""
        return self.joined.finish(self._among(self.joined.select(self.joined.table.c.id), among))

    def _points(self, among: "sa.ColumnElement[bool] | None") -> sa.CTE:
        """One row for each subject: its id, the values of lines and gates, and the digest of its inputs."""
        joined = self.joined
        columns: list[Column] = [joined.table.c.id]
        for at, entry in enumerate(self.plan.entries):
            columns += self._values(at, entry)
        for at, gate in self.plan.conditions:
            assert gate.when is not None
            columns.append(joined.column(gate.when).label(f"g{at}"))
        columns.append(digest(*self._inputs()).label("digest"))
        statement = self._among(joined.select(*columns), among)
        return _materialized(self._finished(statement).cte("points"))

    def _combined(self, points: sa.CTE) -> sa.CTE:
        """The same with what the combiner makes of the lines, where the scheme has one.

        Its expression is over plain columns of a select of their own: it may be as deep as the database can take.
        """
        combining = self.plan.combining
        if combining is None:
            return points
        parts = {each.name: f"w{at}" for at, each in enumerate(self.plan.entries)}
        weighed = [self._weighed(points, at).label(f"w{at}") for at in range(len(parts))]
        inner = sa.select(*points.c, *weighed).subquery("weighed")
        found = combining.column({name: inner.c[column] for name, column in parts.items()})
        kept = [inner.c[each.name] for each in points.c]
        return _materialized(sa.select(*kept, found.label("combined")).cte("combined"))

    def _values(self, at: int, entry: Entry) -> list[Column]:
        if at in self.without:
            return []
        if entry.rule is not None and entry.rule.points is not None:
            return [self.joined.column(entry.rule.points).label(f"p{at}")]
        staged = self._staged[at].c
        found: list[Column] = [staged.points.label(f"p{at}")]
        if entry.measured is not None:
            found += [staged.actual.label(f"a{at}"), staged.target.label(f"t{at}")]
        return found

    def _among(self, statement: "sa.Select[Any]", among: "sa.ColumnElement[bool] | None") -> "sa.Select[Any]":
        if self.plan.scheme.where is not None:
            statement = self.joined.where(statement, self.plan.scheme.where)
        if self._held is not None:
            statement = statement.where(self._held.is_not(None))
        return statement if among is None else statement.where(among)

    def _finished(self, statement: "sa.Select[Any]") -> "sa.Select[Any]":
        """The statement with its joins, those to staged lines last."""
        source = self.joined.source()
        for at, staged in self._staged.items():
            on = sa.and_(staged.c.subject == self.joined.table.c.id, staged.c.line == at)
            source = sa.outerjoin(source, staged, on)
        return statement.select_from(source)

    def _inputs(self) -> tuple[Column, list[Column], list[Column]]:
        """What a digest is of: the subject's id, the versions of records, and amounts and what was measured."""
        table = self.joined.table
        versions: list[Column] = [table.c.version]
        reads = self.plan.reads_without(self.without)
        versions += [sa.func.coalesce(self.joined.path(*way).c.version, 0) for way in ways_of(reads)]
        figures = [self.joined.field(path) for path in amounts(self.plan, reads)]
        for at, _ in self.plan.measures:
            figures += [self._staged[at].c.actual, self._staged[at].c.target]
        figures += [] if self._held is None else [self._held]
        return table.c.id, versions, [sa.func.coalesce(each, -1) for each in figures]

    def _checked(self, points: sa.CTE, at: int) -> Column:
        """The value of a line, null where it is out of bounds."""
        if at in self.without:
            return sa.null()
        value, entry = points.c[f"p{at}"], self.plan.entries[at]
        if self._is_sound(entry):
            return value
        return sa.case((sa.and_(Whole(value), value.between(entry.lowest, entry.highest)), value))

    def _is_sound(self, entry: Entry) -> bool:
        """Whether no record can lead out of the bounds of a line."""
        if entry.rule is None or entry.rule.points is None:
            return False
        tree = check(entry.rule.points, self.plan.subject, self.plan.schema, as_of=self.as_of).tree
        return entry.lowest <= tree.low and tree.high <= entry.highest

    def _weighed(self, points: sa.CTE, at: int) -> Column:
        """The part of a line in the total, null where the line is empty."""
        if at in self.without:
            return sa.cast(sa.null(), sa.BigInteger)
        return self._times(self._checked(points, at), at)

    def _times(self, value: Column, at: int) -> Column:
        factor = self.plan.entries[at].factor
        return value if factor == 1 else value * sa.literal_column(str(factor))

    def _sum(self, points: sa.CTE) -> Column:
        if self.plan.combining is not None:
            return points.c.combined
        total: Column = None
        for at in range(len(self.plan.entries)):
            if at in self.without:
                continue
            part = self._times(sa.func.coalesce(self._checked(points, at), 0), at)
            total = part if total is None else total + part
        return sa.literal(0, sa.BigInteger) if total is None else total

    def _total(self, points: sa.CTE) -> Column:
        """The sum of the lines within the bounds of the scheme; what a gate says where one blocks."""
        scheme, plan = self.plan.scheme, self.plan
        total = self._sum(points)
        arms: list[tuple[Column, Column]] = []
        for at, gate in enumerate(scheme.gates):
            blocked = sa.null() if gate.total == "none" else sa.literal(0, sa.BigInteger)
            arms.append((self._blocks(points, at), blocked))
        if scheme.lowest is not None:
            lowest = sa.literal(plan.units(scheme.lowest), sa.BigInteger)
            arms.append((total < lowest, lowest))
        if scheme.highest is not None:
            highest = sa.literal(plan.units(scheme.highest), sa.BigInteger)
            arms.append((total > highest, highest))
        return sa.case(*arms, else_=total) if arms else total

    def _blocks(self, points: sa.CTE, at: int) -> Column:
        gate = self.plan.scheme.gates[at]
        if gate.when is not None:
            return points.c[f"g{at}"]
        line = next(n for n, each in self.plan.measures if each.name == gate.measure)
        return points.c[f"p{line}"] < sa.literal(gate.below, sa.BigInteger)

    def _gate(self, points: sa.CTE) -> Column:
        arms = [
            (self._blocks(points, at), sa.literal(at, sa.BigInteger))
            for at in range(len(self.plan.scheme.gates))
        ]
        return sa.case(*arms) if arms else sa.cast(sa.null(), sa.BigInteger)

    def _lines(self, points: sa.CTE) -> Column:
        parts: list[Column] = []
        for at, entry in enumerate(self.plan.entries):
            value = self._checked(points, at)
            if entry.measured is not None:
                value = JsonList(points.c[f"a{at}"], points.c[f"t{at}"], value)
            parts.append(value)
        if self.plan.combining is not None:
            parts.append(points.c.combined)
        return JsonList(*parts)

    def _missing(self, points: sa.CTE) -> Column:
        """The numbers of the lines that were out of bounds, null for none."""
        unsafe = [
            at
            for at, each in enumerate(self.plan.entries)
            if at not in self.without and not self._is_sound(each)
        ]
        if not unsafe:
            return sa.cast(sa.null(), sa.Text)
        said: Column = sa.literal("")
        for at in unsafe:
            value = points.c[f"p{at}"]
            is_out = sa.and_(value.is_not(None), self._checked(points, at).is_(None))
            said = said + sa.case((is_out, sa.literal(f"{at} ")), else_=sa.literal(""))
        return sa.func.nullif(said, "")


def _materialized(cte: sa.CTE) -> sa.CTE:
    """Computed once: SQLite would compute again what is used more than once."""
    return cte.prefix_with("MATERIALIZED", dialect="sqlite").prefix_with("MATERIALIZED", dialect="postgresql")
