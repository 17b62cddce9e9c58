"""What figures can be broken down by: a field, the name of a linked record, a period, a team or a region."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from attrs import frozen

from dealwright_core.batches import batches
from dealwright_core.contributions import Measure
from dealwright_core.errors import UsageError
from dealwright_core.expr import Expression, parse
from dealwright_core.expr.paths import Unresolved
from dealwright_core.language import core as _
from dealwright_core.records import Position, Team
from dealwright_core.reporting.measured import owner_path
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.joining import Joined
from dealwright_core.store.session import Session
from dealwright_core.values import Calendar, Unit

PERIODS: tuple[Unit, ...] = ("month", "quarter", "year")
TEAMS = ("team", "region", "office")


@frozen
class Dimension:
    """``column`` is what the database groups by; ``groups`` turns its values into (sort key, label, group).

    ``is_ordered`` says that its groups have an order of their own: periods, stages.
    """

    name: str
    column: "sa.ColumnElement[Any]"
    groups: Callable[[Iterable[Any]], Mapping[Any, tuple[Any, str, Hashable]]]
    is_ordered: bool = False


def dimension(session: Session, joined: Joined, measure: Measure, by: str, today: date) -> Dimension:
    """The dimension called ``by`` for the facts of a measure. Raises `UsageError` with what there is.

    What has no date yet belongs to the team of ``today``.
    """
    if by in PERIODS:
        return _period(session.calendar, joined, measure, by)
    if by in TEAMS:
        return _team(session, joined, measure, by, today)
    try:
        column, shape = joined.dimension(by)
    except Unresolved as error:
        near = did_you_mean(by, (*PERIODS, *TEAMS))
        if near and "did you mean" not in str(error):
            raise UsageError(_("{by!r} is no dimension{near}", by=by, near=near)) from None
        raise
    if shape is not None and shape.choices is not None:
        places = {name: at for at, name in enumerate(shape.choices)}
        return Dimension(by, column, lambda values: _in_order(places, values), is_ordered=True)
    if shape is None or shape.link is None:
        return Dimension(by, column, _plain)
    linked = shape.link
    label = session.kind(linked).label
    return Dimension(by, column, lambda ids: _labels(session, linked, label, ids))


def dated(measure: Measure) -> Expression:
    """The date that places the facts of a measure. Raises `UsageError` where it has none."""
    if measure.on is None:
        raise UsageError(_("measure {measure} names no date, so it has no periods", measure=measure.name))
    found: Expression = parse(measure.on)
    return found


def _plain(values: Iterable[Any]) -> Mapping[Any, tuple[Any, str, Hashable]]:
    return {value: (str(value), str(value), value) for value in values if value is not None}


def _in_order(
    places: Mapping[str, int], values: Iterable[str | None]
) -> Mapping[Any, tuple[Any, str, Hashable]]:
    return {value: (places.get(value, len(places)), value, value) for value in values if value is not None}


def _labels(
    session: Session, kind: str, label: str, ids: Iterable[int | None]
) -> Mapping[Any, tuple[Any, str, Hashable]]:
    """The names of linked records."""
    table = session.table(kind)
    found: dict[int, tuple[str, str]] = {}
    for part in batches(sorted({id for id in ids if id is not None})):
        statement = sa.select(table.c.id, table.c.ref, table.c[label].label("label")).where(
            table.c.id.in_(part)
        )
        for row in session.select(statement):
            found[row.id] = (row.ref, row.label or row.ref)
    return {id: (shown, shown, id) for id, shown in _apart(found).items()}


def _apart(named: Mapping[int, tuple[str, str]]) -> Mapping[int, str]:
    """What to show for each (ref, name): those that share a name are told apart by their refs."""
    counts = Counter(name for _, name in named.values())
    return {id: f"{name} ({ref})" if counts[name] > 1 else name for id, (ref, name) in named.items()}


def _period(calendar: Calendar, joined: Joined, measure: Measure, unit: Unit) -> Dimension:
    def groups(days: Iterable[date | None]) -> Mapping[Any, tuple[Any, str, Hashable]]:
        periods = {day: calendar.containing(day, unit) for day in days if day is not None}
        return {day: (period.start, period.label, period.label) for day, period in periods.items()}

    return Dimension(unit, joined.column(dated(measure)), groups, is_ordered=True)


def _team(session: Session, joined: Joined, measure: Measure, by: str, today: date) -> Dimension:
    """The team of the owner's main position on the day of the fact, or the region or office above it."""
    owner, _ = joined.dimension(owner_path(session, measure.facts))
    day = joined.column(dated(measure)) if measure.on else sa.literal(today)
    p = session.table(Position).alias("position_then")
    column = (
        sa.select(p.c.team)
        .where(
            p.c.member == owner,
            p.c.main,
            sa.or_(p.c.since.is_(None), p.c.since <= sa.func.coalesce(day, today)),
        )
        .where(sa.or_(p.c.until.is_(None), p.c.until > sa.func.coalesce(day, today)))
        .order_by(sa.nulls_last(p.c.since.desc()), p.c.id)
        .limit(1)
        .scalar_subquery()
    )
    teams = {team.id: team for team in session.find(Team)}

    def groups(ids: Iterable[int | None]) -> Mapping[Any, tuple[Any, str, Hashable]]:
        found = {id: above(teams, id, by) for id in ids if id in teams}
        shown = _apart({team.id: (team.ref, team.name) for team in found.values()})
        return {id: (shown[team.id], shown[team.id], team.id) for id, team in found.items()}

    return Dimension(by, column, groups)


def above(teams: Mapping[int, Team], id: int, by: str) -> Team:
    """The team itself for ``team``; else the one upwards that stands for it in a breakdown by region or office.

    That is the nearest of the kind asked for, however far up; where there is none, the nearest of the other
    kind, so that a deployment with offices only has them as its regions; and where there is neither, the
    topmost team below the company. A team without parent counts as the company where it is called one, and
    where it is the only such team: else all would come out as one group. Who is placed in the company itself
    is shown under it.
    """
    chain = _upwards(teams, id)
    if by == "team":
        return chain[0]
    for kind in ("region", "office") if by == "region" else ("office", "region"):
        for each in chain:
            if each.kind == kind:
                return each
    below = [each for each in chain if each.kind != "company"]
    if (
        len(below) > 1
        and below[-1].parent is None
        and sum(each.parent is None for each in teams.values()) == 1
    ):
        below.pop()
    return below[-1] if below else chain[0]


def _upwards(teams: Mapping[int, Team], id: int) -> list[Team]:
    """The team and all above it, nearest first. A circle of parents ends where it closes."""
    chain: list[Team] = []
    at: int | None = id
    while at is not None and at in teams and teams[at] not in chain:
        chain.append(teams[at])
        at = teams[at].parent
    return chain
