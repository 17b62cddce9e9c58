"""How fast deals close: days from opening to the end, and the amount won a day."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from attrs import evolve, field, frozen

from dealwright import Chart, Column, Money, Period, Selection, Session, Table, rounded, share
from dealwright_funnel.deals import Deals, heading
from dealwright_funnel.spread import Spread, whole
from dealwright_funnel.stages import Road
from dealwright_funnel.wording import _

CYCLE_COLUMNS = (
    Column("won", "Won", "integer"),
    Column("won_median", "Median days to won", "duration"),
    Column("won_mean", "Mean days to won", "duration"),
    Column("lost", "Lost", "integer"),
    Column("lost_median", "Median days to lost", "duration"),
    Column("lost_mean", "Mean days to lost", "duration"),
)
VELOCITY_COLUMNS = (
    Column("open", "Open deals", "integer"),
    Column("win_rate", "Win rate", "ratio"),
    Column("average", "Average won", "money"),
    Column("cycle", "Cycle", "duration"),
    Column("per_day", "Won a day", "money"),
)


@frozen
class Pace:
    """Deals by how they ended or that they are open; the days it took, and what the won ones are worth."""

    counts: Counter[str] = field(factory=Counter)
    days: dict[str, Spread] = field(factory=lambda: {"won": Spread(), "lost": Spread()})
    # Of the won deals that have an amount: minor units, and how many they are.
    worth: Counter[str] = field(factory=Counter)

    def add(self, means: str, row: Any) -> None:
        """Count a row of deals that share their stage and dates."""
        self.counts[means] += row.n
        if means in self.days and row.opened_on is not None and row.closed_on is not None:
            self.days[means].add((row.closed_on - row.opened_on).days, row.n)
        if means == "won":
            self.worth["minor"] += int(row.amount or 0)
            self.worth["deals"] += row.n - row.without

    @property
    def ended(self) -> int:
        """How many were won or lost."""
        return self.counts["won"] + self.counts["lost"]

    @property
    def average(self) -> Fraction | None:
        """The mean amount of the won deals that have one, in minor units."""
        return Fraction(self.worth["minor"], self.worth["deals"]) if self.worth["deals"] else None

    @property
    def per_day(self) -> Fraction | None:
        """Open deals x win rate x average / median days to won, in minor units; None where one is unknown or no day."""
        cycle, average = self.days["won"].median, self.average
        if not cycle or average is None:
            return None
        return self.counts["open"] * Fraction(self.counts["won"], self.ended) * average / cycle


def cycle(road: Road, session: Session, selection: Selection) -> Table:
    """The table of the report ``cycle``."""
    deals = Deals.of(session, road, selection, on="closed_on")
    groups, total = _paces(road, session, deals, selection.period)
    groups = _ordered(deals, [each for each in groups if each[1].ended], lambda pace: pace.counts["won"])
    undated = total.ended - sum(each.size for each in total.days.values())
    return Table(
        (heading(selection), *CYCLE_COLUMNS),
        tuple((label, *_cycle_cells(pace)) for label, pace in groups),
        totals=("Total", *_cycle_cells(total)),
        note=_("{undated:,} deals do not say when they were opened and closed", undated=undated)
        if undated
        else "",
        title="Sales cycle",
        chart=Chart("bars", selection.by, ("won_median", "lost_median")),
    )


def velocity(road: Road, session: Session, selection: Selection) -> Table:
    """The table of the report ``velocity``."""
    deals = Deals.of(session, road, evolve(selection, period=None), on="closed_on")
    groups, total = _paces(road, session, deals, selection.period)
    shown = [each for each in groups if each[1].ended or each[1].counts["open"]]
    ordered = _ordered(deals, shown, lambda pace: pace.per_day or Fraction(0))
    unvalued = total.counts["won"] - total.worth["deals"]
    return Table(
        (heading(selection), *VELOCITY_COLUMNS),
        tuple((label, *_velocity_cells(session, pace)) for label, pace in ordered),
        totals=("Total", *_velocity_cells(session, total)),
        note=_("{unvalued:,} won deals without amount are left out of the average", unvalued=unvalued)
        if unvalued
        else "",
        title="Sales velocity",
        chart=Chart("bars", selection.by, ("per_day",)),
    )


Groups = list[tuple[str | None, Pace]]


def _paces(road: Road, session: Session, deals: Deals, period: Period | None) -> tuple[Groups, Pace]:
    """The pace of each group and of all. What was closed outside the period is left out; what is open, never."""
    t = deals.table.c
    rows = session.select(deals.select(t.stage, t.opened_on, t.closed_on))

    def pace(some: Iterable[Any]) -> Pace:
        found = Pace()
        for row in some:
            means = road.means(row.stage)
            if means == "open" or period is None or (row.closed_on is not None and row.closed_on in period):
                found.add(means, row)
        return found

    return [(label, pace(each)) for label, each in deals.facts.groups(rows)], pace(rows)


def _ordered(deals: Deals, groups: Groups, figure: Callable[[Pace], Fraction | int]) -> Groups:
    """The groups in their own order, else the one with the largest figure first; facts without a group come last."""
    if deals.facts.is_ordered:
        return groups
    return sorted(groups, key=lambda each: (each[0] is None, -figure(each[1])))


def _cycle_cells(pace: Pace) -> Sequence[int | None]:
    return [
        cell
        for means, spread in pace.days.items()
        for cell in (pace.counts[means], whole(spread.median), whole(spread.mean))
    ]


def _velocity_cells(session: Session, pace: Pace) -> Sequence[Any]:
    def amount(minor: Fraction | None) -> Money | None:
        return None if minor is None else Money(rounded(minor), session.currency)

    return (
        pace.counts["open"],
        share(pace.counts["won"], pace.ended),
        amount(pace.average),
        whole(pace.days["won"].median),
        amount(pace.per_day),
    )
