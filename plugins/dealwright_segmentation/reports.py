"""Customers by their classes, those who moved between them, and key accounts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Final

import sqlalchemy as sa
from attrs import evolve, frozen

from dealwright import (
    Chart,
    Column,
    Facts,
    Member,
    Selection,
    Session,
    Table,
    UsageError,
    money,
    share,
)
from dealwright_segmentation.history import on_day
from dealwright_segmentation.purchases import figures, rows
from dealwright_segmentation.records import BEHAVIOURS, DORMANT, NEEDS, NONE, Aspect, Key
from dealwright_segmentation.scale import Scale
from dealwright_segmentation.wording import _

Of = Annotated[Aspect, "value, need or behaviour"]
SEGMENTS: Final = (
    Column("segment", "Class"),
    Column("customers", "Customers", "integer"),
    Column("share_customers", "Share of customers", "ratio"),
    Column("won", "Won", "money"),
    Column("share_won", "Share of won", "ratio"),
)
MOVES: Final = (
    Column("before", "Before"),
    Column("after", "After"),
    Column("customers", "Customers", "integer"),
)
KEYS: Final = (
    Column("customer", "Customer"),
    Column("owner", "Owner"),
    Column("since", "Since", "date"),
    Column("value", "Value class"),
    Column("won", "Won", "money"),
    Column("reasons", "Reasons"),
    Column("care_plan", "Care plan"),
)


@frozen
class Segments:
    """The reports, in a deployment with this scale."""

    scale: Scale

    def segments(self, session: Session, selection: Selection = Selection(), aspect: Of = "value") -> Table:
        """Customers by the class they are in on a day, and what they bought in the window up to it.

        The condition is over customers, and those that were merged into others are left out.
        """
        day = _day(session, selection, "segments")
        customers, bought = _customers(session, selection), figures(session, self.scale, day)
        held = on_day(session, aspect, day, "held")
        source = customers.outerjoin(held, held.c.customer == customers.c.id)
        source = source.outerjoin(bought, bought.c.customer == customers.c.id)
        columns = (held.c.segment, sa.func.count().label("n"), sa.func.sum(bought.c.money).label("won"))
        found = rows(session, sa.select(*columns).select_from(source).group_by(held.c.segment))
        counted = {row.segment: (row.n, int(row.won or 0)) for row in found}
        total, won = (sum(each[at] for each in counted.values()) for at in (0, 1))

        def cells(n: int, amount: int) -> tuple[Any, ...]:
            return (n, share(n, total), money(session, amount), share(amount, won))

        return Table(
            SEGMENTS,
            tuple((_label(name), *cells(*counted[name])) for name in self._ordered(aspect, counted)),
            totals=(_("Total"), *cells(total, won)),
            note=_(
                "Classes on {day}, amounts of the {months} months up to it", day=day, months=self.scale.months
            ),
            title=_("Customers by class"),
            chart=Chart("bars", "segment", ("customers",)),
        )

    def segment_moves(
        self,
        session: Session,
        earlier: Annotated[
            date | None, "the first of two days, by default the last one before the quarter of the second"
        ] = None,
        later: Annotated[date | None, "the second one, today where it is left out"] = None,
        selection: Selection = Selection(),
        aspect: Of = "value",
    ) -> Table:
        """Customers by the classes they were in on two days: who stayed and who moved, and where to."""
        today = _day(session, selection, "segment-moves")
        day = later or today
        first = earlier or session.calendar.containing(day, "quarter").start - timedelta(1)
        if first >= day:
            raise UsageError(
                _("{earlier} is not before {later}", earlier=first, later=day), _("give two days in order")
            )
        customers = _customers(session, selection)
        before, after = (
            on_day(session, aspect, on, name) for on, name in ((first, "before"), (day, "after"))
        )
        source = customers.outerjoin(before, before.c.customer == customers.c.id)
        source = source.outerjoin(after, after.c.customer == customers.c.id)
        pair = (before.c.segment, after.c.segment)
        statement = sa.select(pair[0].label("old"), pair[1].label("new"), sa.func.count().label("n"))
        found = rows(
            session,
            statement.select_from(source)
            .where(sa.or_(*(each.is_not(None) for each in pair)))
            .group_by(*pair),
        )
        counted = {(row.old, row.new): row.n for row in found}
        olds, news = (self._ordered(aspect, {pair[at] for pair in counted}) for at in (0, 1))
        shown = [
            (_label(old), _label(new), counted[old, new])
            for old in olds
            for new in news
            if (old, new) in counted
        ]
        moved = sum(n for (old, new), n in counted.items() if old != new)
        return Table(
            MOVES,
            tuple(shown),
            totals=(_("Total"), None, sum(counted.values())),
            note=_("{moved:,} moved between {earlier} and {later}", moved=moved, earlier=first, later=day),
            title=_("Moves between classes"),
            chart=Chart("heat", "before", ("customers",), by="after"),
        )

    def key_accounts(self, session: Session, selection: Selection = Selection()) -> Table:
        """The key accounts of a day with their owners, value classes and reasons, and what they bought in the window.

        Those who bought most come first. The condition is over customers.
        """
        day = _day(session, selection, "key-accounts")
        customers, bought = _customers(session, selection), figures(session, self.scale, day)
        held = on_day(session, "value", day, "held")
        key, owner = session.table(Key).alias("key"), session.table(Member).alias("owner")
        source = customers.join(key, key.c.customer == customers.c.id)
        source = source.outerjoin(owner, owner.c.id == key.c.owner)
        source = source.outerjoin(held, held.c.customer == customers.c.id)
        source = source.outerjoin(bought, bought.c.customer == customers.c.id)
        won = sa.func.coalesce(bought.c.money, 0)
        columns = (customers.c.ref, customers.c.name, owner.c.name.label("owner"), key.c.since, held.c.segment,
                   won.label("won"), key.c.reasons, key.c.care_plan)  # fmt: skip
        standing = sa.select(*columns).select_from(source).where(
            key.c.since <= day, sa.or_(key.c.until.is_(None), key.c.until > day)
        )  # fmt: skip
        found = sorted(rows(session, standing), key=lambda row: (-row.won, row.ref))
        return Table(
            KEYS,
            tuple(
                (
                    row.name,
                    row.owner,
                    row.since,
                    row.segment,
                    money(session, int(row.won)),
                    row.reasons,
                    row.care_plan,
                )
                for row in found
            ),
            note=_(
                "Key accounts on {day}, amounts of the {months} months up to it",
                day=day,
                months=self.scale.months,
            ),
            title=_("Key accounts"),
            chart=Chart("bars", "customer", ("won",)),
        )

    def _ordered(self, aspect: Aspect, found: "Sequence[str | None] | Any") -> list[str | None]:
        """Classes in their order, those that no one knows any more behind them, and last None."""
        orders: dict[str, tuple[str, ...]] = {
            "value": (*self.scale.names, DORMANT, NONE), "need": NEEDS, "behaviour": BEHAVIOURS,
        }  # fmt: skip
        places = {name: at for at, name in enumerate(orders[aspect])}
        return sorted(found, key=lambda name: (name is None, places.get(name or "", len(places)), name or ""))


def _customers(session: Session, selection: Selection) -> sa.Subquery:
    """The customers that a selection asks for."""
    facts = Facts(session, "customer", evolve(selection, by=""), on="created_at")
    columns = [facts.column(each).label(each) for each in ("id", "ref", "name")]
    merged = facts.column("merged_into.id")
    return facts.select(*columns).where(merged.is_(None)).subquery("customers")


def _day(session: Session, selection: Selection, report: str) -> date:
    """The day that a selection asks for. Raises `UsageError` for a period."""
    if selection.period is not None:
        raise UsageError(
            _("{report} is of a day, not of {period}", report=report, period=selection.period),
            _("give as_of instead of a period"),
        )
    return selection.as_of or session.today


def _label(name: str | None) -> str:
    return name if name is not None else _("not classified")
