"""The reports of this plugin: functions from a session to a table."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve

from dealwright import (
    PPM,
    Column,
    Group,
    Measure,
    Money,
    Selection,
    Session,
    Table,
    UsageError,
    breakdown,
    breakdown_table,
    rounded,
    share,
)
from dealwright_funnel.wording import _

LINES = ("product", "product.family")


def won(session: Session, selection: Selection = Selection(by="owner")) -> Table:
    """Deals won and their amount, in the base currency.

    The day a deal was won places it in a period. By product, amounts are those of the product lines.
    """
    found = breakdown(session, _measures(session, selection, "won_amount", "won_count"), selection=selection)
    columns = (Column("amount", "Won", "money"), Column("deals", "Deals", "integer"))

    def cells(group: Group) -> Sequence[Money | int]:
        return (_money(session, group, 0), group.figures[1])

    return breakdown_table(found, columns, cells, title="Won", draw=["amount"])


def win_rate(session: Session, selection: Selection = Selection(by="owner")) -> Table:
    """Deals won among those won or lost: W / (W + L).

    Disqualified deals count for neither. The day a deal was closed places it in a period.
    """
    found = breakdown(session, _measures(session, selection, "won_count", "lost_count"), selection=selection)
    columns = (
        Column("won", "Won", "integer"),
        Column("lost", "Lost", "integer"),
        Column("win_rate", "Win rate", "ratio"),
    )

    def cells(group: Group) -> Sequence[int | None]:
        return (*group.figures, share(group.figures[0], sum(group.figures)))

    return breakdown_table(found, columns, cells, title="Win rate", draw=["win_rate"])


def pipeline(session: Session, selection: Selection = Selection(by="stage")) -> Table:
    """Open deals with their amount, and the amount weighted by probability.

    The day a deal is expected to close places it in a period. The weighted amount of a group is rounded once,
    half away from zero; a deal without probability weighs nothing. Deals are as they stand today.
    """
    if selection.as_of is not None and selection.as_of != session.today:
        raise UsageError(
            _("pipeline shows deals as they stand today, not on {as_of}", as_of=selection.as_of),
            _("leave as_of out"),
        )
    asked = _measures(session, selection, "open_amount", "open_count", "open_without_amount")
    probability = "probability" if asked[0].facts == "opportunity" else "opportunity.probability"
    found = breakdown(session, asked, selection=evolve(selection, as_of=None), split=probability)
    columns = (
        Column("deals", "Deals", "integer"),
        Column("amount", "Amount", "money"),
        Column("weighted", "Weighted", "money"),
        Column("without_amount", "Without amount", "integer"),
    )

    def cells(group: Group) -> Sequence[Money | int]:
        return (group.figures[1], _money(session, group, 0), _weighted(session, group), group.figures[2])

    return breakdown_table(found, columns, cells, title="Pipeline", draw=["amount", "weighted"])


def _weighted(session: Session, group: Group) -> Money:
    parts = sum(figures[0] * (probability or 0) for probability, figures in group.parts)
    return Money(rounded(Fraction(parts, PPM)), session.currency)


def _money(session: Session, group: Group, at: int) -> Money:
    return Money(group.figures[at], session.currency)


def _measures(session: Session, selection: Selection, *names: str) -> list[Measure]:
    """The measures with these names, over product lines where the dimension is a product's."""
    suffix = "_by_line" if selection.by in LINES else ""
    known = session.contributions.measures
    return [known[f"{name}{suffix}"].item for name in names]
