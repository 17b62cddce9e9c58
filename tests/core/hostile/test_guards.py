"""A guard that fails refuses what it guards and says why; disabling its plugin by name is the remedy."""

import sys
from collections.abc import Callable

import pytest

from dealwright import Platform, Refused
from dealwright_testing.deployments import MakePlatform
from tests.core.hostile.bystanders import listed, reads_are_as_before, writes_go_on

# Healthy when the platform opens; they fail at work, and the writes they guard are refused.
REFUSED = {
    "mutates": "altered opportunity",
    "raises_in_guard": "ZeroDivisionError: no idea",
    "exits_in_guard": "SystemExit",
    "endless_findings": "more than 1,000 findings",
    "guards_with_texts": "returned str, not findings",
    "guards_with_nan": "finding 1.message: expected str, got float nan",
}


@pytest.mark.parametrize("module", REFUSED)
def test_a_guard_that_fails_refuses_the_write_and_says_why(
    module: str, peaceful: Platform, install_hostile: Callable[[str], str], make_platform: MakePlatform
) -> None:
    name = install_hostile(module)
    platform = make_platform()
    with pytest.raises(Refused, match=REFUSED[module]) as refused:
        platform.run("opportunity.change", actor="admin", ref="DEAL", amount="900 USD")
    assert name in str(refused.value)
    line = listed(platform)[name]
    assert (line["state"], line["guards"]) == ("active", True)
    assert (line["fault"]["hook"], line["fault"]["times"]) == ("guard_changes", 1)
    assert REFUSED[module] in line["fault"]["message"]
    reads_are_as_before(platform)


@pytest.mark.parametrize("module", REFUSED)
def test_disabling_it_by_name_is_the_remedy(
    module: str, peaceful: Platform, install_hostile: Callable[[str], str], make_platform: MakePlatform
) -> None:
    name = install_hostile(module)
    make_platform().check_writable()
    platform = make_platform(config=f'[plugins]\ndisabled = ["{name}"]\n')
    assert listed(platform)[name]["state"] == "disabled"
    writes_go_on(platform)
    reads_are_as_before(platform)


def test_writing_waits_for_a_guard_that_is_gone(
    peaceful: Platform,
    install_hostile: Callable[[str], str],
    make_platform: MakePlatform,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install_hostile("raises_in_guard")
    make_platform().check_writable()
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


def test_a_guard_that_another_process_meets_counts_here_too(
    peaceful: Platform, install_hostile: Callable[[str], str], make_platform: MakePlatform
) -> None:
    peaceful.run("customer.add", actor="admin", name="before")
    install_hostile("raises_in_guard")
    make_platform().check_writable()
    with pytest.raises(Refused, match="raises-in-guard has guarded"):
        peaceful.run("customer.add", actor="admin", name="after")


def test_without_plugins_everything_is_read_and_nothing_written(peaceful: Platform) -> None:
    config = str(peaceful.deployment.document.path)
    with Platform.open(config, plugins=False, environ={}) as platform:
        with platform.session("guest") as session:
            assert session.count("opportunity") == 1
        with pytest.raises(Refused, match="--no-plugins"):
            platform.run("customer.add", actor="admin", name="x")
