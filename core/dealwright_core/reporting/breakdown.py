"""The engine of breakdowns: one grouped select, then exact sums by group."""

from collections.abc import Hashable, Sequence
from typing import Any

import sqlalchemy as sa
from attrs import field, frozen

from ..contributions import Measure
from ..errors import UsageError
from ..store.joining import Joined
from ..store.session import Session
from ..values import Period
from .dimensions import dated, dimension

NONE = "(none)"


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
    time, other groups by the first figure.
    """
    first = measures[0]
    if any(each.facts != first.facts for each in measures):
        raise UsageError("one breakdown takes measures over the same facts")
    joined = session.joined(first.facts)
    grouped = dimension(session, joined, first, by)
    keys = [grouped.column.label("grouped")]
    keys.append((joined.column(_field(split)) if split else sa.null()).label("parted"))
    columns = [_figure(joined, each, period).label(f"f{n}") for n, each in enumerate(measures)]
    inner = joined.finish(joined.select(*keys, *columns)).subquery("facts")
    sums = [_total(each, inner.c[f"f{n}"]) for n, each in enumerate(measures)]
    statement = sa.select(inner.c.grouped, inner.c.parted, *sums).group_by(inner.c.grouped, inner.c.parted)
    rows = session.select(statement)
    whole = None
    if any(each.aggregate == "distinct" for each in measures):
        # A fact may count in several groups, so their sum is not the total.
        whole = tuple(int(each) for each in session.select(sa.select(*sums))[0])
    return _gather(
        by, grouped.groups([row[0] for row in rows]), rows, len(measures), split is not None, whole
    )


def _field(name: str) -> Any:
    from ..expr import parse

    return parse(name)


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


def _gather(
    by: str, known: Any, rows: Sequence[Any], width: int, split: bool, counted: tuple[int, ...] | None
) -> Breakdown:
    nothing = (0,) * width
    sums: dict[Hashable, tuple[int, ...]] = {}
    parts: dict[Hashable, dict[Any, tuple[int, ...]]] = {}
    names: dict[Hashable, tuple[Any, str | None]] = {}
    whole: dict[Any, tuple[int, ...]] = {}
    for row in rows:
        figures = tuple(int(each) for each in row[2:])
        if not any(figures):
            continue
        order, label, group = known.get(row[0], ("", None, None))
        names[group] = (order, label)
        sums[group] = _plus(sums.get(group, nothing), figures)
        part = parts.setdefault(group, {})
        part[row[1]] = _plus(part.get(row[1], nothing), figures)
        whole[row[1]] = _plus(whole.get(row[1], nothing), figures)
    timely = by in ("month", "quarter", "year")

    def position(group: Hashable) -> tuple[Any, ...]:
        order, label = names[group]
        if timely:
            return (label is None, order if label is not None else "", "")
        return (label is None, tuple(-each for each in sums[group]), order)

    ordered = sorted(sums, key=position)
    groups = tuple(
        Group(names[each][1], sums[each], tuple(parts[each].items()) if split else ()) for each in ordered
    )
    total = nothing
    for each in sums.values():
        total = _plus(total, each)
    total = counted or total
    return Breakdown(by, groups, Group("total", total, tuple(whole.items()) if split else ()))


def _plus(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))
