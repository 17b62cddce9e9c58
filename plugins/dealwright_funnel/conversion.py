"""The funnel: how many deals entered each stage, went on, dropped out, and how long they stayed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import field, frozen

from dealwright import Chart, Column, Selection, Session, Table, share
from dealwright_funnel.columnar import followed
from dealwright_funnel.deals import Deals
from dealwright_funnel.moves import reached, stays
from dealwright_funnel.spread import Spread, whole
from dealwright_funnel.stages import Road
from dealwright_funnel.wording import _

COLUMNS = (
    Column("stage", "Stage"),
    Column("entered", "Entered", "integer"),
    Column("open", "Still open", "integer"),
    Column("lost", "Lost", "integer"),
    Column("disqualified", "Disqualified", "integer"),
    Column("went_on", "Went on", "integer"),
    Column("conversion", "Conversion", "ratio"),
    Column("to_won", "To won", "ratio"),
    Column("median_days", "Median stay", "duration"),
    Column("mean_days", "Mean stay", "duration"),
)


@frozen
class Reach:
    """How many deals came how far and no further, by what they mean now: ``counts`` by (place, meaning).

    ``unmoved`` is how many of them have no moves.
    """

    road: Road
    counts: Counter[tuple[int, str]] = field(factory=Counter)
    unmoved: Counter[str] = field(factory=Counter)

    def add(self, row: Any) -> None:
        """Count a row of `moves.reached`."""
        means = self.road.means(row.stage)
        self.counts[furthest(self.road, row.stage, row.place), means] += row.n
        if row.unmoved:
            self.unmoved[means] += row.n

    def at(self, place: int, means: str) -> int:
        """How many came to this place and no further, and mean this now."""
        return self.counts[place, means]

    def entered(self, place: int) -> int:
        """How many came to this place or further."""
        return sum(n for (came, _), n in self.counts.items() if came >= place)


def furthest(road: Road, stage: str, place: int | None) -> int:
    """The place of the furthest stage that a deal entered, by its stage and the furthest one of its moves.

    One that is won passed all open stages; one that is no more, or never was, stops before.
    """
    if road.means(stage) == "won":
        return road.end
    here = next((at for at, each in enumerate(road.open) if each.name == stage), 0)
    return min(max(here, place or 0), road.end - 1)


def reach_of(road: Road, rows: Iterable[Any]) -> Reach:
    """What rows of `moves.reached` say together."""
    found = Reach(road)
    for row in rows:
        found.add(row)
    return found


def funnel(road: Road, session: Session, selection: Selection) -> Table:
    """The table of the report ``funnel``."""
    deals = Deals.of(session, road, selection, on="opened_on")
    if (found := followed(session, road, deals.table, deals.until)) is not None:
        reach, spreads = reach_of(road, found.reached), found.stays
    else:
        reach = reach_of(road, session.select(reached(session, road, deals.table, deals.until)))
        spreads = stays(session, road, deals.table, deals.until)
    return Table(
        COLUMNS,
        tuple(_rows(reach, spreads)),
        note=_note(reach),
        title="Funnel",
        chart=Chart("funnel", "stage", ("entered",)),
    )


def _rows(reach: Reach, spreads: dict[str, Spread]) -> Iterator[tuple[Any, ...]]:
    road = reach.road
    won = reach.entered(road.end)
    for place, stage in enumerate(road.open):
        entered, following, spread = reach.entered(place), reach.entered(place + 1), spreads[stage.name]
        yield (
            stage.title,
            entered,
            *(reach.at(place, means) for means in ("open", "lost", "disqualified")),
            following,
            share(following, entered),
            share(won, entered),
            whole(spread.median),
            whole(spread.mean),
        )
    yield (road.goal, won, *[None] * 8)


def _note(reach: Reach) -> str:
    count = reach.unmoved.total()
    if not count:
        return ""
    ended = reach.unmoved["lost"] + reach.unmoved["disqualified"]
    return _("{count:,} deals have no moves and count by the stage they are in", count=count) + (
        _("; {ended:,} of them, lost or disqualified, in the first", ended=ended) if ended else ""
    )
