"""``plugins``: what is installed, what became of each, and what each contributes."""

from typing import TYPE_CHECKING, Any

import click

from dealwright.cli.helptext import ExampleGroup
from dealwright.cli.hostcommands import HOST
from dealwright.cli.invocation import Invocation, pass_invocation

if TYPE_CHECKING:
    from dealwright_core.journal.faultlog import LoggedFault
    from dealwright_core.platform import Platform

PLUGIN_FAILED = 4
CORE = "core"


@click.group(cls=ExampleGroup, example=("dealwright plugins list", "dealwright plugins info direct"))
def plugins() -> None:
    """Plugins: a broken one is a line in this list, and the others work on."""


@plugins.command("list", example="dealwright plugins list")
@pass_invocation
def list_plugins(invocation: Invocation) -> None:
    """List every plugin, with what became of it and what it failed at last."""
    faults = {each.plugin: each for each in reversed(invocation.platform.faults(invocation.asker))}
    host = invocation.platform.host
    found = [
        {
            "plugin": each.name,
            "version": each.version,
            "distribution": each.distribution,
            "state": each.state,
            "guards": each.guards,
            "reason": each.reason,
            "fault": faults.get(each.name) if each is host.status(each.name) else None,
        }
        for each in host.statuses
    ]
    invocation.show(found)
    _say_blockers(invocation)


def _say_blockers(invocation: Invocation) -> None:
    """Why nothing can be written, if that is so."""
    from dealwright_core.errors import DealwrightError

    try:
        invocation.platform.check_writable()
    except DealwrightError as error:
        invocation.say(f"nothing can be written: {error}")


@plugins.command(example="dealwright plugins info direct")
@click.argument("name")
@pass_invocation
def info(invocation: Invocation, name: str) -> None:
    """Show a plugin: its state, what it failed at, settings, hooks, and everything that it contributes."""
    from dealwright_core.errors import UsageError
    from dealwright_core.spelling import did_you_mean

    platform = invocation.platform
    status = next((each for each in platform.host.statuses if each.name == name), None)
    if status is None:
        known = [each.name for each in platform.host.statuses]
        raise UsageError(
            f"there is no plugin {name!r}{did_you_mean(name, known)}", "see: dealwright plugins list"
        )
    settings = platform.deployment.as_dict()["plugins"].get(name, {})
    invocation.show(
        {
            "plugin": status.name,
            "version": status.version,
            "distribution": status.distribution,
            "state": status.state,
            "reason": status.reason,
            "faults": [each for each in platform.faults(invocation.asker) if each.plugin == name],
            "hooks": list(status.hooks),
            "settings": settings,
            **contributed(platform, name),
        }
    )


def contributed(platform: "Platform", plugin: str) -> dict[str, list[str]]:
    """The names of what a plugin contributes, by hook."""
    from dealwright_core.hookspecs import CONTRIBUTIONS

    registry: Any = platform.host.registry
    return {
        hook: names
        for hook in CONTRIBUTIONS
        if (names := [str(name) for name, each in getattr(registry, hook).items() if each.plugin == plugin])
    }


@plugins.command(example="dealwright plugins check")
@pass_invocation
def check(invocation: Invocation) -> None:
    """Say whether every plugin that is not disabled works; exit code 4 if one does not."""
    found = problems_of(invocation)
    lines = [f"{each['plugin']}: {each['problem']}" for each in found]
    faults = invocation.platform.faults(invocation.asker)
    invocation.show_either(lambda: found, lambda: lines)
    invocation.say(*(f"warning: {_said(each)}" for each in faults))
    if found:
        raise click.exceptions.Exit(PLUGIN_FAILED)
    if not faults:
        invocation.say("every plugin works")


def _said(fault: "LoggedFault") -> str:
    from dealwright.tables.texts import shown

    return shown(f"{fault.plugin}: {fault}")


@plugins.command(example="dealwright plugins forget direct")
@click.argument("name")
@pass_invocation
def forget(invocation: Invocation, name: str) -> None:
    """Forget what a plugin failed at, once it is put right."""
    from dealwright_core.errors import UsageError
    from dealwright_core.spelling import did_you_mean

    platform = invocation.platform
    platform.check_operator(invocation.actor, "plugins")
    forgotten = platform.forget_faults(name)
    known = [each.name for each in platform.host.statuses]
    if not forgotten and name not in known:
        raise UsageError(
            f"there is no plugin {name!r}{did_you_mean(name, known)}", "see: dealwright plugins list"
        )
    invocation.show_either(lambda: forgotten, lambda: [f"forgotten: {_said(each)}" for each in forgotten])
    if not forgotten:
        invocation.say(
            f"there is nothing to forget of {name}; what observers fail on: dealwright events status"
        )


def problems_of(invocation: Invocation) -> list[dict[str, str]]:
    """Plugins that are not used though they should be, and commands that nobody can type."""
    found = [
        {"plugin": each.name, "problem": each.reason or each.state}
        for each in invocation.platform.host.statuses
        if each.state not in ("active", "disabled")
    ]
    for name, each in invocation.platform.commands.items():
        first = name.partition(".")[0]
        if first in HOST:
            problem = f"command {name} cannot be typed: dealwright has a command {first}"
            found.append({"plugin": each.plugin, "problem": problem})
    return found
