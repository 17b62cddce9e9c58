"""Types of conditions: what may be compared with what."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from dealwright_core.expr import days
from dealwright_core.expr.nodes import COMPARISONS, Expression, Literal, Operation
from dealwright_core.expr.schema import ORDERED, Type
from dealwright_core.expr.tree import (
    AllOf,
    AnyOf,
    Between,
    Compare,
    Constant,
    Find,
    In,
    IsNull,
    Node,
    Not,
    Reference,
    constant,
)
from dealwright_core.language import core as _
from dealwright_core.spelling import did_you_mean

if TYPE_CHECKING:
    from dealwright_core.expr.checking import Checker

_MIRRORED: Final = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def days_since_of(expression: Expression) -> Expression | None:
    """The date in `days_since(date)`, None for any other expression."""
    if isinstance(expression, Operation) and expression.name == "days_since":
        return expression.parts[0]
    return None


def the_date(checker: "Checker", of: Expression) -> Node:
    """The tree of what `days_since` counts from."""
    node = checker.node(of, Type.DATE)
    if node.type is not Type.DATE:
        raise checker.refuse(of, _("is {value}, and days_since needs a date", value=node.type.value))
    return node


def whole_days(checker: "Checker", expression: Expression) -> int:
    """A literal number of days."""
    if isinstance(expression, Literal) and type(expression.value) is int:
        return expression.value
    raise checker.refuse(
        expression,
        _("days_since compares only with a literal whole number"),
        _("compare the dates themselves"),
    )


def require_choices(checker: "Checker", of: Node, literals: Iterable[tuple[Expression, Node]]) -> None:
    """Refuse a literal that the field can never have."""
    if not isinstance(of, Reference) or of.choices is None:
        return
    for written, node in literals:
        if isinstance(node, Constant) and isinstance(node.value, str) and node.value not in of.choices:
            known = ", ".join(of.choices[:20])
            near = did_you_mean(node.value, of.choices)
            raise checker.refuse(
                written, _("{path} is one of {known}{near}", path=of.path, known=known, near=near)
            )


def _comparison(checker: "Checker", whole: Operation, hint: Type | None) -> Node:
    left, right = whole.parts
    if (date := days_since_of(left)) is not None:
        return days.compared(whole.name, the_date(checker, date), whole_days(checker, right), checker.today())
    if (date := days_since_of(right)) is not None:
        mirrored = _MIRRORED[whole.name]
        return days.compared(mirrored, the_date(checker, date), whole_days(checker, left), checker.today())
    one, other = checker.alike(whole.parts)
    if whole.name not in ("==", "!="):
        require_order(checker, left, one)
    if one.type is Type.LINK:
        _require_one_record(checker, whole, one, other)
    require_choices(checker, one, [(right, other)])
    require_choices(checker, other, [(left, one)])
    return Compare(whole.name, one, other, type=Type.BOOLEAN, nullable=one.nullable or other.nullable)


def require_order(checker: "Checker", expression: Expression, node: Node) -> None:
    """Refuse a type whose values are not ordered alike everywhere."""
    if node.type not in ORDERED:
        why = _(", and databases sort text differently") if node.type is Type.TEXT else ""
        raise checker.refuse(
            expression,
            _("is {value}, which has no order here{why}", value=node.type.value, why=why),
            _("use == or is_in"),
        )


def _require_one_record(checker: "Checker", whole: Expression, one: Node, other: Node) -> None:
    if not isinstance(one, Reference) or not isinstance(other, Reference) or one.link != other.link:
        raise checker.refuse(whole, _("only links to one kind of record compare"))


def _between(checker: "Checker", whole: Operation, hint: Type | None) -> Node:
    of, low, high = whole.parts
    if (date := days_since_of(of)) is not None:
        ends = whole_days(checker, low), whole_days(checker, high)
        return days.between(the_date(checker, date), *ends, checker.today())
    node, lowest, highest = checker.alike(whole.parts)
    require_order(checker, of, node)
    if not isinstance(lowest, Constant) or not isinstance(highest, Constant):
        raise checker.refuse(whole, _("the ends are not literals"), _("write (x >= a) & (x <= b)"))
    return Between(node, lowest, highest, type=Type.BOOLEAN, nullable=node.nullable)


def _is_in(checker: "Checker", whole: Operation, hint: Type | None) -> Node:
    of, *written = whole.parts
    known = [each for each in written if not (isinstance(each, Literal) and each.value is None)]
    if not known:
        raise checker.refuse(
            whole, _("needs at least one known value"), _("write is_null() to find the unknown")
        )
    if (date := days_since_of(of)) is not None:
        numbers = [whole_days(checker, each) for each in known]
        found = days.among(the_date(checker, date), numbers, checker.today())
    else:
        node, *values = checker.alike((of, *known))
        if node.type is Type.LINK:
            raise checker.refuse(of, _("is a link"), _("compare a field of the record, such as its ref"))
        require_choices(checker, node, zip(known, values, strict=True))
        constants = tuple(dict.fromkeys(each for each in values if isinstance(each, Constant)))
        found = In(node, constants, type=Type.BOOLEAN, nullable=node.nullable)
    if len(known) == len(written):
        return found
    # As in SQL: where the value is none of those known, it may be the unknown one.
    return AnyOf((found, constant(None, Type.BOOLEAN)), type=Type.BOOLEAN)


def _find(checker: "Checker", whole: Operation, hint: Type | None) -> Node:
    of, part = checker.every(whole.parts, Type.TEXT)
    for written, node in zip(whole.parts, (of, part), strict=True):
        if node.type is not Type.TEXT:
            raise checker.refuse(
                written, _("is {value}, and {whole} looks into text", value=node.type.value, whole=whole.name)
            )
    nullable = of.nullable or part.nullable
    return Find(of, part, whole.name == "starts_with", type=Type.BOOLEAN, nullable=nullable)


def conditions(checker: "Checker", parts: Iterable[Expression]) -> tuple[Node, ...]:
    """The trees of parts that are true or false."""
    parts = tuple(parts)
    nodes = checker.every(parts, Type.BOOLEAN)
    for part, node in zip(parts, nodes, strict=True):
        if node.type is not Type.BOOLEAN:
            raise checker.refuse(part, _("is {value}, not a condition", value=node.type.value))
    return tuple(nodes)


def _logic(checker: "Checker", whole: Operation, hint: Type | None) -> Node:
    nodes = conditions(checker, whole.parts)
    nullable = any(node.nullable for node in nodes)
    if whole.name == "not":
        return Not(nodes[0], type=Type.BOOLEAN, nullable=nullable)
    build = AllOf if whole.name == "and" else AnyOf
    return build(nodes, type=Type.BOOLEAN, nullable=nullable)


def _is_null(checker: "Checker", whole: Operation, hint: Type | None) -> Node:
    date = days_since_of(whole.parts[0])
    of = checker.node(whole.parts[0]) if date is None else the_date(checker, date)
    return IsNull(of, type=Type.BOOLEAN, nullable=False)


Rule = Callable[["Checker", Operation, Type | None], Node]
OPERATIONS: Final[dict[str, Rule]] = {
    **dict.fromkeys(COMPARISONS, _comparison),
    "is_between": _between,
    "is_in": _is_in,
    "starts_with": _find,
    "contains": _find,
    "and": _logic,
    "or": _logic,
    "not": _logic,
    "is_null": _is_null,
}
