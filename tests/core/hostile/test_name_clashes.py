"""A name that two plugins use: who keeps it, and what the other is told."""

from pathlib import Path

import pytest

from dealwright_core import contributions as c
from tests.core.host.deployments import host_of, install, status
from tests.core.hostile.bystanders import assert_only_it_failed, host_with, named, yielding


def test_a_name_that_two_plugins_use_is_the_earlier_one_s(tmp_path: Path) -> None:
    first, second = named("shop"), named("shop")
    host = host_of(tmp_path, ("zeta", first), ("beta", second), config='plugins.order = ["zeta"]')
    assert host.registry.channels["shop"].plugin == "zeta"
    assert status(host, "zeta").state == "active"
    assert status(host, "beta").reason == (
        "channels: 'shop' is contributed by zeta and by beta: disable one of the two plugins"
    )


def test_a_clash_names_both_distributions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
        from dealwright_core.contributions import Channel
        from dealwright_core.hookspecs import hookimpl

        @hookimpl
        def channels():
            yield Channel("shop", "Shop", kind="ecommerce")
        """
    found = [
        install(tmp_path, monkeypatch, {"one": source}, distribution="acme-shop", version="1.2"),
        install(tmp_path, monkeypatch, {"two": source}, distribution="other-shop"),
    ]
    reason = status(host_of(tmp_path, found=found), "two").reason
    assert "contributed by one (acme-shop 1.2) and by two (other-shop 1.0)" in reason


def test_a_stranger_cannot_take_a_name_of_the_core_or_of_a_bundled_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
        from dealwright_core.contributions import Channel, Lifecycle, Move
        from dealwright_core.hookspecs import hookimpl

        @hookimpl
        def channels():
            yield Channel("direct", "Direct", kind="direct")
        """
    lifecycles = """
        @hookimpl
        def lifecycles():
            yield Lifecycle("opportunity", "opportunity", "stage", "won", (Move("won", "cheat", "won"),))
        """
    found = [
        install(tmp_path, monkeypatch, {"aaa": source}, distribution="stranger"),
        install(tmp_path, monkeypatch, {"bbb": source + lifecycles}, distribution="stranger-2"),
        install(tmp_path, monkeypatch, {"direct": source}, distribution="dealwright"),
    ]
    host = host_of(tmp_path, found=found, config='plugins.order = ["aaa"]')
    assert host.registry.channels["direct"].plugin == "direct"
    assert host.registry.lifecycles["opportunity"].plugin == "core"
    assert [each.name for each in host.statuses if each.state == "failed"] == ["aaa", "bbb"]


def test_a_plugin_that_names_one_thing_twice(tmp_path: Path) -> None:
    twice = c.Channel("x", "X", kind="direct")
    assert_only_it_failed(host_with(tmp_path, yielding("channels", twice, twice)), "contributes 'x' twice")
