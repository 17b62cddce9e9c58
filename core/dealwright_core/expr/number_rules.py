"""Types of numbers: what may be added, multiplied and clipped."""

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, Final

from dealwright_core.expr import bounds
from dealwright_core.expr.nodes import Expression, Operation
from dealwright_core.expr.schema import NUMBERS, Type
from dealwright_core.expr.tree import Constant, Node
from dealwright_core.language import core as _

if TYPE_CHECKING:
    from dealwright_core.expr.checking import Checker

_LONG: Final = 4


def _require_numbers(checker: "Checker", whole: Operation, nodes: Sequence[Node]) -> None:
    for part, node in zip(whole.parts, nodes, strict=True):
        if node.type not in NUMBERS:
            hint = _("compare days_since(...) with a number of days") if node.type is Type.DATE else None
            raise checker.refuse(
                part,
                _("is {value}, which {whole} does not take", value=node.type.value, whole=whole.name),
                hint,
            )


def _sum(checker: "Checker", whole: Operation, hint: Type | None) -> Node:
    nodes = checker.alike(whole.parts, hint)
    _require_numbers(checker, whole, nodes)
    return _total(whole.name, nodes)


def _total(operator: str, nodes: Sequence[Node]) -> Node:
    """The sum from left to right, a long one in halves, so that it is not as deep as it is long."""
    if len(nodes) <= _LONG:
        return reduce(lambda sum_, node: bounds.arithmetic(operator, sum_, node, node.type), nodes)
    half = len(nodes) // 2
    halves = _total(operator, nodes[:half]), _total(operator, nodes[half:])
    return bounds.arithmetic(operator, *halves, nodes[0].type)


def _product(checker: "Checker", whole: Operation, hint: Type | None) -> Node:
    left, right = nodes = checker.every(whole.parts)
    _require_numbers(checker, whole, nodes)
    if Type.INTEGER not in (left.type, right.type):
        raise checker.refuse(
            whole,
            _(
                "{value} times {type} is left out, because it needs a rounding",
                value=left.type.value,
                type=right.type.value,
            ),
            _("multiply by whole numbers, or use band"),
        )
    return bounds.arithmetic("*", left, right, left.type if right.type is Type.INTEGER else right.type)


def _signed(checker: "Checker", whole: Operation, hint: Type | None) -> Node:
    nodes = checker.every(whole.parts, hint)
    _require_numbers(checker, whole, nodes)
    return bounds.negative(nodes[0]) if whole.name == "negative" else bounds.absolute(nodes[0])


def _clip(checker: "Checker", whole: Operation, hint: Type | None) -> Node:
    nodes = checker.alike(whole.parts, hint)
    _require_numbers(checker, whole, nodes)
    lowest, highest = (_end(node) for node in nodes[1:])
    if lowest is not None and highest is not None and lowest > highest:
        raise checker.refuse(whole, _("the lowest value is above the highest"))
    return bounds.clip(nodes[0], lowest, highest)


def _end(node: Node) -> int | None:
    assert isinstance(node, Constant)
    assert node.value is None or isinstance(node.value, int)
    return node.value


def _days_since(checker: "Checker", whole: Expression, hint: Type | None) -> Node:
    raise checker.refuse(
        whole,
        _("a number of days is only compared: databases count days differently"),
        _("compare it with a whole number (days_since(x) >= 30), or use it in is_between, is_in or band"),
    )


OPERATIONS: Final = {
    "+": _sum,
    "-": _sum,
    "*": _product,
    "negative": _signed,
    "abs": _signed,
    "clip": _clip,
    "days_since": _days_since,
}
