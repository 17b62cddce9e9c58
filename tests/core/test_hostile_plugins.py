"""Hostile plugins: each is told of with its reason, the others live, reads work, and no figure changes in silence."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dealwright import Money, Platform, PluginError, Refused, UsageError
from dealwright_testing.deployments import MakePlatform

HERE = Path(__file__).parent / "hostile"
# What happens when the platform opens, and what the plugin list says of it.
AT_OPENING = {
    "raises_at_import": "RuntimeError: not today",
    "exits_at_import": "exits when it is imported",
    "misspelt_hook": "there is no hook 'scoring_rule', did you mean 'scoring_rules'",
    "wrong_api": "is written for dealwright_api >=9",
    "bad_settings": "unknown key 'cpa', did you mean 'cap'",
    "missing_dependency": "a_package_that_nobody_has",
    "name_clash": "'won' is contributed by",
    "wrong_return_type": "yielded str",
    "yields_nan": "expected int, got float",
    "yields_without_end": "more than 10,000 items",
    "takes_over_a_record": "does not start with",
    "unknown_column": "no field 'luck'",
}
# Healthy when the platform opens; they fail at work, and the writes they guard are refused.
AT_WRITING = {
    "mutates": "altered opportunity",
    "raises_in_guard": "ZeroDivisionError: no idea",
    "exits_in_guard": "SystemExit",
    "endless_findings": "more than 1,000 findings",
}
AT_WORK = ["float_money", "raises_in_observer"]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Iterator[Installer]":
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    (tmp_path / "site").mkdir()
    yield Installer(tmp_path / "site")
    for path in HERE.glob("*.py"):
        sys.modules.pop(path.stem, None)


class Installer:
    """Installs a module of this folder as a plugin, as an installer would."""

    def __init__(self, site: Path) -> None:
        self.site = site

    def __call__(self, module: str) -> str:
        name = module.replace("_", "-")
        info = self.site / f"hostile_{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: hostile-{name}\nVersion: 1.0\n", encoding="utf-8"
        )
        (info / "entry_points.txt").write_text(f"[dealwright.plugins]\n{name} = {module}\n", encoding="utf-8")
        return name


@pytest.fixture
def peaceful(make_platform: MakePlatform) -> Platform:
    """A deployment before anything hostile is installed: one won deal of 100 dollars."""
    platform = make_platform()
    platform.run("customer.add", actor="admin", ref="ACME", name="Acme")
    platform.run("opportunity.add", actor="admin", ref="DEAL", customer="ACME", amount="100 USD")
    for stage in ("engaging", "won"):
        platform.run("opportunity.advance", actor="admin", ref="DEAL", to=stage)
    return platform


def reads_are_as_before(platform: Platform) -> None:
    table = platform.report("won", actor="guest", by="customer")
    assert table.rows == (("Acme", Money.parse("100 USD"), 1),)
    with platform.session("guest") as session:
        assert session.get("opportunity", "DEAL").version >= 3
    assert platform.run("customer.list", actor="guest").value[0].name == "Acme"


@pytest.mark.parametrize("module", AT_OPENING)
def test_a_plugin_that_fails_to_load_is_a_line_in_a_list(
    module: str, peaceful: Platform, install: Installer, make_platform: MakePlatform
) -> None:
    name = install(module)
    platform = make_platform(config=f"[plugins.{name}]\ncpa = 1\n" if module == "bad_settings" else "")
    status = platform.host.status(name)
    assert status is not None
    assert status.state == "failed"
    assert AT_OPENING[module] in status.reason
    assert status.distribution == f"hostile-{name}"
    assert all(each.state == "active" for each in platform.host.statuses if each.name != name)
    reads_are_as_before(platform)
    platform.run("customer.add", actor="admin", name="written all the same")


@pytest.mark.parametrize("module", AT_WRITING)
def test_a_guard_that_fails_refuses_the_write_and_says_why(
    module: str, peaceful: Platform, install: Installer, make_platform: MakePlatform
) -> None:
    install(module)
    platform = make_platform()
    with pytest.raises(Refused, match=AT_WRITING[module]):
        platform.run("opportunity.change", actor="admin", ref="DEAL", amount="900 USD")
    reads_are_as_before(platform)
    with platform.session("admin") as session:
        assert session.get("opportunity", "DEAL").amount == Money.parse("100 USD")  # type: ignore[attr-defined]


@pytest.mark.parametrize("module", AT_WRITING)
def test_disabling_it_by_name_is_the_remedy(
    module: str, peaceful: Platform, install: Installer, make_platform: MakePlatform
) -> None:
    name = install(module)
    make_platform().check_writable()
    platform = make_platform(config=f'[plugins]\ndisabled = ["{name}"]\n')
    platform.run("opportunity.change", actor="admin", ref="DEAL", source="fair")


def test_writing_waits_for_a_guard_that_is_gone(
    peaceful: Platform, install: Installer, make_platform: MakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("raises_in_guard")
    make_platform().check_writable()
    monkeypatch.syspath_prepend("/nowhere")
    for path in list(sys.path):
        if path.endswith("site"):
            monkeypatch.setattr(sys, "path", [each for each in sys.path if not each.endswith("/site")])
    platform = make_platform(upgrade=False)
    with pytest.raises(
        Refused, match=r"plugin raises-in-guard has guarded.*write in .* disabled = \[\"raises-in-guard\"\]"
    ):
        platform.run("customer.add", actor="admin", name="late")
    with pytest.raises(Refused, match="raises-in-guard"):
        platform.upgrade()
    reads_are_as_before(platform)
    remedied = make_platform(config='[plugins]\ndisabled = ["raises-in-guard"]\n')
    remedied.run("customer.add", actor="admin", name="late")


def test_without_plugins_everything_is_read_and_nothing_written(peaceful: Platform) -> None:
    config = str(peaceful.deployment.document.path)
    with Platform.open(config, plugins=False, environ={}) as platform:
        with platform.session("guest") as session:
            assert session.count("opportunity") == 1
        with pytest.raises(Refused, match="--no-plugins"):
            platform.run("customer.add", actor="admin", name="x")


def test_floats_never_leave_a_report_or_a_command(
    peaceful: Platform, install: Installer, make_platform: MakePlatform
) -> None:
    install("float_money")
    platform = make_platform()
    with pytest.raises(PluginError, match=r"report cash.*expected money, got float"):
        platform.report("cash", actor="admin")
    with pytest.raises((PluginError, UsageError), match="float"):
        platform.run("float.earn", actor="admin")
    reads_are_as_before(platform)


def test_an_observer_that_raises_is_listed_and_the_work_goes_on(
    peaceful: Platform, install: Installer, make_platform: MakePlatform
) -> None:
    name = install("raises_in_observer")
    platform = make_platform()
    platform.run("customer.add", actor="admin", name="heard by nobody")
    assert platform.deliver()[name] == 0
    from dealwright_core.journal.outbox import statuses
    from dealwright_core.store.engine import reading

    with reading(platform.engine) as connection:
        (status,) = statuses(connection, [name])
    assert status.error is not None
    assert "cannot listen" in status.error
    reads_are_as_before(platform)


def test_what_an_observer_alters_reaches_nobody_else(
    peaceful: Platform, install: Installer, make_platform: MakePlatform
) -> None:
    install("mutates")
    platform = make_platform()
    platform.deliver()
    with platform.session("admin") as session:
        assert {event.actor for event in session.history("opportunity", "DEAL")} == {"admin"}


def test_a_guard_that_another_process_meets_counts_here_too(
    peaceful: Platform, install: Installer, make_platform: MakePlatform
) -> None:
    peaceful.run("customer.add", actor="admin", name="before")
    install("raises_in_guard")
    make_platform().check_writable()
    with pytest.raises(Refused, match="raises-in-guard has guarded"):
        peaceful.run("customer.add", actor="admin", name="after")
