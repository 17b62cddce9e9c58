"""What the history of moves says of deals: how far they came, where they stood on a day, how long they stayed.

Every function takes deals as a subquery with the columns ``id``, ``stage``, ``opened_on``, ``closed_on``. All is read
through the session, so that it counts what the actor may see.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from dealwright import Session, StageMove
from dealwright_funnel.spread import Spread
from dealwright_funnel.stages import Road

SECONDS = 86_400
# More seconds than there are between any two dates, either way.
STRIDE = 10**12


def standing(session: Session, road: Road, deals: sa.Subquery, day: date) -> sa.Subquery:
    """The deals there were at the end of a day, in the stage they were in then.

    That is the stage of the last move up to the day; before the first move, the one which that left. A deal without
    moves is told by its dates: closed later, it was open, in the first stage. Deals of which it is not known when
    they were opened are left out.
    """
    last, first = (session.table(StageMove).alias(name) for name in ("last", "first"))
    is_first = sa.and_(first.c.opportunity == deals.c.id, first.c.sequence == 1)
    unmoved = sa.case((deals.c.closed_on > day, road.open[0].name), else_=deals.c.stage)
    then = sa.func.coalesce(last.c.to_stage, first.c.from_stage, first.c.to_stage, unmoved)
    others = [column for column in deals.c if column.key not in ("stage", "closed_on")]
    return (
        sa.select(
            *others,
            then.label("stage"),
            sa.case((road.is_closed(then), deals.c.closed_on)).label("closed_on"),
        )
        .select_from(deals.outerjoin(last, _is_last(session, last, deals, day)).outerjoin(first, is_first))
        .where(sa.func.coalesce(deals.c.opened_on, first.c.on) <= day)
        .subquery("standing")
    )


def since(session: Session, deals: sa.Subquery, until: date | None) -> sa.Subquery:
    """The deals with the day (``since``) of their last move up to a day, or of their opening where they have none."""
    last = session.table(StageMove).alias("last")
    return (
        sa.select(*deals.c, sa.func.coalesce(last.c.on, deals.c.opened_on).label("since"))
        .select_from(deals.outerjoin(last, _is_last(session, last, deals, until)))
        .subquery("dated")
    )


def _is_last(
    session: Session, move: sa.FromClause, deals: sa.Subquery, until: date | None
) -> "sa.ColumnElement[bool]":
    """Whether a move is the last one of a deal up to a day."""
    later = session.table(StageMove).alias("later")
    follows = [later.c.opportunity == move.c.opportunity, later.c.sequence > move.c.sequence]
    belongs = [move.c.opportunity == deals.c.id]
    if until is not None:
        follows.append(later.c.on <= until)
        belongs.append(move.c.on <= until)
    return sa.and_(*belongs, ~sa.exists(sa.select(later.c.id).where(*follows)))


def reached(session: Session, road: Road, deals: sa.Subquery, until: date | None) -> "sa.Select[Any]":
    """How many deals (``n``) by ``grouped``, by the ``stage`` they are in, and by how far they ever came by their
    moves up to a day: the ``place`` of the furthest stage they left or came to, null where no move tells.
    """
    move = session.table(StageMove).alias("move")
    belongs = [move.c.opportunity == deals.c.id, *([] if until is None else [move.c.on <= until])]
    key = (deals.c.id, deals.c.stage, deals.c.grouped)
    furthest = (
        sa.select(
            deals.c.stage,
            deals.c.grouped,
            sa.func.max(road.place(move.c.to_stage)).label("came"),
            sa.func.max(sa.case((move.c.sequence == 1, road.place(move.c.from_stage)))).label("left"),
            sa.func.count(move.c.id).label("moves"),
        )
        .select_from(deals.outerjoin(move, sa.and_(*belongs)))
        .group_by(*key)
        .subquery("furthest")
    )
    known = furthest.c
    place = sa.case((known.came >= known.left, known.came), else_=sa.func.coalesce(known.left, known.came))
    unmoved = known.moves == 0
    return sa.select(
        known.grouped,
        known.stage,
        place.label("place"),
        unmoved.label("unmoved"),
        sa.func.count().label("n"),
    ).group_by(known.grouped, known.stage, place, unmoved)


def stays(
    session: Session, road: Road, deals: sa.Subquery, until: date | None, *, led_on: bool = False
) -> dict[str, Spread]:
    """The days of all stays in each open stage that ended by a day, by its name.

    A stay begins and ends with a move: of what began before the first one it is not known when. With ``led_on`` only
    those count that ended with a move further along the road.
    """
    spreads = {each.name: Spread() for each in road.open}
    for row in session.select(_stays(session, road, deals, until, led_on=led_on)):
        place, seconds = divmod(int(row.stay) + STRIDE // 2, STRIDE)
        if place < road.end:
            spreads[road.open[place].name].add((seconds - STRIDE // 2) // SECONDS, row.n)
    return spreads


def _stays(
    session: Session, road: Road, deals: sa.Subquery, until: date | None, *, led_on: bool
) -> "sa.Select[Any]":
    """How many stays (``n``) by the place of their stage times `STRIDE`, plus their length in seconds."""
    came, went = (session.table(StageMove).alias(name) for name in ("came", "went"))
    place = road.place(came.c.to_stage)
    # Seconds are what both databases give of a date. One whole number is quicker to group by than stage and length.
    stay = (
        place * sa.literal(STRIDE, sa.BigInteger())
        + sa.extract("epoch", went.c.on)
        - sa.extract("epoch", came.c.on)
    )
    conditions = [went.c.opportunity == came.c.opportunity, went.c.sequence == came.c.sequence + 1]
    if until is not None:
        conditions.append(went.c.on <= until)
    if led_on:
        conditions.append(road.place(went.c.to_stage) > place)
    stayed = (
        sa.select(stay.label("stay"))
        .select_from(deals.join(came, came.c.opportunity == deals.c.id).join(went, sa.and_(*conditions)))
        .where(place.is_not(None))
        .subquery("stayed")
    )
    return sa.select(stayed.c.stay, sa.func.count().label("n")).group_by(stayed.c.stay)
