"""Those around a hostile plugin: a decent one on either side of it, and a deployment with a deal that is won."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from dealwright import Money, Platform
from dealwright.cli.main import cli
from dealwright_core import contributions as c
from dealwright_core.hookspecs import hookimpl
from dealwright_core.host import Host
from tests.core.host.deployments import host_of, status


class Decent:
    """A plugin as it should be."""

    @hookimpl
    def channels(self) -> Iterator[c.Channel]:
        yield c.Channel("decent", "Decent", kind="direct")


def named(name: str) -> object:
    """A decent plugin whose channel has this name."""

    class Named:
        @hookimpl
        def channels(self) -> Iterator[c.Channel]:
            yield c.Channel(name, name.title(), kind="direct")

    return Named()


def yielding(hook: str, *items: Any, then: BaseException | None = None) -> object:
    """A plugin that yields a good channel, then these items for a hook, then raises."""

    def hook_function(self: Any) -> Iterator[Any]:
        if hook == "channels":
            yield c.Channel("hostile", "Hostile", kind="direct")
        yield from items
        if then is not None:
            raise then

    hook_function.__name__ = hook
    return type("Hostile", (Decent,), {hook: hookimpl(hook_function)})()


def host_with(folder: Path, plugin: object) -> Host:
    """A host with a hostile plugin, and a decent one on either side of it."""
    return host_of(folder, ("alpha", named("alpha")), ("hostile", plugin), ("omega", named("omega")))


def assert_only_it_failed(host: Host, reason: str) -> None:
    """The hostile plugin has failed for ``reason``, and gives nothing; the others are as they should be."""
    failed = status(host, "hostile")
    assert failed.state == "failed"
    assert reason in failed.reason
    assert failed.contributions == {}
    assert [each.name for each in host.statuses if each.state == "active"] == ["core", "alpha", "omega"]
    assert list(host.registry.channels) == ["alpha", "omega"]
    contributed = [
        each for hook in ("records", "commands", "lifecycles") for each in host.registry.of(hook).values()
    ]
    assert {each.plugin for each in contributed} == {"core"}


def listed(platform: Platform) -> dict[str, dict[str, Any]]:
    """What `dealwright plugins list` says of each plugin."""
    config = str(platform.deployment.document.path)
    result = CliRunner().invoke(cli, ["plugins", "list", "--json", "--config", config])
    assert result.exit_code == 0, result.output
    return {line["plugin"]: line for line in json.loads(result.stdout)}


def writes_go_on(platform: Platform) -> None:
    """Records are added and changed as before."""
    platform.run("customer.add", actor="admin", name="Written all the same")
    platform.run("opportunity.change", actor="admin", ref="DEAL", source="fair")


def reads_are_as_before(platform: Platform) -> None:
    """Reports, records and lists say of the deal what they said before anything hostile was installed."""
    table = platform.report("won", actor="guest", by="customer")
    assert table.rows == (("Acme", Money.parse("100 USD"), 1),)
    with platform.session("guest") as session:
        assert session.get("opportunity", "DEAL").amount == Money.parse("100 USD")  # type: ignore[attr-defined]
    assert platform.run("customer.list", actor="guest").value[0].name == "Acme"
