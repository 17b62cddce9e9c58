"""The commands and reports of a deployment as help lists them, from the manifest: so help loads nothing."""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from dealwright.cli.helptext import ExampleGroup, first_sentence, missing_command, text_of
from dealwright.cli.hostcommands import PLUGINS, RECORDS, REPORTS
from dealwright.cli.invocation import Invocation
from dealwright.language import sdk as _
from dealwright_core.host import manifest
from dealwright_core.language import joined, label, said, spoken

if TYPE_CHECKING:
    from dealwright_core.platform import Platform

CORE = "core"
# Where there is no deployment the core's commands are kept under a file that never is.
NO_DEPLOYMENT = os.path.join(os.path.dirname(__file__), "dealwright.toml")  # noqa: PTH118, PTH120  # see manifest
FORM = 1
USUAL = ("list", "show", "history", "add", "change")


class Entry(NamedTuple):
    """A line of help: what a command, a report or a kind of record is, and the plugin it comes from."""

    summary: str
    plugin: str


class Menu(NamedTuple):
    """Commands by group and name, those without a group, reports, and kinds of records by group.

    ``problem`` tells why a deployment could not be opened: then these are the core's alone.
    """

    groups: Mapping[str, Mapping[str, Entry]]
    single: Mapping[str, Entry]
    reports: Mapping[str, Entry]
    records: Mapping[str, Entry]
    problem: str = ""


def menu_of(invocation: Invocation, *, fresh: bool = False) -> Menu:
    """The menu of the deployment: from the manifest where one holds, unless a ``fresh`` one is asked for."""
    config = invocation.config if invocation.has_deployment else NO_DEPLOYMENT
    data = None if fresh or not invocation.plugins else manifest.read(config, spoken().language)
    if data is None or data.get("form") != FORM:
        data, is_lasting = _opened(invocation)
        if is_lasting:
            manifest.write(config, data, _sources(), spoken().language)
    return _menu(data)


def _menu(data: Mapping[str, Any]) -> Menu:
    groups: dict[str, dict[str, Entry]] = {}
    single: dict[str, Entry] = {}
    for name, entry in data["commands"].items():
        group, dot, command = name.partition(".")
        if dot:
            groups.setdefault(group, {})[command] = Entry(*entry)
        else:
            single[name] = Entry(*entry)
    return Menu(groups, single, _entries(data["reports"]), _entries(data["records"]), data["problem"])


def _entries(data: Mapping[str, Any]) -> dict[str, Entry]:
    return {name: Entry(*entry) for name, entry in data.items()}


def _opened(invocation: Invocation) -> tuple[dict[str, Any], bool]:
    """What the manifest keeps, and whether to keep it: what is broken may be whole at any moment."""
    from dealwright_core.errors import DealwrightError

    if not invocation.has_deployment:
        return described(_core_alone()), invocation.plugins
    try:
        platform = invocation.platform
    except DealwrightError as error:
        return {**described(_core_alone()), "problem": error.text}, False
    is_healthy = all(each.state in ("active", "disabled") for each in platform.host.statuses)
    return described(platform), is_healthy and invocation.plugins


def _core_alone() -> "Platform":
    from dealwright_core.config.deployment import Deployment
    from dealwright_core.host import open_host
    from dealwright_core.platform import Platform

    deployment = Deployment(name="", currency="USD", database_url="sqlite://")
    return Platform(deployment, open_host(deployment, plugins=False))


def described(platform: "Platform") -> dict[str, Any]:
    """Commands, reports and kinds of records, in a form that JSON can say."""
    from dealwright_core.commands.records import group_of

    registry = platform.host.registry
    return {
        "form": FORM,
        "commands": {
            name: (first_sentence(text_of(each.item.function)), each.plugin)
            for name, each in sorted(platform.commands.items())
        },
        "reports": {
            name: (first_sentence(text_of(each.item.function)), each.plugin)
            for name, each in sorted(registry.reports.items())
        },
        "records": {
            group_of(kind.name): (first_sentence(kind.cls.__doc__) or label(kind.title), kind.plugin)
            for kind in platform.catalogue.kinds.values()
        },
        "problem": "",
    }


def _sources() -> list[str]:
    """The files of loaded plugins and of the core's commands: when one changes, help may change."""
    import sys
    from importlib.metadata import entry_points

    packages = {each.module.partition(".")[0] for each in entry_points(group="dealwright.plugins")}
    found = []
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and (name.partition(".")[0] in packages or name.startswith("dealwright_core.commands")):
            found.append(file)
    return found


def listing(menu: Menu) -> Iterator[tuple[str, str, str]]:
    """The section, the name and the summary of every group, and of every command without one."""
    for group, commands in sorted(menu.groups.items()):
        if group in menu.records:
            more = [name for name in commands if name not in USUAL]
            summary = menu.records[group].summary
            yield RECORDS, group, joined("; ", (summary, joined(", ", more))) if more else summary
        else:
            is_core = all(each.plugin == CORE for each in commands.values())
            yield REPORTS if is_core else PLUGINS, group, ", ".join(commands)
    for name, entry in sorted(menu.single.items()):
        yield REPORTS if entry.plugin == CORE else PLUGINS, name, entry.summary


class PlatformGroup(ExampleGroup):
    """The commands of one group: listed from the manifest, and built from their signatures on demand."""

    def __init__(self, invocation: Invocation, name: str, menu: Menu) -> None:
        record = menu.records.get(name)
        first = next(iter(menu.groups[name]))
        example = f"dealwright {name} {'list --limit 5' if record else f'{first} --help'}"
        super().__init__(name, help=record.summary if record else None, example=example)
        self.invocation = invocation
        self.listed = menu.groups[name]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return list(self.listed)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in self.listed:
            self.listed = menu_of(self.invocation, fresh=True).groups.get(str(self.name), {})
        if cmd_name not in self.listed:
            raise missing_command(self, ctx, cmd_name, _("command {name}", name=self.name))
        return leaf(self.invocation, f"{self.name}.{cmd_name}")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands as the manifest lists them."""
        with formatter.section(said(_("Commands"))):
            formatter.write_dl([(name, each.summary) for name, each in self.listed.items()])


def leaf(invocation: Invocation, name: str) -> click.Command:
    """A command of the platform; where there is no deployment, its help can be read all the same."""
    from dealwright.cli.groups import platform_command
    from dealwright_core.errors import UsageError

    platform = invocation.platform if invocation.has_deployment else _core_alone()
    if name not in platform.commands:
        raise UsageError(
            _("there is no command {name!r}", name=name.replace(".", " ")), _("see: dealwright --help")
        )
    return platform_command(invocation, name, platform.commands[name].item)
