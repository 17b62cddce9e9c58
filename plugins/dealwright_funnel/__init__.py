"""Where deals are won and lost (销售漏斗): won value, win rate and pipeline by any dimension."""

from collections.abc import Iterator

from dealwright import Deployment, Measure, Report, hookimpl
from dealwright_funnel import measures as measured
from dealwright_funnel.reports import pipeline, win_rate, won

dealwright_api = ">=0.1,<1"


@hookimpl
def measures(deployment: Deployment) -> Iterator[Measure]:
    """Deals and amounts won, lost, disqualified and open."""
    yield from measured.all_measures(deployment.stages)


@hookimpl
def reports() -> Iterator[Report]:
    """The three reports."""
    yield Report("won", won, example="dealwright report won --by region")
    yield Report("win-rate", win_rate, example="dealwright report win-rate --by owner")
    yield Report("pipeline", pipeline, example="dealwright report pipeline --by stage")
