"""Scores by a field that no record has."""

from dealwright import ScoringRule, fields, hookimpl


@hookimpl
def scoring_rules():
    yield ScoringRule("lucky", "Lucky ones first", points=fields("opportunity").luck)
