"""What ``plan show`` tells: the plan in words, and its curves drawn."""

from collections.abc import Iterator
from fractions import Fraction

from attrs import field, frozen

from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.plans.checking import Checked
from dealwright_core.incentives.plans.paywords import UNITS
from dealwright_core.incentives.plans.plan import Pay, Plan
from dealwright_core.incentives.plans.plotting import Drawing, drawing_of, plotted
from dealwright_core.incentives.plans.words import Section, in_words
from dealwright_core.incentives.wording import number
from dealwright_core.language import core as _
from dealwright_core.language import said


@frozen
class ShownCurve:
    """The curve of a pay: what lies across and up, its pieces, and the plot in letters."""

    pay: str
    across: str
    up: str
    plot: tuple[str, ...]
    curve: Curve
    drawing: Drawing = field(repr=False)


@frozen
class ShownPlan:
    """A plan as people read it. ``warnings`` say what is odd in it."""

    plan: str
    file: str
    sections: tuple[Section, ...]
    curves: tuple[ShownCurve, ...]
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for at, section in enumerate(self.sections):
            if at:
                yield ""
            yield said(section.title)
            yield from (f"  {said(each)}" for each in section.lines)
        for each in self.curves:
            yield from ("", said(_("{pay}: {up} by {across}", pay=each.pay, up=each.up, across=each.across)))
            yield from each.plot


def shown(plan: Plan, found: Checked) -> ShownPlan:
    """The plan in words and drawings, as far as it holds."""
    curves = [
        _shown(pay, plan, found.curves[pay.name], found.examples.get(pay.name))
        for pay in plan.pays
        if pay.name in found.curves
    ]
    return ShownPlan(
        plan.name,
        plan.document.path,
        in_words(plan, found.curves, found.examples),
        tuple(curves),
        tuple(each.text for each in found.warnings),
    )


def _shown(pay: Pay, plan: Plan, curve: Curve, example: Fraction | None) -> ShownCurve:
    drawing = drawing_of_pay(pay, curve)
    unit = plan.currency if pay.unit is None else UNITS[pay.unit]
    up = _("rate") if drawing.is_rate else _("pay in {unit}", unit=unit)
    across = _("position") if pay.by is not None or pay.objectives else _("measure")
    if example is not None:
        across = _("{across}, with a quota of {quota} as an example", across=across, quota=number(example))
    return ShownCurve(pay.name, across, up, plotted(drawing), curve, drawing)


def drawing_of_pay(pay: Pay, curve: Curve) -> Drawing:
    """The drawing of a pay's curve, over attainments where its position is one."""
    quota = pay.quota_of_curve
    is_ratio = (
        bool(pay.objectives) or isinstance(pay.by, str) or (pay.by is not None and pay.by.per is not None)
    )
    return drawing_of(
        curve,
        of_itself=pay.by is None and not pay.objectives,
        quota=quota if isinstance(quota, Fraction) else None,
        is_ratio=is_ratio,
    )
