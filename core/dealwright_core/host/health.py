"""How the plugins are, and whether anything may be written with them as they are."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from dealwright_core.config.deployment import Deployment
from dealwright_core.config.location import FILE_NAME
from dealwright_core.config.sections import CORE
from dealwright_core.errors import Problem
from dealwright_core.findings import Finding
from dealwright_core.host.faults import Implementation
from dealwright_core.host.registry import Registry
from dealwright_core.language import core as _

State = Literal["active", "disabled", "failed", "missing"]

NO_PLUGINS = "no-plugins"
PLUGIN_NEEDED = "plugin-needed"


@frozen
class PluginStatus:
    """A plugin and how it is. ``reason`` says why it is not active.

    ``guards`` tells whether it has a say in what is written, by guards, lifecycles or approval rules;
    that of the core, which is always there, does not count. ``contributions`` is how much it gives to each hook.
    """

    name: str
    distribution: str
    version: str
    state: State
    reason: str = ""
    hooks: tuple[str, ...] = ()
    contributions: Mapping[str, int] = field(factory=dict, hash=False)
    guards: bool = False
    observes: bool = False
    required: bool = False


@frozen(eq=False)
class Host:
    """The plugins of an opened deployment.

    ``guards`` and ``observers`` are in the order of the plugins. ``problems`` are mistakes in the
    configuration of plugins and in links to their records; they do not keep the deployment from being
    opened.
    """

    statuses: tuple[PluginStatus, ...]
    registry: Registry
    guards: tuple[Implementation, ...]
    observers: tuple[Implementation, ...]
    problems: tuple[Problem, ...]
    deployment: Deployment = field(repr=False)
    uses_plugins: bool = True
    _migrations: Mapping[str, Path] = field(factory=dict, repr=False)

    def status(self, plugin: str) -> PluginStatus | None:
        """How a plugin is. Of several that claim one name the active one counts."""
        found = [each for each in self.statuses if each.name == plugin]
        return next((each for each in found if each.state == "active"), found[0] if found else None)

    def migration_folders(self) -> Iterator[tuple[str, Path]]:
        """The active plugins that bring revision files, each with the folder of them."""
        yield from self._migrations.items()

    def write_blockers(self, recorded: Iterable[str]) -> list[Finding]:
        """Why nothing may be written now, each with what to do; empty where writing is allowed.

        ``recorded`` are the plugins that the database remembers as having had a say in what is written.
        Guards fail closed: nothing is written while one of these, or one that is required, is missing or
        failed and not disabled by name, and where no plugins are used at all. Reads go on.
        """
        if not self.uses_plugins:
            return [
                Finding(
                    NO_PLUGINS, "block", _("without plugins (--no-plugins) nothing is written: leave it out")
                )
            ]
        findings = []
        for name in sorted({*recorded, *self.deployment.plugins.required} - {CORE}):
            status = self.status(name)
            if status is not None and status.state in ("active", "disabled"):
                continue
            if name not in self.deployment.plugins.disabled:
                findings.append(self._needed(name, status))
        return findings

    def _needed(self, name: str, status: PluginStatus | None) -> Finding:
        is_required = name in self.deployment.plugins.required
        why = _("is required") if is_required else _("has guarded what is written to this database")
        how: str = _("is not installed")
        if status is not None and status.state == "failed":
            how = _("failed: {reason}", reason=status.reason)
        return Finding(
            PLUGIN_NEEDED,
            "block",
            _(
                "plugin {name} {why} and {how}; put it right, or {remedy}",
                name=name,
                why=why,
                how=how,
                remedy=self._remedy(name, is_required),
            ),
        )

    def _remedy(self, name: str, is_required: bool) -> str:
        """The line of the configuration that lets writing go on without the plugin."""
        rules, document = self.deployment.plugins, self.deployment.document
        key, kept = "disabled", [*rules.disabled, name]
        if is_required:
            key, kept = "required", [each for each in rules.required if each != name]
        names = ", ".join(f'"{each}"' for each in kept)
        line = f"{key} = [{names}]"
        place = document.line_of(("plugins", key)) if ("plugins", key) in document.lines else None
        file = document.path or FILE_NAME
        return (
            _("write in {file}:{place}: {line}", file=file, place=place, line=line)
            if place
            else _("write in {file} under [plugins]: {line}", file=file, line=line)
        )
