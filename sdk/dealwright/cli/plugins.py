"""``plugins``: what is installed, what became of each, and what each contributes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dealwright.cli.helptext import ExampleGroup
from dealwright.cli.hostcommands import HOST
from dealwright.cli.invocation import Invocation, pass_invocation
from dealwright.language import sdk as _
from dealwright_core.language import joined

if TYPE_CHECKING:
    from dealwright_core.journal.faultlog import LoggedFault
    from dealwright_core.platform import Platform

PLUGIN_FAILED = 4
DOES_NOT_HOLD = 5
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
        invocation.say(_("nothing can be written: {error}", error=error))


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
            _("there is no plugin {name!r}{near}", name=name, near=did_you_mean(name, known)),
            _("see: dealwright plugins list"),
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
    lines = [joined(": ", (each["plugin"], each["problem"])) for each in found]
    faults = invocation.platform.faults(invocation.asker)
    invocation.show_either(lambda: found, lambda: lines)
    invocation.say(*(_("warning: {fault}", fault=_said(each)) for each in faults))
    if found:
        raise click.exceptions.Exit(PLUGIN_FAILED)
    if not faults:
        invocation.say(_("every plugin works"))


def _said(fault: "LoggedFault") -> str:
    from dealwright.tables.texts import shown

    return shown(joined(": ", (fault.plugin, fault)))


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
            _("there is no plugin {name!r}{near}", name=name, near=did_you_mean(name, known)),
            _("see: dealwright plugins list"),
        )
    invocation.show_either(
        lambda: forgotten, lambda: [_("forgotten: {fault}", fault=_said(each)) for each in forgotten]
    )
    if not forgotten:
        invocation.say(
            _(
                "there is nothing to forget of {name}; what observers fail on: dealwright events status",
                name=name,
            )
        )


@plugins.command(example="dealwright plugins translate dealwright_rebates --into zh_CN")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--into", metavar="LANGUAGE", required=True, help="language of the catalogue, such as zh_CN")
@click.option("--check", is_flag=True, help="change nothing; exit code 5 where a translation is lacking")
@pass_invocation
def translate(invocation: Invocation, folder: Path, *, into: str, check: bool) -> None:
    """Bring the catalogue of a plugin's package up to date with what it says, and compile it.

    FOLDER is that of the package. Its messages, titles and help are written to locale/LANGUAGE/LC_MESSAGES, with the
    translations there are; those that are lacking are listed. Fill them in and run it again.
    """
    from dealwright.extras import check_extra

    check_extra("i18n")
    from dealwright.translating import lacks, updated

    package = folder.resolve()
    file = None if check else str(updated(package, into))
    found = [{"message": each.text, "problem": each.wrong} for each in lacks(package, into)]
    invocation.show_either(
        lambda: {"file": file, "lacking": found},
        lambda: [
            *([] if file is None else [_("wrote {file}", file=file)]),
            *(joined(": ", (repr(each["message"]), each["problem"])) for each in found),
        ],
    )
    if check and found:
        raise click.exceptions.Exit(DOES_NOT_HOLD)


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
            problem = _(
                "command {name} cannot be typed: dealwright has a command {first}", name=name, first=first
            )
            found.append({"plugin": each.plugin, "problem": problem})
    return found
