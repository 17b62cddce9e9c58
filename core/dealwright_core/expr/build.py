"""What the author of a rule writes with, beside the operators."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from dealwright_core.errors import UsageError
from dealwright_core.expr.literals import Plain
from dealwright_core.expr.nodes import (
    AsOf,
    Case,
    Choice,
    Expression,
    Field,
    Operand,
    chained,
    condition_of,
    expression,
    known,
    literal,
    operation,
)
from dealwright_core.language import core as _


class _Unstated(Enum):
    """That no argument was given; None is a result like any other."""

    UNSTATED = "not stated"


UNSTATED: Final = _Unstated.UNSTATED

today: Final = AsOf()


def fields(record: str | None = None) -> Field:
    """The fields of `record` as attributes; `fields("opportunity").customer.owner.name` follows links.

    Where exactly one to-one way leads from a rule's subject to `record`, it is found; without `record` the
    names start at the subject. `fields("opportunity")["contains"]` reaches a field that bears the name of a
    method.
    """
    return Field(record)


def all_of(*conditions: Expression | bool) -> Expression:
    """True where every condition is true, false where one is false, else unknown; the same as `a & b`."""
    return _joined("and", conditions)


def any_of(*conditions: Expression | bool) -> Expression:
    """True where one condition is true, false where every one is false, else unknown; the same as `a | b`."""
    return _joined("or", conditions)


def _joined(name: str, conditions: tuple[Expression | bool, ...]) -> Expression:
    if not conditions:
        raise UsageError(_("no condition is given"))
    first, *others = (condition_of(each, name) for each in conditions)
    return chained(name, first, *others) if others else first


def negate(condition: Expression) -> Expression:
    """True where the condition is false; the same as `~a`."""
    return operation("not", condition_of(condition, "not"))


def coalesce(*values: Operand) -> Expression:
    """The first value that is known."""
    if len(values) < 2:
        raise UsageError(_("coalesce needs at least two values"))
    return operation("coalesce", *(known(value, "coalesce") for value in values))


def days_since(day: Expression) -> Expression:
    """Days from `day` to the day of evaluation, to compare with whole numbers; negative for later days."""
    return operation("days_since", known(day, "days_since"))


def case(*arms: Operand, otherwise: "Operand | _Unstated" = UNSTATED) -> Expression:
    """`case(when, then, when, then, ..., otherwise)`: the result of the first condition that is true.

    A condition that is unknown is not true. Without `otherwise`, which may also be given by name, the rest is
    unknown.
    """
    stated = list(arms)
    if len(stated) % 2:
        if otherwise is not UNSTATED:
            raise UsageError(_("case has two results for the rest"), _("give a result after each condition"))
        last: Operand = stated.pop()
    else:
        last = None if isinstance(otherwise, _Unstated) else otherwise
    if not stated:
        raise UsageError(_("case needs a condition and a result"))
    pairs = zip(stated[::2], stated[1::2], strict=True)
    return Case(
        tuple((condition_of(when, "case"), expression(then)) for when, then in pairs), expression(last)
    )


def band(
    value: Expression,
    *bands: tuple[Plain, Operand],
    default: "Operand | _Unstated" = UNSTATED,
    unknown: Operand = None,
) -> Expression:
    """`band(amount, ("50000", 25), ("5000", 15))`: the result of the highest bound that `value` reaches.

    Below all bounds it is `default`: 0 for numbers, else unknown, unless stated. An unknown value gives
    `unknown`.
    """
    for each in bands:
        _require_pair(each)
    return choice("band", value, bands, default, unknown)


def _require_pair(each: object) -> None:
    if not isinstance(each, tuple) or len(each) != 2:
        raise UsageError(_("a band is a pair of bound and result, got {each!r:.60}", each=each))


def match(
    value: Expression,
    results: Mapping[Plain, Operand],
    default: "Operand | _Unstated" = UNSTATED,
    *,
    unknown: Operand = None,
) -> Expression:
    """`match(stage, {"won": 20, "lost": -10})`: the result for the value.

    A known value that is not listed gives `default`: 0 for numbers, else unknown, unless stated. An unknown
    value gives `unknown`.
    """
    if not isinstance(results, Mapping):
        raise UsageError(
            _("match needs a mapping of values to results"), _("write match(stage, {'won': 20})")
        )
    return choice("match", value, tuple(results.items()), default, unknown)


def choice(
    name: str,
    value: Expression,
    arms: tuple[tuple[Plain, Operand], ...],
    default: "Operand | _Unstated",
    unknown: Operand,
) -> Expression:
    """A `band` or a `match` of `value`; each arm is a literal and its result."""
    if not arms:
        raise UsageError(_("{name} needs at least one value with its result", name=name))
    return Choice(
        name,
        known(value, name),
        tuple((literal(bound), expression(result)) for bound, result in arms),
        None if isinstance(default, _Unstated) else expression(default),
        expression(unknown),
    )
