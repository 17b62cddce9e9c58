"""The measures that the configuration declares, among those of plugins."""

from collections.abc import Iterator

import attrs

from dealwright_core import contributions as c
from dealwright_core.config.deployment import Deployment
from dealwright_core.config.sections import CONFIGURATION
from dealwright_core.errors import ConfigError, DealwrightError, InvalidValue, Problem
from dealwright_core.host.items import CHECKS
from dealwright_core.host.references import broken_reference
from dealwright_core.host.registry import Contributed, Examine, Registry
from dealwright_core.language import core as _


def with_declared_measures(
    registry: Registry, deployment: Deployment, examine: Examine | None
) -> tuple[Registry, list[Problem]]:
    """The registry with the measures of the configuration that are sound, and what is wrong with the others."""
    declared = {
        each.measure.name: Contributed(each.measure, CONFIGURATION, "", "") for each in deployment.measures
    }
    fresh = {name: each for name, each in declared.items() if name not in registry.measures}
    problems = [
        deployment.document.problem(
            ("measures", name),
            _("plugin {plugin} has a measure of this name", plugin=registry.measures[name]),
            _("choose another"),
        )
        for name in declared
        if name not in fresh
    ]
    found = attrs.evolve(registry, measures={**registry.measures, **fresh})
    while wrong := dict(_wrong(found, fresh, deployment, examine)):
        problems += [each for several in wrong.values() for each in several]
        fresh = {name: each for name, each in fresh.items() if name not in wrong}
        found = attrs.evolve(registry, measures={**registry.measures, **fresh})
    return found, problems


def _wrong(
    registry: Registry,
    declared: dict[str, Contributed[c.Measure]],
    deployment: Deployment,
    examine: Examine | None,
) -> Iterator[tuple[str, list[Problem]]]:
    """The measures with mistakes, by name."""
    for name, each in declared.items():
        at = ("measures", name)
        try:
            CHECKS[c.Measure](each.item)
            if (broken := broken_reference(each.item, registry)) is not None:
                raise InvalidValue(broken)
            if examine is not None:
                examine("measures", each, registry)
        except ConfigError as error:
            yield name, [deployment.document.problem(at, one.message, one.hint) for one in error.problems]
        except DealwrightError as error:
            yield name, [deployment.document.problem(at, str(error))]
