"""Yields texts where rules are asked for."""

from dealwright import hookimpl


@hookimpl
def scoring_rules():
    yield "ten points for everybody"
