"""What docs/plans.md says is so."""

import re
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

import dealwright_commission
from dealwright import Curve
from dealwright_core.config.document import Document
from dealwright_core.config.incentives import IncentivesTable
from dealwright_core.incentives.plans import tables
from dealwright_core.incentives.plans.checking import Surroundings, checked
from dealwright_core.incentives.plans.figures import level
from dealwright_core.incentives.plans.payreading import PAY_KEYS
from dealwright_core.incentives.plans.reading import READ_BY_HAND, read_plan

PAGE = (Path(__file__).parents[4] / "docs" / "plans.md").read_text("utf-8")
EXAMPLES = re.findall(r"### (.*?)\n\n```toml\n(.*?)```(.*?)(?=\n##)", PAGE, re.DOTALL)
PAYS = re.compile(r"^at (\S+(?: %)?)(?: on (\S+))?: (\S+)$", re.MULTILINE)
TABLES = [
    each
    for each in vars(tables).values()
    if isinstance(each, type) and attrs.has(each) and each.__module__ == tables.__name__
]


@pytest.fixture
def bundled(around: Surroundings) -> Surroundings:
    """With the schemes of the plugin `commission`."""
    schemes = {each.name: each for each in dealwright_commission.incentive_schemes()}

    def curve(name: str, quota: Fraction | None, settings: object) -> Curve:
        return schemes[name].curve(quota, settings)

    return attrs.evolve(around, schemes=schemes, curve=curve)


@pytest.mark.parametrize(("title", "text", "rest"), EXAMPLES, ids=[each[0] for each in EXAMPLES])
def test_an_example_has_no_mistake_and_pays_what_it_says(
    bundled: Surroundings, title: str, text: str, rest: str
) -> None:
    plan, problems = read_plan(Document.parse(text, "plan.toml"), bundled.context)
    found = checked(plan, bundled)
    assert [str(each) for each in (*problems, *found.problems)] == []
    told = PAYS.findall(rest)
    assert bool(told) == bool(found.curves)
    for position, measure, pay in told:
        due = found.curves[plan.pays[0].name].due(exact(position), exact(measure) if measure else None)
        assert due == exact(pay), position


def test_a_bound_by_attainment_without_quota_is_told_at_its_line(bundled: Surroundings) -> None:
    text = """
name = "p"
[[pay]]
window = "month"
scheme = "slab"
tiers = [
  {from = 0, rate = "5 %"},
  {from = "100 %", rate = "8 %"},
]
"""
    plan, problems = read_plan(Document.parse(text, "plan.toml"), bundled.context)
    assert [str(each) for each in (*problems, *checked(plan, bundled).problems)] == [
        "plan.toml:8: pay[1].tiers[2].from: needs a quota, and there is none, give the plan a quota"
    ]


def exact(text: str) -> Fraction:
    return level(text.replace(",", "")).at


def test_every_example_is_tested() -> None:
    assert len(EXAMPLES) == PAGE.count("\n### ") == PAGE.count("```toml\n")


@pytest.mark.parametrize("cls", TABLES)
def test_every_key_is_documented(cls: type) -> None:
    for each in attrs.fields(cls):
        assert f"| `{each.name}` |" in PAGE or f"`{each.name}`" in PAGE.split("## Credit")[0]


def test_the_keys_that_are_read_by_hand_are_documented() -> None:
    for key in (*PAY_KEYS, "from", "qualify"):
        assert f"| `{key}` |" in PAGE
    for key in (*READ_BY_HAND, *(each.name for each in attrs.fields(IncentivesTable))):
        assert key in PAGE
