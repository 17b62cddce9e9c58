"""Control (反推指标): back from a target to the deals that every stage needs."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Annotated, Any

from attrs import frozen

from dealwright import (
    Chart,
    Column,
    InvalidValue,
    Money,
    Period,
    Selection,
    Session,
    Table,
    joined,
    rounded,
    share,
)
from dealwright_funnel.chance import METHOD, intervals, needed
from dealwright_funnel.deals import heading
from dealwright_funnel.effects import bottleneck, effects
from dealwright_funnel.history import ENOUGH, Histories, History
from dealwright_funnel.stages import Road
from dealwright_funnel.wording import _

COLUMNS = (
    Column("stage", "Stage"),
    Column("history", "In history", "integer"),
    Column("conversion", "Conversion", "ratio"),
    Column("needed", "Needed", "integer"),
    Column("at_least", "At least", "integer"),
    Column("at_most", "At most", "integer"),
    Column("point_gain", "One more point brings", "money"),
    Column("point_saves", "One more point saves", "integer"),
    Column("bottleneck", "Bottleneck"),
)
NEEDED = [each.name for each in COLUMNS].index("needed")
EVERYBODY = "All"


@frozen
class Control:
    """The command over one road."""

    road: Road

    def plan(
        self,
        session: Session,
        target: Annotated[Money, "amount to win"],
        period: Annotated[Period, "period in which to win it, such as 2026-Q1"],
        history: Annotated[
            Period | None, "period to learn from, by default the year before that of the period"
        ] = None,
        by: Annotated[str, "dimension to plan for each member of, such as owner or region"] = "",
        where: Annotated[str | None, "only deals for which this condition is true"] = None,
    ) -> Table:
        """Back from a target to the deals that each stage needs, with intervals, the bottleneck, and what one more
        percentage point of each conversion brings.

        The numbers are of deals that come to an end in the period, as those of history did in theirs. With ``by``
        everyone gets the share of the target that they won of history.
        """
        calendar = session.calendar
        past = history or calendar.previous(calendar.containing(period.start, "year"))
        goal = Money(session.base_minor(target), session.currency)
        if goal.minor <= 0:
            raise InvalidValue(_("the target is {target}", target=target), _("plan for an amount above zero"))
        known = Histories.of(session, self.road, Selection(by=by, period=past, where=where))
        plans = list(_plans(known, goal, past))
        return _table(
            session,
            known,
            plans,
            by,
            _("{target} in {period}, from history {past}", target=target, period=period, past=past),
        )


@frozen
class Plan:
    """The plan of somebody for a target, by some history; ``remarks`` say what that history is too small for."""

    who: str
    target: Money
    used: History
    remarks: tuple[str, ...] = ()

    @property
    def rates(self) -> tuple[Fraction, ...] | None:
        """The conversions; None where history has no plan in it, because at some stage nobody went on."""
        rates = [each for each in self.used.conversions if each]
        return tuple(rates) if len(rates) == len(self.used.conversions) else None

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """A row for each stage and one for won; without numbers where there is no plan."""
        average, rates, used = self.used.average, self.rates, self.used
        if average is None or average <= 0 or rates is None or not self.target.minor:
            yield from ((step, n, *[None] * 7) for step, n in zip(used.steps, used.entered, strict=True))
            return
        goal = self.target.minor
        needs = needed(goal, average, rates)
        found = effects(goal, average, rates)
        worst = bottleneck(found)
        spans = intervals(goal, used.amounts, used.entered, needs)
        for at, (step, n, need, span) in enumerate(zip(used.steps, used.entered, needs, spans, strict=True)):
            if at == len(rates):
                yield (step, n, None, need, span.low, span.high, None, None, None)
                return
            gain = Money(rounded(found[at].gain), self.target.currency)
            named = _("yes") if at == worst else None
            ratio = share(used.entered[at + 1], n)
            yield (step, n, ratio, need, span.low, span.high, gain, found[at].fewer, named)


def _plans(known: Histories, goal: Money, past: Period) -> Iterator[Plan]:
    """The plan for all, then one for each group, with its share of the target."""
    yield Plan(EVERYBODY, goal, known.total, _remarks(EVERYBODY, known.total, past))
    won = [max(sum(each.amounts), 0) for __, each in known.groups]
    shares = goal.allocate(won) if any(won) else [Money(0, goal.currency)] * len(won)
    for (label, own), part in zip(known.groups, shares, strict=True):
        who = label or "(none)"
        if not part.minor:
            yield Plan(
                who,
                part,
                own,
                (_("{who}: won nothing in {past}, so has no share of the target", who=who, past=past),),
            )
        elif own.thin:
            instead = _("{who}: planned by the conversions and the average deal of all", who=who)
            yield Plan(who, part, known.total, (*_remarks(who, own, past), instead))
        else:
            yield Plan(who, part, own)


def _remarks(who: str, known: History, past: Period) -> tuple[str, ...]:
    """What a history is too small for, by step."""
    found = [
        _(
            "{who}: too little history in {past}, {n} deals at {step}, at least {enough} needed",
            who=who,
            past=past,
            n=n,
            step=step,
            enough=ENOUGH,
        )
        for step, n in known.thin
    ]
    stops = [step for step, rate in zip(known.steps, known.conversions, strict=False) if not rate]
    return (
        *found,
        *(
            _("{who}: no plan, since no deal went on from {step} in {past}", who=who, step=step, past=past)
            for step in stops[:1]
        ),
    )


def _table(session: Session, known: Histories, plans: Sequence[Plan], by: str, what: str) -> Table:
    found = [list(plan.rows()) for plan in plans]
    rows = (
        ((plan.who, plan.target) if by else ()) + row
        for plan, some in zip(plans, found, strict=True)
        for row in some
    )
    remarks = [each for plan in plans for each in plan.remarks]
    if known.unused:
        remarks.append(
            _("Left out, because no deal of history was in them: {unused}", unused=", ".join(known.unused))
        )
    average = known.total.average
    worth = (
        _("No average deal")
        if average is None
        else _("Average deal {money}", money=Money(rounded(average), session.currency))
    )
    method = (
        [_("At least, at most: {method}", method=METHOD)]
        if any(row[NEEDED] is not None for row in found[0])
        else []
    )
    said = [what, worth, *_bottleneck(found[0]), *method, *remarks]
    return Table(
        (heading(Selection(by=by)), Column("target", "Target", "money"), *COLUMNS) if by else COLUMNS,
        tuple(rows),
        note=joined("\n", said),
        title="Plan",
        chart=None if by else Chart("funnel", "stage", ("needed",)),
    )


def _bottleneck(rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """The bottleneck, in words."""
    for step, *__, gain, saved, named in rows:
        if named:
            yield _(
                "Bottleneck: {step}, where one more point of conversion brings {gain} or saves {saved} deals",
                step=step,
                gain=gain,
                saved=saved,
            )
