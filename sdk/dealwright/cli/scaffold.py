"""``new``: start a plugin that is complete and can be installed as it is."""

import re
from pathlib import Path
from string import Template

import click

from dealwright.cli.helptext import ExampleGroup
from dealwright.cli.invocation import Invocation, pass_invocation
from dealwright.language import sdk as _

PYPROJECT = Template("""\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "dealwright-$dashed"
version = "0.1.0"
description = "A plugin of dealwright: $dashed"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["dealwright>=0.1"]

[project.optional-dependencies]
dev = ["pytest>=8.3"]

[project.entry-points."dealwright.plugins"]
$dashed = "dealwright_$name"

[tool.hatch.build.targets.wheel]
packages = ["dealwright_$name"]
""")

README = Template("""\
# dealwright-$dashed

A plugin of dealwright. It scores large opportunities higher and adds the command `dealwright $dashed large`.

    pip install -e '.[dev]'
    pytest
    dealwright plugins info $dashed

A deployment sets what is large in its `dealwright.toml`:

    [plugins.$dashed]
    large_deal = 20000
""")

MODULE = Template('''\
"""Large deals first: a scoring rule, a command and their settings."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from attrs import frozen
from dealwright import Command, Opportunity, ScoringRule, Session, band, fields, hookimpl

dealwright_api = "$api"


@frozen
class Settings:
    """What a deployment may write under [plugins.$dashed]: from which amount on a deal is large."""

    large_deal: Decimal = Decimal(50000)


@hookimpl
def scoring_rules(settings: Settings) -> Iterator[ScoringRule]:
    """Points for the size of an opportunity."""
    amount = fields("opportunity").amount
    points = band(amount, (str(settings.large_deal), 20))
    yield ScoringRule("$dashed-large", "Large deals first", points=points)


@hookimpl
def commands(settings: Settings) -> Iterator[Command]:
    """``dealwright $dashed large``."""

    def large(session: Session, *, limit: Annotated[int, "how many at the most"] = 10) -> list[Opportunity]:
        """List the large opportunities, the largest first."""
        is_large = fields("opportunity").amount >= str(settings.large_deal)
        return session.find(Opportunity, is_large, order="-amount", limit=limit)

    yield Command("$dashed.large", large, example="dealwright $dashed large --limit 3", reads=True)
''')

TEST = Template('''\
"""What the plugin does in a deployment of its own."""

from pathlib import Path

import dealwright
import pytest

import dealwright_$name

CONFIGURATION = """
[deployment]
currency = "USD"
[access.actors]
anna = ["director", "integrator"]
[plugins]
disabled = ["$dashed"]  # the installed one: the test brings its own
[plugins.$tested]
large_deal = 20000
"""


@pytest.fixture
def platform(tmp_path: Path):
    config = tmp_path / "dealwright.toml"
    config.write_text(CONFIGURATION)
    with dealwright.open(config, extra_plugins=[("$tested", dealwright_$name)]) as opened:
        opened.upgrade()
        yield opened


def test_a_large_deal_gets_points_and_is_listed(platform):
    for amount in ("500", "25000"):
        platform.run("opportunity.add", actor="anna", amount=amount)
    large = platform.run("$dashed.large", actor="anna").value
    assert [each.ref for each in large] == ["O-2"]
    assert platform.run("score", actor="anna", ref="O-2").value.total >= 20
''')


@click.group(cls=ExampleGroup, example="dealwright new plugin rebates")
def new() -> None:
    """Start something of your own."""


@new.command(example="dealwright new plugin rebates --folder ~/plugins")
@click.argument("name")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="where the plugin's folder is made, here by default",
)
@pass_invocation
def plugin(invocation: Invocation, name: str, folder: Path) -> None:
    """Make a complete plugin: a scoring rule, a command, settings and a test."""
    made = write_plugin(name, folder)
    invocation.show_either(
        lambda: {"folder": str(made)},
        lambda: [
            _("made {made}", made=made),
            "next:",
            f"  pip install -e {made}",
            "  dealwright plugins list",
        ],
    )


def write_plugin(name: str, folder: Path) -> Path:
    """Write the plugin's distribution; returns its folder. Raises `DealwrightError` where there is one."""
    from dealwright_core.errors import DealwrightError, UsageError

    dashed = name.lower().replace("_", "-")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", dashed):
        raise UsageError(
            _("{name!r} cannot be the name of a plugin", name=name),
            _("use small letters, digits and single dashes"),
        )
    made = folder / f"dealwright-{dashed}"
    if made.exists():
        raise DealwrightError(_("{made} is there already, and nothing was changed", made=made))
    plain = dashed.replace("-", "_")
    words = {"dashed": dashed, "name": plain, "api": API, "tested": f"{dashed}-tested"}
    files = {
        "pyproject.toml": PYPROJECT,
        "README.md": README,
        f"dealwright_{plain}/__init__.py": MODULE,
        f"dealwright_{plain}/py.typed": Template(""),
        f"tests/test_{plain}.py": TEST,
    }
    for path, template in files.items():
        target = made / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(template.substitute(words), encoding="utf-8")
    return made


API = ">=0.1,<1"
