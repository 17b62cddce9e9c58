"""The functions that an expression as text may call, with the names that authors of rules know."""

from collections.abc import Callable
from typing import Any, Final

from dealwright_core.errors import UsageError
from dealwright_core.expr import build
from dealwright_core.expr.literals import Plain
from dealwright_core.expr.nodes import Expression, Operand, expression
from dealwright_core.language import core as _


def _is_null(value: Operand) -> Expression:
    return expression(value).is_null()


def _is_known(value: Operand) -> Expression:
    return expression(value).is_known()


def _is_between(value: Operand, low: Operand, high: Operand) -> Expression:
    return expression(value).is_between(low, high)


def _starts_with(text: Operand, part: Any) -> Expression:  # checked by the expression
    return expression(text).starts_with(part)


def _contains(text: Operand, part: Any) -> Expression:  # checked by the expression
    return expression(text).contains(part)


def _abs(value: Operand) -> Expression:
    return abs(expression(value))


def _clip(value: Operand, low: Plain = None, high: Plain = None) -> Expression:
    return expression(value).clip(low, high)


def _days_since(day: Operand) -> Expression:
    return build.days_since(expression(day))


def _match(
    value: Operand,
    results: list[tuple[Plain, Operand]],
    default: Any = build.UNSTATED,  # an operand, or that none is stated
    *,
    unknown: Operand = None,
) -> Expression:
    if not isinstance(results, list):
        raise UsageError(_("match needs values with their results"), _("write match(stage, {'won': 20})"))
    return build.choice("match", expression(value), tuple(results), default, unknown)


FUNCTIONS: Final[dict[str, Callable[..., Expression]]] = {
    "abs": _abs,
    "all_of": build.all_of,
    "any_of": build.any_of,
    "band": build.band,
    "case": build.case,
    "clip": _clip,
    "coalesce": build.coalesce,
    "contains": _contains,
    "days_since": _days_since,
    "is_between": _is_between,
    "is_known": _is_known,
    "is_null": _is_null,
    "match": _match,
    "starts_with": _starts_with,
}
