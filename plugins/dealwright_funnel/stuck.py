"""Open deals that have been in their stage longer than deals that moved on were."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any

import sqlalchemy as sa
from attrs import evolve

from dealwright import Chart, Column, InvalidValue, Money, Selection, Session, Table, joined
from dealwright_funnel.deals import Deals
from dealwright_funnel.moves import since, stays
from dealwright_funnel.spread import Spread
from dealwright_funnel.stages import Road
from dealwright_funnel.wording import _

Percent = Annotated[int, "percentage of the deals that moved on which stayed no longer, 1 to 99"]
Most = Annotated[int, "how many deals to list at most"]

# So many stays tell how long a stage takes.
ENOUGH = 20
COLUMNS = (
    Column("ref", "Deal"),
    Column("name", "Name"),
    Column("stage", "Stage"),
    Column("owner", "Owner"),
    Column("amount", "Amount", "money"),
    Column("since", "Since", "date"),
    Column("days", "Days in stage", "duration"),
    Column("usual", "Usual at most", "duration"),
)


def stuck(road: Road, session: Session, selection: Selection, percent: int, most: int) -> Table:
    """The table of the report ``stuck``."""
    if not 1 <= percent <= 99:
        raise InvalidValue(_("percent is {percent}", percent=percent), _("use 1 to 99"))
    if most < 1:
        raise InvalidValue(_("most is {most}", most=most), _("list at least one deal"))
    spreads = _spreads(road, session, selection)
    limits = _limits(spreads, percent)
    today = selection.as_of or session.today
    found = sorted(
        _stuck(road, session, selection, limits, today),
        key=lambda row: (limits[row.stage] - (today - row.since).days, row.ref),
    )
    titles = {each.name: each.title for each in road.open}
    rows = (
        (
            row.ref, row.title, titles[row.stage], row.owner,
            None if row.amount is None else Money(row.amount, session.currency),
            row.since, (today - row.since).days, limits[row.stage],
        )
        for row in found[:most]
    )  # fmt: skip
    notes = (
        [_("{most:,} of {count:,} deals are listed", most=most, count=len(found))]
        if len(found) > most
        else []
    )
    for row in _open(session, road, selection):
        if row.stage not in limits:
            size = spreads[row.stage].size if row.stage in spreads else 0
            stage = titles.get(row.stage, row.stage)
            notes.append(
                _(
                    "{n:,} open deals at {stage} cannot be judged: {size} stays that led on, {enough} needed",
                    n=row.n,
                    stage=stage,
                    size=size,
                    enough=ENOUGH,
                )
            )
    return Table(
        COLUMNS,
        tuple(rows),
        note=joined("; ", notes),
        title="Stuck deals",
        chart=Chart("bars", "ref", ("days",)),
    )


def _spreads(road: Road, session: Session, selection: Selection) -> Mapping[str, Spread]:
    """The days of the stays in each open stage that ended further on, of all deals that the condition lets through,
    whenever they were opened.
    """
    deals = Deals.of(session, road, evolve(selection, period=None), on="opened_on")
    return stays(session, road, deals.table, deals.until, led_on=True)


def _limits(spreads: Mapping[str, Spread], percent: int) -> Mapping[str, int]:
    """The days that so many percent of the stays do not exceed, where there are enough of them."""
    found = {name: each.percentile(percent) for name, each in spreads.items() if each.size >= ENOUGH}
    return {name: days for name, days in found.items() if days is not None}


def _open(session: Session, road: Road, selection: Selection) -> Iterator[Any]:
    """How many open deals there are in each stage."""
    deals = Deals.of(session, road, selection, on="opened_on")
    for row in session.select(deals.select(deals.table.c.stage)):
        if road.means(row.stage) == "open":
            yield row


def _stuck(
    road: Road, session: Session, selection: Selection, limits: Mapping[str, int], today: date
) -> Iterator[Any]:
    deals = Deals.of(
        session, road, selection, on="opened_on", more={"ref": "ref", "title": "name", "owner": "owner.name"}
    )
    table = since(session, deals.table, deals.until)
    for stage, limit in limits.items():
        before = today - timedelta(days=limit)
        yield from session.select(sa.select(table).where(table.c.stage == stage, table.c.since < before))
