"""The one statement of a run: points computed once, in the subjects' order, and stored with their lines."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from dealwright_core.evaluation.digest import amounts, digest
from dealwright_core.evaluation.named import NamedSubjects
from dealwright_core.evaluation.plan import Entry, Plan, ways_of
from dealwright_core.expr import check
from dealwright_core.store import results
from dealwright_core.store.joining import Joined

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue

Column = Any  # a column of whatever type its expression has


class JsonList(FunctionElement[str]):
    """Values as the text of a JSON list."""

    type = sa.Text()
    inherit_cache = True


class Whole(FunctionElement[bool]):
    """Whether a value is stored as a whole number, which SQLite asks of none of its columns."""

    type = sa.Boolean()
    inherit_cache = True


@compiles(JsonList, "sqlite")
def _list_sqlite(element: JsonList, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array({', '.join(compiler.process(each, **options) for each in element.clauses)})"


@compiles(JsonList, "postgresql")
def _list_postgresql(element: JsonList, compiler: SQLCompiler, **options: Any) -> str:
    parts = (
        compiler.process(each, **options)
        if isinstance(each, JsonList)
        else f"coalesce(CAST({compiler.process(each, **options)} AS TEXT), 'null')"
        for each in element.clauses
    )
    listed = ", ',', ".join(parts)
    return f"concat('[', {listed}, ']')"


@compiles(Whole, "sqlite")
def _whole_sqlite(element: Whole, compiler: SQLCompiler, **options: Any) -> str:
    (of,) = element.clauses
    return f"typeof({compiler.process(of, **options)}) = 'integer'"


@compiles(Whole, "postgresql")
def _whole_postgresql(element: Whole, compiler: SQLCompiler, **options: Any) -> str:
    (of,) = element.clauses
    return f"{compiler.process(of, **options)} IS NOT NULL"


class RunStatement:
    """The statement of a run of a plan on a day; ``without`` are the numbers of lines that are left out."""

    def __init__(
        self, catalogue: "Catalogue", plan: Plan, as_of: date, without: Collection[int] = frozenset()
    ) -> None:
        self.plan, self.as_of, self.without = plan, as_of, without
        self.joined: Joined = (
            catalogue.joined(plan.subject, as_of=as_of) if plan.names is None else NamedSubjects()
        )
        self._staged = {
            at: results.staged.alias(f"s{at}")
            for at, each in enumerate(plan.entries)
            if each.is_staged and at not in without
        }

    def insert(self, run: int, among: "sa.ColumnElement[bool] | None" = None) -> sa.Insert:
        """Store the results of all subjects, or of those for which ``among`` is true."""
        points = self._points(among)
        columns = [
            sa.literal(run, sa.BigInteger).label("run"), points.c.id, self._total(points).label("total"),
            self._lines(points).label("lines"), self._gate(points).label("gate"),
            self._missing(points).label("missing"), points.c.digest,
        ]  # fmt: skip
        names = ["run", "subject", "total", "lines", "gate", "missing", "digest"]
        return sa.insert(results.result).from_select(names, sa.select(*columns), include_defaults=False)

    def alone(self, at: int) -> "sa.Select[Any]":
        """Whether one line can be computed at all: its points for every subject, counted."""
        joined = self.joined
        entry = self.plan.entries[at]
        assert entry.rule is not None
        assert entry.rule.points is not None
        inner = joined.finish(joined.select(joined.column(entry.rule.points).label("p"))).subquery("alone")
        return sa.select(sa.func.count(inner.c.p))

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
        cte = self._finished(statement).cte("points")
        return cte.prefix_with("MATERIALIZED", dialect="sqlite").prefix_with(
            "MATERIALIZED", dialect="postgresql"
        )

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

    def _sum(self, points: sa.CTE) -> Column:
        total: Column = None
        for at, entry in enumerate(self.plan.entries):
            if at in self.without:
                continue
            value = sa.func.coalesce(self._checked(points, at), 0)
            part = value if entry.factor == 1 else value * sa.literal_column(str(entry.factor))
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
