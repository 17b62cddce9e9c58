"""The scheme of docs/plugins.md is a whole plugin in one short file, and a run pays by it what the page says."""

import re
import sys
from pathlib import Path

import pytest

from tests.plugins.worked import DOCS, Shop

PAGE = (DOCS / "plugins.md").read_text("utf-8")
SECTION = PAGE.partition("\n## incentive_schemes\n")[2].partition("\n## ")[0]
(FILE,) = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)
MOST_LINES = 25
# They change with what is installed.
CHANGING = re.compile(r"\b[0-9a-f]{16}\b")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file as an installed distribution with an entry point."""
    folder = tmp_path / "installed"
    about = folder / "dealwright_accelerator-0.1.0.dist-info"
    about.mkdir(parents=True)
    (folder / "dealwright_accelerator.py").write_text(FILE, "utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: dealwright-accelerator\nVersion: 0.1.0\n")
    (about / "entry_points.txt").write_text("[dealwright.plugins]\naccelerator = dealwright_accelerator\n")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "dealwright_accelerator", raising=False)


def test_a_new_scheme_is_one_file_of_at_most_25_lines() -> None:
    assert len(FILE.splitlines()) <= MOST_LINES


def test_a_run_pays_by_the_scheme_what_the_page_says(installed: None, shop: Shop) -> None:
    (plan,) = re.findall(r"```toml plans/field.toml\n(.*?)```", SECTION, re.DOTALL)
    Path("plans").mkdir()
    Path("plans/field.toml").write_text(plan, "utf-8")
    shop.follow(f"## A worked example\n{SECTION.replace('```toml dealwright.toml', '```toml')}", kept)


def kept(text: str) -> str:
    return CHANGING.sub("CHANGING", text)


@pytest.mark.parametrize("page", ["pay.md", "plans.md"])
def test_who_reads_of_pay_finds_how_to_write_a_scheme(page: str) -> None:
    assert "plugins.md#incentive_schemes" in (DOCS / page).read_text("utf-8")
