"""Commission (提成): the payout curves that plans name, from a flat rate to a slab that reprices."""

from collections.abc import Iterator

from dealwright import IncentiveScheme, hookimpl
from dealwright_commission import curves, settings

dealwright_api = ">=0.1,<1"


@hookimpl
def incentive_schemes() -> Iterator[IncentiveScheme]:
    """Ways to pay for what was sold."""
    yield IncentiveScheme("flat", "One rate for everything", curve=curves.flat, settings=settings.Flat)
    yield IncentiveScheme(
        "slab", "Each tier's rate for what lies within it", curve=curves.slab, settings=settings.Slab
    )
    yield IncentiveScheme(
        "whole", "The rate that is reached, for everything", curve=curves.whole, settings=settings.Whole
    )
    yield IncentiveScheme(
        "overage",
        "The rate that is reached, for all above quota",
        curve=curves.overage,
        settings=settings.Overage,
    )
    yield IncentiveScheme(
        "lookup", "The amount of the tier that is reached", curve=curves.lookup, settings=settings.Lookup
    )
    yield IncentiveScheme(
        "interpolated",
        "Straight from point to point",
        curve=curves.interpolated,
        settings=settings.Interpolated,
    )
    yield IncentiveScheme(
        "fixed", "One amount, whatever was sold", curve=curves.fixed, settings=settings.Fixed
    )
