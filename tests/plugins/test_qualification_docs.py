"""The worked example of docs/qualification.md works, line by line."""

import re
from typing import Any

import attrs

from dealwright_qualification import Settings
from tests.plugins.worked import DOCS, Shop

PAGE = (DOCS / "qualification.md").read_text("utf-8")


def test_the_worked_example_works(shop: Shop) -> None:
    shop.follow(PAGE)
    assert shop.type("dealwright score O-1")[1].startswith("opportunity O-1: 35\n")


def test_the_page_names_every_trait_with_its_points() -> None:
    settings = Settings()
    traits: dict[str, Any] = attrs.asdict(settings.bad) | attrs.asdict(settings.golden)
    assert len(traits) == 14
    for name, points in traits.items():
        assert re.search(rf"\| `{name}`[^|]*\| {points} \|", PAGE), name
