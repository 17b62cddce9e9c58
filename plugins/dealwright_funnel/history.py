"""What deals that came to an end in a period tell of those to come: conversions, and amounts of the won ones."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, Self

import sqlalchemy as sa
from attrs import frozen

from dealwright import Selection, Session, StageMove
from dealwright_funnel.conversion import Reach, reach_of
from dealwright_funnel.deals import Deals
from dealwright_funnel.moves import reached
from dealwright_funnel.stages import Road

# Fewer deals than this tell little of a conversion.
ENOUGH = 30


@frozen
class History:
    """How many deals entered each of the ``steps`` (the titles of stages, and won), and the amounts won, in minor units
    of the base currency, of those won deals that have one.
    """

    steps: tuple[str, ...]
    entered: tuple[int, ...]
    amounts: tuple[int, ...]

    @property
    def average(self) -> Fraction | None:
        """The mean amount of a won deal, None where none is known."""
        return Fraction(sum(self.amounts), len(self.amounts)) if self.amounts else None

    @property
    def conversions(self) -> tuple[Fraction | None, ...]:
        """From each step to the next one, entered(i+1) / entered(i); None where no deal entered."""
        return tuple(Fraction(after, before) if before else None for before, after in pairwise(self.entered))

    @property
    def thin(self) -> tuple[tuple[str, int], ...]:
        """The steps that fewer than `ENOUGH` deals entered, each with how many; of won, those with an amount."""
        counts = (*self.entered[:-1], len(self.amounts))
        return tuple((step, n) for step, n in zip(self.steps, counts, strict=True) if n < ENOUGH)


@frozen
class Histories:
    """The history of all deals, and that of each group; ``unused`` are the stages that no deal ever was in."""

    total: History
    groups: tuple[tuple[str | None, History], ...]
    unused: tuple[str, ...]

    @classmethod
    def of(cls, session: Session, road: Road, selection: Selection) -> Self:
        """The history of the deals that were closed in the period of the selection, by its dimension."""
        deals = Deals.of(session, road, selection, on="closed_on")
        t = deals.table.c
        found = session.select(reached(session, road, deals.table, deals.until))
        rows = [row for row in found if road.means(row.stage) != "open"]
        won = deals.select(t.amount.label("each")).where(
            t.stage.in_(road.named("won")), t.amount.is_not(None)
        )
        amounts = session.select(won)
        used = _used(session, road, deals)
        amounts_of = dict(deals.facts.groups(amounts))
        groups = [
            (label, _history(road, used, reach_of(road, each), amounts_of.get(label, ())))
            for label, each in deals.facts.groups(rows)
        ]
        return cls(
            _history(road, used, reach_of(road, rows), amounts),
            tuple(groups) if selection.by else (),
            tuple(each.title for at, each in enumerate(road.open) if at not in used),
        )


def _used(session: Session, road: Road, deals: Deals) -> Sequence[int]:
    """The places of the open stages that any of the deals ever was in, and of the first one."""
    move = session.table(StageMove).alias("move")
    named = (
        sa.select(move.c.from_stage, move.c.to_stage)
        .select_from(deals.table.join(move, move.c.opportunity == deals.table.c.id))
        .distinct()
    )
    seen = {name for row in session.select(named) for name in row}
    return [at for at, each in enumerate(road.open) if not at or each.name in seen]


def _history(road: Road, used: Sequence[int], reach: Reach, amounts: Iterable[Any]) -> History:
    return History(
        (*(road.open[at].title for at in used), road.goal),
        tuple(reach.entered(at) for at in (*used, road.end)),
        tuple(sorted(row.each for row in amounts for _ in range(row.n))),
    )
