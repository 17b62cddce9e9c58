"""What customers bought: figures of each over a window, and the classes that follow from them, in one select."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from dealwright import Customer, InvalidValue, Opportunity, Session, parse
from dealwright_segmentation.records import NONE, Segmentation
from dealwright_segmentation.scale import Scale
from dealwright_segmentation.wording import _


def figures(session: Session, scale: Scale, day: date) -> sa.Subquery:
    """A row for each customer who bought by the end of a day: the ``last`` day, how often ``ever``, and in the window
    that ends there the number of ``purchases``, and ``money`` and ``margin`` in minor units of the base currency.
    """
    joined = session.joined("opportunity", as_of=day)
    margin = sa.null() if scale.margin is None else joined.column(parse(scale.margin))
    columns = (joined.table.c.customer, joined.table.c.stage, joined.table.c.closed_on)
    amount = joined.column(parse("amount")).label("amount")
    deal = joined.finish(joined.select(*columns, amount, margin.label("margin"))).subquery("deal").c
    in_window = deal.closed_on > scale.start(day)
    sums = [
        sa.func.sum(sa.case((in_window, sa.func.coalesce(worth, 0)), else_=0)).label(name)
        for name, worth in (
            ("money", deal.amount),
            ("margin", sa.literal(0) if scale.margin is None else deal.margin),
        )
    ]
    return (
        sa.select(
            deal.customer,
            sa.func.max(deal.closed_on).label("last"),
            sa.func.count().label("ever"),
            sa.func.sum(sa.case((in_window, 1), else_=0)).label("purchases"),
            *sums,
        )
        .where(deal.stage.in_(scale.won), deal.closed_on <= day, deal.customer.is_not(None))
        .group_by(deal.customer)
        .subquery("figures")
    )


def scores(session: Session, scale: Scale, day: date) -> sa.Subquery:
    """The figures with a score for each dimension, compared with the customers who bought in the window."""
    known = figures(session, scale, day)
    columns = {
        "recency": known.c.last, "frequency": known.c.purchases, "money": known.c.money, "margin": known.c.margin,
    }  # fmt: skip
    bought = sa.case((known.c.purchases > 0, 1), else_=0)
    scored = [
        each.score(columns[each.name], bought, day).label(f"{each.name}_score") for each in scale.dimensions
    ]
    return sa.select(*known.c, *scored).subquery("scores")


def classified(session: Session, scale: Scale, day: date) -> sa.Subquery:
    """The scores with their ``total`` and the classes that follow: ``value`` and ``behaviour``."""
    s = scores(session, scale, day)
    total: Any = sum((s.c[f"{each.name}_score"] for each in scale.dimensions), start=sa.literal(0))
    return sa.select(
        *s.c,
        total.label("total"),
        scale.value(total, s.c.purchases).label("value"),
        scale.behaviour(s.c.ever, s.c.purchases).label("behaviour"),
    ).subquery("classified")


def moved(session: Session, scale: Scale, day: date) -> "sa.Select[Any]":
    """The customers whose classes are others than those on record, in the order of their ids."""
    found = classified(session, scale, day)
    held = session.table(Segmentation).alias("held")
    differs = [
        sa.or_(held.c[each].is_(None), held.c[each] != found.c[each]) for each in ("value", "behaviour")
    ]
    return (
        sa.select(
            *found.c,
            held.c.id.label("held"),
            held.c.value.label("old_value"),
            held.c.behaviour.label("old_behaviour"),
        )
        .select_from(found.outerjoin(held, held.c.customer == found.c.customer))
        .where(sa.or_(*differs))
        .order_by(found.c.customer)
    )


def withdrawn(session: Session, scale: Scale, day: date) -> "sa.Select[Any]":
    """The customers with a class on record who bought nothing, as it turned out, in the order of their ids.

    What those who were merged into others bought is now the others': they keep what is on record.
    """
    held, customer = session.table(Segmentation).alias("held"), session.table(Customer).alias("buyer")
    deal = session.table(Opportunity).alias("deal")
    bought = sa.exists(
        sa.select(deal.c.id).where(
            deal.c.customer == held.c.customer, deal.c.stage.in_(scale.won), deal.c.closed_on <= day
        )
    )
    return (
        sa.select(held.c.customer, held.c.value.label("old_value"), held.c.behaviour.label("old_behaviour"))
        .select_from(held.join(customer, customer.c.id == held.c.customer))
        .where(
            customer.c.merged_into.is_(None), sa.or_(held.c.value != NONE, held.c.behaviour != NONE), ~bought
        )
        .order_by(held.c.customer)
    )


def rows(session: Session, statement: "sa.Select[Any]") -> Any:
    """What a select gives. Raises `InvalidValue` where the amounts of a customer do not fit into 64 bits."""
    try:
        return session.select(statement)
    except sa.exc.DBAPIError as error:
        if "integer overflow" not in str(error.orig):
            raise
        raise InvalidValue(_("the amounts of a customer sum up to more than fits into 64 bits")) from None
