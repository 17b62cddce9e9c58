"""The lines that bring what was posted to what is due, one for each sale, in their order.

A line pays what is due behind its sale, rounded, less what was posted before. So the lines of a window sum to what is
due for all of it, rounded once; and a correction, another rate or another plan is paid by the lines that come next.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import repeat
from operator import itemgetter
from typing import Any

import attrs
from attrs import field, frozen

from dealwright_core.payroll.crediting import entries as e
from dealwright_core.payroll.crediting.entries import RATED, STANDING, of_figure
from dealwright_core.payroll.earning.dues import Due, Rounds

Source = tuple[str, int]
CLOSED, REVERSAL = "closed", "reversal"
ONE, ZERO = Fraction(1), Fraction(0)


# A line: what it is about, its source and deal, its day, what it measures in parts of the scale, what it pays in units
# of money with the digits of its posting, and the position of a sale that has one of its own, or what else its amount
# goes by: a gate that is closed, a reversal. As entries, it is plain.
Line = tuple[str, int, int, str, int, int, str | None]
ABOUT, SOURCE, DEAL, DAY, MEASURE, AMOUNT, POSITION = range(7)


def line(
    about: str, source: int, deal: int, day: str, measure: int, amount: int, position: str | None = None
) -> Line:
    """A line from its parts."""
    return about, source, deal, day, measure, amount, position


@frozen
class Reversal:
    """What a refund takes back goes by its sale: what that measures, what it was paid, and how much of both was taken
    back before, as lines count.
    """

    source: int
    measure: int
    paid: int
    measure_before: int
    paid_before: int

    @property
    def position(self) -> str:
        """It, as its line keeps it."""
        return " ".join(map(str, (REVERSAL, *attrs.astuple(self))))

    @classmethod
    def of(cls, position: str | None) -> "Reversal | None":
        """That of a line; None where the line is none."""
        if position is None or not position.startswith(REVERSAL):
            return None
        return cls(*map(int, position.split()[1:]))


@frozen(eq=False)
class Earlier:
    """What was posted for a window before: the measure of each source, in parts of the scale, and the pay of each.

    ``exact`` is what was due then, unrounded; ``kept`` is what refunds that reverse the lines of their sale left beyond
    it. ``deals`` has the deal of each source that belongs to one.
    """

    measures: Mapping[Source, int] = field(factory=dict)
    amounts: Mapping[Source, int] = field(factory=dict)
    deals: Mapping[Source, int] = field(factory=dict)
    exact: Fraction = ZERO
    kept: int = 0

    @property
    def measure(self) -> int:
        """All that was measured."""
        return sum(self.measures.values())

    @property
    def posted(self) -> int:
        """All that was paid."""
        return sum(self.amounts.values())

    def by_deal(self) -> Mapping[int, "Earlier"]:
        """What was posted for each deal."""
        sources: defaultdict[int, list[Source]] = defaultdict(list)
        for source in self.amounts:
            sources[self.deals.get(source, 0)].append(source)
        return {
            deal: Earlier(
                {each: self.measures[each] for each in theirs if each in self.measures},
                {each: self.amounts[each] for each in theirs if each in self.amounts},
                dict.fromkeys(theirs, deal),
            )
            for deal, theirs in sources.items()
        }


NEW = Earlier()


@attrs.define
class Carried:
    """What was due and posted for a payment so far, where the payment is what is rounded."""

    exact: Fraction = ZERO
    posted: int = 0

    def line(self, due: Fraction, rounds: Rounds) -> int:
        """What a line pays for what is due beyond the lines before it."""
        self.exact += due
        paid = rounds.of(self.exact) - self.posted
        self.posted += paid
        return paid


def changed(entries: Sequence[Any], earlier: Earlier, day: str) -> list[Any]:
    """What was not posted yet of some entries: new ones, by how much others changed, and on ``day`` what is gone."""
    if not earlier.measures:
        return list(entries)
    left = dict(earlier.measures)
    found = []
    for row in entries:
        before = left.pop((row[e.ABOUT], row[e.SOURCE]), None)
        if before is None:
            found.append(row)
        elif before != row[e.MEASURE]:
            found.append((*row[:3], row[e.MEASURE] - before, *row[4:]))
    gone = [
        of_figure(day, -measure, about, source=source)._replace(deal=earlier.deals.get((about, source), 0))
        for (about, source), measure in sorted(left.items())
        if measure
    ]
    return [*found, *gone]


def of_window(entries: Sequence[Any], due: Due, earlier: Earlier, day: str) -> list[Line]:
    """The lines of one window. ``day`` is that of lines that are about no sale."""
    new = changed(entries, earlier, day)
    before = earlier.measure
    amounts = due.amounts([row[e.MEASURE] for row in new], before, due(before))
    return [*_opening(due, earlier, day), *_lines(new, amounts)]


def of_short_rows(entries: Sequence[Any], about: str, due: Due, day: str) -> list[Line]:
    """The same for short rows of sales of one kind, where nothing was posted before."""
    measures = list(map(itemgetter(e.MEASURE), entries))
    amounts = due.amounts(measures, 0, due(0))
    sources, days = map(itemgetter(e.SOURCE), entries), map(itemgetter(e.DAY), entries)
    made = zip(repeat(about), sources, repeat(0), days, measures, amounts, repeat(None), strict=False)
    return [*_opening(due, NEW, day), *made]


def _opening(due: Due, earlier: Earlier, day: str) -> list[Line]:
    """What is due for what was measured before, where that is not what was posted."""
    amount = due(earlier.measure) + earlier.kept - earlier.posted
    return [line(RATED if earlier.amounts else STANDING, 0, 0, day, 0, amount)] if amount else []


def _lines(rows: Iterable[Any], amounts: Iterable[int]) -> Iterator[Line]:
    for row, amount in zip(rows, amounts, strict=True):
        yield line(row[e.ABOUT], row[e.SOURCE], row[e.DEAL], row[e.DAY], row[e.MEASURE], amount)


def by_step(
    entries: Sequence[Any], due: Due, earlier: Earlier, day: str, carried: Carried | None = None
) -> list[Line]:
    """The lines of one window where each step is rounded by itself, or with ``carried`` only the payment."""
    new = changed(entries, earlier, day)
    n = earlier.measure
    before = due.exact(n)
    rounds = due.rounds

    def paid(exact: Fraction) -> int:
        return rounds.of(exact) if carried is None else carried.line(exact, rounds)

    opening = paid(before - earlier.exact)
    lines = [] if not opening else [line(RATED if earlier.amounts else STANDING, 0, 0, day, 0, opening)]
    amounts = []
    for row in new:
        n += row[e.MEASURE]
        now = due.exact(n)
        amounts.append(paid((now - before) * share_of(row)))
        before = now
    return [*lines, *_lines(new, amounts)]


def by_reversal(entries: Sequence[Any], due: Due, earlier: Earlier, day: str) -> tuple[list[Line], int]:
    """The lines of one window in which a refund takes back what the lines of its sale paid, in proportion; and by how
    much more than what is due that leaves, which later lines keep.
    """
    n, kept = earlier.measure, earlier.kept
    posted = earlier.posted
    measures, amounts = dict(earlier.measures), dict(earlier.amounts)
    taken: defaultdict[Source, list[int]] = defaultdict(lambda: [0, 0])
    for row in entries:
        source = (row[e.ABOUT], row[e.SOURCE])
        if row[e.REVERSES] is not None and source in earlier.amounts:
            back = taken[row[e.ABOUT], row[e.REVERSES]]
            back[0] += earlier.measures.get(source, 0)
            back[1] += earlier.amounts[source]
    lines = []
    if opening := due(n) + kept - posted:
        lines.append(line(RATED if earlier.amounts else STANDING, 0, 0, day, 0, opening))
        posted += opening
    for row in changed(entries, earlier, day):
        source, sale = (row[e.ABOUT], row[e.SOURCE]), (row[e.ABOUT], row[e.REVERSES] or 0)
        n += row[e.MEASURE]
        place = None
        if row[e.REVERSES] is not None and measures.get(sale):
            back = taken[sale]
            place = Reversal(sale[1], measures[sale], amounts.get(sale, 0), *back).position
            back[0] += row[e.MEASURE]
            whole = due.rounds.of(Fraction(amounts.get(sale, 0) * back[0], measures[sale]))
            amount, back[1] = whole - back[1], whole
            kept = posted + amount - due(n)
        else:
            amount = due(n) + kept - posted
        measures[source] = measures.get(source, 0) + row[e.MEASURE]
        amounts[source] = amounts.get(source, 0) + amount
        posted += amount
        lines.append(
            line(row[e.ABOUT], row[e.SOURCE], row[e.DEAL], row[e.DAY], row[e.MEASURE], amount, place)
        )
    return lines, kept


def taken_back(earlier: Earlier, day: str) -> list[Line]:
    """The lines that take back all that was posted, where nothing is left to be paid for."""
    sources = sorted({*earlier.measures, *earlier.amounts})
    return [
        line(
            about, id, earlier.deals.get((about, id), 0), day, -earlier.measures.get((about, id), 0), -amount
        )
        for about, id in sources
        if (amount := earlier.amounts.get((about, id), 0)) or earlier.measures.get((about, id))
    ]


def share_of(row: Sequence[Any]) -> Fraction:
    """The part of the pay for a sale that is the member's."""
    share: e.Share | None = row[e.SHARE]
    return ONE if share is None else share.part
