"""Whether a plan fits its deployment: schemes and their settings, expressions, measures, members, roles and events.

``where``, ``measure`` and all that is measured are expressions over what is paid for: an ``opportunity`` where bookings
count, a ``transaction`` where any other kind does, and where both do, over both. The name of a measure, and
``pay.NAME``, stand for themselves.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve, field, frozen

from dealwright_core.config.document import KeyPath, in_file_order, keys_of, meant
from dealwright_core.config.settingtypes import Context
from dealwright_core.contributions import IncentiveScheme, Measure
from dealwright_core.errors import ConfigError, InvalidValue, PluginError, Problem
from dealwright_core.expr import Schema, Type
from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.plans.facts import MOMENTS, OWNER, RECORDS, months_later
from dealwright_core.incentives.plans.figures import Number
from dealwright_core.incentives.plans.goingon import mistakes_of_deals
from dealwright_core.incentives.plans.odd import falls, oddities, rates
from dealwright_core.incentives.plans.plan import Pay, Plan, names_pays, pay_named
from dealwright_core.incentives.plans.settings import curve_as_paid, is_named, settings_of
from dealwright_core.incentives.plans.tables import Credit
from dealwright_core.incentives.plans.typed import of_expression, of_text
from dealwright_core.language import core as _

CONDITION = (Type.BOOLEAN,)
MEASURED = (Type.INTEGER, Type.MONEY)
PAY = "pay"
# How a moment some months after the sale is written.
LATER = "+N months"
POSITION = (*MEASURED, Type.PRICE, Type.RATIO)
# Stands for a quota that is only known with a target, and for one of zero, which no curve is asked for.
SOME_QUOTA = Fraction(1_000_003)
# What stands for it where people read: the first one that goes with the bounds that are amounts.
EXAMPLES = tuple(Number(Fraction(each)) for each in (100_000, 1_000_000, 10_000))


@frozen(eq=False, kw_only=True)
class Surroundings:
    """What plans refer to. ``curve(scheme, quota, settings)`` asks a scheme. It raises PluginError where the scheme
    fails, ConfigError where its settings do not fit the quota.

    ``members`` are refs and logins; None where there is no database to ask, and no member is looked for. ``origins``
    has the plugin and version of each scheme, ``leading`` the roles that lead teams, ``won`` the stages of sales.
    """

    schemes: Mapping[str, IncentiveScheme]
    curve: Callable[[str, Fraction | None, Any], Curve]
    measures: Mapping[str, Measure]
    schema: Schema
    roles: Collection[str]
    events: Collection[str]
    context: Context
    members: Collection[str] | None = None
    origins: Mapping[str, str] = field(factory=dict)
    leading: Collection[str] = frozenset()
    won: tuple[str, ...] = ()


@frozen(kw_only=True)
class Checked:
    """What was found: mistakes, what is odd but may be meant, and the curves of the pays that have one, by name.

    ``failures`` are those mistakes that are none of the plan: a scheme broke. ``examples`` are the quotas of those
    curves whose own is only known with a target.
    """

    problems: list[Problem] = field(factory=list)
    failures: list[Problem] = field(factory=list)
    warnings: list[Problem] = field(factory=list)
    curves: Mapping[str, Curve] = field(factory=dict)
    examples: Mapping[str, Fraction] = field(factory=dict)


def checked(plan: Plan, around: Surroundings) -> Checked:
    """Everything wrong in a plan that shows in its deployment, also in the terms of single members."""
    problems = [*_of_the_plan(plan, around)]
    warnings = [*oddities(plan, around.schema)]
    failures: list[Problem] = []
    curves: dict[str, Curve] = {}
    examples: dict[str, Fraction] = {}
    for each in (plan, *plan.own.values()):
        for pay in each.pays:
            try:
                curve, wrong = curve_of_pay(pay, each, around)
            except PluginError as error:
                curve, wrong = None, [pay.problem((), error.text)]
                failures += wrong
            problems += [*_of_pay(pay, each, around), *wrong, *mistakes_of_deals(pay, curve)]
            if curve is None:
                continue
            problems += _on_another(pay, curve)
            quota, curve = _readable(pay, each, around, curve)
            warnings += falls(pay, curve)
            if pay.name not in curves:
                curves[pay.name] = curve
                examples |= {} if quota is None else {pay.name: quota}
    return Checked(
        problems=in_file_order(problems),
        failures=failures,
        warnings=in_file_order(warnings),
        curves=curves,
        examples=examples,
    )


def _readable(pay: Pay, plan: Plan, around: Surroundings, curve: Curve) -> tuple[Fraction | None, Curve]:
    """The curve as people read it; where its quota is only known with a target, with that of an example."""
    if not _is_open(pay):
        return None, curve
    for quota in EXAMPLES:
        try:
            found, problems = curve_of_pay(evolve(pay, quota=quota), plan, around)
        except PluginError:
            continue
        if found is not None and not problems:
            return quota, found
    return SOME_QUOTA, curve


def _is_open(pay: Pay) -> bool:
    """Whether a curve has no quota that it could be asked with."""
    quota = pay.quota_of_curve
    return isinstance(quota, str) or quota == 0


def curve_of_pay(pay: Pay, plan: Plan, around: Surroundings) -> tuple[Curve | None, list[Problem]]:
    """The curve of a pay, or why it has none. One with a rank alone needs none; one with mistakes is not asked for.

    Raises PluginError where its scheme fails.
    """
    if not pay.scheme:
        return None, []
    if pay.scheme not in around.schemes:
        known = ", ".join(around.schemes)
        there = _("there is {known}", known=known) if known else _("no plugin has any")
        hint = meant(pay.scheme, around.schemes) or there
        message = _("there is no incentive scheme {scheme!r}", scheme=pay.scheme)
        return None, [pay.problem((), message, hint, key="scheme" if is_named(pay) else None)]
    settings, problems = settings_of(
        pay, around.schemes[pay.scheme], evolve(around.context, currency=plan.currency)
    )
    if problems or not pay.is_whole:
        return None, problems
    quota = SOME_QUOTA if _is_open(pay) else pay.quota_of_curve
    assert not isinstance(quota, str)  # which would be open
    try:
        return curve_as_paid(pay, around.curve(pay.scheme, quota, settings)), []
    except ConfigError as error:
        return None, [pay.problem(keys_of(each.path), each.message, each.hint) for each in error.problems]
    except PluginError as error:
        cause = error.__cause__
        if isinstance(cause, InvalidValue):
            return None, [pay.problem((), cause.message, cause.hint)]
        raise


def _on_another(pay: Pay, curve: Curve) -> Iterator[Problem]:
    """What says nothing where a curve of pay is read at another position than what the pay measures."""
    if not pay.is_on_another or curve.kind != "pay":
        return
    for path, rate in rates(pay.settings):
        if not rate.is_ratio and not 0 < abs(rate.at) < 1:
            continue  # an amount for each one
        yield pay.problem(
            path,
            _("would be a part of the position on the curve, which is not what the pay measures"),
            _('use scheme "whole", or times of a target, or the amount for each one'),
        )
    if pay.objectives and pay.measure is not None and not pay.gates and pay.rank is None:
        yield pay.problem(
            ("measure",), _("each of the objectives has its own"), _("leave out {key!r}", key="measure")
        )


def _of_the_plan(plan: Plan, around: Surroundings) -> Iterator[Problem]:
    credit: Credit = plan.credit
    for kind in credit.kinds:
        if kind not in RECORDS:
            hint = meant(kind, RECORDS) or _("there is {known}", known=", ".join(RECORDS))
            yield plan.problem(("credit", "kinds", kind), _("nothing is of kind {kind!r}", kind=kind), hint)
    yield from _people(plan, around)
    for event in plan.clawback:
        if event not in around.events:
            yield plan.problem(("clawback", event), *_no_event(event, around.events))
    for at, release in enumerate(plan.release):
        if not _is_moment(release.on, around):
            yield plan.problem(("release", at, "on"), *_no_moment(release.on, around))


def _is_moment(moment: str, around: Surroundings) -> bool:
    """Whether something is paid out then; what is not said, or not at all, is told elsewhere."""
    return not moment or months_later(moment) is not None or moment in MOMENTS or moment in around.events


def _people(plan: Plan, around: Surroundings) -> Iterator[Problem]:
    credit: Credit = plan.credit
    for key, table in (("shares", credit.shares), ("overlay", credit.overlay)):
        for name in table:
            if name != OWNER and (wrong := _nobody(name, around)):
                yield plan.problem(("credit", key, name), *wrong)
    for name in plan.own:
        if around.members is not None and name not in around.members:
            near = meant(name, around.members)
            yield plan.problem(("member", name), _("there is no member {name!r}", name=name), near)


def _no_moment(moment: str, around: Surroundings) -> tuple[str, str]:
    message, hint = _no_event(moment, (*MOMENTS, LATER, *around.events))
    is_counted = "month" in moment and any(map(str.isdigit, moment))
    return message, _("write '+1 month' to '+999 months'") if is_counted else hint


def _no_event(event: str, known: Iterable[str]) -> tuple[str, str]:
    names = sorted(known)
    hint = meant(event, names) or _("there is {known}", known=", ".join(names))
    return _("nothing happens that is called {event!r}", event=event), hint


def _nobody(name: str, around: Surroundings) -> tuple[str, str | None] | None:
    """Why a name is neither that of a role nor of a member; None where it is, or where no members are known."""
    if name in around.roles or around.members is None or name in around.members:
        return None
    near = meant(name, (*around.roles, *around.members))
    return _("there is neither a role nor a member {name!r}", name=name), near


def _of_pay(pay: Pay, plan: Plan, around: Surroundings) -> Iterator[Problem]:
    yield from _earners(pay, around)
    if pay.where is not None:
        yield from of_expression(pay, ("where",), pay.where.expression, CONDITION, plan, around.schema)
    for path, figure in pay.figures():
        yield from _figure(pay, path, figure, plan, around)
    yield from _not_summed(pay, around)
    if isinstance(pay.by, str):
        yield from of_text(pay, ("by",), pay.by, POSITION, plan, around.schema)
    for name in pay.weights:
        yield from of_text(pay, ("weights", name), name, tuple(Type), plan, around.schema)
    for path, quota in pay.quotas():
        if isinstance(quota, str) and quota not in around.measures:
            hint = meant(quota, around.measures) or _("write a number, or a measure whose targets count")
            yield pay.problem(path, _("there is no measure {quota!r}", quota=quota), hint)
        elif isinstance(quota, str) and plan.zero_quota is None:
            message = _("a target may be zero, and the plan does not say what is paid then")
            yield pay.problem(path, message, _('set zero_quota to "refuse", "zero" or "full"'))


def _earners(pay: Pay, around: Surroundings) -> Iterator[Problem]:
    if isinstance(pay.earners, str):
        if pay.earners not in around.roles:
            hint = meant(pay.earners, around.roles) or _(
                "write members in a list: [{name!r}]", name=pay.earners
            )
            yield pay.problem(("for",), _("there is no role {role!r}", role=pay.earners), hint)
        return
    for at, name in enumerate(pay.earners or ()):
        if wrong := _nobody(name, around):
            yield pay.problem(("for", at), *wrong)


def _figure(pay: Pay, path: KeyPath, figure: str, plan: Plan, around: Surroundings) -> Iterator[Problem]:
    """What is wrong with something that is measured: another pay, a measure by its name, or an expression."""
    if figure in around.measures or pay_named(figure) is not None:
        return
    if names_pays(figure) and PAY not in around.schema.records:
        message = _("pay.NAME stands alone, and only one")
        yield pay.problem(path, message, _("write a [[pay]] for each of them"))
        return
    for each in of_text(pay, path, figure, MEASURED, plan, around.schema):
        yield evolve(each, hint=each.hint or meant(figure, around.measures))


def _not_summed(pay: Pay, around: Surroundings) -> Iterator[Problem]:
    """Measures that all members of a pool do not have together."""
    for path, figure in pay.figures_together():
        measure = around.measures.get(figure)
        if measure is None or (measure.per is None and measure.aggregate != "distinct"):
            continue
        message = _("measure {name} of all members is not the sum of what each has", name=figure)
        remedy = _("measure a sum; a share of two sums is by = {table}", table="{measure = ..., per = ...}")
        yield pay.problem(path, message, remedy)
