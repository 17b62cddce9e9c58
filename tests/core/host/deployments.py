"""Small deployments to open a host in: a core of three records, plugins in memory or in a folder."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from textwrap import dedent

import pytest

from dealwright_core.config.deployment import Deployment
from dealwright_core.config.loading import load
from dealwright_core.contributions import Lifecycle, RecordType
from dealwright_core.hookspecs import hookimpl
from dealwright_core.host import Host, PluginStatus, open_host
from dealwright_core.records import Customer, Member, Opportunity


class SmallCore:
    """The core, but for most of its records."""

    @hookimpl
    def records(self, deployment: Deployment) -> Iterator[RecordType]:
        yield RecordType(Member, prefix="M-")
        yield RecordType(Customer, prefix="C-")
        yield RecordType(Opportunity, prefix="O-")
        yield from deployment.record_types()

    @hookimpl
    def lifecycles(self, deployment: Deployment) -> Iterator[Lifecycle]:
        yield deployment.lifecycle()


def deployment(folder: Path, text: str = "", environ: Mapping[str, str] | None = None) -> Deployment:
    """The deployment of a file that says ``text`` and the currency."""
    file = folder / "dealwright.toml"
    file.write_text(f'{dedent(text)}\n[deployment]\ncurrency = "USD"\n', "utf-8")
    return load(file, environ or {})


def host_of(
    folder: Path,
    *plugins: tuple[str, object],
    config: str = "",
    found: Sequence[Distribution] = (),
    uses_plugins: bool = True,
    environ: Mapping[str, str] | None = None,
) -> Host:
    """The host of a small deployment with these plugins."""
    return open_host(
        deployment(folder, config),
        core=SmallCore(),
        plugins=uses_plugins,
        extra_plugins=plugins,
        found=found,
        environ=environ or {},
    )


def status(host: Host, plugin: str) -> PluginStatus:
    """How a plugin is, which must be known."""
    found = host.status(plugin)
    assert found is not None
    return found


def install(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    plugins: Mapping[str, str],
    *,
    distribution: str,
    version: str = "1.0",
) -> Distribution:
    """Install a distribution: by entry point (`name` or `name = module:object`) the source of each plugin."""
    lines = []
    for point, source in plugins.items():
        name, _, value = (part.strip() for part in point.partition("="))
        module = (value or f"{distribution.replace('-', '_')}_{name.replace('-', '_')}").partition(":")[0]
        (folder / f"{module}.py").write_text(dedent(source), "utf-8")
        monkeypatch.delitem(sys.modules, module, raising=False)
        lines.append(f"{name} = {value or module}")
    info = folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n", "utf-8"
    )
    (info / "entry_points.txt").write_text("\n".join(["[dealwright.plugins]", *lines, ""]), "utf-8")
    if str(folder) not in sys.path:
        monkeypatch.syspath_prepend(folder)
    return PathDistribution(info)
