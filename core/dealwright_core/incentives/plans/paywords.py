"""One pay of a plan in plain sentences: what counts, and each step from the measure to what is earned."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from dealwright_core.config.environment import literal
from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.plans.facts import months_later
from dealwright_core.incentives.plans.plan import Gate, Pay, Plan, pay_named
from dealwright_core.incentives.plans.tables import By
from dealwright_core.incentives.wording import number, percent
from dealwright_core.language import core as _
from dealwright_core.language import joined

ONE = Fraction(1)
WITHIN = {
    "deal": _("of each deal"),
    "week": _("of the week"),
    "month": _("of the month"),
    "quarter": _("of the quarter"),
    "year": _("of the year"),
    "plan": _("of the whole plan"),
}
EACH = {
    "deal": _("for each deal"),
    "week": _("each week"),
    "month": _("each month"),
    "quarter": _("each quarter"),
    "year": _("each year"),
    "plan": _("over the whole plan"),
}
UNITS = {
    "points": _("points"),
    "review": _("reviews for promotion"),
    "training": _("training"),
    "care": _("care"),
}


def steps(pay: Pay, plan: Plan, curve: Curve | None, example: Fraction | None = None) -> Iterator[str]:
    """The sentences, in the order of the calculation. Without a curve its settings stand in its place; ``example`` is
    its quota where each member has another.
    """
    for each in (_who, _what, _measure, _gates):
        yield from each(pay, plan)
    yield from _curve(pay, curve, example)
    yield from _after(pay, plan)


def _who(pay: Pay, plan: Plan) -> Iterator[str]:
    if pay.earners is None:
        yield _("for everybody with credit")
    elif isinstance(pay.earners, str):
        yield _("for members with the role {role}", role=pay.earners)
    else:
        yield _("for {names}", names=joined(", ", pay.earners))
    if pay.credit == "full":
        yield _("credit: the whole of each sale, whatever the shares")
    elif pay.credit == "team":
        depth = (
            _("all levels below")
            if pay.levels == "all"
            else _.counted(int(pay.levels), "{count} level below", "{count} levels below")
        )
        yield _("credit: that of the team, {depth}, by the positions on the day of the sale", depth=depth)


def _what(pay: Pay, plan: Plan) -> Iterator[str]:
    if pay.where is not None:
        yield _("only where {condition}", condition=pay.where.text)
    for name, weights in pay.weights.items():
        parts = joined(
            ", ", (_("{name} {share}", name=key, share=percent(each)) for key, each in weights.items())
        )
        yield _("weighed by {field}: {parts}", field=name, parts=parts)
    if pay.currency and pay.currency != plan.currency:
        yield _("converted from {currency}, {how}", currency=pay.currency, how=rates(pay.fx))
    elif pay.fx is not None:
        yield _(
            "converted from other currencies than {currency}, {how}",
            currency=plan.currency,
            how=rates(pay.fx),
        )


def rates(fx: str | Mapping[str, Fraction] | None) -> str:
    """At which rates amounts are converted."""
    if isinstance(fx, Mapping):
        return joined(
            ", ",
            (_("one {currency} for {price}", currency=key, price=number(each)) for key, each in fx.items()),
        )
    days = {
        "period start": _("at the rate of the first day of the pay period"),
        "period end": _("at the rate of the last day of the pay period"),
    }
    return days.get(fx or "") or _("at the rate of the day of the sale")


def _measure(pay: Pay, plan: Plan) -> Iterator[str]:
    window = WITHIN[pay.window]
    if not pay.objectives:
        yield _("measures {what} {window}", what=figure(pay.measure), window=window)
    for each in pay.objectives:
        yield _(
            "objective with weight {weight}: {what} {window}, quota {quota}",
            weight=percent(each.weight),
            what=figure(each.measure),
            window=window,
            quota=_quota(each.quota),
        )
    if pay.quota is not None:
        yield _("the quota is {quota}", quota=_quota(pay.quota))
    if isinstance(pay.by, str):
        yield _("the position on the curve is {what}", what=pay.by)
    elif pay.by is not None:
        yield _("the position on the curve is {what}", what=_position(pay.by, pay))


def _position(by: By, pay: Pay) -> str:
    what = figure(by.measure if by.measure is not None else pay.measure)
    if by.per is not None:
        what = _("{what} as a part of {per}", what=what, per=figure(by.per))
    return _("{what} {window}", what=what, window=WITHIN[by.window]) if by.window is not None else what


def figure(text: str | None) -> str:
    """What is measured, in words."""
    if text is None:
        return _("the amount")
    if (name := pay_named(text)) is not None:
        return _("the pay {name}", name=name)
    return text


def _quota(quota: Fraction | str) -> str:
    return _("the target of {measure}", measure=quota) if isinstance(quota, str) else number(quota)


def _gates(pay: Pay, plan: Plan) -> Iterator[str]:
    for each in pay.gates:
        yield _("pays nothing unless {gate}", gate=_gate(each, pay))


def _gate(gate: Gate, pay: Pay) -> str:
    what = figure(gate.measure if gate.measure is not None else pay.measure)
    start = _("more than {level}", level=gate.start) if gate.over else _("{level} or more", level=gate.start)
    said = _("{what} {window} is {start}", what=what, window=WITHIN[gate.window], start=start)
    if not gate.start.is_ratio:
        return said
    quota = gate.quota if gate.quota is not None else pay.quota
    return said if quota is None else _("{said} of {quota}", said=said, quota=_quota(quota))


def _curve(pay: Pay, curve: Curve | None, example: Fraction | None) -> Iterator[str]:
    if curve is not None:
        yield (
            _("pays by the scheme {scheme}:", scheme=pay.scheme)
            if example is None
            else _(
                "pays by the scheme {scheme}, with a quota of {quota} as an example:",
                scheme=pay.scheme,
                quota=number(example),
            )
        )
        yield from (joined("", ("  ", each)) for each in curve.words())
        if pay.quota_of_curve == ONE and pay.quota is None:
            yield _("  where a position of 1 is 100 %")
        if pay.objectives and curve.kind == "rate":
            what, window = figure(pay.measure), WITHIN[pay.window]
            yield _("  where the measure is {what} {window}", what=what, window=window)
    elif pay.scheme:
        parts = joined(
            ", ", (_("{key} {value}", key=key, value=_plain(each)) for key, each in pay.settings.items())
        )
        yield _("pays by the scheme {scheme}: {parts}", scheme=pay.scheme, parts=parts)


def _plain(value: Any) -> str:
    """A setting as it was written."""
    plain = literal(value)
    if isinstance(plain, dict):
        return "{" + ", ".join(f"{key} = {_plain(each)}" for key, each in plain.items()) + "}"
    return "[" + ", ".join(map(_plain, plain)) + "]" if isinstance(plain, list) else str(plain)


def _after(pay: Pay, plan: Plan) -> Iterator[str]:
    unit = UNITS[pay.unit] if pay.unit is not None else plan.currency
    if pay.unit is not None:
        yield _("what is earned is {unit}, not money", unit=unit)
    if pay.weight != ONE:
        yield _("{weight} of it is earned", weight=percent(pay.weight))
    every = EACH[pay.window]
    if pay.cap is not None:
        yield _("at most {amount} {unit} {every}", amount=number(pay.cap), unit=unit, every=every)
    if pay.floor is not None:
        yield _("at least {amount} {unit} {every}", amount=number(pay.floor), unit=unit, every=every)
    yield from _divided(pay)


def _divided(pay: Pay) -> Iterator[str]:
    if pay.pool is not None:
        by = _("equally") if pay.pool.by == "equal" else _("by {what} of each", what=figure(pay.pool.by))
        yield _("it is a pool, divided {by}", by=by)
        if pay.pool.qualify is not None:
            yield _("who shares in it: {gate}", gate=_gate(pay.pool.qualify, pay))
    if pay.rank is not None:
        yield _("prizes by rank: {prizes}", prizes=joined(", ", map(number, pay.rank.prizes)))
        yield {
            "split": _("equal members divide the prizes of their places"),
            "best": _("equal members get the best prize of their places each"),
            "first": _("of equal members the one who got there first is ahead"),
        }[pay.rank.ties]
        if pay.quota is not None or pay.objectives:
            yield _("members are ranked by attainment")
        elif isinstance(pay.by, By):
            yield _("members are ranked by this position")
        yield _("who has {over} or less has no rank", over=pay.rank.over)


def moment_text(moment: str) -> str:
    """When a part of the pay is paid out."""
    if (months := months_later(moment)) is not None:
        return _.counted(months, "{count} month after the sale", "{count} months after the sale")
    known = {
        "booking": _("with the sale"),
        "collection": _("when the customer has paid"),
        "hold": _("when somebody releases it"),
        "month end": _("at the end of the month"),
        "quarter end": _("at the end of the quarter"),
        "year end": _("at the end of the year"),
    }
    return known.get(moment) or _("at the event {event}", event=moment)
