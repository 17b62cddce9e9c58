"""docs/plugins.md: every hook has a section with its return type and an example, and every example runs."""

import doctest
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import dealwright
from dealwright_core.hookspecs import CONTRIBUTIONS, Hooks

PAGE = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text(encoding="utf-8")
HOOKS = [name for name in vars(Hooks) if not name.startswith("_")]
SECTIONS = {part.split("\n", 1)[0].strip(): part for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}
CONFIGURATION = """
[deployment]
currency = "USD"
[access.actors]
anna = ["director", "integrator", "admin"]
fay = "finance"
[plugins]
disabled = [
    "appraisal", "bonus", "commission", "direct", "funnel", "qualification", "quota", "segmentation", "standings",
]
"""


def block(hook: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", SECTIONS[hook], re.DOTALL)
    assert found, f"docs/plugins.md: {hook} has no {language} example"
    return found[1]


@pytest.fixture
def opened(hook: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The plugin of an example in a deployment of its own."""
    plugin = ModuleType(f"example_{hook}")
    monkeypatch.setitem(sys.modules, plugin.__name__, plugin)
    exec(compile(block(hook, "python"), f"docs/plugins.md {hook}", "exec"), vars(plugin))
    config = tmp_path / "dealwright.toml"
    scheme = re.search(r"```toml\n(.*?)```", SECTIONS[hook], re.DOTALL)
    config.write_text(CONFIGURATION + (scheme[1] if scheme else ""))
    monkeypatch.chdir(tmp_path)
    with dealwright.open(config, extra_plugins=[("example", plugin)]) as platform:
        platform.upgrade()
        yield {"platform": platform, "plugin": plugin}


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_says_what_it_returns(hook: str) -> None:
    assert hook in SECTIONS, f"docs/plugins.md has no section about {hook}"
    assert re.search(r"\b[Rr]eturns (`Iterable\[|nothing)", SECTIONS[hook])
    assert f"[`{hook}`](#{hook})" in PAGE


@pytest.mark.parametrize("hook", HOOKS)
def test_every_example_works(hook: str, opened: dict[str, Any]) -> None:
    status = opened["platform"].host.status("example")
    assert status.state == "active", status.reason
    assert hook in status.hooks
    if hook in CONTRIBUTIONS:
        assert status.contributions[hook] > 0
    shown = block(hook, "pycon")
    test = doctest.DocTestParser().get_doctest(shown, opened, hook, "docs/plugins.md", 0)
    said: list[str] = []
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert results.failed == 0, "".join(said)


@pytest.mark.parametrize("hook", HOOKS)
def test_an_example_imports_nothing_of_ours_but_dealwright(hook: str) -> None:
    assert "dealwright_core" not in block(hook, "python")


def test_the_page_names_no_hook_that_is_not_there() -> None:
    linked = set(re.findall(r"\[`(\w+)`\]\(#", PAGE))
    assert linked == set(HOOKS)
