"""The engine of breakdowns: one grouped select, then exact sums by group."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from attrs import frozen

from dealwright_core.contributions import Measure
from dealwright_core.errors import InvalidValue, UsageError
from dealwright_core.expr import parse
from dealwright_core.language import core as _
from dealwright_core.reporting.cells import Cells, Group
from dealwright_core.reporting.dimensions import Dimension, dated, dimension
from dealwright_core.reporting.selection import Selection
from dealwright_core.store.joining import Joined, typed
from dealwright_core.store.session import Session
from dealwright_core.values import LARGEST

HALF = 32


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
    selection: Selection,
    split: str | None = None,
) -> Breakdown:
    """Break measures over the same facts down by the dimension of a selection.

    ``by`` is a field (``stage``), a link (``owner``), a path (``customer.industry``), ``month``, ``quarter``,
    ``year``, ``team``, ``office`` or ``region``. Of the facts for which ``where`` is true a measure counts those whose
    date lies in ``period`` and is not after ``as_of``. ``split`` names a field by whose values the figures of each
    group are given separately too. Periods come in order of time and stages in theirs, other groups by the first
    figure.
    """
    first = measures[0]
    if any(each.facts != first.facts for each in measures):
        raise UsageError(_("one breakdown takes measures over the same facts"))
    for each in measures:
        if each.per is not None:
            raise UsageError(
                _("measure {name} is divided by {per}, so it does not add up", name=each.name, per=each.per),
                _("break the two down"),
            )
    today = selection.as_of or session.today
    joined = session.joined(first.facts, as_of=today)
    grouped = dimension(session, joined, first, selection.by, today)
    keys = [grouped.column.label("grouped")]
    keys.append((joined.column(parse(split)) if split else sa.null()).label("parted"))
    columns = [_figure(joined, each, selection).label(f"f{n}") for n, each in enumerate(measures)]
    statement = joined.select(*keys, *columns)
    if selection.where is not None:
        statement = joined.where(statement, typed(selection.where))
    facts = joined.finish(statement).subquery("facts")
    rows = _sums(session, measures, facts)
    known = grouped.groups({row.grouped for row in rows})
    cells = Cells(known, len(measures))
    for row in rows:
        cells.add(row.grouped, row.parted, [_whole(row, n) for n in range(len(measures))])
    for n, each in enumerate(measures):
        if each.aggregate == "distinct":
            cells.count(n, session.select(_different(facts, facts.c[f"f{n}"])))
    found = Breakdown(selection.by, tuple(cells.groups(grouped.is_ordered)), cells.total())
    for group in (*found.groups, found.totals):
        _check_size(measures, group)
    return found


def figures(
    session: Session, measure: Measure, selection: Selection
) -> tuple[Dimension, list[tuple[Any, int]]]:
    """A measure by the dimension of a selection, as the database groups it: a figure for each value of its column; of
    a `distinct` measure the values that it counts, each once for a group. One that is divided is given undivided.
    """
    today = selection.as_of or session.today
    joined = session.joined(measure.facts, as_of=today)
    grouped = dimension(session, joined, measure, selection.by, today)
    columns = [grouped.column.label("grouped"), sa.null().label("parted")]
    figure = _figure(joined, measure, selection).label("f0")
    facts = joined.finish(joined.select(*columns, figure)).subquery("facts")
    if measure.aggregate == "distinct":
        return grouped, [(row[0], row[2]) for row in session.select(_different(facts, facts.c.f0))]
    return grouped, [(row.grouped, _whole(row, 0)) for row in _sums(session, [measure], facts)]


def _figure(joined: Joined, measure: Measure, selection: Selection) -> "sa.ColumnElement[Any]":
    """What one fact adds to a measure, null where it does not count."""
    if measure.value is None and measure.aggregate != "count":
        raise UsageError(
            _(
                "measure {measure} has no value to {aggregate}",
                measure=measure.name,
                aggregate=measure.aggregate,
            )
        )
    value = sa.literal(1) if measure.value is None else joined.column(measure.value)
    conditions = [] if measure.where is None else [joined.column(measure.where)]
    if measure.aggregate == "new":
        conditions.append(_is_first(joined, measure, sa.case((sa.and_(sa.true(), *conditions), value))))
    period, as_of = selection.period, selection.as_of
    if period is not None:
        day = joined.column(dated(measure))
        conditions += [day >= period.start, day <= period.last]
    if as_of is not None:
        conditions.append(joined.column(dated(measure)) <= as_of)
    return sa.case((sa.and_(sa.true(), *conditions), value), else_=sa.null())


def _is_first(joined: Joined, measure: Measure, counted: "sa.ColumnElement[Any]") -> "sa.ColumnElement[bool]":
    """Whether a fact is the earliest of those that count with its value."""
    order = (sa.nulls_last(joined.column(dated(measure))), joined.table.c.id)
    return sa.func.row_number().over(partition_by=counted, order_by=order) == 1


def _sums(session: Session, measures: Sequence[Measure], facts: sa.FromClause) -> Sequence[Any]:
    """The figures of the measures in columns f0, f1, ... by ``grouped`` and ``parted``; see `_whole`."""
    keys = (facts.c.grouped, facts.c.parted)
    # Facts that no measure counts need not be grouped.
    counted = sa.or_(*(facts.c[f"f{n}"].is_not(None) for n in range(len(measures))))

    def select(*, halved: bool) -> "sa.Select[Any]":
        columns = []
        for n, each in enumerate(measures):
            columns += _aggregates(each, facts.c[f"f{n}"], n, halved)
        return sa.select(*keys, *columns).where(counted).group_by(*keys)

    try:
        return session.select(select(halved=False))
    except sa.exc.OperationalError as error:
        # SQLite sums in 64 bits and says so; PostgreSQL takes more by itself.
        if "integer overflow" not in str(error.orig):
            raise
        return session.select(select(halved=True))


def _aggregates(
    measure: Measure, column: "sa.ColumnElement[Any]", n: int, halved: bool
) -> "list[sa.ColumnElement[Any]]":
    """Of a `distinct` measure only whether there is any value: `Cells.count` gives the number."""
    if measure.aggregate != "sum":
        return [sa.func.count(column).label(f"f{n}")]
    if not halved:
        return [sa.func.sum(column).label(f"f{n}")]
    low = sa.func.sum(column.bitwise_and(2**HALF - 1)).label(f"f{n}")
    return [low, sa.func.sum(column.bitwise_rshift(HALF)).label(f"high{n}")]


def _whole(row: Any, n: int) -> int:
    """The figure of a measure, put together where it was summed in halves. The upper one bears the sign."""
    low, high = getattr(row, f"f{n}"), getattr(row, f"high{n}", 0)
    return int(low or 0) + (int(high or 0) << HALF)


def _different(facts: sa.FromClause, value: "sa.ColumnElement[Any]") -> "sa.Select[Any]":
    """The values that a measure counts, each once for a group and part."""
    return sa.select(facts.c.grouped, facts.c.parted, value).where(value.is_not(None)).distinct()


def _check_size(measures: Sequence[Measure], group: Group) -> None:
    for measure, figure in zip(measures, group.figures, strict=True):
        if abs(figure) > LARGEST:
            of = group.label or _("facts without a group")
            raise InvalidValue(
                _(
                    "the sum of measure {measure}, {of}, is {figure}, which does not fit into 64 bits",
                    measure=measure.name,
                    of=of,
                    figure=figure,
                ),
                _("ask for a shorter period"),
            )
