"""Credits as a run handles millions of them: plain tuples, whose places are stated here once.

A short row has the first five places alone: where a sale is credited as a whole to its owner, that is all there is to
know. Plain tuples of texts and numbers are what the garbage collector need not look at.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

DAY, REF, SOURCE, MEASURE, MEMBER, DEAL, ABOUT, WINDOW_DAY, REVERSES, POSITION, SHARE = range(11)
SHORT: Final = MEMBER + 1
# What a row of the database has behind an entry: the kind of fact it counts as, its currency, and what weighs it.
CLASS: Final = SHARE + 1
CURRENCY: Final = CLASS + 1
WEIGHTS: Final = CURRENCY + 1


class Share(NamedTuple):
    """The parts of several members in the pay for a sale, and which of them is the one."""

    parts: tuple[Fraction, ...]
    at: int

    @property
    def part(self) -> Fraction:
        """The member's part."""
        return self.parts[self.at]


class Entry(NamedTuple):
    """A part of a sale that is credited to somebody.

    Entries sort by ``day`` and ``ref``: the order in which they are paid. ``measure`` counts parts of a unit, which are
    stated beside a list of entries. ``about`` is the kind of ``source``. A ``deal`` is an opportunity, or what else
    sales belong together by; 0 where that does not matter. ``window_day`` decides on the window. What ``reverses`` an
    earlier source takes back what that paid. ``position`` is on the curve, where the sale has one of its own; ``share``
    says which part of the pay is this member's, None for all.
    """

    day: str
    ref: str
    source: int
    measure: int
    member: int | None
    deal: int
    about: str
    window_day: str
    reverses: int | None = None
    position: Fraction | None = None
    share: Share | None = None


def whole(rows: Iterable[Sequence[Any]], about: str) -> list[Any]:
    """Short rows as entries of sales of one kind; others as they are."""
    return [(*row, 0, about, row[DAY], None, None, None) if len(row) == SHORT else row for row in rows]


def of_figure(day: str, measure: int, about: str, *, ref: str = "", source: int = 0) -> Entry:
    """An entry that is about no sale."""
    return Entry(day, ref, source, measure, None, 0, about, day)


# What a line is about that is not about a sale.
STANDING: Final = "standing"  # what is due for nothing
RATED: Final = "rated"  # what was posted is due differently now: another rate, quota, gate or plan
FIGURE: Final = "figure"  # a measure that is not the sum of sales
PAY: Final = "pay"  # what somebody is paid by another pay
PRIZE: Final = "prize"
POOL: Final = "pool"
ADJUSTMENT: Final = "adjustment"  # what somebody entered; also the name of its pay, which no plan gives a pay
