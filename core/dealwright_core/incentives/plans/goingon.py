"""Pays that go on along a curve of pay where a longer window stood, and pay what comes on top of it.

Where deals go on so, a pay is calculated as one of the longer window: its lines, one for each sale in their order, pay
what comes on top as it is.
"""

from collections.abc import Callable, Iterator

from attrs import evolve

from dealwright_core.errors import Problem
from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.plans.plan import Pay, Plan
from dealwright_core.incentives.plans.tables import WINDOWS, By, Window
from dealwright_core.language import core as _


def goes_on_over(pay: Pay, curve: Curve) -> Window | None:
    """The longer window of the same measure over which a pay goes on; None where it does not."""
    by = pay.by
    if curve.kind != "pay" or not isinstance(by, By) or by.measure is not None or by.per is not None:
        return None
    return None if by.window == pay.window else by.window


def mistakes_of_deals(pay: Pay, curve: Curve | None) -> Iterator[Problem]:
    """What holds for each deal alone, where deals go on along the curve."""
    if pay.window != "deal" or curve is None:
        return
    longer = goes_on_over(pay, curve)
    if longer is None:
        yield from _targets_of_deals(pay)
        return
    for key in ("cap", "floor"):
        if getattr(pay, key) is not None:
            message = _("is of each deal, and the curve goes on over the {window}", window=longer)
            hint = _("set window = {window!r} and leave 'by' out: it is then of all of that", window=longer)
            yield pay.problem((key,), message, hint)
    for gate in pay.every_gate():
        if WINDOWS.index(gate.window) < WINDOWS.index(longer):
            message = _(
                "a {window} is shorter than the {its} over which the curve goes on",
                window=gate.window,
                its=longer,
            )
            hint = _("name a longer one; 'where' says which deals count")
            yield pay.problem((*gate.place, "window"), message, hint)


def _targets_of_deals(pay: Pay) -> Iterator[Problem]:
    """A quota of targets, which are of a period, where each deal is at the rate of its own day."""
    is_longer = isinstance(pay.by, By) and pay.by.window not in (None, pay.window)
    if is_longer and isinstance(pay.quota, str):
        message = _("a target is of a period, and each deal has a rate of its own")
        yield pay.problem(("quota",), message, _("write a number, or take a longer window for the pay"))


def as_calculated(plan: Plan, curve_of: Callable[[Pay, Plan], Curve | None]) -> Plan:
    """A plan whose deals that go on are measured by the longer window; the same plan where there are none."""
    pays = tuple(_as_calculated(each, plan, curve_of) for each in plan.pays)
    own = {name: as_calculated(each, curve_of) for name, each in plan.own.items()}
    if pays == plan.pays and all(own[name] is each for name, each in plan.own.items()):
        return plan
    return evolve(plan, pays=pays, own=own)


def _as_calculated(pay: Pay, plan: Plan, curve_of: Callable[[Pay, Plan], Curve | None]) -> Pay:
    if pay.window != "deal" or not isinstance(pay.by, By):
        return pay
    curve = curve_of(pay, plan)
    longer = None if curve is None else goes_on_over(pay, curve)
    return pay if longer is None else evolve(pay, window=longer, by=None)
