"""From a checked expression to a column of SQLAlchemy Core."""

import operator
from collections.abc import Callable
from functools import cache, singledispatchmethod
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql.expression import Grouping

from dealwright_core.errors import UsageError
from dealwright_core.expr.check import Checked
from dealwright_core.expr.nodes import COMPARE
from dealwright_core.expr.schema import NUMBERS, Path, Type
from dealwright_core.expr.sql.constructs import Checked as CheckedNumber
from dealwright_core.expr.sql.constructs import Magnitude, Once, Opposite, Plain, Position
from dealwright_core.expr.tree import (
    Absolute,
    AllOf,
    AnyOf,
    Arithmetic,
    Between,
    Case,
    Clip,
    Coalesce,
    Compare,
    Constant,
    Find,
    In,
    IsNull,
    Negative,
    Node,
    Not,
    Reference,
    Switch,
    references,
)
from dealwright_core.language import core as _

Column = sa.ColumnElement[Any]  # of the type of its node

_TYPES: Final[dict[Type, sa.types.TypeEngine[Any]]] = dict.fromkeys(
    NUMBERS | {Type.LINK}, sa.BigInteger()
) | {
    Type.TEXT: sa.Text(),
    Type.BOOLEAN: sa.Boolean(),
    Type.DATE: sa.Date(),
}


def compile_sql(checked: Checked, columns: Callable[[Path], Column]) -> Column:
    """The expression as a column for SQLite or PostgreSQL, null where it is unknown; literals are bound.

    `columns(path)`, asked once for each path, gives the column that holds a field as `FieldShape` states;
    `paths(checked)` says for which fields the statement needs joins, all of them left joins. Texts need
    columns that compare code points: on SQLite the collation BINARY, on PostgreSQL any deterministic one.
    """
    tree = checked.ready()
    compiler = _Compiler(columns, tree)
    return sa.type_coerce(compiler.column(tree), compiler.type_of(tree))


class _Compiler:
    def __init__(self, columns: Callable[[Path], Column], tree: Node) -> None:
        self.columns = cache(columns)
        self.aliases = 0
        # How moments are kept is the store's affair: literals follow the columns.
        moments = (found.path for found in references([tree]) if found.type is Type.INSTANT)
        types = (self.columns(path).type for path in moments)
        self.moments: sa.types.TypeEngine[Any] = next(types, sa.DateTime(timezone=True))

    def type_of(self, node: Node) -> sa.types.TypeEngine[Any]:
        return self.moments if node.type is Type.INSTANT else _TYPES[node.type]

    def once(self, of: Node, body: Callable[[Column], Column]) -> Column:
        """`body` of a value that it uses more than once."""
        column = self.column(of)
        if isinstance(of, Reference | Constant):
            return body(column)
        self.aliases += 1
        alias = f"once{self.aliases}"
        written = body(sa.literal_column(f"{alias}.v", self.type_of(of)))
        return sa.type_coerce(Once(column, written, sa.literal_column(alias)), written.type)

    @singledispatchmethod
    def column(self, node: Node) -> Column:
        """The column for a node."""
        raise UsageError(_("{type} has no form in SQL", type=type(node).__name__))

    @column.register
    def _reference(self, node: Reference) -> Column:
        column = self.columns(node.path)
        if isinstance(column.type, sa.Integer) and not isinstance(column.type, sa.BigInteger):
            # PostgreSQL computes in 32 bits what has 32.
            return sa.cast(column, sa.BigInteger())
        return column

    @column.register
    def _constant(self, node: Constant) -> Column:
        type_ = self.type_of(node)
        return sa.cast(sa.null(), type_) if node.value is None else sa.literal(node.value, type_)

    @column.register
    def _arithmetic(self, node: Arithmetic) -> Column:
        build = Plain if node.safe else CheckedNumber
        return build(self.column(node.left), sa.literal_column(node.operator), self.column(node.right))

    @column.register
    def _negative(self, node: Negative) -> Column:
        of = self.column(node.of)
        return Plain(sa.literal_column("-"), of) if node.safe else Opposite(of)

    @column.register
    def _absolute(self, node: Absolute) -> Column:
        of = self.column(node.of)
        return sa.func.abs(of, type_=sa.BigInteger()) if node.safe else Magnitude(of)

    @column.register
    def _clip(self, node: Clip) -> Column:
        return self.once(node.of, lambda of: _clipped(of, node))

    @column.register
    def _compare(self, node: Compare) -> Column:
        column: Column = COMPARE[node.operator](self.column(node.left), self.column(node.right))
        return column

    @column.register
    def _between(self, node: Between) -> Column:
        return self.column(node.of).between(self.column(node.lowest), self.column(node.highest))

    @column.register
    def _in(self, node: In) -> Column:
        return self.column(node.of).in_([self.column(value) for value in node.values])

    @column.register
    def _find(self, node: Find) -> Column:
        position = Position(self.column(node.of), self.column(node.part))
        return position == sa.literal_column("1") if node.at_start else position > sa.literal_column("0")

    @column.register
    def _is_null(self, node: IsNull) -> Column:
        return self.column(node.of).is_(None)

    @column.register
    def _all(self, node: AllOf) -> Column:
        return sa.and_(*map(self.column, node.parts))

    @column.register
    def _any(self, node: AnyOf) -> Column:
        return sa.or_(*map(self.column, node.parts))

    @column.register
    def _not(self, node: Not) -> Column:
        # SQLAlchemy would write (NOT a) IN (b) without the parentheses.
        return Grouping(sa.not_(self.column(node.of)))

    @column.register
    def _coalesce(self, node: Coalesce) -> Column:
        return sa.func.coalesce(*map(self.column, node.parts), type_=self.type_of(node))

    @column.register
    def _case(self, node: Case) -> Column:
        arms = [(self.column(test), self.column(result)) for test, result in node.arms]
        return sa.type_coerce(sa.case(*arms, else_=self.column(node.otherwise)), self.type_of(node))

    @column.register
    def _switch(self, node: Switch) -> Column:
        return self.once(node.of, lambda of: self._chosen(of, node))

    def _chosen(self, of: Column, node: Switch) -> Column:
        arms = [
            (COMPARE[sign](of, self.column(bound)), self.column(result)) for sign, bound, result in node.arms
        ]
        if not node.of.nullable:
            return sa.case(*arms, else_=self.column(node.otherwise))
        arms.append((of.is_not(None), self.column(node.otherwise)))
        unknown = node.unknown
        if isinstance(unknown, Constant) and unknown.value is None:
            return sa.case(*arms)
        return sa.case(*arms, else_=self.column(unknown))


def _clipped(of: Column, node: Clip) -> Column:
    """Where the value is unknown neither comparison holds."""
    ends = [(node.lowest, operator.lt), (node.highest, operator.gt)]
    arms = [
        (beyond(of, limit), limit)
        for limit, beyond in (
            (sa.literal(end, sa.BigInteger()), beyond) for end, beyond in ends if end is not None
        )
    ]
    return sa.case(*arms, else_=of)
