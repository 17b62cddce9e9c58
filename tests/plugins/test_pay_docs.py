"""The worked example of docs/pay.md runs, and prints what the page says; its tables name what there is."""

import inspect
import re
from pathlib import Path

import pytest

from dealwright_core.commands import adjustments, holds
from dealwright_core.commands.adjustments import adjustment_commands
from dealwright_core.commands.disputes import DISPUTE, dispute_commands
from dealwright_core.commands.holds import hold_commands
from dealwright_core.commands.pay import pay_commands
from dealwright_core.payroll import running
from dealwright_core.payroll.ledger import STATES
from dealwright_core.payroll.telling.statements import ABOUT
from tests.plugins.worked import DOCS, Shop

PAGE = (DOCS / "pay.md").read_text("utf-8")
# They change with the version of a plugin.
CHANGING = re.compile(r"\b[0-9a-f]{16}\b|commission@\S+")


def kept(text: str) -> str:
    return CHANGING.sub("CHANGING", text)


def test_the_worked_example_gives_what_the_page_says(shop: Shop) -> None:
    for name, plan in re.findall(r"```toml (\S+)\n(.*?)```", PAGE, re.DOTALL):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(plan, "utf-8")
    shop.follow(PAGE, kept)
    for title in ("Adjustments", "Disputes", "What waits, and what is taken back"):  # of the same shop
        shop.follow_section(PAGE, title, kept)


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_row(state: str) -> None:
    assert f"\n| `{state}` |" in PAGE


def test_every_refusal_has_a_row() -> None:
    source = "".join(map(inspect.getsource, (running, holds)))
    codes = {*re.findall(r'(?:_refused|Finding)\(\s*"([\w-]+)"', source), "not-permitted"}
    rows = re.findall(r"^\| (`[^|]+) \| [^|]+ \|$", refusals(), re.MULTILINE)
    assert codes == set(re.findall(r"`([\w-]+)`", " ".join(rows)))


def refusals() -> str:
    return PAGE.partition("## What is refused")[2].partition("\n## ")[0]


def test_every_command_stands_on_the_page() -> None:
    for each in (*pay_commands(), *hold_commands(), *adjustment_commands(), *dispute_commands()):
        assert f"pay {each.name.partition('.')[2]}" in PAGE


def test_every_line_about_no_sale_stands_on_the_page() -> None:
    for said in ABOUT.values():
        assert f"`{said}`" in PAGE


@pytest.mark.parametrize("state", DISPUTE.states)
def test_every_state_of_a_dispute_stands_on_the_page(state: str) -> None:
    assert f"| `{state}` |\n" in PAGE.partition("## Disputes")[2]


def test_every_refusal_of_adjustments_has_a_row() -> None:
    source = Path(adjustments.__file__).read_text("utf-8")
    codes = {*re.findall(r'"(adjustment-[\w-]+)"', source), "separation-of-duties"}
    rows = PAGE.partition("## Adjustments")[2].partition("\n## ")[0]
    assert codes == {
        code for row in re.findall(r"\n\| (`.*?`) \|", rows) for code in re.findall(r"`([\w-]+)`", row)
    }
