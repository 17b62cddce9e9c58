"""The worked example of docs/whatif.md runs, and prints what the page says."""

import re
from pathlib import Path

from dealwright_core.commands.whatif import what_if_commands
from tests.plugins.worked import DOCS, Shop

PAGE = (DOCS / "whatif.md").read_text("utf-8")


def test_the_worked_example_gives_what_the_page_says(shop: Shop) -> None:
    for name, plan in re.findall(r"```toml (\S+)\n(.*?)```", PAGE, re.DOTALL):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(plan, "utf-8")
    shop.follow(PAGE)


def test_every_command_stands_on_the_page() -> None:
    for each in what_if_commands():
        assert f"pay {each.name.partition('.')[2]}" in PAGE
