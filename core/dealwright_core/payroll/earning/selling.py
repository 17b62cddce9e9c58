"""The lines where a sale is paid by itself: deals that are windows of their own, shares of the pay, own positions."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from operator import itemgetter
from typing import Any

from dealwright_core.payroll.crediting import entries as e
from dealwright_core.payroll.crediting.entries import RATED, STANDING
from dealwright_core.payroll.earning.dues import Due, Rounds
from dealwright_core.payroll.earning.posting import (
    CLOSED,
    DAY,
    NEW,
    Earlier,
    Line,
    changed,
    line,
    share_of,
    taken_back,
)


def of_deals(
    entries: Sequence[Any], due_of: Callable[[Sequence[Any]], Due], earlier: Earlier, day: str
) -> list[Line]:
    """The lines where each deal is a window of its own, in the order of days."""
    deals: defaultdict[int, list[Any]] = defaultdict(list)
    for row in entries:
        deals[row[e.DEAL]].append(row)
    lines: list[Line] = []
    known = earlier.by_deal()
    for deal in sorted({*deals, *known}):
        before = known.get(deal, NEW)
        if rows := deals.get(deal):
            lines += _of_deal(deal, rows, due_of(rows), before, day)
        else:
            lines += taken_back(before, day)
    return sorted(lines, key=itemgetter(DAY))


def _of_deal(deal: int, rows: Sequence[Any], due: Due, earlier: Earlier, day: str) -> Iterator[Line]:
    """The lines of one deal. What is due for nothing its first sale pays; what is due differently names the deal."""
    new = changed(rows, earlier, day)
    share: e.Share | None = rows[0][e.SHARE]

    def paid(n: int) -> int:
        if share is None:
            return due(n)
        return due.rounds.divided(due.rounds.of(due.exact(n) * sum(share.parts)), share.parts)[share.at]

    n, posted, place = earlier.measure, earlier.posted, place_of(due)
    if earlier.amounts and (opening := paid(n) - posted):
        yield line(RATED, deal, deal, day, 0, opening, place)
        posted += opening
    for row in new:
        n += row[e.MEASURE]
        now = paid(n)
        yield line(row[e.ABOUT], row[e.SOURCE], deal, row[e.DAY], row[e.MEASURE], now - posted, place)
        posted = now


def place_of(due: Due) -> str | None:
    """What a line says of where its deal stands: its position, if it has one of its own, or that a gate is closed."""
    if not due.basis.is_open:
        return CLOSED
    return None if due.basis.position is None else str(due.basis.position)


def by_share(entries: Sequence[Any], due: Due, earlier: Earlier, day: str) -> list[Line]:
    """The lines where a member is measured by whole sales and has a part of what each of them pays: the pay for a sale,
    rounded, is divided among its members by largest remainder.
    """
    standing = due(0)
    whole = due.amounts([row[e.MEASURE] for row in entries], 0, standing)
    left, measures = dict(earlier.amounts), dict(earlier.measures)
    lines = []
    if opening := standing - left.pop((STANDING, 0), 0):
        lines.append(line(STANDING, 0, 0, day, 0, opening))
    for row, amount in zip(entries, whole, strict=True):
        paid, source = _part_of(row, amount, due.rounds), (row[e.ABOUT], row[e.SOURCE])
        before, measured = left.pop(source, 0), measures.pop(source, 0)
        if paid != before or row[e.MEASURE] != measured:
            measure = row[e.MEASURE] - measured
            lines.append(line(row[e.ABOUT], row[e.SOURCE], row[e.DEAL], row[e.DAY], measure, paid - before))
    gone = Earlier({source: measures.get(source, 0) for source in left}, left, earlier.deals)
    return [*lines, *taken_back(gone, day)]


def _part_of(row: Sequence[Any], amount: int, rounds: Rounds) -> int:
    """A member's part of the pay for a sale."""
    share: e.Share | None = row[e.SHARE]
    if share is None:
        return amount
    return rounds.divided(rounds.of(Fraction(amount * sum(share.parts))), share.parts)[share.at]


def by_position(
    entries: Sequence[Any],
    due_at: Callable[[Fraction], Due],
    held: Callable[[Fraction], Fraction],
    earlier: Earlier,
    day: str,
) -> list[Line]:
    """The lines where each sale has a position of its own on the curve: a rate of it, or an amount with its sign.

    ``held`` keeps the sum of what is due, in units of lines, within cap and floor.
    """
    left, measures = dict(earlier.amounts), dict(earlier.measures)
    rounds = due_at(Fraction(0)).rounds
    total = Fraction(0)
    posted = rounds.of(held(total))
    lines = []
    if opening := posted - left.pop((STANDING, 0), 0):
        lines.append(line(STANDING, 0, 0, day, 0, opening))
    for row in entries:
        position, source = Fraction(row[e.POSITION] or 0), (row[e.ABOUT], row[e.SOURCE])
        due = due_at(position)
        sign = (row[e.MEASURE] > 0) - (row[e.MEASURE] < 0)
        earned = (
            due.exact(row[e.MEASURE])
            if due.basis.curve.kind == "rate"
            else sign * due.exact(abs(row[e.MEASURE]))
        )
        total += earned * share_of(row)
        paid = rounds.of(held(total)) - posted
        posted += paid
        before, measured = left.pop(source, 0), measures.pop(source, 0)
        if paid != before or row[e.MEASURE] != measured:
            said = str(position)
            lines.append(
                line(
                    row[e.ABOUT],
                    row[e.SOURCE],
                    row[e.DEAL],
                    row[e.DAY],
                    row[e.MEASURE] - measured,
                    paid - before,
                    said,
                )
            )
    gone = Earlier({source: measures.get(source, 0) for source in left}, left, earlier.deals)
    return [*lines, *taken_back(gone, day)]
