"""How the totals of a run are spread: by grade, or over ranges of equal width."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import count
from math import ceil
from typing import Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.batches import batches
from dealwright_core.evaluation.runs import Run
from dealwright_core.store import results

R = results.result.c
FINEST = -4
Rows = Sequence[Any]


@frozen
class Range:
    """How many subjects have totals from ``lowest`` up to ``below``, in points; neither is known of those without a
    total. ``grade`` is None where the scheme has none, or gave none.
    """

    grade: str | None
    lowest: Fraction | None
    below: Fraction | None
    subjects: int


def spread(connection: Connection, run: Run, most: int, only: Collection[int] | None) -> list[Range]:
    """The ranges of a run from the highest to the lowest: its grades, else at most so many of equal, round width.

    ``only`` are the subjects that count, None for all.
    """
    unit: int = run.said["unit"]
    grades: list[tuple[str, int]] = [(name, bound) for name, bound in run.said["grades"]]
    if grades:
        return list(_by_grade(connection, run, grades, only))
    rows = _rows(connection, run, [sa.func.min(R.total), sa.func.max(R.total)], [], only)
    lows, highs = ([row[at] for row in rows if row[at] is not None] for at in (0, 1))
    width, bounds = Fraction(0), list[Fraction]()
    if lows:
        width, bounds = _bounds(Fraction(min(lows), unit), Fraction(max(highs), unit), most)
    counts = _counted(connection, run, [ceil(each * unit) for each in bounds], only)
    found = [Range(None, low, low + width, counts[at, None]) for at, low in enumerate(bounds)]
    return [*found, *_without(sum(count for (at, _), count in counts.items() if at is None))]


def _by_grade(
    connection: Connection, run: Run, grades: Sequence[tuple[str, int]], only: Collection[int] | None
) -> Iterator[Range]:
    """Every grade of the scheme, then those that gates gave, and who has none."""
    counts = _counted(connection, run, [bound for __, bound in grades], only)
    of_gates = {at: gate["grade"] for at, gate in enumerate(run.said["gates"]) if gate["grade"] is not None}
    above: Fraction | None = None
    for at, (name, bound) in enumerate(grades):
        lowest = Fraction(bound, run.said["unit"])
        count = sum(n for (place, gate), n in counts.items() if place == at and gate not in of_gates)
        count += sum(n for (__, gate), n in counts.items() if gate is not None and of_gates.get(gate) == name)
        yield Range(name, lowest, above, count)
        above = lowest
    named = {name for name, __ in grades}
    for grade in dict.fromkeys(each for each in of_gates.values() if each not in named):
        count = sum(n for (__, gate), n in counts.items() if gate is not None and of_gates.get(gate) == grade)
        yield Range(grade, None, None, count)
    yield from _without(sum(n for (at, gate), n in counts.items() if at is None and gate not in of_gates))


def _without(count: int) -> Iterator[Range]:
    if count:
        yield Range(None, None, None, count)


def _counted(
    connection: Connection, run: Run, bounds: Sequence[int], only: Collection[int] | None
) -> Counter[tuple[int | None, int | None]]:
    """How many subjects there are by the number of the first bound they reach, and of the gate that blocks them."""
    place: Any = (
        sa.case(*((R.total >= bound, at) for at, bound in enumerate(bounds))) if bounds else sa.null()
    )
    counts: Counter[tuple[int | None, int | None]] = Counter()
    for row in _rows(
        connection, run, [place.label("place"), R.gate, sa.func.count()], ["place", R.gate], only
    ):
        counts[row[0], row[1]] += row[2]
    return counts


def _rows(
    connection: Connection, run: Run, columns: list[Any], keys: list[Any], only: Collection[int] | None
) -> Rows:
    statement = sa.select(*columns).where(R.run == run.id).group_by(*keys)
    if only is None:
        return connection.execute(statement).all()
    return [
        row
        for part in batches(sorted(only))
        for row in connection.execute(statement.where(R.subject.in_(part)))
    ]


def _bounds(lowest: Fraction, highest: Fraction, most: int) -> tuple[Fraction, list[Fraction]]:
    """The least round width of ranges that are few enough, and where they begin, the highest first."""
    least = FINEST if 0 < highest - lowest < 1 else 0
    steps = (n * Fraction(10) ** power for power in count(least) for n in (1, 2, 5))
    step = next(each for each in steps if highest // each - lowest // each < most)
    return step, [step * at for at in range(highest // step, lowest // step - 1, -1)]
