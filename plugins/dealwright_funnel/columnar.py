"""The funnel of very many deals, computed over columns (extra ``fast``): the figures of `moves` in less time."""

import os
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from attrs import frozen

from dealwright import Opportunity, Record, Session, StageMove
from dealwright_funnel.spread import Spread
from dealwright_funnel.stages import Road

if TYPE_CHECKING:
    import polars

# From so many deals on it takes less time than the database does: processes have to be started for it.
MANY = 200_000
# From so many of a hundred deals on it takes less time to read all moves than to look up those of each deal.
WIDE = 40
MOST_PARTS = 4
LARGEST = 2**63 - 1


@frozen
class Reached:
    """A row of `moves.reached` without groups; a stage that is not configured is called nothing."""

    stage: str
    place: int | None
    unmoved: bool
    n: int


@frozen
class Followed:
    """What the moves of deals tell: rows of `moves.reached`, and what `moves.stays` gives."""

    reached: tuple[Reached, ...]
    stays: dict[str, Spread]


def followed(session: Session, road: Road, deals: sa.Subquery, until: date | None) -> Followed | None:
    """What the moves of deals tell up to a day; None where they are few, or the database has to compute it."""
    if not _are_many(session, deals):
        return None
    statements = [_stages(road, deals), *_moves(session, road, deals)]
    frames = session.frames(*statements)
    return None if frames is None else _told(road, frames[0], frames[1:], until)


def _are_many(session: Session, deals: sa.Subquery) -> bool:
    first = sa.select(deals.c.id).limit(MANY).subquery("first")
    counted: int = session.select(sa.select(sa.func.count()).select_from(first))[0][0]
    return counted == MANY


def _last(session: Session, kind: type[Record]) -> int:
    """The largest id of a kind, 0 where there is none."""
    return session.select(sa.select(sa.func.max(session.table(kind).c.id)))[0][0] or 0


def _stages(road: Road, deals: sa.Subquery) -> "sa.Select[Any]":
    """The deals with their stage: its number from 1, and 0 for one that is not configured."""
    numbers = {each.name: number for number, each in enumerate(road.stages, 1)}
    return sa.select(deals.c.id.label("deal"), sa.case(numbers, value=deals.c.stage, else_=0).label("stage"))


def _moves(session: Session, road: Road, deals: sa.Subquery) -> "Iterator[sa.Select[Any]]":
    """The moves of the deals, where these are many of all also of others, in parts by ranges of ids.

    Every cell that is handed over takes time, so three small numbers go in one: ``step`` is the sequence, the place of
    the stage come to, and of the one left by the first move, each in its turn times `_base`.
    """
    move = session.table(StageMove).alias("move")
    base, last = _base(road), _last(session, Opportunity)
    left = sa.case((move.c.sequence == 1, _numbered(road, move.c.from_stage)), else_=0)
    step = (move.c.sequence * base + _numbered(road, move.c.to_stage)) * base + left
    columns = (move.c.opportunity.label("deal"), step.label("step"), move.c.on)
    counted = session.select(sa.select(sa.func.count(deals.c.id)))[0][0]
    source: sa.FromClause = deals.join(move, move.c.opportunity == deals.c.id)
    by: sa.ColumnElement[int] = deals.c.id
    if counted * 100 >= WIDE * last:
        source, by, last = move, move.c.id, _last(session, StageMove)
    statement = sa.select(*columns).select_from(source)
    parts = min(os.cpu_count() or 1, MOST_PARTS)
    for low, high in pairwise(last * part // parts for part in range(parts + 1)):
        yield statement.where(by > low, by <= high)


def _base(road: Road) -> int:
    """More than there are places on the road from 0."""
    return road.end + 2


def _numbered(road: Road, column: "sa.ColumnElement[Any]") -> "sa.ColumnElement[Any]":
    """The place of a stage from 1, and 0 for one that says nothing of how far a deal came."""
    return sa.func.coalesce(road.place(column) + 1, 0)


def _told(
    road: Road, stages: "polars.DataFrame", moves: "list[polars.DataFrame]", until: date | None
) -> Followed:
    import polars as pl

    rows = _in_order(pl.concat(moves)).lazy()
    step, base = pl.col("step"), _base(road)
    rows = rows.select(
        "deal", "on", sequence=step // (base * base), came=step // base % base, left=step % base
    )
    deals = stages.lazy()
    reached, stays = pl.collect_all([_reached(deals, rows, until), _stays(deals, rows, road, until)])
    names = ["", *(each.name for each in road.stages)]
    found = (
        Reached(names[stage], place - 1 if place else None, place is None, n)
        for stage, place, n in reached.iter_rows()
    )
    spreads = {each.name: Spread() for each in road.open}
    for place, days, n in stays.iter_rows():
        spreads[road.open[place - 1].name].add(days, n)
    return Followed(tuple(found), spreads)


def _in_order(moves: "polars.DataFrame") -> "polars.DataFrame":
    """The moves of each deal in their order. One number for a row sorts six times as fast as its columns, where these
    fit into it.
    """
    import polars as pl

    if moves.is_empty():
        return moves
    numbers = moves.with_columns(pl.col("on").cast(pl.Int64))
    least, first = min(numbers.select("deal", "step").min().row(0)), numbers["on"].min()
    deals, steps, last = numbers.max().row(0)
    steps, days = steps + 1, last - first + 1
    if least < 0 or (deals + 1) * steps * days > LARGEST:
        return moves.sort("deal", "step")
    key = pl.col("key")
    packed = numbers.select(key=(pl.col("deal") * steps + pl.col("step")) * days + (pl.col("on") - first))
    return (
        packed.to_series()
        .sort()
        .to_frame()
        .select(
            deal=key // days // steps,
            step=key // days % steps,
            on=(key % days + first).cast(pl.Int32).cast(pl.Date),
        )
    )


def _reached(deals: "polars.LazyFrame", moves: "polars.LazyFrame", until: date | None) -> "polars.LazyFrame":
    """How many deals by stage and furthest place, which is null where there are no moves."""
    import polars as pl

    counted = moves if until is None else moves.filter(pl.col("on") <= until)
    furthest = counted.group_by("deal").agg(
        pl.max_horizontal(pl.col("came").max(), pl.col("left").max()).alias("place")
    )
    return deals.join(furthest, on="deal", how="left").group_by("stage", "place").len()


def _stays(
    deals: "polars.LazyFrame", moves: "polars.LazyFrame", road: Road, until: date | None
) -> "polars.LazyFrame":
    """How many stays that are over by place and days."""
    import polars as pl

    went = {each: pl.col(each).shift(-1) for each in ("deal", "sequence", "on")}
    ended = (went["deal"] == pl.col("deal")) & (went["sequence"] == pl.col("sequence") + 1)
    if until is not None:
        ended &= went["on"] <= until
    days = went["on"].cast(pl.Int64) - pl.col("on").cast(pl.Int64)
    return (
        moves.join(deals, on="deal", how="semi", maintain_order="left")
        .select("came", days=days, ended=ended)
        .filter("ended", pl.col("came").is_between(1, road.end))
        .group_by("came", "days")
        .len()
    )
