"""What docs/configuration.md says is so."""

import re
from pathlib import Path

import attrs
import pytest

from dealwright_core.access.rights import ACTIONS, CLASSES, GROUPS, SCOPES, RightTable, RoleTable
from dealwright_core.config.declared import LONGEST_NAME, FieldTable, RecordTable
from dealwright_core.config.loading import load
from dealwright_core.config.sections import Access, Database, General, PluginRules
from dealwright_core.config.stages import StageTable
from dealwright_core.records.fieldtypes import TYPES
from dealwright_core.records.opportunity import FORECAST_CATEGORIES

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text("utf-8")


def test_the_example_is_a_deployment(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "dealwright.toml").write_text(example, "utf-8")
    deployment = load(tmp_path / "dealwright.toml", {})
    assert deployment.calendar.parse("2026-Q1").start.isoformat() == "2025-04-01"
    assert {each.name: each.to for each in deployment.stages} == {
        "contacted": ("tender", "lost"),
        "tender": ("won", "lost"),
        "won": (),
        "lost": ("tender",),
    }
    assert [each.name for each in deployment.record_types()[0].fields] == [
        "customer", "floor_space", "budget", "power", "surveyor",
    ]  # fmt: skip
    assert deployment.access.actors["web_shop"] == ("shop",)
    assert deployment.access.roles["shop"].title == "Web shop"
    assert deployment.access.separate[0].then == ("contract.advance",)
    assert deployment.check_links({"customer", "member"}) == []


TABLES = (
    General, Database, Access, PluginRules, StageTable, RecordTable, FieldTable, RoleTable, RightTable
)  # fmt: skip


@pytest.mark.parametrize("cls", TABLES)
def test_every_key_is_documented(cls: type) -> None:
    for each in attrs.fields(cls):
        assert f"| `{each.name}` |" in PAGE or each.name == "fields"


@pytest.mark.parametrize("word", [*TYPES, *FORECAST_CATEGORIES, *ACTIONS, *SCOPES, *CLASSES, *GROUPS])
def test_every_word_is_documented(word: str) -> None:
    assert f'`"{word}"`' in PAGE


def test_the_longest_name_is_documented() -> None:
    assert f"at most {LONGEST_NAME} signs" in PAGE
