"""Deals by when they were opened, and how many of them were won within so many days."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from attrs import evolve

from dealwright import Chart, Column, InvalidValue, Period, Selection, Session, Table, Unit, share
from dealwright_funnel.deals import Deals, heading
from dealwright_funnel.stages import Road
from dealwright_funnel.wording import _

WITHIN = (30, 60, 90, 180)
UNITS: tuple[Unit, ...] = ("month", "quarter", "year")
COUNTED = (("opened", _("Opened")), ("won", _("Won")), ("lost", _("Lost")))


def unit_of(selection: Selection) -> Unit:
    """The length of the periods that a selection is by. Raises `InvalidValue` for any other dimension."""
    for unit in UNITS:
        if selection.by == unit:
            return unit
    raise InvalidValue(
        _("{by!r} is no length of time", by=selection.by), _("use {units}", units=", ".join(UNITS))
    )


def cohorts(road: Road, session: Session, selection: Selection) -> Table:
    """The table of the report ``cohorts``."""
    unit, today = unit_of(selection), selection.as_of or session.today
    deals = Deals.of(session, road, evolve(selection, by=""), on="opened_on")
    t = deals.table.c
    known: dict[Period, list[Any]] = {}
    undated = 0
    for row in session.select(deals.select(t.stage, t.opened_on, t.closed_on)):
        if row.opened_on is None:
            undated += row.n
        else:
            known.setdefault(session.calendar.containing(row.opened_on, unit), []).append(row)
    note = _("The share won within so many days is given once all deals of a cohort are that old")
    columns = [Column(f"won_{days}", _("Won in {days} days", days=days), "ratio") for days in WITHIN]
    return Table(
        (
            heading(selection),
            *(Column(name, title, "integer") for name, title in COUNTED),
            Column("disqualified", "Disqualified", "integer"),
            Column("open", "Open", "integer"),
            *columns,
        ),
        tuple((period.label, *_cells(road, period, known[period], today)) for period in sorted(known)),
        note=note
        + (_("; {undated:,} deals do not say when they were opened", undated=undated) if undated else ""),
        title="Cohorts",
        chart=Chart("heat", selection.by, tuple(each.name for each in columns), title="Share won"),
    )


def _cells(road: Road, period: Period, rows: Iterable[Any], today: date) -> list[int | None]:
    """Deals by what became of them, and the shares won, None while the youngest deals may still be."""
    counts = dict.fromkeys(("won", "lost", "disqualified", "open"), 0)
    won = dict.fromkeys(WITHIN, 0)
    for row in rows:
        means = road.means(row.stage)
        counts[means] += row.n
        if means == "won" and row.closed_on is not None:
            for days in WITHIN:
                won[days] += row.n if (row.closed_on - row.opened_on).days <= days else 0
    opened = sum(counts.values())
    shares = [share(won[days], opened) if (today - period.last).days >= days else None for days in WITHIN]
    return [opened, *counts.values(), *shares]
