"""What the healthy plugins contribute, by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import attrs
from attrs import field, frozen

from dealwright_core import contributions as c
from dealwright_core.config.deployment import Deployment
from dealwright_core.config.sections import CORE
from dealwright_core.errors import ConfigError, DealwrightError, InvalidValue, PluginError, Problem
from dealwright_core.hookspecs import CONTRIBUTIONS
from dealwright_core.host.faults import call_contribution
from dealwright_core.host.items import checked
from dealwright_core.host.loading import Plugin
from dealwright_core.host.offers import BUNDLED
from dealwright_core.host.references import broken_reference
from dealwright_core.language import core as _
from dealwright_core.language import joined

Item = TypeVar("Item", covariant=True)


@frozen(eq=False)
class Contributed(Generic[Item]):
    """A contribution and where it comes from."""

    item: Item
    plugin: str
    distribution: str
    version: str

    def __str__(self) -> str:
        where = f"{self.distribution} {self.version}".strip()
        return f"{self.plugin} ({where})" if where else self.plugin


Named = Mapping[str, Contributed[Item]]


@frozen(eq=False)
class Registry:
    """All contributions: for each hook a mapping from name to what was contributed under it.

    ``more_moves`` are what plugins add to lifecycles; `lifecycles_with_additions` has them in place.
    """

    channels: Named[c.Channel] = field(factory=dict)
    scoring_rules: Named[c.ScoringRule] = field(factory=dict)
    measures: Named[c.Measure] = field(factory=dict)
    combiners: Named[c.Combiner] = field(factory=dict)
    incentive_schemes: Named[c.IncentiveScheme] = field(factory=dict)
    records: Named[c.RecordType] = field(factory=dict)
    lifecycles: Named[c.Lifecycle] = field(factory=dict)
    commands: Named[c.Command] = field(factory=dict)
    reports: Named[c.Report] = field(factory=dict)
    importers: Named[c.Importer] = field(factory=dict)
    approval_rules: Named[c.ApprovalRule] = field(factory=dict)
    permissions: Named[c.Permission] = field(factory=dict)
    checks: Named[c.Check] = field(factory=dict)
    more_moves: tuple[Contributed[c.MoreMoves], ...] = ()

    def of(self, hook: str) -> Named[Any]:
        """The contributions of one hook."""
        named: Named[Any] = getattr(self, hook)
        return named

    def counts(self, plugin: str) -> dict[str, int]:
        """How much a plugin contributes to each hook, hooks without anything left out."""
        found = {hook: [*self.of(hook).values()] for hook in CONTRIBUTIONS}
        found["lifecycles"] += self.more_moves
        counted = {hook: sum(each.plugin == plugin for each in items) for hook, items in found.items()}
        return {hook: number for hook, number in counted.items() if number}

    def lifecycles_with_additions(self) -> dict[str, c.Lifecycle]:
        """Every lifecycle by name, with the moves that plugins add to it."""
        lifecycles = {name: each.item for name, each in self.lifecycles.items()}
        for each in self.more_moves:
            name = each.item.lifecycle
            lifecycles[name] = lifecycles[name].with_moves(each.item.moves)
        return lifecycles


Examine = Callable[[str, Contributed[Any], Registry], None]


def collect(
    plugins: Sequence[Plugin], deployment: Deployment, examine: Examine | None = None
) -> tuple[Registry, dict[str, str], list[Problem]]:
    """The contributions of ``plugins``, why some of them are left out, by name, and what is wrong in the settings of
    those.

    A plugin with one contribution that cannot be used is left out whole, never by half. Of two plugins with
    one name for a contribution, the one later in order is left out; but the names of the core and of the
    bundled plugins stay, wherever these are in the order. What refers to a plugin that is left out is left
    out, too: this is repeated until nothing changes. ``examine`` may look at each contribution among the
    others, and raise. Raises PluginError where it is the core that cannot be used.
    """
    gathered: dict[str, list[tuple[str, Contributed[Any]]]] = {}
    failures: dict[str, str] = {}
    problems: list[Problem] = []
    for plugin in plugins:
        try:
            gathered[plugin.name] = _gather(plugin, deployment)
        except PluginError as error:
            _fail(failures, plugin.name, error)
        except ConfigError as error:
            if plugin.name == CORE:
                raise
            failures[plugin.name] = joined("; ", (each.text for each in error.problems))
            problems += error.problems
    while True:
        healthy = [plugin for plugin in plugins if plugin.name not in failures]
        registry, wrong = _register(healthy, gathered)
        registry = _without_broken_declarations(registry, deployment)
        wrong += _examined(registry, examine)
        if not wrong:
            return registry, failures, problems
        for each in wrong:
            _fail(failures, each.plugin, each)


def _fail(failures: dict[str, str], plugin: str, error: PluginError) -> None:
    if plugin == CORE:
        raise error
    said = joined(": ", (error.hook, error.message)) if error.hook else error.message
    failures.setdefault(plugin, said)


def _gather(plugin: Plugin, deployment: Deployment) -> list[tuple[str, Contributed[Any]]]:
    """Everything one plugin contributes, checked by itself."""
    found = []
    for hook in CONTRIBUTIONS:
        for implementation in plugin.of(hook):
            for item in call_contribution(implementation, deployment):
                try:
                    good = checked(hook, item, plugin)
                except InvalidValue as error:
                    raise PluginError(plugin.name, hook, error.text) from None
                found.append((hook, Contributed(good, plugin.name, plugin.distribution, plugin.version)))
    return found


def _register(
    plugins: Sequence[Plugin], gathered: Mapping[str, Sequence[tuple[str, Contributed[Any]]]]
) -> tuple[Registry, list[PluginError]]:
    """The contributions in the order of the plugins, and the plugins that come second to a name."""
    owners: dict[tuple[str, str], Contributed[Any]] = {}
    clashes: dict[str, PluginError] = {}
    for plugin in sorted(plugins, key=lambda each: (each.name != CORE, each.distribution != BUNDLED)):
        for hook, each in gathered[plugin.name]:
            if isinstance(each.item, c.MoreMoves):
                continue
            first = owners.setdefault((hook, each.item.name), each)
            if first is not each:
                clashes.setdefault(plugin.name, _clash(plugin, hook, each, first))
    named: dict[str, dict[str, Contributed[Any]]] = {hook: {} for hook in CONTRIBUTIONS}
    more: list[Contributed[c.MoreMoves]] = []
    for plugin in plugins:
        if plugin.name in clashes:
            continue
        for hook, each in gathered[plugin.name]:
            if isinstance(each.item, c.MoreMoves):
                more.append(each)
            else:
                named[hook][each.item.name] = each
    return Registry(**named, more_moves=tuple(more)), list(clashes.values())


def _clash(plugin: Plugin, hook: str, second: Contributed[Any], first: Contributed[Any]) -> PluginError:
    name = second.item.name
    if first.plugin == plugin.name:
        return PluginError(plugin.name, hook, _("contributes {name!r} twice", name=name))
    remedy = _("another name is needed") if first.plugin == CORE else _("disable one of the two plugins")
    return PluginError(
        plugin.name,
        hook,
        _(
            "{name!r} is contributed by {first} and by {second}: {remedy}",
            name=name,
            first=first,
            second=second,
            remedy=remedy,
        ),
    )


def _examined(registry: Registry, examine: Examine | None) -> list[PluginError]:
    """The plugins with a contribution that does not fit the others, each with the first that does not.

    ``examine`` is asked only when all that contributions refer to is there.
    """
    wrong = _first_errors(registry, _check_reference)
    return wrong if wrong or examine is None else _first_errors(registry, examine)


def _check_reference(hook: str, contributed: Contributed[Any], registry: Registry) -> None:
    if (said := broken_reference(contributed.item, registry)) is not None:
        raise InvalidValue(said)


def _first_errors(registry: Registry, test: Examine) -> list[PluginError]:
    wrong: dict[str, PluginError] = {}
    for hook, each in _everything(registry):
        if each.plugin in wrong:
            continue
        try:
            test(hook, each, registry)
        except DealwrightError as error:
            said = joined(": ", (getattr(each.item, "name", type(each.item).__name__), error))
            wrong[each.plugin] = PluginError(each.plugin, hook, said)
    return list(wrong.values())


def _everything(registry: Registry) -> Iterable[tuple[str, Contributed[Any]]]:
    for hook in CONTRIBUTIONS:
        for each in registry.of(hook).values():
            yield hook, each
    for each in registry.more_moves:
        yield "lifecycles", each


def _without_broken_declarations(registry: Registry, deployment: Deployment) -> Registry:
    """The registry without the records that the configuration declares and hangs on a kind that is not there.

    That is a mistake in the configuration, which `Deployment.check_links` tells, and not the core's.
    """
    declared = {each.name for each in deployment.records}
    while True:
        kept = {
            name: each
            for name, each in registry.records.items()
            if name not in declared or each.plugin != CORE or broken_reference(each.item, registry) is None
        }
        if len(kept) == len(registry.records):
            return registry
        registry = attrs.evolve(registry, records=kept)
