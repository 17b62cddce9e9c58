"""The facts of a selection, for reports that put their own select together."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Any

import sqlalchemy as sa

from dealwright_core.contributions import Measure
from dealwright_core.expr import parse
from dealwright_core.reporting.cells import UNKNOWN
from dealwright_core.reporting.dimensions import dimension
from dealwright_core.reporting.selection import Selection
from dealwright_core.store.joining import typed
from dealwright_core.store.session import Session


class Facts:
    """Records of one kind as a selection narrows them: by its condition, and by its period at the date ``on``.

    `select` gives them with columns of one's own and with one called ``grouped``, the dimension of the selection;
    `groups` sorts rows that have this column. What ``as_of`` means is for the report to say.
    """

    def __init__(self, session: Session, kind: str, selection: Selection, *, on: str) -> None:
        today = selection.as_of or session.today
        self._joined = session.joined(kind, as_of=today)
        measure = Measure(kind, kind, facts=kind, on=on)
        by = selection.by
        self._dimension = dimension(session, self._joined, measure, by, today) if by else None
        self.is_ordered = self._dimension is not None and self._dimension.is_ordered
        self._conditions: list[sa.ColumnElement[bool]] = []
        if selection.where is not None:
            self._conditions.append(self._joined.column(typed(selection.where)))
        if selection.period is not None:
            day = self.column(on)
            self._conditions += [day >= selection.period.start, day <= selection.period.last]

    def column(self, path: str) -> "sa.ColumnElement[Any]":
        """The column at the end of a path such as ``amount``: of money minor units of the base currency."""
        return self._joined.column(parse(path))

    def select(self, *columns: "sa.ColumnElement[Any]") -> "sa.Select[Any]":
        """These columns and ``grouped`` of the facts."""
        grouped = sa.null() if self._dimension is None else self._dimension.column
        statement = self._joined.select(*columns, grouped.label("grouped")).where(*self._conditions)
        return self._joined.finish(statement)

    def groups(self, rows: Iterable[Any]) -> list[tuple[str | None, list[Any]]]:
        """The rows of each group with its label, in the order of the dimension or of the labels.

        What belongs to none comes last, with the label None.
        """
        rows = list(rows)
        values = {row.grouped for row in rows}
        known = {} if self._dimension is None else self._dimension.groups(values)
        found: defaultdict[Hashable, list[Any]] = defaultdict(list)
        places: dict[Hashable, tuple[bool, Any, str | None]] = {}
        for row in rows:
            order, label, group = known.get(row.grouped, UNKNOWN)
            places[group] = (label is None, order, label)
            found[group].append(row)
        return [(places[group][2], found[group]) for group in sorted(found, key=lambda each: places[each])]
