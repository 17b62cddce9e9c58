"""Bonuses (奖金): the payout curves that plans name beside commissions."""

from collections.abc import Iterator

from dealwright import IncentiveScheme, hookimpl
from dealwright_bonus import curves, settings

dealwright_api = ">=0.1,<1"


@hookimpl
def incentive_schemes() -> Iterator[IncentiveScheme]:
    """What is no commission, and no amount that a commission's scheme pays."""
    yield IncentiveScheme(
        "target-bonus",
        "A target times the multiplier that the attainment has",
        curve=curves.target_bonus,
        settings=settings.TargetBonus,
    )
    yield IncentiveScheme(
        "guarantee",
        "A rate of the measure, and at least an amount",
        curve=curves.guarantee,
        settings=settings.Guarantee,
    )
