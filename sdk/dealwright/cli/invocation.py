"""What one call of the command line was told: which deployment, on whose behalf, how to print."""

import os
import sys
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from dealwright.language import sdk as _
from dealwright_core.config import location
from dealwright_core.language import said

# Help must not wait for the platform: what needs it is imported where it is used.
if TYPE_CHECKING:
    from dealwright_core.config.deployment import Deployment
    from dealwright_core.door import Outcome
    from dealwright_core.findings import Finding
    from dealwright_core.platform import Platform


SYSTEM = "system"


class Invocation:
    """The global options, and the platform that they name, opened on first use."""

    def __init__(
        self, config: str | None = None, actor: str | None = None, *, plugins: bool = True, json: bool = False
    ) -> None:
        self.given_config = config
        self.given_actor = actor
        self.given_reason = ""
        self.given_language = ""
        self.plugins = plugins
        self.json = json

    @property
    def config(self) -> str:
        """The configuration file: of ``--config``, of DEALWRIGHT_CONFIG, or ./dealwright.toml."""
        return location.find(self.given_config, os.environ)

    @property
    def has_deployment(self) -> bool:
        """Whether there is a configuration file."""
        return os.path.isfile(self.config)  # noqa: PTH113  # help does without pathlib

    def check_deployment(self) -> None:
        """Raise `ConfigError` with the next command to type where there is no configuration file."""
        if not self.has_deployment:
            from dealwright_core.errors import ConfigError, Problem

            named = self.given_config or os.environ.get(location.VARIABLE)
            what = (
                _("there is no {config}", config=self.config)
                if named
                else _("no {file_name} here", file_name=location.FILE_NAME)
            )
            raise ConfigError([Problem("", _("{what}; make one: dealwright init DIR", what=what))])

    @cached_property
    def deployment(self) -> "Deployment":
        """The configuration alone, without plugins."""
        from pathlib import Path

        from dealwright_core.config.loading import load

        self.check_deployment()
        return load(Path(self.config), os.environ)

    @cached_property
    def platform(self) -> "Platform":
        """The deployment opened for work; closed when the command ends."""
        from dealwright_core.platform import Platform

        self.check_deployment()
        platform = Platform.open(self.config, plugins=self.plugins)
        context = click.get_current_context(silent=True)
        if context is not None:
            context.find_root().call_on_close(platform.close)
        return platform

    @property
    def asker(self) -> str:
        """The same for what anybody may ask, empty where nobody is named."""
        from dealwright_core.errors import UsageError

        try:
            return self.actor
        except UsageError:
            return ""

    @property
    def actor(self) -> str:
        """On whose behalf: ``--as``, or the configuration's default. Raises `UsageError` without either."""
        actor = self.given_actor or self.platform.deployment.access.default_actor
        if not actor:
            from dealwright_core.errors import UsageError

            raise UsageError(
                _("nobody is named to act"),
                _("give --as NAME, or set default_actor under [access] in dealwright.toml"),
            )
        if actor == SYSTEM:
            from dealwright_core.access.actors import System

            return System(self.given_reason)
        return actor

    def say(self, *lines: str) -> None:
        """Lines for a person, on stderr: never part of the data."""
        for line in lines:
            click.echo(said(line), err=True)

    def show(self, value: Any) -> None:
        """Print anything that a command, a report or a host command gave, as text or JSON, on stdout."""
        from dealwright_core.records import Record

        if _holds(value, Record):
            with self.platform.session(self.actor) as session:
                self._show(value, session)
        else:
            self._show(value, None)

    def _show(self, value: Any, session: Any) -> None:
        if self.json:
            from dealwright.cli.jsonform import form_of, text_of

            click.echo(text_of(form_of(value, session)))
            return
        from dealwright.cli.output import lines_of

        for line in lines_of(value, session, terminal_width()):
            click.echo(line)

    def show_either(self, form: Callable[[], Any], lines: Callable[[], Iterable[str]]) -> None:
        """Print ``form()`` with ``--json``, and ``lines()`` without."""
        if self.json:
            from dealwright.cli.jsonform import form_of, text_of

            click.echo(text_of(form_of(form())))
        else:
            for line in lines():
                click.echo(said(line))

    def show_outcome(self, outcome: "Outcome") -> None:
        """Print what a command did, and its warnings, and let the observers know."""
        if outcome.replayed:
            self.say(
                _(
                    "this key was used before: this is what the command did then, and nothing was changed "
                    "again"
                )
            )
        self.warn(outcome.findings)
        self.show(outcome.value)
        self.deliver()

    def warn(self, findings: "Iterable[Finding]") -> None:
        """Print findings that did not stop the work."""
        from dealwright.cli.failing import said_of

        self.say(*(_("warning: {finding}", finding=said_of(each)) for each in findings))

    def deliver(self) -> None:
        """Hand the observers what happened. Their trouble is told and is not this command's failure."""
        platform = self.platform
        if not platform.host.observers:
            return
        try:
            platform.deliver()
            troubled = [each.plugin for each in observer_statuses(platform) if each.failures or each.parked]
        except Exception as error:  # whatever it is, the command itself is done
            troubled = [f"{type(error).__name__}: {error}"]
        if troubled:
            self.say(
                _(
                    "observers in trouble: {troubled}; see: dealwright events status",
                    troubled=", ".join(troubled),
                )
            )


def observer_statuses(platform: "Platform") -> "list[Any]":
    """How far each observing plugin is."""
    from dealwright_core.journal import outbox
    from dealwright_core.store.engine import reading

    with reading(platform.engine) as connection:
        return list(outbox.statuses(connection, [each.plugin for each in platform.host.observers]))


def terminal_width() -> int | None:
    """The width of the terminal that stdout is, None where it is none."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def _holds(value: Any, kind: type) -> bool:
    if isinstance(value, dict):
        return any(_holds(each, kind) for each in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return any(_holds(each, kind) for each in value)
    return isinstance(value, kind)


pass_invocation = click.make_pass_decorator(Invocation)
