"""The classes of customers through time: those on a day, and passing from one to the next."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from dealwright import ChangingSession, Session
from dealwright_segmentation.records import Aspect, Past, Segmentation


def turned(
    session: ChangingSession,
    held: Segmentation,
    aspect: Aspect,
    segment: str,
    day: date,
    **why: str | None,
) -> Mapping[str, Any]:
    """The fields of a customer's record for a class from a day on; the class before goes into the history.

    One that began on the same day never held for a day, and leaves no trace there.
    """
    old, since = getattr(held, aspect), getattr(held, f"{aspect}_since")
    if old == segment:
        return {}
    if old is not None and since < day:
        session.add(
            Past(
                customer=held.customer,
                aspect=aspect,
                segment=old,
                since=since,
                until=day,
                basis=getattr(held, f"{aspect}_basis", None),
                evidence=getattr(held, f"{aspect}_evidence", None),
                by=getattr(held, f"{aspect}_by", None),
            )
        )
    return begun(aspect, segment, day, **why)


def begun(aspect: Aspect, segment: str, day: date, **why: str | None) -> Mapping[str, Any]:
    """The fields of a class from a day on."""
    return {
        aspect: segment,
        f"{aspect}_since": day,
        **{f"{aspect}_{name}": value for name, value in why.items()},
    }


def on_day(session: Session, aspect: Aspect, day: date, name: str) -> sa.Subquery:
    """The ``customer`` and ``segment`` of each who had a class at the end of a day.

    Where the histories of two customers were merged, the entry that began last counts.
    """
    now, then = session.table(Segmentation).alias(f"{name}_now"), session.table(Past).alias(f"{name}_then")
    since = now.c[f"{aspect}_since"]
    current = sa.select(
        now.c.customer, now.c[aspect].label("segment"), since.label("since"), sa.literal(0).label("past")
    ).where(now.c[aspect].is_not(None), since <= day)
    past = sa.select(then.c.customer, then.c.segment, then.c.since, then.c.id.label("past")).where(
        then.c.aspect == aspect, then.c.since <= day, then.c.until > day
    )
    held = sa.union_all(current, past).subquery(f"{name}_held")
    place = sa.func.row_number().over(
        partition_by=held.c.customer, order_by=(held.c.since.desc(), held.c.past)
    )
    ranked = sa.select(held.c.customer, held.c.segment, place.label("place")).subquery(f"{name}_ranked")
    return sa.select(ranked.c.customer, ranked.c.segment).where(ranked.c.place == 1).subquery(name)
