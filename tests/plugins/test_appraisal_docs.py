"""The worked example of docs/appraisal.md works, line by line, and the page names every code and setting."""

import re

import attrs

from dealwright_appraisal.settings import Attitude, FormTable, Ranking
from tests.plugins.worked import DOCS, Shop

PAGE = (DOCS / "appraisal.md").read_text("utf-8")


def test_the_worked_example_works(shop: Shop) -> None:
    shop.follow(PAGE)


def test_the_page_names_every_code_and_every_setting() -> None:
    plugin = DOCS.parent / "plugins" / "dealwright_appraisal"
    text = "".join(each.read_text("utf-8") for each in plugin.glob("*.py"))
    codes = {f"appraisal-{each}" for each in re.findall(r'_finding\(\s*"([a-z-]+)"', text)}
    codes |= {*re.findall(r'"(appraisal-[a-z-]+)",\n', text)} - {"appraisal-distribution"}
    assert len(codes) > 20
    assert {each for each in codes if f"`{each}`" not in PAGE} == set()
    keys = [each.name for each in attrs.fields(FormTable) if each.name not in ("ranking", "attitude")]
    keys += [f"ranking.{each.name}" for each in attrs.fields(Ranking)]
    keys += [f"attitude.{each.name}" for each in attrs.fields(Attitude)]
    assert {each for each in keys if f"| `{each}` |" not in PAGE} == set()
