"""What is counted and summed over opportunities and their product lines."""

from collections.abc import Iterator, Sequence

from attrs import evolve

from dealwright import Measure, Stage, Titled, fields
from dealwright_funnel.wording import _

DEAL = fields("opportunity")
LINE = fields("opportunity_line")


def deals(means: str, stages: list[str]) -> Measure:
    """How many deals ended, or stand, this way."""
    return Measure(
        f"{means}_count",
        _("Deals {means}", means=Titled(means)),
        facts="opportunity",
        aggregate="count",
        where=DEAL.stage.is_in(stages),
        on=day(means),
    )


def amount(means: str, stages: list[str]) -> Measure:
    """What these deals are worth."""
    return Measure(
        f"{means}_amount",
        _("Amount {means}", means=Titled(means)),
        facts="opportunity",
        value=DEAL.amount,
        where=DEAL.stage.is_in(stages),
        on=day(means),
    )


def by_line(measure: Measure) -> Measure:
    """The same over product lines: amounts of lines, and deals that have such a line."""
    counts = measure.aggregate == "count"
    return Measure(
        f"{measure.name}_by_line",
        _("{measure}, by product line", measure=measure.title),
        facts="opportunity_line",
        aggregate="distinct" if counts else "sum",
        value=LINE.opportunity.id if counts else LINE.amount,
        where=measure.where,
        on=f"opportunity.{measure.on}",
    )


def without_amount(means: str, stages: list[str]) -> Measure:
    """How many of these deals say nothing of their amount."""
    return Measure(
        f"{means}_without_amount",
        _("Deals {means} without amount", means=Titled(means)),
        facts="opportunity",
        aggregate="count",
        where=DEAL.stage.is_in(stages) & DEAL.amount.is_null(),
        on=day(means),
    )


def day(means: str) -> str:
    """The date that places a deal in a period: its close, for an open one the expected close."""
    return "expected_close" if means == "open" else "closed_on"


def all_measures(stages: Sequence[Stage]) -> Iterator[Measure]:
    """Every measure of this plugin."""
    for means in ("won", "lost", "disqualified", "open"):
        names = [stage.name for stage in stages if stage.means == means]
        if names:
            for measure in (deals(means, names), amount(means, names), without_amount(means, names)):
                yield from (measure, by_line(measure))
    yield from of_the_won(stages)


def of_the_won(stages: Sequence[Stage]) -> Iterator[Measure]:
    """Who bought for the first time, the win rate, and what a deal won is worth on average."""
    won, lost = ([each.name for each in stages if each.means == means] for means in ("won", "lost"))
    if not won:
        return
    yield Measure(
        "new_customers",
        _("New customers"),
        facts="opportunity",
        aggregate="new",
        value=DEAL.customer.id,
        where=DEAL.stage.is_in(won),
        on="closed_on",
    )
    yield evolve(deals("won", [*won, *lost]), name="closed_count", title=_("Deals won or lost"))
    yield evolve(deals("won", won), name="win_rate", title=_("Win rate"), per="closed_count")
    yield evolve(amount("won", won), name="average_won", title=_("Average deal won"), per="won_count")
