"""Types of results: those of `case`, `band`, `match` and `coalesce` are alike."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from dealwright_core.expr import bounds, days
from dealwright_core.expr.condition_rules import (
    conditions,
    days_since_of,
    require_choices,
    require_order,
    the_date,
    whole_days,
)
from dealwright_core.expr.literals import Value
from dealwright_core.expr.nodes import Case, Choice, Expression, Operation
from dealwright_core.expr.schema import NUMBERS, Type
from dealwright_core.expr.tree import Case as CaseNode
from dealwright_core.expr.tree import Coalesce, Constant, Node, Switch, constant
from dealwright_core.language import core as _

if TYPE_CHECKING:
    from dealwright_core.expr.checking import Checker

# Operator, literal, and what orders the arms: the literal itself, or a number of days.
Test = tuple[str, Constant, Any]  # of any type that is ordered


def _results(
    checker: "Checker", whole: Expression, parts: Sequence[Expression], hint: Type | None
) -> list[Node]:
    nodes = checker.alike(parts, hint)
    if nodes[0].type is Type.LINK:
        raise checker.refuse(whole, _("gives a link"), _("name a field of the record it leads to"))
    return nodes


def case(checker: "Checker", whole: Case, hint: Type | None) -> Node:
    """The tree of a case."""
    tests = conditions(checker, (condition for condition, _ in whole.arms))
    parts = [*(result for _, result in whole.arms), whole.otherwise]
    nodes = _results(checker, whole, parts, hint)
    low, high = bounds.around(nodes)
    return CaseNode(
        tuple(zip(tests, nodes[:-1], strict=True)),
        nodes[-1],
        type=nodes[0].type,
        nullable=any(node.nullable for node in nodes),
        low=low,
        high=high,
    )


def choice(checker: "Checker", whole: Choice, hint: Type | None) -> Node:
    """The tree of a band or a match."""
    of, tests = (_band if whole.name == "band" else _match)(checker, whole)
    results = [result for _, result in whole.arms]
    default = [] if whole.default is None else [whole.default]
    *nodes, unknown = _results(checker, whole, [*results, *default, whole.unknown], hint)
    otherwise = nodes.pop() if default else _nothing(unknown.type)
    arms = [(operator, bound, node) for (operator, bound, _), node in zip(tests, nodes, strict=True)]
    if whole.name == "band":
        ranks = [rank for _, _, rank in tests]
        arms = [arms[at] for at in sorted(range(len(arms)), key=ranks.__getitem__, reverse=True)]
    possible = [*nodes, otherwise, *([unknown] if of.nullable else [])]
    low, high = bounds.around(possible)
    nullable = any(node.nullable for node in possible)
    return Switch(
        of, tuple(arms), otherwise, unknown, type=unknown.type, nullable=nullable, low=low, high=high
    )


def _band(checker: "Checker", whole: Choice) -> tuple[Node, list[Test]]:
    """The value and one test for each arm."""
    written = [bound for bound, _ in whole.arms]
    if (date := days_since_of(whole.of)) is not None:
        of, numbers = the_date(checker, date), [whole_days(checker, bound) for bound in written]
        tests: list[Test] = [(*days.bound(">=", number, checker.today()), number) for number in numbers]
    else:
        of, *nodes = checker.alike((whole.of, *written))
        require_order(checker, whole.of, of)
        tests = [(">=", node, node.value) for node in nodes if isinstance(node, Constant)]
    _require_different(checker, whole, [rank for _, _, rank in tests])
    return of, tests


def _match(checker: "Checker", whole: Choice) -> tuple[Node, list[Test]]:
    """The value and one test for each arm."""
    if days_since_of(whole.of) is not None:
        raise checker.refuse(whole.of, _("days are matched by band"))
    written = [value for value, _result in whole.arms]
    of, *nodes = checker.alike((whole.of, *written))
    if of.type is Type.LINK:
        raise checker.refuse(whole.of, _("is a link"), _("match a field of the record it leads to"))
    require_choices(checker, of, zip(written, nodes, strict=True))
    tests: list[Test] = [("==", node, node.value) for node in nodes if isinstance(node, Constant)]
    _require_different(checker, whole, [each[2] for each in tests])
    return of, tests


def _require_different(checker: "Checker", whole: Choice, ranks: Sequence[Value]) -> None:
    if None in ranks:
        raise checker.refuse(
            whole, _("None is no arm"), _("give the result for the unknown value as unknown=")
        )
    twice = [rank for at, rank in enumerate(ranks) if rank in ranks[:at]]
    if twice:
        raise checker.refuse(whole, _("{count} arms are for the same value", count=len(twice) + 1))


def _nothing(type_: Type) -> Node:
    """What a known value gets that no arm takes: no points, or for what does not count, the unknown."""
    return constant(0 if type_ in NUMBERS else None, type_)


def coalesce(checker: "Checker", whole: Operation, hint: Type | None) -> Node:
    """The tree of the first part that is known."""
    nodes = _results(checker, whole, whole.parts, hint)
    low, high = bounds.around(nodes)
    nullable = all(node.nullable for node in nodes)
    return Coalesce(tuple(nodes), type=nodes[0].type, nullable=nullable, low=low, high=high)


OPERATIONS: Final = {"coalesce": coalesce}
