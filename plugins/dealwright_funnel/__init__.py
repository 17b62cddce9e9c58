"""Where deals are won and lost (销售漏斗): reports by any dimension and along the stages, and the plan to a target."""

from collections.abc import Iterator

from dealwright import Command, Deployment, Measure, Report, hookimpl
from dealwright_funnel import measures as measured
from dealwright_funnel.analyses import Analyses
from dealwright_funnel.control import Control
from dealwright_funnel.reports import pipeline, win_rate, won
from dealwright_funnel.stages import Road

dealwright_api = ">=0.1,<1"


@hookimpl
def measures(deployment: Deployment) -> Iterator[Measure]:
    """Deals and amounts won, lost, disqualified and open."""
    yield from measured.all_measures(deployment.stages)


@hookimpl
def reports(deployment: Deployment) -> Iterator[Report]:
    """Figures by any dimension, and those along the stages."""
    yield Report("won", won, example="dealwright report won --by region")
    yield Report("win-rate", win_rate, example="dealwright report win-rate --by owner")
    yield Report("pipeline", pipeline, example="dealwright report pipeline --by stage")
    along = Analyses(Road.of(deployment.stages))
    yield Report("funnel", along.funnel, example="dealwright report funnel --period 2026-Q1")
    yield Report("cycle", along.cycle, example="dealwright report cycle --by region")
    yield Report("velocity", along.velocity, example="dealwright report velocity --by region")
    yield Report("cohorts", along.cohorts, example="dealwright report cohorts --by quarter")
    yield Report("ageing", along.ageing, example="dealwright report ageing")
    yield Report("stuck", along.stuck, example="dealwright report stuck --percent 90")
    yield Report("forecast", along.forecast, example="dealwright report forecast --period 2026-Q3")
    yield Report(
        "forecast-accuracy", along.forecast_accuracy, example="dealwright report forecast-accuracy --by month"
    )


@hookimpl
def commands(deployment: Deployment) -> Iterator[Command]:
    """The plan to a target."""
    control = Control(Road.of(deployment.stages))
    example = 'dealwright funnel plan --target "900000 USD" --period 2018-Q1 --by owner'
    yield Command("funnel.plan", control.plan, reads=True, example=example)
