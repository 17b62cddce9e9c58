"""A plugin that cannot be loaded is a line in the list, and the others and the deployment live on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field, frozen

from dealwright import Platform
from dealwright_testing.deployments import MakePlatform
from tests.core.host.deployments import host_of, install, status
from tests.core.hostile.bystanders import (
    Decent,
    assert_only_it_failed,
    host_with,
    listed,
    named,
    reads_are_as_before,
    writes_go_on,
)

# The modules of the folder plugins that fail when the platform opens, and what the list says of each.
FAILED = {
    "raises_at_import": "cannot be imported: it raised RuntimeError: not today (raises_at_import.py:3)",
    "exits_at_import": "exits when it is imported: SystemExit: I leave (exits_at_import.py:5)",
    "misspelt_hook": "there is no hook 'scoring_rule', did you mean 'scoring_rules'?",
    "wrong_api": "is written for dealwright_api >=9, and this is 0.1",
    "bad_settings": "unknown key 'cpa', did you mean 'cap'",
    "missing_dependency": "cannot be imported: ModuleNotFoundError: No module named 'a_package_that_nobody_has'",
    "name_clash": "'won' is contributed by funnel",
    "wrong_return_type": "scoring_rules: yielded str 'ten points for everybody', not ScoringRule",
    "yields_nan": "ScoringRule nan.highest: expected int, got float nan",
    "yields_without_end": "measures: gave more than 10,000 items",
    "takes_over_a_record": "the name 'opportunity' does not start with takes_over_a_record_",
    "unknown_column": "no field 'luck'",
}


@pytest.mark.parametrize("module", FAILED)
def test_a_plugin_that_fails_is_a_line_in_the_list_and_the_deployment_lives_on(
    module: str, peaceful: Platform, install_hostile: Callable[[str], str], make_platform: MakePlatform
) -> None:
    name = install_hostile(module)
    platform = make_platform(config=f"[plugins.{name}]\ncpa = 1\n" if module == "bad_settings" else "")
    lines = listed(platform)
    failed = lines.pop(name)
    assert failed["state"] == "failed"
    assert FAILED[module] in failed["reason"]
    assert (failed["distribution"], failed["version"]) == (f"hostile-{name}", "1.0")
    assert {line["state"] for line in lines.values()} == {"active"}
    assert status(platform.host, name).contributions == {}
    reads_are_as_before(platform)
    writes_go_on(platform)
    reads_are_as_before(platform)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise GeneratorExit", "cannot be imported: it raised GeneratorExit"),
        ("def f(:", "cannot be imported: it raised SyntaxError"),
        ("dealwright_api = '2.x'", "dealwright_api = '2.x' does not say which versions; write '>=0.1,<1'"),
        ("dealwright_api = 2", "dealwright_api = 2 does not say which versions"),
        ("def __getattr__(name): raise RuntimeError(name)", "cannot be loaded: RuntimeError: dealwright_api"),
    ],
)  # fmt: skip
def test_a_plugin_that_cannot_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, reason: str
) -> None:
    installed = install(tmp_path, monkeypatch, {"hostile = h_x": source}, distribution="hostile-things")
    host = host_of(tmp_path, ("alpha", named("alpha")), ("omega", named("omega")), found=[installed])
    assert_only_it_failed(host, reason)
    failed = status(host, "hostile")
    assert (failed.distribution, failed.version) == ("hostile-things", "1.0")


def test_an_interrupt_by_the_user_ends_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = install(tmp_path, monkeypatch, {"h = h_i": "raise KeyboardInterrupt"}, distribution="h")
    with pytest.raises(KeyboardInterrupt):
        host_of(tmp_path, found=[installed])


class Settings:
    """Stands for any class that is no attrs class."""


@define
class MutableSettings:
    cap: int = 0


@frozen
class FloatSettings:
    rate: float = 0.5


@frozen
class ExitingSettings:
    cap: int = field(default=0)

    @cap.validator
    def _exit(self, attribute: Any, value: int) -> None:
        raise SystemExit("from a validator")


@pytest.mark.parametrize(
    ("cls", "reason"),
    [
        (Settings, "Settings is not a frozen attrs class"),
        (MutableSettings, "Settings can be altered; decorate it with attrs.frozen"),
        (FloatSettings, "Settings: settings cannot have the type float"),
        (ExitingSettings, "cannot be loaded: SystemExit: from a validator"),
    ],
)
def test_a_settings_class_that_cannot_be_one(tmp_path: Path, cls: type, reason: str) -> None:
    plugin = type("Hostile", (Decent,), {"Settings": cls})()
    assert_only_it_failed(host_with(tmp_path, plugin), reason)
