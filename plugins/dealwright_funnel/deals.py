"""The deals of a selection, as they stand or as they stood on a day."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Self

import sqlalchemy as sa
from attrs import frozen

from dealwright import Column, Facts, Selection, Session, dimension_title
from dealwright_funnel.moves import standing
from dealwright_funnel.stages import Road

COLUMNS = (
    "id",
    "stage",
    "opened_on",
    "closed_on",
    "amount",
    "probability",
    "forecast_category",
    "expected_close",
)


@frozen
class Deals:
    """Opportunities that a selection asks for, placed in its period by the date ``on``.

    ``table`` has the columns of `COLUMNS` (the amount in minor units of the base currency) and ``grouped``. ``until``
    is the past day as of which they are, None where they are as they stand.
    """

    facts: Facts
    table: sa.Subquery
    until: date | None

    @classmethod
    def of(
        cls,
        session: Session,
        road: Road,
        selection: Selection,
        *,
        on: str,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> Self:
        """The deals of a selection: as of a past day those there were, in the stage they were in then.

        ``more`` gives further columns by name, each a path.
        """
        facts = Facts(session, "opportunity", selection, on=on)
        wanted = {each: each for each in COLUMNS} | dict(more)
        columns = [facts.column(path).label(name) for name, path in wanted.items()]
        table = facts.select(*columns).subquery("deals")
        until = past(session, selection)
        return cls(facts, table if until is None else standing(session, road, table, until), until)

    def select(self, *columns: Any) -> "sa.Select[Any]":
        """How many deals (``n``), their ``amount`` and how many have none (``without``), by ``grouped`` and these."""
        t = self.table.c
        return sa.select(
            t.grouped,
            *columns,
            sa.func.count().label("n"),
            sa.func.sum(t.amount).label("amount"),
            (sa.func.count() - sa.func.count(t.amount)).label("without"),
        ).group_by(t.grouped, *columns)


def past(session: Session, selection: Selection) -> date | None:
    """The day as of which a selection asks, None for today and days to come."""
    day = selection.as_of
    return None if day is None or day >= session.today else day


def heading(selection: Selection) -> Column:
    """The column of the groups."""
    return Column(selection.by, dimension_title(selection.by))
