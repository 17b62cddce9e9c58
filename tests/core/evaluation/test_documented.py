"""What docs/evaluation.md says is so: the same rule in a file of at most 15 lines and in TOML alone, and every key."""

import re
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest

from dealwright import Platform
from dealwright_core.config.schemes import GateTable, MeasureTable, RuleTable, SchemeTable
from dealwright_testing.deployments import MakePlatform

PAGE = (Path(__file__).parents[3] / "docs" / "evaluation.md").read_text("utf-8")
RULE, FUNCTION = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
WITH_PLUGIN, ALONE = re.findall(r"```toml\n(\[schemes.*?)```", PAGE, re.DOTALL)


def plugin(*source: str) -> ModuleType:
    module = ModuleType("urgent")
    exec(compile("\n".join(source), "docs/evaluation.md", "exec"), vars(module))
    return module


def totals(platform: Platform) -> dict[str, Any]:
    with platform.session("admin") as session:
        today = session.today
    for ref, days in (("LATE", -3), ("SOON", 10), ("FAR", 90)):
        close = today + timedelta(days=days)
        platform.run("opportunity.add", actor="admin", ref=ref, expected_close=close)
    platform.run("opportunity.add", actor="admin", ref="SOME-DAY")
    found = platform.run("evaluate", actor="admin", scheme="leads").value
    return {each.ref: (each.total, each.lines[0].title) for each in found.results}


def test_one_small_file_and_toml_alone_are_the_same_rule(make_platform: MakePlatform, tmp_path: Path) -> None:
    assert len(RULE.splitlines()) <= 15
    urls = [f"sqlite:///{tmp_path / name}.db" for name in ("plugin", "alone")]
    one = totals(make_platform(urls[0], WITH_PLUGIN, plugins=[("urgent", plugin(RULE))]))
    other = totals(make_platform(urls[1], ALONE))
    title = "Closes within a month"
    assert (
        one == other == {"LATE": (-10, title), "SOON": (20, title), "FAR": (5, title), "SOME-DAY": (0, title)}
    )


def test_the_function_is_one() -> None:
    assert plugin(RULE, FUNCTION).predicted({"amount": [None, 250_000]}) == [None, 2]


@pytest.mark.parametrize("cls", [SchemeTable, RuleTable, MeasureTable, GateTable])
def test_every_key_is_documented(cls: type) -> None:
    for each in attrs.fields(cls):
        assert re.search(rf"^\| (`\w+`, )?`{each.name}`(, `\w+`)? \|", PAGE, re.MULTILINE), each.name
