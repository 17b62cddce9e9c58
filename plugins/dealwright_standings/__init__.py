"""Standings (业绩排名): reports on what schemes found: who leads, how scores are spread, and what changed."""

from collections.abc import Iterator

from dealwright import Report, hookimpl
from dealwright_standings.changes import what_changed
from dealwright_standings.distribution import score_distribution
from dealwright_standings.leaders import leaderboard

dealwright_api = ">=0.1,<1"


@hookimpl
def reports() -> Iterator[Report]:
    """Reports on the runs of schemes."""
    yield Report(
        "leaderboard", leaderboard, example="dealwright report leaderboard --scheme sellers --period 2026-Q1"
    )
    yield Report(
        "score-distribution",
        score_distribution,
        example="dealwright report score-distribution --scheme sellers",
    )
    yield Report("what-changed", what_changed, example="dealwright report what-changed --scheme sellers")
