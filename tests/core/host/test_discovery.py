"""Which plugins there are, in which order they are used, with which settings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen, validators
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright_core import contributions as c
from dealwright_core.hookspecs import CONTRIBUTIONS, hookimpl
from dealwright_core.host.hooks import ARGUMENTS
from dealwright_core.host.offers import installed
from dealwright_core.records import about
from dealwright_core.values import Money
from tests.core.host.deployments import SmallCore, deployment, host_of, install, status

MODULE = """
    from attrs import frozen
    from dealwright_core.contributions import Channel
    from dealwright_core.hookspecs import hookimpl

    dealwright_api = ">=0.1,<1"

    @frozen
    class Settings:
        title: str = "Shop"

    @hookimpl
    def channels(settings):
        yield Channel("shop", settings.title, kind="ecommerce")
    """
OBJECT = """
    from dealwright_core.contributions import Channel
    from dealwright_core.hookspecs import hookimpl

    class Agents:
        @hookimpl
        def channels(self):
            yield Channel("agent", "Agents", kind="agent")

    plugin = Agents()
    """


def test_modules_and_objects_are_found_by_their_entry_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = {"shop = acme_shop": MODULE, "agent = acme_agents:plugin": OBJECT}
    found = install(tmp_path, monkeypatch, points, distribution="acme", version="2.1")
    host = host_of(tmp_path, found=[found], config='plugins.shop = {title = "Our shop"}')
    assert [(each.name, each.distribution, each.version, each.state) for each in host.statuses[1:]] == [
        ("agent", "acme", "2.1", "active"),
        ("shop", "acme", "2.1", "active"),
    ]
    assert host.registry.channels["shop"].item.title == "Our shop"
    assert status(host, "agent").contributions == {"channels": 1}
    assert status(host, "agent").hooks == ("channels",)


def test_plugins_that_are_installed_are_found_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, {"shop = acme_shop_2": MODULE}, distribution="acme-on-the-path")
    offers, broken = installed()
    assert ("shop", "acme-on-the-path") in [(each.name, each.distribution) for each in offers]
    assert broken == []


def test_the_first_of_two_copies_of_a_distribution_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / "new", tmp_path / "old"]
    for folder in folders:
        folder.mkdir()
    found = [
        install(folder, monkeypatch, {"shop = acme_shop_3": MODULE}, distribution="acme", version=version)
        for folder, version in zip(folders, ("2.0", "1.0"), strict=True)
    ]
    assert status(host_of(tmp_path, found=found), "shop").version == "2.0"


def test_two_distributions_that_offer_one_plugin_are_both_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        install(tmp_path, monkeypatch, {"shop = acme_shop_4": MODULE}, distribution="acme"),
        install(tmp_path, monkeypatch, {"shop = other_shop": MODULE}, distribution="other", version="3.0"),
    ]
    host = host_of(tmp_path, found=found)
    assert [each.state for each in host.statuses if each.name == "shop"] == ["failed", "failed"]
    assert status(host, "shop").reason == "offered by acme 1.0 and other 3.0: uninstall one"
    assert "shop" not in host.registry.channels


@pytest.mark.parametrize("name", ["direct", "core"])
def test_a_stranger_cannot_put_out_what_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    found = [
        install(tmp_path, monkeypatch, {f"{name} = stranger_{name}": MODULE}, distribution="stranger"),
        install(tmp_path, monkeypatch, {"direct = our_direct": MODULE}, distribution="dealwright"),
    ]
    host = host_of(tmp_path, found=found)
    assert [(each.name, each.distribution) for each in host.statuses if each.state == "active"] == [
        ("core", "dealwright"),
        ("direct", "dealwright"),
    ]
    assert [each.distribution for each in host.statuses if each.state == "failed"] == ["stranger"]


@pytest.mark.parametrize("name", ["Shop", "order", "shop.two", "-shop"])
def test_a_name_that_no_section_could_have_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    found = install(tmp_path, monkeypatch, {f"{name} = acme_shop_5": MODULE}, distribution="acme")
    assert status(host_of(tmp_path, found=[found]), name).reason == f"{name!r} cannot be the name of a plugin"


def test_metadata_that_cannot_be_read_is_a_line_in_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = install(tmp_path, monkeypatch, {"shop = acme_shop_6": MODULE}, distribution="broken")
    (tmp_path / "broken-1.0.dist-info" / "entry_points.txt").write_text("[dealwright.plugins]\nshop\n")
    good = install(tmp_path, monkeypatch, {"agent = acme_agents_2:plugin": OBJECT}, distribution="good")
    host = host_of(tmp_path, found=[broken, good])
    assert status(host, "broken").state == "failed"
    assert "its metadata cannot be read" in status(host, "broken").reason
    assert status(host, "agent").state == "active"


def test_an_entry_point_that_leads_nowhere_is_a_line_in_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = install(tmp_path, monkeypatch, {"agent = acme_agents_3:plugins": OBJECT}, distribution="acme")
    assert "has no attribute 'plugins'" in status(host_of(tmp_path, found=[found]), "agent").reason


class Silent:
    """Offers nothing."""


NAMES = ("alpha", "beta", "delta", "gamma")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.lists(st.sampled_from((*NAMES, "unknown", "core")), unique=True), offered=st.permutations(NAMES)
)
def test_those_in_order_come_first_and_then_all_by_name(
    tmp_path: Path, order: list[str], offered: list[str]
) -> None:
    host = host_of(tmp_path, *((name, Silent()) for name in offered), config=f"plugins.order = {order}")
    wanted = [name for name in order if name in NAMES]
    assert [each.name for each in host.statuses] == [
        "core",
        *wanted,
        *(each for each in NAMES if each not in wanted),
    ]


def test_a_disabled_plugin_is_not_even_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = install(tmp_path, monkeypatch, {"shop = acme_shop_7": "raise ValueError"}, distribution="acme")
    host = host_of(tmp_path, found=[found], config='plugins.disabled = ["shop"]')
    assert status(host, "shop").state == "disabled"
    assert status(host, "shop").reason == f"disabled in {tmp_path}/dealwright.toml:1"


def test_without_plugins_only_the_core_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = install(tmp_path, monkeypatch, {"shop = acme_shop_8": "raise ValueError"}, distribution="acme")
    host = host_of(tmp_path, ("agent", Silent()), found=[found], uses_plugins=False)
    assert [(each.name, each.state) for each in host.statuses] == [
        ("core", "active"),
        ("agent", "disabled"),
        ("shop", "disabled"),
    ]


@pytest.mark.parametrize(("allowed", "state"), [("<2", "active"), (">=2", "failed"), ("==1.*", "active")])
def test_only_versions_that_are_allowed_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allowed: str, state: str
) -> None:
    found = install(tmp_path, monkeypatch, {"shop = acme_shop_9": MODULE}, distribution="acme", version="1.4")
    host = host_of(tmp_path, found=[found], config=f'plugins.allow.shop = "{allowed}"')
    assert status(host, "shop").state == state
    if state == "failed":
        assert status(host, "shop").reason == (
            f"version 1.4 is not allowed: {tmp_path}/dealwright.toml:1 says '{allowed}'"
        )


def test_a_required_plugin_that_is_not_there_is_missing(tmp_path: Path) -> None:
    host = host_of(tmp_path, ("quota", Silent()), config='plugins.required = ["qota"]')
    missing = status(host, "qota")
    assert (missing.state, missing.required) == ("missing", True)
    assert missing.reason == "not installed, did you mean 'quota'?"


@frozen
class QuotaSettings:
    cap: Money
    accelerator: int = field(default=1_000_000, metadata=about(ratio=True), validator=validators.ge(0))


class Quota:
    Settings = QuotaSettings

    @hookimpl
    def channels(self, settings: QuotaSettings) -> Iterator[c.Channel]:
        yield c.Channel("quota", f"up to {settings.cap}", kind="direct")


def test_every_mistake_in_the_settings_is_a_problem_with_its_line(tmp_path: Path) -> None:
    config = """\
[plugins.quota]
cap = 1.005
acelerator = 1
[plugins.silent]
anything = 1
[plugins.qota]
cap = 1
[plugins]
order = ["sillent"]
allow = {other = "<2"}
"""
    host = host_of(tmp_path, ("quota", Quota()), ("silent", Silent()), config=config)
    said = [str(each).removeprefix(f"{tmp_path}/dealwright.toml:") for each in host.problems]
    assert said == [
        "2: plugins.quota.cap: USD has at most 2 digits after the point, got 3: 1.005",
        "3: plugins.quota: unknown key 'acelerator', did you mean 'accelerator'?",
        "4: plugins.silent: the plugin takes no settings, leave them out",
        "6: plugins.qota: no plugin 'qota' is installed, did you mean 'quota'?",
        "9: plugins.order[1]: no plugin 'sillent' is installed, did you mean 'silent'?",
        "10: plugins.allow.other: no plugin 'other' is installed, install it, or leave this out",
    ]
    assert status(host, "quota").state == "failed"
    assert "acelerator" in status(host, "quota").reason


def test_to_disable_or_require_what_is_not_installed_explains_its_section(tmp_path: Path) -> None:
    config = """
        plugins.disabled = ["old"]
        plugins.required = ["new"]
        plugins.old.cap = 1
        plugins.new.cap = 1
        """
    assert host_of(tmp_path, config=config).problems == ()


def test_settings_come_from_the_environment_too(tmp_path: Path) -> None:
    described = deployment(tmp_path, "", {"DEALWRIGHT_PLUGINS__QUOTA__CAP": "12.50"})
    from dealwright_core.host import open_host

    host = open_host(described, core=SmallCore(), extra_plugins=[("quota", Quota())], found=(), environ={})
    assert host.registry.channels["quota"].item.title == "up to 12.50 USD"


def test_every_hook_is_known_to_the_host() -> None:
    assert set(ARGUMENTS) == {*CONTRIBUTIONS, "guard_changes", "on_events"}
    assert ARGUMENTS["guard_changes"] == ("changes", "session", "settings", "deployment")


def test_a_hook_takes_what_it_names_and_no_more(tmp_path: Path) -> None:
    class Taking:
        @hookimpl
        def channels(self, *, deployment: Any) -> Iterator[c.Channel]:
            yield c.Channel("one", deployment.currency, kind="direct")

        @hookimpl(specname="channels")
        def more_channels(self, settings: Any = "unset") -> Iterator[c.Channel]:
            yield c.Channel("two", str(settings), kind="direct")

    host = host_of(tmp_path, ("taking", Taking()))
    assert [each.item.title for each in host.registry.channels.values()] == ["USD", "None"]
