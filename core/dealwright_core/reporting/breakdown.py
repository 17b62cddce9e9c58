"""The engine of breakdowns: one grouped select, then exact sums by group."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from attrs import field, frozen

from ..contributions import Measure
from ..errors import UsageError
from ..expr import parse
from ..store.joining import Joined
from ..store.session import Session
from ..values import Period
from .dimensions import Dimension, dated, dimension

NOWHERE = ("nowhere",)


@frozen
class Group:
    """One value of the dimension: ``label`` is None where the facts have none; ``figures`` are in the order
    of the measures.

    Where the breakdown is split, ``parts`` holds the figures for each value of the split.
    """

    label: str | None
    figures: tuple[int, ...]
    parts: tuple[tuple[Any, tuple[int, ...]], ...] = field(default=())


@frozen
class Breakdown:
    """Groups in order, and the figures over all facts. Money is in minor units of the base currency."""

    by: str
    groups: tuple[Group, ...]
    totals: Group


def breakdown(
    session: Session,
    measures: Sequence[Measure],
    *,
    by: str,
    period: Period | None = None,
    split: str | None = None,
) -> Breakdown:
    """Break measures over the same facts down by a dimension.

    ``by`` is a field (``stage``), a link (``owner``), a path (``customer.industry``), ``month``, ``quarter``,
    ``year``, ``team``, ``office`` or ``region``. ``period`` keeps the facts whose date lies in it. ``split``
    names a field by whose values the figures of each group are given separately too. Periods come in order of
    time and stages in theirs, other groups by the first figure.
    """
    first = measures[0]
    if any(each.facts != first.facts for each in measures):
        raise UsageError("one breakdown takes measures over the same facts")
    joined = session.joined(first.facts)
    grouped = dimension(session, joined, first, by)
    keys = [grouped.column.label("grouped")]
    keys.append((joined.column(parse(split)) if split else sa.null()).label("parted"))
    columns = [_figure(joined, each, period).label(f"f{n}") for n, each in enumerate(measures)]
    inner = joined.finish(joined.select(*keys, *columns)).subquery("facts")
    sums = [_total(each, inner.c[f"f{n}"]) for n, each in enumerate(measures)]
    statement = sa.select(inner.c.grouped, inner.c.parted, *sums).group_by(inner.c.grouped, inner.c.parted)
    sums_of = _Sums(len(measures))
    known = sums_of.read(grouped, session.select(statement))
    total = sums_of.total
    if any(each.aggregate == "distinct" for each in measures):
        # A fact may count in several groups, so their sum is not the total.
        total = tuple(int(each) for each in session.select(sa.select(*sums))[0])
    return Breakdown(
        by, tuple(sums_of.groups(known, grouped.is_ordered)), Group("total", total, sums_of.parts_of(None))
    )


def _figure(joined: Joined, measure: Measure, period: Period | None) -> "sa.ColumnElement[Any]":
    """What one fact adds to a measure, null where it does not count."""
    if measure.value is None and measure.aggregate != "count":
        raise UsageError(f"measure {measure.name} has no value to {measure.aggregate}")
    value = sa.literal(1) if measure.value is None else joined.column(measure.value)
    conditions = [] if measure.where is None else [joined.column(measure.where)]
    if period is not None:
        day = joined.column(dated(measure))
        conditions += [day >= period.start, day < period.end]
    return sa.case((sa.and_(sa.true(), *conditions), value), else_=sa.null())


def _total(measure: Measure, column: "sa.ColumnElement[Any]") -> "sa.ColumnElement[Any]":
    if measure.aggregate == "count":
        return sa.func.count(column)
    if measure.aggregate == "distinct":
        return sa.func.count(sa.distinct(column))
    total: sa.ColumnElement[Any] = getattr(sa.func, measure.aggregate)(column)
    return sa.func.coalesce(total, 0)


class _Sums:
    """Rows added up by group: several values of the database may belong to one, such as the days of a quarter."""

    def __init__(self, width: int) -> None:
        self._nothing = (0,) * width
        self.total = self._nothing
        self._sums: dict[Hashable, tuple[int, ...]] = {}
        self._parts: dict[tuple[Hashable, Any], tuple[int, ...]] = {}

    def read(self, grouped: Dimension, rows: Sequence[Any]) -> dict[Hashable, tuple[Any, str | None]]:
        """Add rows of (value, part, figures...); returns the sort key and label of each group."""
        found = grouped.groups([row[0] for row in rows])
        known: dict[Hashable, tuple[Any, str | None]] = {}
        for row in rows:
            figures = tuple(int(each) for each in row[2:])
            if any(figures):
                order, label, group = found.get(row[0], ("", None, NOWHERE))
                known[group] = (order, label)
                self._add(group, row[1], figures)
        return known

    def groups(self, known: Mapping[Hashable, tuple[Any, str | None]], is_ordered: bool) -> Iterator[Group]:
        """The groups in order: their own, or the largest first; facts without a group come last."""

        def place(group: Hashable) -> tuple[Any, ...]:
            order, label = known[group]
            if label is None:
                return (1,)
            return (0, order) if is_ordered else (0, tuple(-each for each in self._sums[group]), order)

        for group in sorted(known, key=place):
            yield Group(known[group][1], self._sums[group], self.parts_of(group))

    def parts_of(self, group: Hashable) -> tuple[tuple[Any, tuple[int, ...]], ...]:
        """The figures of a group by part; of None, those of all groups together."""
        return tuple((part, figures) for (of, part), figures in self._parts.items() if of == group)

    def _add(self, group: Hashable, part: Any, figures: tuple[int, ...]) -> None:
        self._sums[group] = _plus(self._sums.get(group, self._nothing), figures)
        for of in (group, None):
            self._parts[of, part] = _plus(self._parts.get((of, part), self._nothing), figures)
        self.total = _plus(self.total, figures)


def _plus(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))
