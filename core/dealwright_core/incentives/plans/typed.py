"""Whether the expressions of a plan hold over what it counts, and give what is asked for."""

from collections.abc import Iterator
from datetime import date

from dealwright_core.config.document import KeyPath
from dealwright_core.errors import ConfigError, Problem
from dealwright_core.expr import Expression, Schema, Type, check, parse
from dealwright_core.incentives.plans.facts import RECORDS
from dealwright_core.incentives.plans.plan import Pay, Plan
from dealwright_core.language import core as _
from dealwright_core.language import joined


def of_text(
    pay: Pay, path: KeyPath, text: str, expected: tuple[Type, ...], plan: Plan, schema: Schema
) -> Iterator[Problem]:
    """What is wrong with an expression that is written as text."""
    try:
        expression = parse(text)
    except ConfigError as error:
        yield from (pay.problem(path, each.message, each.hint) for each in error.problems)
        return
    yield from of_expression(pay, path, expression, expected, plan, schema)


def of_expression(
    pay: Pay,
    path: KeyPath,
    expression: Expression,
    expected: tuple[Type, ...],
    plan: Plan,
    schema: Schema,
) -> Iterator[Problem]:
    """What is wrong with an expression over each kind of record that the plan counts."""
    if plan.records:
        for record in plan.records:
            yield from _over(record, pay, path, expression, expected, schema)
        return
    # Which records count is a mistake of its own: what holds for one of all may be right.
    wrong = [
        list(_over(each, pay, path, expression, expected, schema)) for each in dict.fromkeys(RECORDS.values())
    ]
    yield from wrong[0] if all(wrong) else ()


def _over(
    record: str,
    pay: Pay,
    path: KeyPath,
    expression: Expression,
    expected: tuple[Type, ...],
    schema: Schema,
) -> Iterator[Problem]:
    try:
        found = check(expression, record, schema, as_of=date.min).type
    except ConfigError as error:
        yield from (pay.problem(path, each.message, each.hint) for each in error.problems)
        return
    if found not in expected:
        wanted = joined(" or ", (each.value for each in expected))
        yield pay.problem(
            path,
            _("is {found} over {record}, not {wanted}", found=found.value, record=record, wanted=wanted),
        )
