"""The forecast by category, with the amount weighted by probability."""

from collections import Counter
from fractions import Fraction
from typing import Any

from attrs import evolve

from dealwright import PPM, Chart, Column, Money, Selection, Session, Stage, Table, rounded
from dealwright_funnel.deals import Deals
from dealwright_funnel.stages import Road
from dealwright_funnel.wording import _

CATEGORIES = ("pipeline", "best case", "commit", "closed", "omitted")
COLUMNS = (
    Column("category", "Category"),
    Column("deals", "Deals", "integer"),
    Column("amount", "Amount", "money"),
    Column("weighted", "Weighted", "money"),
    Column("without_amount", "Without amount", "integer"),
)


def forecast(road: Road, session: Session, selection: Selection) -> Table:
    """The table of the report ``forecast``."""
    found: dict[str, Counter[str]] = {each: Counter() for each in CATEGORIES}
    deals = Deals.of(session, road, evolve(selection, period=None), on="expected_close")
    t = deals.table.c
    keys = (t.stage, t.forecast_category, t.probability, t.expected_close, t.closed_on)
    undated = 0
    for row in session.select(deals.select(*keys)):
        is_open = road.means(row.stage) == "open"
        day = row.expected_close if is_open else row.closed_on
        if selection.period is not None and (day is None or day not in selection.period):
            undated += row.n if is_open and day is None else 0
            continue
        stage = road.stage(row.stage)
        # What a deal says of itself is of today, and of an open one only.
        own = is_open and deals.until is None
        category = (row.forecast_category if own else None) or (stage.forecast if stage else CATEGORIES[0])
        add(found[category], row, probability(stage, row.probability if own else None))
    total: Counter[str] = Counter()
    for each in found.values():
        total.update(each)
    return Table(
        COLUMNS,
        tuple((category, *_cells(session, each)) for category, each in found.items()),
        totals=("Total", *_cells(session, total)),
        note=_("{undated:,} open deals say not when they are expected to close", undated=undated)
        if undated
        else "",
        title="Forecast",
        chart=Chart("bars", "category", ("amount", "weighted")),
    )


def probability(stage: Stage | None, own: int | None) -> int:
    """The probability of a deal in parts per million: its own, else that of its stage, else none."""
    if own is not None:
        return own
    return (stage.probability if stage else None) or 0


def add(counts: Counter[str], row: Any, probability: int) -> None:
    """Count a row of deals; ``weighed`` is their amount times probability, in millionths of minor units."""
    minor = int(row.amount or 0)
    counts.update(deals=row.n, minor=minor, weighed=minor * probability, without=row.without)


def weighted(session: Session, counts: Counter[str]) -> Money:
    """The weighted amount, rounded once, half away from zero."""
    return Money(rounded(Fraction(counts["weighed"], PPM)), session.currency)


def _cells(session: Session, counts: Counter[str]) -> tuple[Any, ...]:
    amount = Money(counts["minor"], session.currency)
    return counts["deals"], amount, weighted(session, counts), counts["without"]
