"""An amount that a plugin gives as a float is refused, and no figure shows it."""

from collections.abc import Callable

import pytest

from dealwright import Platform, PluginError, UsageError
from dealwright_testing.deployments import MakePlatform
from tests.core.hostile.bystanders import listed, reads_are_as_before, writes_go_on


def test_floats_never_leave_a_report_or_a_command(
    peaceful: Platform, install_hostile: Callable[[str], str], make_platform: MakePlatform
) -> None:
    name = install_hostile("float_money")
    platform = make_platform()
    with pytest.raises(PluginError, match=r"report cash.*expected money, got float"):
        platform.report("cash", actor="admin")
    fault = listed(platform)[name]["fault"]
    assert fault["hook"] == "report cash"
    assert fault["message"].startswith("row 1, column amount: expected money, got float")
    with pytest.raises((PluginError, UsageError), match="float"):
        platform.run("float.earn", actor="admin")
    line = listed(platform)[name]
    assert (line["state"], line["fault"]["hook"]) == ("active", "float.earn")
    assert "float" in line["fault"]["message"]
    writes_go_on(platform)
    reads_are_as_before(platform)
