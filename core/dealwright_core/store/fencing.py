"""Whether a select may fail on a row: PostgreSQL then computes it only on rows that the actor sees.

It tests conditions in the order of their cost, so a cast, a division or an overflow would be tried on hidden rows
as well, and its error would tell of them. What the expression language compiles to never fails.
"""

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql import functions, operators, visitors
from sqlalchemy.sql.elements import UnaryExpression

SAFE_OPERATORS: Final = frozenset(
    {
        operators.eq, operators.ne, operators.lt, operators.le, operators.gt, operators.ge, operators.is_,
        operators.is_not, operators.is_distinct_from, operators.is_not_distinct_from, operators.in_op,
        operators.not_in_op, operators.between_op, operators.not_between_op, operators.and_, operators.or_,
        operators.inv, operators.exists, operators.is_true, operators.is_false, operators.concat_op,
        operators.comma_op, operators.distinct_op, operators.asc_op, operators.desc_op, operators.nulls_first_op,
        operators.nulls_last_op,
    }
)  # fmt: skip
LIKE: Final = frozenset(
    {operators.like_op, operators.not_like_op, operators.ilike_op, operators.not_ilike_op}
)
UNSAFE_FUNCTIONS: Final = frozenset({"substr", "abs"})


def may_fail(statement: Any) -> bool:
    """Whether anything that is computed before rows are chosen may fail on one of them."""
    harmless = {id(each) for element in visitors.iterate(statement) for each in _harmless(element)}
    return any(
        _may_fail(element)
        for part in _early(statement)
        for element in visitors.iterate(part)
        if id(element) not in harmless
    )


def _early(statement: Any) -> Iterator[Any]:
    """Conditions, and the columns of selects within the statement, which conditions around them may use."""
    for element in visitors.iterate(statement):
        if isinstance(element, sa.Select):
            yield from (*element._where_criteria, *element._having_criteria)
            yield from (on for _, on, *_ in element._setup_joins if on is not None)
            yield from element.selected_columns if element is not statement else ()
        elif isinstance(element, sa.Join) and element.onclause is not None:
            yield element.onclause


def _harmless(element: Any) -> Iterator[Any]:
    """Selects within a value of which it does not matter how many rows they have."""
    if isinstance(element, UnaryExpression) and element.operator is operators.exists:
        yield element.element
    elif isinstance(element, sa.BinaryExpression) and element.operator in (
        operators.in_op,
        operators.not_in_op,
    ):
        yield element.right
    elif isinstance(element, sa.ScalarSelect) and getattr(element.element, "_limit_clause", None) is not None:
        yield element


def _may_fail(element: Any) -> bool:
    if isinstance(element, sa.Cast):
        return not isinstance(element.clause, sa.Null) and not isinstance(element.clause.type, sa.Integer)
    if isinstance(element, sa.ScalarSelect | sa.Extract):
        return True
    if isinstance(element, functions.Function):
        return element.name.lower() in UNSAFE_FUNCTIONS
    operator = getattr(element, "operator", None)
    if operator in LIKE:
        return not _is_pattern(element.right)
    return operator is not None and operator not in SAFE_OPERATORS


def _is_pattern(right: Any) -> bool:
    """Whether this is a text that every database takes as a pattern."""
    return isinstance(right, sa.BindParameter) and "\\" not in str(right.effective_value)
