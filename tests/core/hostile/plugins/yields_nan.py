"""Yields a bound that is no number."""

from dealwright import ScoringRule, fields, hookimpl


@hookimpl
def scoring_rules():
    yield ScoringRule("nan", "Nothing", points=fields("opportunity").probability, highest=float("nan"))
