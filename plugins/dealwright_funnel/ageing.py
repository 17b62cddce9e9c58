"""How old open deals are."""

from collections import Counter
from datetime import date
from typing import Any

from dealwright import Chart, Column, Money, Selection, Session, Table
from dealwright_funnel.deals import Deals
from dealwright_funnel.stages import Road
from dealwright_funnel.wording import _

# The last day of each bucket; what is older comes behind.
BUCKETS = (30, 60, 90, 180, 365)


def ageing(road: Road, session: Session, selection: Selection) -> Table:
    """The table of the report ``ageing``."""
    today = selection.as_of or session.today
    deals = Deals.of(session, road, selection, on="opened_on")
    t = deals.table.c
    found: dict[str | None, Counter[str]] = {label: Counter() for label in _labels()}
    for row in session.select(deals.select(t.stage, t.opened_on)):
        if road.means(row.stage) == "open":
            counts = found[_bucket(row.opened_on, today)]
            counts.update(deals=row.n, minor=int(row.amount or 0), without=row.without)
    total: Counter[str] = Counter()
    for counts in found.values():
        total.update(counts)

    def cells(counts: Counter[str]) -> tuple[Any, ...]:
        return counts["deals"], Money(counts["minor"], session.currency), counts["without"]

    return Table(
        (
            Column("age", "Days open"),
            Column("deals", "Deals", "integer"),
            Column("amount", "Amount", "money"),
            Column("without_amount", "Without amount", "integer"),
        ),
        tuple((label, *cells(counts)) for label, counts in found.items() if label or counts["deals"]),
        totals=("Total", *cells(total)),
        title="Age of open deals",
        chart=Chart("bars", "age", ("deals",)),
    )


def _labels() -> list[str | None]:
    """What the buckets are called; the last is for deals that do not say when they were opened."""
    starts = [0, *(day + 1 for day in BUCKETS)]
    spans = [_("{start} to {end}", start=start, end=end) for start, end in zip(starts, BUCKETS, strict=False)]
    return [*spans, _("over {buckets}", buckets=BUCKETS[-1]), None]


def _bucket(opened: date | None, today: date) -> str | None:
    if opened is None:
        return None
    at = sum((today - opened).days > end for end in BUCKETS)
    return _labels()[at]
