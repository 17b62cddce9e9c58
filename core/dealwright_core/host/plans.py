"""The plans of a deployment beside what its plugins contribute."""

from fractions import Fraction
from typing import Any

from attrs import evolve

from dealwright_core.config.incentives import Incentives
from dealwright_core.expr import Schema
from dealwright_core.host.registry import Registry
from dealwright_core.host.schemes import curve_of
from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.plans.book import PlanBook
from dealwright_core.incentives.plans.checking import Surroundings
from dealwright_core.incentives.plans.facts import events_of


def plan_book(incentives: Incentives, registry: Registry, schema: Schema, currency: str) -> PlanBook:
    """The plans, and what they refer to: schemes and measures of plugins, records, roles and events.

    ``currency`` is that of plans that name none.
    """

    def curve(scheme: str, quota: Fraction | None, settings: Any) -> Curve:
        return curve_of(registry.incentive_schemes[scheme], quota, settings)

    around = Surroundings(
        schemes={name: each.item for name, each in registry.incentive_schemes.items()},
        curve=curve,
        measures={name: each.item for name, each in registry.measures.items()},
        schema=schema,
        roles=incentives.roles,
        events=events_of(registry.lifecycles_with_additions().values()),
        context=evolve(incentives.context, currency=currency),
        origins={
            name: f"{each.plugin}@{each.version}" if each.version else each.plugin
            for name, each in registry.incentive_schemes.items()
        },
        leading=incentives.leading,
        won=incentives.won,
    )
    return PlanBook(files=incentives.files, around=around)
