"""What docs/access.md says is so."""

import re
from pathlib import Path

import pytest

from dealwright_core.access.rights import ACTIONS, EVERYTHING, GROUPS, SCOPES
from dealwright_core.access.shipped import SHIPPED
from dealwright_core.config.loading import load
from dealwright_testing.deployments import MakePlatform

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "access.md").read_text("utf-8")


def rows(heading: str) -> list[str]:
    """The rows of the tables of a section, by what is named in the first column."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    first = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    return [name for cell in first for name in re.findall(r"`([^`]+)`", cell)]


def test_every_role_action_and_scope_has_a_row() -> None:
    assert rows("The roles as shipped") == list(SHIPPED)
    assert rows("Scopes") == list(SCOPES)
    assert set(ACTIONS) - {EVERYTHING} | set(GROUPS) <= set(rows("Rights"))


def test_the_example_is_a_deployment(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "dealwright.toml").write_text(example, "utf-8")
    access = load(tmp_path / "dealwright.toml", {}).access
    assert access.roles["inside-sales"].denies
    assert access.separate


@pytest.mark.parametrize("page", ["access.md", "configuration.md", "plugins.md"])
def test_links_lead_somewhere(page: str) -> None:
    for file, anchor in re.findall(r"\]\(([a-z-]+\.md)?(?:#([\w-]+))?\)", (DOCS / page).read_text("utf-8")):
        text = (DOCS / (file or page)).read_text("utf-8")
        anchors = {
            re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
            for line in text.splitlines()
            if line.startswith("#")
        }
        assert not anchor or anchor in anchors, f"{page}: {file}#{anchor}"


def test_every_command_it_names_is_there(make_platform: MakePlatform) -> None:
    platform = make_platform()
    for group, verb in re.findall(
        r"^ +(?:\$ )?dealwright (?:--as \w+ )?([a-z]+) ([a-z]+)", PAGE, re.MULTILINE
    ):
        assert f"{group}.{verb}" in platform.commands
