"""What forecasts said on the first day of past periods, against what came true."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

import sqlalchemy as sa
from attrs import evolve

from dealwright import PPM, Chart, Column, Money, Period, Selection, Session, Table, Unit
from dealwright_funnel.cohorts import unit_of
from dealwright_funnel.deals import Deals, heading
from dealwright_funnel.forecast import add, probability, weighted
from dealwright_funnel.spread import millionths
from dealwright_funnel.stages import Road
from dealwright_funnel.wording import _

# So many of the latest periods are looked at where none is named.
LATEST = 12
COLUMNS = (
    Column("deals", "Deals forecast", "integer"),
    Column("weighted", "Forecast", "money"),
    Column("came", "Of them won", "integer"),
    Column("won_deals", "Deals won", "integer"),
    Column("won", "Won", "money"),
    Column("deviation", "Deviation", "ratio"),
    Column("undated", "Without expected close", "integer"),
)
NOTE = _(
    "Moves tell the stage that a deal was in. Amounts and expected closes are those known today, probabilities those"
    " of the stages: what they were then is not kept"
)


def forecast_accuracy(road: Road, session: Session, selection: Selection) -> Table:
    """The table of the report ``forecast-accuracy``."""
    unit, today = unit_of(selection), selection.as_of or session.today
    won = _won(road, session, selection, unit)
    rows = []
    for period in _periods(road, session, selection, unit, today):
        said = _said(road, session, selection, period)
        true = won.get(period, Counter())
        deviation = Fraction(said["weighed"], PPM) - true["minor"]
        rows.append(
            (
                period.label, said["deals"], weighted(session, said), said["came"], true["deals"],
                Money(true["minor"], session.currency),
                millionths(deviation / true["minor"]) if true["minor"] else None, said["undated"],
            )
        )  # fmt: skip
    return Table(
        (heading(selection), *COLUMNS),
        tuple(rows),
        note=NOTE,
        title="Forecast accuracy",
        chart=Chart("lines", selection.by, ("weighted", "won")),
    )


def _said(road: Road, session: Session, selection: Selection, period: Period) -> Counter[str]:
    """The forecast for a period on the morning of its first day: open deals that were expected to close in it."""
    then = evolve(selection, by="", period=None, as_of=period.start - timedelta(days=1))
    now = {"stage_now": "stage", "closed_now": "closed_on"}
    deals = Deals.of(session, road, then, on="expected_close", more=now)
    t = deals.table.c
    counts: Counter[str] = Counter()
    is_due = sa.or_(t.expected_close.is_(None), t.expected_close.between(period.start, period.last))
    asked = deals.select(t.stage, t.expected_close, t.stage_now, t.closed_now).where(is_due)
    for row in session.select(asked):
        if road.means(row.stage) != "open":
            continue
        if row.expected_close is None:
            counts["undated"] += row.n
            continue
        add(counts, row, probability(road.stage(row.stage), None))
        if road.means(row.stage_now) == "won" and row.closed_now in period:
            counts["came"] += row.n
    return counts


def _won(road: Road, session: Session, selection: Selection, unit: Unit) -> dict[Period, Counter[str]]:
    """What was won in each period."""
    deals = Deals.of(session, road, evolve(selection, by="", period=None), on="closed_on")
    t = deals.table.c
    found: dict[Period, Counter[str]] = {}
    for row in session.select(deals.select(t.stage, t.closed_on)):
        if road.means(row.stage) == "won" and row.closed_on is not None:
            counts = found.setdefault(session.calendar.containing(row.closed_on, unit), Counter())
            counts.update(deals=row.n, minor=int(row.amount or 0))
    return found


def _periods(road: Road, session: Session, selection: Selection, unit: Unit, today: date) -> Iterator[Period]:
    """The past periods of the one asked for; else the latest in which deals were opened, closed or expected to."""
    calendar = session.calendar
    if selection.period is not None:
        yield from (
            each
            for each in calendar.split(selection.period, unit)
            if each.last < today and each.start > date.min
        )
        return
    t = Deals.of(session, road, evolve(selection, by=""), on="closed_on").table.c
    days = [
        each(t[name])
        for each in (sa.func.min, sa.func.max)
        for name in ("opened_on", "closed_on", "expected_close")
    ]
    known = [day for day in session.select(sa.select(*days))[0] if day is not None]
    if not known:
        return
    period = calendar.containing(min(*known, today), unit)
    end = min(max(known), today)
    found: list[Period] = []
    while period.last < today and period.start <= end:
        found.append(period)
        period = calendar.next(period)
    yield from found[-LATEST:]
