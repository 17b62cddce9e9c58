"""Hooks that the host does not have, that break off, that return no items, and that alter what they get."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from dealwright_core import contributions as c
from dealwright_core.config.deployment import Deployment
from dealwright_core.hookspecs import hookimpl
from tests.core.host.deployments import host_of, status
from tests.core.hostile.bystanders import (
    Decent,
    assert_only_it_failed,
    host_with,
    yielding,
)


class MisspeltArguments:
    @hookimpl
    def records(self, setings: Any) -> None:
        """Takes what nobody offers."""

    @hookimpl
    def guard_changes(self, changes: Any, /) -> None:
        """Takes it by place."""


class Wrapping:
    @hookimpl(wrapper=True)
    def channels(self) -> Iterator[None]:
        """Puts itself around others."""
        return (yield)


class Pushing:
    @hookimpl(tryfirst=True)
    def channels(self) -> None:
        """Wants to be first."""


@pytest.mark.parametrize(
    ("plugin", "reason"),
    [
        (MisspeltArguments(), "records: unknown argument 'setings', did you mean 'settings'?"),
        (MisspeltArguments(), "guard_changes: argument changes"),
        (Wrapping(), "channels: a hook cannot be wrapped"),
        (Pushing(), "channels: the order of plugins is set by [plugins] order"),
        (Decent, "is the class Decent; offer a module or an object"),
    ],
)
def test_hooks_that_are_not_what_the_host_has(tmp_path: Path, plugin: object, reason: str) -> None:
    assert_only_it_failed(host_with(tmp_path, plugin), reason)


def test_a_hook_of_a_later_version_can_be_optional(tmp_path: Path) -> None:
    class Ahead(Decent):
        @hookimpl(optionalhook=True)
        def forecasts(self) -> None:
            """To come."""

    assert status(host_of(tmp_path, ("ahead", Ahead())), "ahead").hooks == ("channels",)


@pytest.mark.parametrize("error", [ValueError("oops"), SystemExit(1), RecursionError("deep"), MemoryError()])
def test_a_hook_that_raises_halfway(tmp_path: Path, error: BaseException) -> None:
    host = host_with(tmp_path, yielding("channels", then=error))
    assert_only_it_failed(host, f"channels: raised {type(error).__name__}")


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (None, "channels: returned NoneType, not items: yield them, or return a list"),
        (5, "channels: returned int, not items"),
        ("direct", "channels: returned str, not items"),
        ({"direct": 1}, "channels: returned dict, not items"),
    ],
)
def test_a_hook_that_returns_something_else(tmp_path: Path, returned: Any, reason: str) -> None:
    class Wrong:
        @hookimpl
        def channels(self) -> Any:
            return returned

    assert_only_it_failed(host_with(tmp_path, Wrong()), reason)


def test_a_hook_that_cannot_be_awaited(tmp_path: Path) -> None:
    class Asynchronous:
        @hookimpl
        async def channels(self) -> Any:
            return []

    assert_only_it_failed(host_with(tmp_path, Asynchronous()), "channels: returned coroutine, not items")


def test_a_plugin_that_alters_what_it_gets_alters_nothing_of_the_others(tmp_path: Path) -> None:
    @frozen
    class Lists:
        names: tuple[str, ...] = ()

    class Altering:
        Settings = Lists

        @hookimpl
        def channels(self, settings: Any, deployment: Deployment) -> Iterator[c.Channel]:
            settings.names = ("others",)
            yield c.Channel("never", "Never", kind="direct")

    class AlteringDeployment:
        @hookimpl
        def channels(self, deployment: Any) -> Iterator[c.Channel]:
            deployment.currency = "EUR"
            yield c.Channel("never", "Never", kind="direct")

    assert_only_it_failed(host_with(tmp_path, Altering()), "channels: raised FrozenInstanceError")
    host = host_with(tmp_path, AlteringDeployment())
    assert_only_it_failed(host, "channels: raised FrozenInstanceError")
    assert host.deployment.currency == "USD"
