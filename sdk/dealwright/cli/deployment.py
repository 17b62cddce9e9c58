"""``init`` and ``config``: make a deployment, and look at what its configuration says."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any

import click

from dealwright.cli.helptext import ExampleCommand, ExampleGroup
from dealwright.cli.invocation import Invocation, pass_invocation
from dealwright.language import sdk as _

CONFIGURATION = Template("""\
# A deployment of dealwright. `dealwright config show --origin` prints every setting and where it comes from,
# `dealwright config check` finds mistakes. The environment overrides: DEALWRIGHT_DEPLOYMENT__CURRENCY, ...

[deployment]
name = $name
currency = "$currency"           # base currency: every amount is also kept in it (ISO 4217)
time_zone = "UTC"          # where days begin and end, such as "Asia/Shanghai"
fiscal_year_start = 1      # the month, 1 to 12

[database]
# A relative path is relative to this file. For many users: "postgresql://USER@HOST/DATABASE",
# with the password in the environment, or in a file that DEALWRIGHT_DATABASE__URL_FILE names.
url = "sqlite:///dealwright.db"

[access]
default_actor = "$actor"    # who the command line acts for without --as

[access.actors]
# Roles of those who are no members; members have the roles of their positions. These three together may do all.
$actor = ["director", "integrator", "admin"]
# anna = "auditor"         # reads all and the journal, changes nothing

[plugins]
# Installed plugins are used. `dealwright plugins list` says which, and what became of each.
# disabled = ["funnel"]
# required = ["direct"]    # nothing is written while this one is missing
# allow = {direct = ">=0.1,<1"}

# Settings of a plugin stand in a table of its name:
# [plugins.direct]

# The stages an opportunity moves through are prospecting, engaging, demonstration, negotiation, won, lost and
# disqualified. To have your own, list all of them, each meaning open, won, lost or disqualified:
# [[stages]]
# name = "qualified"
# means = "open"
# probability = "20 %"
# to = ["proposal", "lost"]

# A record of your own, with table, commands, import and journal:
# [records.site_visit]
# on = "customer"          # hangs on a customer
# [records.site_visit.fields.visited_on]
# type = "date"
# required = true
# [records.site_visit.fields.outcome]
# type = "text"
# choices = ["good", "bad"]
""")


@click.command(cls=ExampleCommand, example="dealwright init shop --currency EUR")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--currency", default="USD", show_default=True, help="base currency, ISO 4217")
@click.option("--name", help="name of the deployment, the folder's where it is left out")
@click.option("--actor", default="admin", show_default=True, help="who may do all, and acts without --as")
@pass_invocation
def init(invocation: Invocation, folder: Path, currency: str, name: str | None, actor: str) -> None:
    """Make a deployment: a commented dealwright.toml and its database."""
    config = create(folder, currency=currency.upper(), name=name or folder.resolve().name, actor=actor)
    upgraded = Invocation(str(config), actor, plugins=True)
    upgraded.platform.upgrade()
    shown = _relative(folder)
    invocation.show_either(
        lambda: {"config": str(config), "name": name or folder.resolve().name, "currency": currency.upper()},
        lambda: [_("made {config} and its database", config=config), *_next_commands(shown)],
    )


def create(folder: Path, *, currency: str, name: str, actor: str) -> Path:
    """Write the configuration of a new deployment into a folder. Refuses to touch one that is there."""
    from dealwright_core.config.location import FILE_NAME
    from dealwright_core.errors import DealwrightError, UsageError
    from dealwright_core.values import check_currency

    check_currency(currency)
    if not _BARE_KEY.issuperset(actor) or not actor:
        raise UsageError(_("{actor!r} cannot be an actor", actor=actor), _("use letters, digits, - and _"))
    config = folder / FILE_NAME
    folder.mkdir(parents=True, exist_ok=True)
    # A JSON string is a TOML string, save for the one control character that JSON lets pass.
    said = json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
    try:
        with config.open("x", encoding="utf-8") as file:
            file.write(CONFIGURATION.substitute(name=said, currency=currency, actor=actor))
    except FileExistsError:
        raise DealwrightError(
            _("{config} is there already, and nothing was changed; choose another folder", config=config)
        ) from None
    return config


_BARE_KEY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def _relative(folder: Path) -> Path:
    try:
        return folder.resolve().relative_to(Path.cwd())
    except ValueError:
        return folder


def _next_commands(folder: Path) -> list[str]:
    commands = [] if folder == Path() else [f"  cd {folder}"]
    return [
        "next:",
        *commands,
        '  dealwright customer add --name "Acme Clinics"',
        "  dealwright --help",
    ]


@click.group(cls=ExampleGroup, example=("dealwright config check", "dealwright config show --origin"))
def config() -> None:
    """What the configuration says, and where each value comes from."""


@config.command(example="dealwright config show --origin")
@click.option(
    "--origin", is_flag=True, help="also where each value was set: file and line, environment, or default"
)
@pass_invocation
def show(invocation: Invocation, *, origin: bool) -> None:
    """Print the configuration in effect, secrets masked."""
    deployment = invocation.deployment
    settings = deployment.as_dict()
    if not origin:
        invocation.show_either(lambda: settings, lambda: _lines(settings))
        return
    from dealwright_core.config.document import spelt

    rows = [
        {"setting": spelt(path), "value": value, "origin": deployment.origin(path)}
        for path, value in _leaves(settings)
    ]
    invocation.show(rows)


@config.command(example="dealwright config check")
@pass_invocation
def check(invocation: Invocation) -> None:
    """Find every mistake in the configuration, also in the settings of plugins."""
    from dealwright_core.errors import ConfigError

    platform = invocation.platform
    if platform.host.problems:
        raise ConfigError(platform.host.problems)
    invocation.show_either(
        lambda: {"config": invocation.config, "holds": True},
        lambda: [_("{config}: no mistakes", config=invocation.config)],
    )


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every setting by its path; an empty table or list is one setting."""
    if isinstance(value, Mapping) and value:
        for name, each in value.items():
            yield from _leaves(each, (*path, str(name)))
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        for at, each in enumerate(value):
            yield from _leaves(each, (*path, at))
    else:
        yield path, value


def _lines(settings: Mapping[str, Any]) -> list[str]:
    from dealwright.cli.output import aligned
    from dealwright.tables.texts import value_text
    from dealwright_core.config.document import spelt

    return aligned([(spelt(path), value_text(value)) for path, value in _leaves(settings)])
