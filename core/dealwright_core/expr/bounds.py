"""Numbers and where they lie: what can be shown to stay within 64 bits is computed without a check."""

from collections.abc import Iterable

from dealwright_core.expr.schema import INT_MAX, INT_MIN, Type
from dealwright_core.expr.tree import (
    RESULT_HIGH,
    RESULT_LOW,
    Absolute,
    Arithmetic,
    Clip,
    Constant,
    Negative,
    Node,
)

Range = tuple[int, int]


def arithmetic(operator: str, left: Node, right: Node, type_: Type) -> Arithmetic:
    """`left operator right`, unknown where the result is at or beyond the ends of 64 bits."""
    low, high = _RANGES[operator](left, right)
    safe = _is_safe(low, high)
    return Arithmetic(
        operator,
        left,
        right,
        safe,
        type=type_,
        nullable=left.nullable or right.nullable or not safe,
        low=max(low, RESULT_LOW),
        high=min(high, RESULT_HIGH),
    )


def negative(of: Node) -> Negative:
    """Zero minus `of`, unknown under the same rule."""
    safe = _is_safe(-of.high, -of.low)
    low, high = max(-of.high, RESULT_LOW), min(-of.low, RESULT_HIGH)
    return Negative(of, safe, type=of.type, nullable=of.nullable or not safe, low=low, high=high)


def absolute(of: Node) -> Absolute:
    """`of` without its sign, unknown under the same rule."""
    ends = (abs(of.low), abs(of.high))
    low = 0 if of.low <= 0 <= of.high else min(ends)
    safe = _is_safe(low, max(ends))
    high = min(max(ends), RESULT_HIGH)
    return Absolute(of, safe, type=of.type, nullable=of.nullable or not safe, low=min(low, high), high=high)


def clip(of: Node, lowest: int | None, highest: int | None) -> Clip:
    """`of` within `lowest` and `highest`."""
    least = INT_MIN if lowest is None else lowest
    most = INT_MAX if highest is None else highest
    low, high = min(max(of.low, least), most), max(min(of.high, most), least)
    return Clip(of, lowest, highest, type=of.type, nullable=of.nullable, low=low, high=high)


def around(nodes: Iterable[Node]) -> Range:
    """The bounds of a value that is one of `nodes`, where it is known."""
    each = [node for node in nodes if not (isinstance(node, Constant) and node.value is None)]
    return min((node.low for node in each), default=0), max((node.high for node in each), default=0)


def _is_safe(low: int, high: int) -> bool:
    return low >= RESULT_LOW and high <= RESULT_HIGH


def _plus(left: Node, right: Node) -> Range:
    return left.low + right.low, left.high + right.high


def _minus(left: Node, right: Node) -> Range:
    return left.low - right.high, left.high - right.low


def _times(left: Node, right: Node) -> Range:
    ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return min(ends), max(ends)


_RANGES = {"+": _plus, "-": _minus, "*": _times}
