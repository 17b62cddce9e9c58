"""Measures of subjects in a period, what they were to reach, and how far they did."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from attrs import frozen

from dealwright_core.contributions import Measure
from dealwright_core.errors import InvalidValue, Refused
from dealwright_core.evaluation.plan import ON_RECORD, TEAM, Entry, Measured, Plan
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.records import Team
from dealwright_core.reporting.breakdown import figures
from dealwright_core.reporting.selection import Selection
from dealwright_core.store.session import Session
from dealwright_core.values import PPM, Money, Period, Unit, rounded

PARTS: Mapping[Unit, tuple[Unit, ...]] = {"year": ("quarter", "month"), "quarter": ("month",), "month": ()}


@frozen
class Attained:
    """What a measure says of a subject: ``points`` is the attainment in parts per million within cap and floor, None
    where the line is left out. ``actual`` is None where a measure is divided by one of nothing.
    """

    actual: int | None
    target: int | None
    points: int | None


@frozen(eq=False)
class Figures:
    """The actuals and targets of one measure by the id of the subject; ``nothing`` is the actual of all others."""

    entry: Entry
    actuals: Mapping[int, Fraction]
    targets: Mapping[int, int]
    nothing: Fraction | None = Fraction(0)

    def of(self, subject: int) -> Attained:
        """The line of a subject."""
        assert self.entry.measured is not None
        actual, target = self.actuals.get(subject, self.nothing), self.targets.get(subject)
        if actual is None:
            return Attained(None, target, None)
        return Attained(rounded(actual), target, attainment(actual, target, self.entry.measured))

    def missing_targets(self, subjects: Iterable[int]) -> list[int]:
        """The subjects without a target above zero, where the scheme refuses to go on without."""
        assert self.entry.measured is not None
        if self.entry.measured.terms.zero_target != "refuse":
            return []
        return [each for each in subjects if (self.targets.get(each) or 0) <= 0]


def attainment(actual: Fraction, target: int | None, measured: Measured) -> int | None:
    """Actual by target in parts per million, rounded half away from zero, then held within cap and floor.

    Without a target above zero the scheme's rule counts: zero, full, or None to leave the line out.
    """
    terms = measured.terms
    if target is not None and target > 0:
        found = rounded(actual * PPM / target)
    elif terms.zero_target in ("leave out", "refuse"):
        return None
    else:
        found = PPM if terms.zero_target == "full" else 0
    found = found if terms.cap is None else min(found, terms.cap)
    return found if terms.floor is None else max(found, terms.floor)


def figures_of(session: Session, entry: Entry, plan: Plan, period: Period) -> Figures:
    """What the facts of a period give for a measure, and its targets; whoever asks sees all of it."""
    measured = entry.measured
    assert measured is not None
    actuals = _actuals(session, measured.measure, measured.by, plan, period)
    targets = _targets(session, measured, plan, period)
    if measured.per is None:
        return Figures(entry, {each: Fraction(figure) for each, figure in actuals.items()}, targets)
    scale = PPM if measured.is_share else 1
    per = _actuals(session, *measured.per, plan, period)
    divided = {each: Fraction(actuals.get(each, 0) * scale, figure) for each, figure in per.items() if figure}
    return Figures(entry, divided, targets, nothing=None)


def _actuals(session: Session, measure: Measure, by: str, plan: Plan, period: Period) -> Mapping[int, int]:
    selection = Selection(by=by, period=period, as_of=min(session.today, period.last))
    _, rows = figures(session, measure, selection)
    if plan.names is not None:
        ids = _ids(plan)
        return _together(measure, ((value, [ids[value]], figure) for value, figure in rows if value in ids))
    if by != TEAM:
        return _together(measure, ((value, [value], figure) for value, figure in rows if value is not None))
    teams = {each.id: each.parent for each in session.find(Team)}
    return _together(
        measure, ((value, _chain(teams, value), figure) for value, figure in rows if value in teams)
    )


def _together(measure: Measure, rows: Iterable[tuple[Any, Collection[int], Any]]) -> Mapping[int, int]:
    """The figure of each subject; what belongs to a team belongs to all above it, too."""
    sums: defaultdict[int, int] = defaultdict(int)
    seen: defaultdict[int, set[Any]] = defaultdict(set)
    for __, subjects, figure in rows:
        for each in subjects:
            if measure.aggregate == "distinct":
                seen[each].add(figure)
            else:
                sums[each] += figure
    return {each: len(values) for each, values in seen.items()} if seen else dict(sums)


def _chain(parents: Mapping[int, int | None], team: int) -> list[int]:
    """A team and all above it. A circle ends where it closes."""
    chain: list[int] = []
    at: int | None = team
    while at is not None and at in parents and at not in chain:
        chain.append(at)
        at = parents[at]
    return chain


def _targets(session: Session, measured: Measured, plan: Plan, period: Period) -> Mapping[int, int]:
    """The targets by subject: the scheme's own for everybody, else those of records."""
    fixed = measured.terms.target
    if fixed is not None:
        return _Everybody(_minor(session, measured, fixed))
    t = session.table("target")
    labels = _labels(session, period)
    amount = t.c.amount_base if measured.is_money else t.c.quantity
    subject = t.c[plan.subject]
    # What is of one product says nothing of the whole, nor does what is one member's of a product as a whole.
    others = [t.c[each] for each in (*ON_RECORD, "family") if each != plan.subject]
    statement = (
        sa.select(
            subject.label("subject"), t.c.period, t.c.id.label("target"), t.c.parent, amount.label("amount")
        )
        .where(
            t.c.measure == measured.measure.name, subject.is_not(None), *(each.is_(None) for each in others)
        )
        .where(t.c.period.in_([each for group in labels for each in group]), amount.is_not(None))
    )
    rows: defaultdict[int, defaultdict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in session.select(statement):
        rows[row.subject][row.period].append(row)
    found = {each: _target(of, labels) for each, of in rows.items()}
    return {each: target for each, target in found.items() if target is not None}


def _ids(plan: Plan) -> Mapping[str, int]:
    """The ids of named subjects."""
    return {name: id for id, (name, _) in (plan.names or {}).items()}


def _labels(session: Session, period: Period) -> list[list[str]]:
    """The period itself, then the parts that it consists of, the longest first."""
    parts = PARTS[session.calendar.unit_of(period)]
    return [
        [period.label],
        *([each.label for each in session.calendar.split(period, unit)] for unit in parts),
    ]


def _target(by_period: Mapping[str, Collection[Any]], labels: Iterable[Collection[str]]) -> int | None:
    """The target for the whole period, else the sum of those for all of its parts. A part of a target that counts does
    not count again.
    """
    for group in labels:
        if all(each in by_period for each in group):
            rows = [row for each in group for row in by_period[each]]
            counted = {row.target for row in rows}
            return sum(int(row.amount) for row in rows if row.parent not in counted)
    return None


def _minor(session: Session, measured: Measured, target: int | Money | Fraction) -> int:
    if isinstance(target, Money):
        return session.base_minor(target)
    if isinstance(target, Fraction):
        return int(target * PPM)
    return Money.from_major(target, session.currency).minor if measured.is_money else target


class _Everybody(dict[int, int]):
    """One target for every subject."""

    def __init__(self, target: int) -> None:
        super().__init__()
        self._target = target

    def get(self, key: int, default: Any = None) -> Any:
        return self._target


def check_targets(session: Session, figures: Figures, plan: Plan, subjects: Iterable[int]) -> None:
    """Raise `Refused` where a subject has no target above zero and the scheme says that there has to be one."""
    missing = figures.missing_targets(subjects)
    if not missing:
        return
    first = missing[:5]
    names = plan.names
    refs = [names[each][0] for each in first] if names else session.refs_of(plan.subject, first).values()
    named = ", ".join(sorted(refs))
    count, measure = len(missing), figures.entry.name
    message = _(
        "{count} of the subjects ({named}) have no target above zero for measure {measure}: "
        "add targets, or set zero_target of the measure to zero, full or leave out",
        count=count,
        named=named,
        measure=measure,
    )
    raise Refused([Finding("target-missing", "block", message)])


def check_period(session: Session, unit: Unit | None, period: Period | None) -> None:
    """Raise `InvalidValue` where a period is not of the unit that a scheme is for."""
    if unit is None and period is not None:
        raise InvalidValue(_("the scheme has no periods"), _("leave --period out"))
    if unit is not None and (period is None or session.calendar.unit_of(period) != unit):
        raise InvalidValue(
            _("the scheme is for a {unit}", unit=unit),
            _("give one with --period, such as 2026, 2026-Q1 or 2026-03"),
        )
