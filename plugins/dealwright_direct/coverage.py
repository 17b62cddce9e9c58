"""Coverage of territories: visited customers among those assigned (拜访)."""

from typing import Annotated

import sqlalchemy as sa

from dealwright import Activity, Column, Period, Session, Table, share
from dealwright_direct.records import Account, Territory


def coverage(
    session: Session, period: Annotated[Period | None, "period of the visits, such as 2026-Q1"] = None
) -> Table:
    """Coverage of each territory: customers visited / customers assigned."""
    accounts, territories, visits = session.table(Account), session.table(Territory), session.table(Activity)
    visited = (
        sa.select(sa.literal(1))
        .where(visits.c.customer == accounts.c.customer, visits.c.kind == "visit")
        .correlate(accounts)
    )
    if period is not None:
        visited = visited.where(visits.c.on >= period.start, visits.c.on < period.end)
    counted = (
        sa.select(
            territories.c.name,
            sa.func.count(accounts.c.id),
            sa.func.sum(sa.case((visited.exists(), 1), else_=0)),
        )
        .select_from(territories.outerjoin(accounts, accounts.c.territory == territories.c.id))
        .group_by(territories.c.id, territories.c.name)
        .order_by(territories.c.name, territories.c.id)
    )
    rows = [(row[0], row[1], int(row[2]) if row[1] else 0) for row in session.select(counted)]
    assigned, seen = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return Table(
        columns=(
            Column("territory", "Territory"),
            Column("assigned", "Customers assigned", "integer"),
            Column("visited", "Customers visited", "integer"),
            Column("coverage", "Coverage", "ratio"),
        ),
        rows=tuple((*row, share(row[2], row[1])) for row in rows),
        totals=("Total", assigned, seen, share(seen, assigned)),
    )
