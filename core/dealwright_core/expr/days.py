"""`days_since(date)` as a comparison of the date with a literal one, which every target does alike."""

from collections.abc import Iterable
from datetime import date

from dealwright_core.expr.schema import Type
from dealwright_core.expr.tree import Between, Compare, Constant, In, Node, constant

_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_LAST = date.max.toordinal()


def bound(operator: str, days: int, as_of: date) -> tuple[str, Constant]:
    """The comparison of a date that says the same as `days_since(date) operator days`.

    Where the day would lie before or after all dates, the comparison is one that every date, or none,
    fulfils.
    """
    mirrored, ordinal = _MIRRORED[operator], as_of.toordinal() - days
    if 1 <= ordinal <= _LAST:
        return mirrored, constant(date.fromordinal(ordinal), Type.DATE)
    always = ("!=", ">", ">=") if ordinal < 1 else ("!=", "<", "<=")
    return (">=" if mirrored in always else "<"), constant(date.min, Type.DATE)


def compared(operator: str, of: Node, days: int, as_of: date) -> Node:
    """`days_since(of) operator days`."""
    rewritten, day = bound(operator, days, as_of)
    return Compare(rewritten, of, day, type=Type.BOOLEAN, nullable=of.nullable)


def between(of: Node, low: int, high: int, as_of: date) -> Node:
    """Whether `days_since(of)` is at least `low` and at most `high`."""
    today = as_of.toordinal()
    first, last = max(today - high, 1), min(today - low, _LAST)
    if first > last:
        return _never(of)
    ends = (constant(date.fromordinal(day), Type.DATE) for day in (first, last))
    return Between(of, *ends, type=Type.BOOLEAN, nullable=of.nullable)


def among(of: Node, days: Iterable[int], as_of: date) -> Node:
    """Whether `days_since(of)` is one of `days`."""
    ordinals = (as_of.toordinal() - each for each in days)
    dates = tuple(constant(date.fromordinal(day), Type.DATE) for day in ordinals if 1 <= day <= _LAST)
    return In(of, dates, type=Type.BOOLEAN, nullable=of.nullable) if dates else _never(of)


def _never(of: Node) -> Node:
    first = constant(date.min, Type.DATE)
    return Compare("<", of, first, type=Type.BOOLEAN, nullable=of.nullable)
