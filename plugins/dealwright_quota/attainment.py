"""Attainment (目标达成): what was reached of each target."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from attrs import evolve, frozen

from dealwright import (
    PPM,
    Chart,
    Column,
    Money,
    Period,
    Session,
    Table,
    Target,
    UsageError,
    is_money,
    joined,
    share,
)
from dealwright_quota.actuals import Actuals, measured
from dealwright_quota.figures import Figure
from dealwright_quota.settings import Settings
from dealwright_quota.subjects import Places, Subject
from dealwright_quota.wording import _

Level = Literal["company", "region", "team", "member", "product"]


@frozen
class Line:
    """A subject with the periods it has targets for, and what is wanted and reached in them."""

    subject: Subject
    periods: tuple[Period, ...]
    wanted: int
    reached: int = 0


def attaining(settings: Settings) -> Callable[..., Table]:
    """The report, as a deployment has it set."""

    def attainment(
        session: Session,
        period: Annotated[Period | None, "period of the targets, default the year of today"] = None,
        measure: Annotated[str | None, "measure of the targets, where there are several"] = None,
        by: Annotated[
            Level | None, "only targets of members, teams, regions, the company or products"
        ] = None,
        as_of: Annotated[date | None, "what was reached by the end of this day"] = None,
    ) -> Table:
        """What was reached of each target: actual / target.

        Someone without a target for the period itself has those of the periods within it, and what was reached in
        these. The total counts nothing twice: a member whose team has a target stands in it with the team.
        """
        span = period or session.calendar.containing(session.today, "year")
        places, targets = Places(session), _targets(session, span)
        name = measure or _only(targets, span)
        if name is None:
            return Table(_columns("money"), (), note=_("No targets in {period}", period=span))
        wanted = measured(session, name)
        lines = list(_lines(session, [each for each in targets if each.measure == name]))
        lines = _reached(Actuals(session, wanted, places, as_of), lines)
        shown = [each for each in lines if by is None or by in _levels(places, each.subject)]
        form = Form(session, settings.zero_target, is_money(session, wanted))
        note = joined(", ", (wanted.title, str(span)))
        return form.table(places, shown, _total(places, shown), note)

    return attainment


def _targets(session: Session, span: Period) -> list[Target]:
    """The targets for a period or for one within it."""
    found = []
    for each in session.find(Target):
        at = session.calendar.parse(each.period)
        if span.start <= at.start and at.end <= span.end:
            found.append(each)
    return found


def _only(targets: Iterable[Target], span: Period) -> str | None:
    """The measure of targets that have one alone. Raises `UsageError` for several."""
    names = sorted({each.measure for each in targets})
    if len(names) > 1:
        raise UsageError(
            _("the targets in {period} are of several measures", period=span),
            _("choose one with --measure: {names}", names=", ".join(names)),
        )
    return names[0] if names else None


def _lines(session: Session, targets: Iterable[Target]) -> Iterable[Line]:
    """A line for each subject: its targets for the longest periods, without those that lie within these."""
    by_subject: defaultdict[Subject, dict[Period, int]] = defaultdict(dict)
    for each in targets:
        amount = each.quantity or 0 if each.amount is None else session.base_minor(each.amount, each)
        at = session.calendar.parse(each.period)
        periods = by_subject[Subject.of(each)]
        periods[at] = periods.get(at, 0) + amount
    for subject, periods in by_subject.items():
        longest = [
            at
            for at in periods
            if not any(one != at and one.start <= at.start and at.end <= one.end for one in periods)
        ]
        yield Line(subject, tuple(sorted(longest)), sum(periods[at] for at in longest))


def _reached(known: Actuals, lines: Sequence[Line]) -> list[Line]:
    """The same lines with what was reached."""
    found: defaultdict[Subject, int] = defaultdict(int)
    for period in dict.fromkeys(at for each in lines for at in each.periods):
        wanted = [each.subject for each in lines if period in each.periods]
        for subject, figure in known.of(wanted, period).items():
            found[subject] += figure
    return [evolve(each, reached=found[each.subject]) for each in lines]


def _levels(places: Places, subject: Subject) -> set[Level]:
    """What a subject is."""
    found: set[Level] = set()
    if subject.member is not None:
        found.add("member")
    elif subject.team is None:
        found.add("company")
    else:
        is_region = subject.team in places.teams and places.teams[subject.team].kind == "region"
        found |= {"team", "region"} if is_region else {"team"}
    return found | ({"product"} if subject.goods != (None, None) else set())


def _total(places: Places, lines: Sequence[Line]) -> tuple[int, int]:
    """What is wanted and reached by all, without those who stand in the line of another one."""
    subjects = {each.subject for each in lines}
    tops = [
        each for each in lines if not any(places.wider(each.subject, at) & subjects for at in each.periods)
    ]
    return sum(each.wanted for each in tops), sum(each.reached for each in tops)


def _columns(kind: Literal["money", "integer"]) -> tuple[Column, ...]:
    return (
        Column("subject", "Subject"),
        Column("target", "Target", kind),
        Column("actual", "Actual", kind),
        Column("attainment", "Attainment", "ratio"),
        Column("gap", "Gap", kind),
    )


@frozen(eq=False)
class Form:
    """How figures become rows: as money or as they are, and what attainment of a target of zero is."""

    session: Session
    zero_target: str
    is_money: bool

    def table(self, places: Places, lines: Sequence[Line], total: tuple[int, int], note: str) -> Table:
        """The table: the largest attainment first, what has none last."""
        rows = [self._row(places.label(each.subject), each.wanted, each.reached) for each in lines]
        rows.sort(key=lambda row: (row[3] is None, -(row[3] or 0), str(row[0])))
        return Table(
            _columns("money" if self.is_money else "integer"),
            tuple(rows),
            totals=self._row(_("Total"), *total) if rows else None,
            note=note,
            title="Attainment",
            chart=Chart("bars", "subject", ("target", "actual")),
        )

    def _row(self, label: str, wanted: int, reached: int) -> tuple[Any, ...]:
        target, actual, gap = (self._figure(each) for each in (wanted, reached, reached - wanted))
        return (label, target, actual, self._attainment(label, wanted, reached), gap)

    def _figure(self, units: int) -> Figure:
        return Money(units, self.session.currency) if self.is_money else units

    def _attainment(self, label: str, wanted: int, reached: int) -> int | None:
        if wanted:
            return share(reached, wanted)
        if self.zero_target == "refuse":
            raise UsageError(
                _("{label} has a target of zero", label=label),
                _("set zero_target under [plugins.quota] to another rule"),
            )
        return {"zero": 0, "full": PPM}.get(self.zero_target)
