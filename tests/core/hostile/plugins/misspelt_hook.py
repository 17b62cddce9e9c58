"""Implements a hook that does not exist."""

from dealwright import hookimpl


@hookimpl
def scoring_rule():
    return []
