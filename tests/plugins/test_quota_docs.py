"""The worked example of docs/quota.md runs, and gives what the page says."""

import json

from tests.plugins.worked import DOCS, Shop

PAGE = (DOCS / "quota.md").read_text("utf-8")
COMMANDS = [line.strip() for line in PAGE.splitlines() if line.startswith("    dealwright ")]


def test_the_worked_example_gives_what_the_page_says(shop: Shop) -> None:
    said = {line: shop.type(line) for line in COMMANDS}
    assert {code for code, __ in said.values()} == {0}
    targets = json.loads(shop.type("dealwright target list --json")[1])
    assert [(each["ref"], each["amount"]["amount"]) for each in targets] == [
        ("T-2026", "1000000.00"),
        ("TG-2", "600000.00"),
        ("TG-3", "400000.00"),
        ("TG-4", "450000.00"),
        ("TG-5", "150000.00"),
        *((f"TG-{number}", "100000.00") for number in range(6, 10)),
    ]
    (exact,) = [text for line, (__, text) in said.items() if "--target" in line]
    assert "375/26, rounded up 15" in exact


def test_every_code_and_setting_stands_on_the_page() -> None:
    plugin = DOCS.parent / "plugins" / "dealwright_quota"
    text = "".join(each.read_text("utf-8") for each in plugin.glob("*.py"))
    codes = {f"quota-{part.partition(chr(34))[0]}" for part in text.split('"quota-')[1:]}
    assert {each for each in codes if f"`{each}`" not in PAGE} == {"quota-divided"}
