"""What is odd in a plan, though it may be meant: it is told as a warning."""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from dealwright_core.config.document import KeyPath, meant
from dealwright_core.errors import ConfigError, InvalidValue, Problem
from dealwright_core.expr import Schema, Type, check, parse, paths
from dealwright_core.incentives import wording
from dealwright_core.incentives.curve import Curve, Fall
from dealwright_core.incentives.plans.facts import AMOUNT
from dealwright_core.incentives.plans.figures import Level, level
from dealwright_core.incentives.plans.plan import Pay, Plan, pay_named
from dealwright_core.incentives.wording import number
from dealwright_core.language import core as _


def oddities(plan: Plan, schema: Schema) -> Iterator[Problem]:
    """What is odd in a plan, also in the terms of single members."""
    if not plan.credit.kinds:
        yield plan.problem(("credit", "kinds"), _("no kind of facts counts, so that no sale pays"))
    if plan.draw is not None and plan.pays and all(each.unit is not None for each in plan.pays):
        yield plan.problem(("draw",), _("no pay of the plan is money, so that nothing pays it back"))
    yield from _without_figures(plan)
    for each in (plan, *plan.own.values()):
        for pay in each.pays:
            yield from _weights(pay, each, schema)
            yield from _more_than_all(pay, each, schema)


def _without_figures(plan: Plan) -> Iterator[Problem]:
    """Quotas of zero for everybody, where those are refused."""
    if plan.zero_quota != "refuse":
        return
    for pay in plan.pays:
        if all(each.pays[pay.at].quota == 0 for each in (plan, *plan.own.values())):
            yield pay.problem(("quota",), _("is zero and refused, so that nobody has a figure"))


def _weights(pay: Pay, plan: Plan, schema: Schema) -> Iterator[Problem]:
    """Values with a weight that their field cannot have, and pays that count more than once."""
    for name, table in pay.weights.items():
        for record in plan.records:
            choices = _choices(name, record, schema)
            for value in table if choices else ():
                if value not in choices:
                    hint = meant(value, choices) or _("there is {known}", known=", ".join(choices))
                    message = _("{name} is never {value!r}", name=name, value=value)
                    yield pay.problem(("weights", name, value), message, hint)
    if pay.weight > 1:
        yield pay.problem(
            ("weight",), _("{share} is more than the curve gives", share=wording.percent(pay.weight))
        )


def _choices(name: str, record: str, schema: Schema) -> tuple[str, ...]:
    """The values that a field of a record may have, where these are fixed."""
    try:
        found = paths(check(parse(name), record, schema, as_of=date.min))
    except ConfigError:
        return ()
    shapes = [schema.records[each.record].fields[each.field] for each in found]
    return (shapes[0].choices or ()) if len(shapes) == 1 else ()


def _more_than_all(pay: Pay, plan: Plan, schema: Schema) -> Iterator[Problem]:
    """Rates that pay more than what was sold."""
    if pay.unit is not None:
        return
    is_money = _is_money(pay, plan, schema)
    for path, rate in rates(pay.settings):
        if rate.at > 1 and (rate.is_ratio or is_money):
            yield pay.problem(path, _("pays {share} of what is measured", share=wording.percent(rate.at)))


def _is_money(pay: Pay, plan: Plan, schema: Schema) -> bool:
    """Whether a pay measures amounts of money, as far as that shows."""
    figure = pay.measure or AMOUNT
    if pay_named(figure) is not None:
        return True
    try:
        types = {check(parse(figure), each, schema, as_of=date.min).type for each in plan.records}
    except ConfigError:
        return False
    return types == {Type.MONEY}


def rates(settings: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Level]]:
    """Every ``rate`` in the settings of a scheme, and where it stands."""
    tables: list[tuple[KeyPath, Any]] = [((), settings)]
    for key, rows in settings.items():
        tables += [((key, at), row) for at, row in enumerate(rows)] if isinstance(rows, list) else []
    for path, table in tables:
        if isinstance(table, Mapping) and "rate" in table:
            try:
                yield (*path, "rate"), level(table["rate"])
            except InvalidValue:
                continue


def falls(pay: Pay, curve: Curve) -> Iterator[Problem]:
    """Where a pay gives less for more."""
    is_of_itself = pay.by is None and not pay.objectives
    for fall in curve.falls(measure=None if is_of_itself else Fraction(1)):
        yield pay.problem((), _said(fall))


def _said(fall: Fall) -> str:
    if fall.start is not None and fall.start == fall.end and fall.lost is not None:
        return _("pays less for more: {lost} less at {at}", lost=number(fall.lost), at=number(fall.start))
    if fall.start is None:
        end = _("pays less for more, always") if fall.end is None else None
        return end or _("pays less for more, below {end}", end=number(fall.end or Fraction(0)))
    if fall.end is None:
        return _("pays less for more, from {start} on", start=number(fall.start))
    return _("pays less for more, from {start} to {end}", start=number(fall.start), end=number(fall.end))
