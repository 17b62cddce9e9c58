"""What an actor may see, as conditions and masked columns in the statements of a session.

One record or list of a kind takes the condition into its own statement. A select of any shape gets a common table
expression of the table's name for every kind that the actor sees in part: whatever names the table then reads that.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import UnaryExpression

from dealwright_core.access.authority import Authority
from dealwright_core.access.owners import MEMBER, Owners
from dealwright_core.access.ownership import OWNERS
from dealwright_core.access.rights import CLASSES, Action
from dealwright_core.records.record import COMMON, FieldClass
from dealwright_core.records.recordtype import Field, RecordType
from dealwright_core.store.among import among
from dealwright_core.store.fencing import may_fail
from dealwright_core.store.statements import Statements

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue

# From this share of all members on, looking at every row is faster than looking up the rows of each.
WIDE = 0.05
MOST_RUNS = 8


class People(Protocol):
    """Knows everybody and what they may do."""

    def somebody(self, connection: Connection, catalogue: "Catalogue", name: str, today: date) -> Authority:
        """The authority of one by name. Raises `Refused` for one nobody knows."""

    def sight(self, connection: Connection, catalogue: "Catalogue", authority: Authority) -> "Sight":
        """What an authority lets see."""

    def needed(self, action: str, kind: str) -> Sequence[tuple[Action, str]]:
        """The rights of which one is needed for an action on a kind, or to run a command."""


class Sight:
    """The part of a deployment's records that an actor may read, on one database."""

    def __init__(
        self, authority: Authority, catalogue: "Catalogue", people: People, dialect: sa.Dialect, members: int
    ) -> None:
        schema = dialect.default_schema_name
        assert schema is not None  # known since the first connection
        self.authority, self.people = authority, people
        self._catalogue, self._members = catalogue, members
        self._dialect, self._is_postgresql = dialect, dialect.name == "postgresql"
        self._schema = schema
        self._statements: dict[str, Statements] = {}
        self._narrowed: dict[tuple[str, bool], sa.CTE] = {}
        self._masked: dict[str, tuple[str, ...]] = {}

    def whole(self, kind: str) -> bool:
        """Whether the actor sees every record of a kind with every field."""
        return self.members(kind) is None and not self.masked(kind)

    def members(self, kind: str, field_class: FieldClass = "plain") -> Owners | None:
        """Whose records of a kind the actor may read with fields of a class, None for all."""
        return self.authority.members("read", kind, field_class)

    def granted(self, kind: str) -> Mapping[int, str]:
        """The grants by which the actor may read single records of a kind: their refs by id of the record."""
        return self.authority.granted.get(kind, {})

    def visible_without_grants(self, connection: Connection, kind: str, ids: Collection[int]) -> set[int]:
        """Those of some records that the actor sees by right of a role."""
        table = self._catalogue.table(kind)
        condition = self.condition(kind, table)
        statement = sa.select(table.c.id).where(table.c.id.in_(ids))
        return set(
            connection.execute(statement if condition is None else statement.where(condition)).scalars()
        )

    def masked(self, kind: str) -> tuple[str, ...]:
        """The fields of a kind that some of the records the actor sees do not show."""
        if kind not in self._masked:
            plain = self.members(kind)
            shown = {each: self.members(kind, each) for each in CLASSES}
            # A grant shows what is plain, and no more.
            partial = {
                each for each in CLASSES if shown[each] != plain or (each != "plain" and self.granted(kind))
            }
            self._masked[kind] = tuple(
                each.name
                for each in self._catalogue.kinds[kind].fields
                if each.field_class in partial and shown[each.field_class] is not None
            )
        return self._masked[kind]

    def statements(self, kind: str) -> Statements:
        """The statements of a kind, which find what the actor may see."""
        if self.whole(kind):
            return self._catalogue.statements(kind)
        if kind not in self._statements:
            table, known = self._catalogue.table(kind), self._catalogue.kinds[kind]
            granted = tuple(self.granted(kind))
            condition = self.condition(kind, table, granted=granted)
            self._statements[kind] = Statements(known, table, self._columns(known, table, granted), condition)
        return self._statements[kind]

    def narrow(self, statement: "sa.Select[Any] | sa.CompoundSelect[Any]") -> Any:
        """The statement, reading only what the actor may see."""
        fenced = self._is_postgresql and may_fail(statement)
        return self._with(statement, {each.name for each in _tables(statement)}, fenced=fenced)

    def narrow_list(self, statement: "sa.Select[Any]", kind: str) -> "sa.Select[Any]":
        """As `narrow`, with the records of a kind that the actor sees by a grant."""
        names = {each.name for each in _tables(statement)}
        if not self.granted(kind) or self.whole(kind):
            return self._with(statement, names)  # type: ignore[no-any-return]  # a select stays one
        found: sa.Select[Any] = _led_by(statement, [self._cte(kind, tuple(self.granted(kind)))])
        return self._with(found, names - {kind})  # type: ignore[no-any-return]

    def condition(
        self,
        kind: str,
        table: sa.FromClause,
        field_class: FieldClass = "plain",
        granted: Collection[int] = (),
    ) -> "sa.ColumnElement[bool] | None":
        """Whether the actor may see a row with its fields of a class, None where it is so for every row."""
        members = self.members(kind, field_class)
        if members is None:
            return None
        owned = self._owned(kind, table, members) if members else sa.false()
        if not granted or field_class != "plain":
            return owned
        return sa.or_(owned, self._among(table.c.id, granted, is_wide=False))

    def _with(self, statement: Any, names: Collection[str], *, fenced: bool = False) -> Any:
        partial = sorted(name for name in names if not self.whole(name))
        for name in partial:
            if (name, fenced) not in self._narrowed:
                self._narrowed[name, fenced] = self._cte(name, fenced=fenced)
        return (
            _led_by(statement, [self._narrowed[name, fenced] for name in partial]) if partial else statement
        )

    def _cte(self, kind: str, granted: Collection[int] = (), *, fenced: bool = False) -> sa.CTE:
        stored, known = self._catalogue.stored(kind, self._schema), self._catalogue.kinds[kind]
        statement = sa.select(*self._columns(known, stored, granted))
        condition = self.condition(kind, stored, granted=granted)
        if condition is not None:
            statement = statement.where(condition)
        return statement.cte(kind).prefix_with("MATERIALIZED" if fenced else "NOT MATERIALIZED")

    def _columns(
        self, kind: RecordType, table: sa.FromClause, granted: Collection[int]
    ) -> "list[sa.ColumnElement[Any]]":
        columns: list[sa.ColumnElement[Any]] = [table.c[name] for name in COMMON]
        masked = self.masked(kind.name)
        for each in kind.fields:
            for spec in each.columns:
                column: sa.ColumnElement[Any] = table.c[spec.name]
                if each.name in masked:
                    column = self._mask(kind.name, table, each, column)
                columns.append(column)
        return [*columns, *(c for c in table.c if c.name not in {each.name for each in columns})]

    def _mask(
        self, kind: str, table: sa.FromClause, field: Field, column: "sa.ColumnElement[Any]"
    ) -> "sa.ColumnElement[Any]":
        nothing, name = sa.cast(sa.null(), column.type), str(getattr(column, "key", ""))
        condition = self.condition(kind, table, field.field_class)
        if condition is None or not self.members(kind, field.field_class):
            return nothing.label(name)
        return sa.case((condition, column), else_=nothing).label(name)

    def _owned(self, kind: str, table: sa.FromClause, members: Owners) -> "sa.ColumnElement[bool]":
        """Whether a row belongs to one of these members, or of these teams."""
        ways = []
        for link in self.authority.ownership.paths[kind]:
            target = self._catalogue.kinds[kind].by_name[link].link or ""
            if target in OWNERS:
                ids = members.of(target)
                is_wide = target == MEMBER and len(ids) > WIDE * self._members
                ways += [self._among(table.c[link], ids, is_wide=is_wide)] if ids else []
            else:
                above = self._catalogue.owners(target, self._schema).alias(f"of_{target}")
                condition = self._owned(target, above, members)
                ways.append(
                    sa.exists(
                        sa.select(above.c.id).where(above.c.id == table.c[link], condition).correlate(table)
                    )
                )
        return sa.or_(sa.false(), *ways)

    def _among(
        self, column: "sa.ColumnElement[Any]", ids: Collection[int], *, is_wide: bool
    ) -> "sa.ColumnElement[bool]":
        """Whether a column has one of these ids. They go in one parameter, so that equal shapes are compiled once."""
        wanted = sorted(ids)
        if len(wanted) == 1:
            return column == sa.bindparam(None, wanted[0], type_=sa.BigInteger)
        # A plus keeps SQLite, which does not know how many rows the members have, from the column's index.
        if is_wide and not self._is_postgresql:
            column = UnaryExpression(column, operator=operators.custom_op("+"))
        runs = _runs(wanted)
        if is_wide and len(runs) <= MOST_RUNS:
            return sa.or_(sa.false(), *(column.between(low, high) for low, high in runs))
        return among(column, wanted, self._dialect)


def _runs(ids: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending ids as runs without a gap: a few comparisons take less than looking each up in a list."""
    runs: list[tuple[int, int]] = []
    for each in ids:
        if runs and runs[-1][1] == each - 1:
            runs[-1] = (runs[-1][0], each)
        else:
            runs.append((each, each))
    return runs


def _led_by(statement: Any, ctes: Sequence[sa.CTE]) -> Any:
    """The statement with these common table expressions before its own, which on PostgreSQL see only those before."""
    found = statement.add_cte(*ctes)
    own = len(statement._independent_ctes)
    for each in ("_independent_ctes", "_independent_ctes_opts"):
        listed = getattr(found, each)
        setattr(found, each, (*listed[own:], *listed[:own]))
    return found


def _tables(statement: Any) -> Iterator[sa.Table]:
    for element in visitors.iterate(statement):
        if isinstance(element, sa.Table):
            yield element
