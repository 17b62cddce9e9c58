"""What a computation starts from: the run of the period with everybody in it, the index of the market, the peers."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import frozen

from dealwright import PPM, Evaluation, EvaluationLine, Member, Money, Period, Session, UsageError, parse_ppm
from dealwright_appraisal.forms import Form
from dealwright_appraisal.places import Places
from dealwright_appraisal.records import MarketIndex
from dealwright_appraisal.target import weighted
from dealwright_appraisal.wording import _, refused

Lines = list[dict[str, Any]]


@frozen(eq=False)
class Index:
    """An index of the market, and the ref of the declaration; 1 where none is declared."""

    value: Fraction = Fraction(1)
    ref: str | None = None


@frozen(eq=False)
class Reached:
    """What the target method says of a member: the value, or what is ``missing``; and its lines."""

    value: Fraction | None
    index: Index
    lines: Lines
    missing: str | None = None
    why: str = ""


def evaluated(session: Session, form: Form, period: Period) -> tuple[int, Mapping[int, Evaluation]]:
    """The number of the latest run of a period and what it found, by the id of the member.

    Raises `UsageError` without a run of the scheme as it is now, and `Refused` for who does not see all of it.
    """
    if session.calendar.unit_of(period) != form.period:
        raise UsageError(
            _("form {form} is for a {unit}", form=form.name, unit=form.period),
            _("give one with --period, such as 2026, 2026-Q1 or 2026-03"),
        )
    run = session.evaluations.run(form.scheme, period=period.label)
    if session.evaluations.plan(form.scheme).version != run.version:
        raise UsageError(
            _("scheme {scheme} is another one than in run {run}", scheme=form.scheme, run=run.id),
            _(
                "evaluate again: dealwright evaluate {scheme} --period {period}",
                scheme=form.scheme,
                period=period,
            ),
        )
    found = session.evaluations.best(run)
    if len(found) != run.subjects:
        raise refused("not-permitted", _("you do not see everybody in run {run}", run=run.id))
    ids = {each.ref: each.id for each in session.find(Member)}
    return run.id, {ids[each.ref]: each for each in found if each.ref in ids}


@frozen(eq=False, slots=False)
class Ground:
    """The target method of everybody in a run, exactly, and who is whose peer."""

    session: Session
    form: Form
    period: Period
    places: Places
    run: int
    evaluations: Mapping[int, Evaluation]

    @cached_property
    def reached(self) -> Mapping[int, Reached]:
        """What the target method says of each member."""
        return {id: self._reached(id, each) for id, each in self.evaluations.items()}

    @cached_property
    def groups(self) -> Mapping[object, list[Fraction]]:
        """The values of all who can be ranked, by their group of peers."""
        found: dict[object, list[Fraction]] = {}
        for id, each in self.reached.items():
            if each.value is not None:
                found.setdefault(self.group(id), []).append(each.value)
        return found

    def group(self, member: int) -> object:
        """What the peers of a member have in common; somebody without a position has none."""
        if self.form.ranking.peers == "all":
            return "all"
        held = self.places.main(member, self.period)
        if held is None:
            return ("nobody", member)
        return held.team if self.form.ranking.peers == "team" else held.role

    @cached_property
    def _declared(self) -> Mapping[int | None, MarketIndex]:
        return {each.team: each for each in self.session.find(MarketIndex, period=self.period.label)}

    def index(self, member: int) -> Index:
        """The index of the nearest team from the member's own upwards, else of the whole company, else 1."""
        held = self.places.main(member, self.period)
        way: Iterable[int | None] = () if held is None else self.places.upwards(held.team)
        for team in (*way, None):
            if (each := self._declared.get(team)) is not None:
                return Index(Fraction(each.index, PPM), each.ref)
        return Index()

    def _reached(self, member: int, evaluation: Evaluation) -> Reached:
        index = self.index(member)
        lines = [each for each in evaluation.lines if each.name in self.form.terms]
        said = list(self._lines(lines, index))
        if not evaluation.complete:
            return Reached(None, index, said, "incomplete", "; ".join(evaluation.missing))
        if evaluation.gate is not None and evaluation.total is None:
            return Reached(None, index, said, "gate", evaluation.gate)
        if evaluation.gate is not None:
            return Reached(Fraction(0), index, said, why=evaluation.gate)
        values = [(self.form.terms[each.name].weight, self._attained(each, index)) for each in lines]
        value = weighted(values)
        return Reached(value, index, said, None if value is not None else "targets")

    def _attained(self, line: EvaluationLine, index: Index) -> Fraction | None:
        actual, target = units(line.actual), units(line.target)
        return None if actual is None else self.form.terms[line.name].attained(actual, target, index.value)

    def _lines(self, lines: Iterable[EvaluationLine], index: Index) -> Iterator[dict[str, Any]]:
        for each in lines:
            attained = self._attained(each, index)
            yield {
                "measure": each.name,
                "weight": str(self.form.terms[each.name].weight),
                "unit": unit(each.actual if each.target is None else each.target),
                "actual": units(each.actual),
                "target": units(each.target),
                "attained": None if attained is None else str(attained),
            }


def unit(figure: object) -> str:
    """What a figure of an evaluation is: ``money``, a ``share`` (said as a percentage), or a ``number``."""
    return "money" if isinstance(figure, Money) else "share" if isinstance(figure, str) else "number"


def units(figure: object) -> int | None:
    """A figure of an evaluation as a whole number: an amount in minor units, a share in parts per million."""
    if isinstance(figure, Money):
        return figure.minor
    if isinstance(figure, str):
        return parse_ppm(figure)
    return figure if isinstance(figure, int) else None
