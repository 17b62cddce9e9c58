"""Opening the host: find the plugins, ask them for what they contribute, and settle who is in."""

import os
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution
from pathlib import Path
from types import ModuleType

from dealwright_core.access.rights import GROUPS, OPERATED
from dealwright_core.config.deployment import Deployment
from dealwright_core.config.sections import CORE
from dealwright_core.errors import PluginError
from dealwright_core.host.declared import with_declared_measures
from dealwright_core.host.discovery import Discovery, discover
from dealwright_core.host.health import Host, PluginStatus
from dealwright_core.host.loading import Plugin
from dealwright_core.host.offers import BUNDLED
from dealwright_core.host.registry import Examine, Registry, collect

TRACE = "DEALWRIGHT_TRACE_PLUGINS"
MIGRATIONS = "migrations"
OBSERVERS = "on_events"
GUARDS = "guard_changes"
# The hooks that have a say in what is written.
GUARDING = (GUARDS, "lifecycles", "approval_rules")


def open_host(
    deployment: Deployment,
    *,
    plugins: bool = True,
    extra_plugins: Iterable[tuple[str, object]] = (),
    core: object | None = None,
    environ: Mapping[str, str] | None = None,
    found: Iterable[Distribution] | None = None,
    examine: Examine | None = None,
) -> Host:
    """The host of a deployment, with every plugin that works; those that do not are told in ``statuses``.

    The core contributes as plugin `core`, which cannot be disabled. ``extra_plugins`` are (name, module or
    object) pairs that need no installation; ``found`` stands for the distributions that are installed.
    ``plugins=False`` leaves the core alone. ``examine`` may refuse a contribution when all are known. With
    DEALWRIGHT_TRACE_PLUGINS=1 in ``environ`` each call is told on stderr.
    """
    if core is None:
        from dealwright_core import builtin

        core = builtin
    trace = (os.environ if environ is None else environ).get(TRACE, "")
    discovery = discover(
        deployment,
        plugins=plugins,
        extra_plugins=[(CORE, core), *extra_plugins],
        found=found,
        is_traced=trace not in ("", "0"),
    )
    for each in discovery.rejected:
        if each.name == CORE and each.distribution == BUNDLED:
            raise PluginError(CORE, None, each.reason)
    registry, failures, problems = collect(discovery.plugins, deployment, examine)
    registry, wrong = with_declared_measures(registry, deployment, examine)
    active = [each for each in discovery.plugins if each.name not in failures]
    links = deployment.check_links(registry.records) if plugins else []
    if plugins:
        known = {*GROUPS, *OPERATED, "access", *registry.records, *registry.commands, *registry.reports}
        links += deployment.check_roles(known)
    return Host(
        statuses=_statuses(discovery, registry, failures, deployment),
        registry=registry,
        guards=tuple(guard for each in active for guard in each.of(GUARDS)),
        observers=tuple(observer for each in active for observer in each.of(OBSERVERS)),
        problems=(*discovery.problems, *problems, *(wrong if plugins else ()), *links),
        deployment=deployment,
        uses_plugins=plugins,
        migrations={each.name: folder for each in active if (folder := _migrations(each)) is not None},
    )


def _statuses(
    discovery: Discovery, registry: Registry, failures: Mapping[str, str], deployment: Deployment
) -> tuple[PluginStatus, ...]:
    """The plugins in the order of their use, then those that are not used, by name."""
    required = deployment.plugins.required
    loaded = [
        PluginStatus(
            name=each.name,
            distribution=each.distribution,
            version=each.version,
            state="failed" if each.name in failures else "active",
            reason=failures.get(each.name, ""),
            hooks=each.hooks,
            contributions=registry.counts(each.name),
            guards=each.name != CORE and any(each.of(hook) for hook in GUARDING),
            observes=bool(each.of(OBSERVERS)),
            required=each.name in required,
        )
        for each in discovery.plugins
    ]
    rejected = [
        PluginStatus(
            name=each.name,
            distribution=each.distribution,
            version=each.version,
            state=each.state,
            reason=each.reason,
            hooks=each.hooks,
            guards=any(hook in each.hooks for hook in GUARDING),
            observes=OBSERVERS in each.hooks,
            required=each.name in required,
        )
        for each in discovery.rejected
    ]
    in_use = [each for each in loaded if each.state == "active"]
    others = [*(each for each in loaded if each.state == "failed"), *rejected]
    return (*in_use, *sorted(others, key=lambda each: (each.name, each.distribution)))


def _migrations(plugin: Plugin) -> Path | None:
    """The folder ``migrations`` in the plugin's package, where it has one."""
    if plugin.name == CORE:
        return None
    module = (
        plugin.source
        if isinstance(plugin.source, ModuleType)
        else sys.modules.get(type(plugin.source).__module__)
    )
    package = sys.modules.get(getattr(module, "__package__", None) or "")
    for folder in getattr(package, "__path__", ()):
        if (Path(folder) / MIGRATIONS).is_dir():
            return Path(folder) / MIGRATIONS
    return None
