"""The reports of this plugin: functions from a session to a table."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

from dealwright import (
    PPM,
    Column,
    Group,
    Measure,
    Money,
    Period,
    Session,
    Table,
    breakdown,
    breakdown_table,
    rounded,
    share,
)

By = Annotated[
    str, "dimension: a field, a path such as customer.industry, product, team, region, month, quarter or year"
]
During = Annotated[Period | None, "period such as 2026, 2026-Q1 or 2026-03"]

LINES = ("product", "product.family")


def won(session: Session, by: By = "owner", period: During = None) -> Table:
    """Deals won and their amount, in the base currency, by any dimension.

    The day a deal was won places it in a period. By product, amounts are those of the product lines.
    """
    found = breakdown(session, _measures(session, by, "won_amount", "won_count"), by=by, period=period)
    columns = (Column("amount", "Won", "money"), Column("deals", "Deals", "integer"))
    return breakdown_table(found, columns, lambda group: (_money(session, group, 0), group.figures[1]))


def win_rate(session: Session, by: By = "owner", period: During = None) -> Table:
    """Deals won among those won or lost, by any dimension: W / (W + L).

    Disqualified deals count for neither. The day a deal was closed places it in a period.
    """
    found = breakdown(session, _measures(session, by, "won_count", "lost_count"), by=by, period=period)
    columns = (
        Column("won", "Won", "integer"),
        Column("lost", "Lost", "integer"),
        Column("win_rate", "Win rate", "ratio"),
    )
    return breakdown_table(
        found, columns, lambda group: (*group.figures, share(group.figures[0], sum(group.figures)))
    )


def pipeline(session: Session, by: By = "stage", period: During = None) -> Table:
    """Open deals with their amount and the amount weighted by probability, by any dimension.

    The day a deal is expected to close places it in a period. The weighted amount of a group is rounded once,
    half away from zero; a deal without probability weighs nothing.
    """
    asked = _measures(session, by, "open_amount", "open_count", "open_without_amount")
    probability = "probability" if asked[0].facts == "opportunity" else "opportunity.probability"
    found = breakdown(session, asked, by=by, period=period, split=probability)
    columns = (
        Column("deals", "Deals", "integer"),
        Column("amount", "Amount", "money"),
        Column("weighted", "Weighted", "money"),
        Column("without_amount", "Without amount", "integer"),
    )

    def cells(group: Group) -> Sequence[Money | int]:
        return (group.figures[1], _money(session, group, 0), _weighted(session, group), group.figures[2])

    return breakdown_table(found, columns, cells)


def _weighted(session: Session, group: Group) -> Money:
    parts = sum(figures[0] * (probability or 0) for probability, figures in group.parts)
    return Money(rounded(Fraction(parts, PPM)), session.currency)


def _money(session: Session, group: Group, at: int) -> Money:
    return Money(group.figures[at], session.currency)


def _measures(session: Session, by: str, *names: str) -> list[Measure]:
    """The measures with these names, over product lines where the dimension is a product's."""
    suffix = "_by_line" if by in LINES else ""
    known = session.contributions.measures
    return [known[f"{name}{suffix}"].item for name in names]
