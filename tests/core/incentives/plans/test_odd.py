"""What is odd in a plan is a warning: it may be meant."""

from collections.abc import Callable

import pytest

from dealwright_core.config.document import Document
from dealwright_core.incentives.plans.checking import Surroundings, checked
from dealwright_core.incentives.plans.reading import read_plan

Warned = Callable[[str], list[str]]
FLAT = 'name = "Reps"\n[[pay]]\nscheme = "test-flat"\nrate = "5 %"\n'


@pytest.fixture
def warned(around: Surroundings) -> Warned:
    """The warnings of a plan that has no mistakes."""

    def read(text: str) -> list[str]:
        plan, problems = read_plan(Document.parse(text, "plan.toml"), around.context)
        found = checked(plan, around)
        assert [*problems, *found.problems] == []
        return [str(each) for each in found.warnings]

    return read


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[credit]\nkinds = {}", "6: credit.kinds: no kind of facts counts, so that no sale pays"),
        (
            'weights = {stage = {wonn = "50 %"}}',
            "5: pay[1].weights.stage.wonn: stage is never 'wonn', did you mean 'won'?",
        ),
        (
            'unit = "points"\n[draw]\namount = 5',
            "6: draw: no pay of the plan is money, so that nothing pays it back",
        ),
        ('weight = "101 %"', "5: pay[1].weight: 101 % is more than the curve gives"),
        (
            '[[pay]]\nscheme = "test-whole"\ntiers = [{from = 0, rate = 1}, {from = 5, rate = "150 %"}]',
            "7: pay[2].tiers[2].rate: pays 150 % of what is measured",
        ),
        ('[[pay]]\nscheme = "test-flat"\nrate = 5', "7: pay[2].rate: pays 500 % of what is measured"),
        ("[member.M-1]\nrate = '110 %'", "6: member.M-1.rate: pays 110 % of what is measured"),
    ],
)
def test_what_is_odd(warned: Warned, written: str, told: str) -> None:
    assert warned(FLAT + written) == [f"plan.toml:{told}"]


@pytest.mark.parametrize(
    "written",
    [
        'weights = {channel = {agent = "50 %"}}',
        'weights = {stage = {won = "150 %"}}',
        '[[pay]]\nscheme = "test-flat"\nmeasure = "won_count"\nrate = 50',
        '[[pay]]\nscheme = "test-flat"\nmeasure = "1"\nrate = 50',
        'unit = "points"\n[[pay]]\nscheme = "test-flat"\nunit = "points"\nrate = 5',
        'unit = "points"\n[[pay]]\nscheme = "test-flat"\nrate = 1\n[draw]\namount = 5',
        'weight = "100 %"',
    ],
)
def test_what_is_not_odd(warned: Warned, written: str) -> None:
    assert warned(FLAT + written) == []


QUOTA = 'zero_quota = "refuse"\nname = "Reps"\n[[pay]]\nquota = {quota}\nscheme = "test-flat"\nrate = 1\n'


def test_a_quota_of_zero_that_is_refused_to_everybody(warned: Warned) -> None:
    told = "plan.toml:4: pay[1].quota: is zero and refused, so that nobody has a figure"
    assert warned(QUOTA.format(quota=0)) == [told]
    assert warned(QUOTA.format(quota=0) + "[member.M-1]\nquota = 5") == []
    assert warned(QUOTA.format(quota=5) + "[member.M-1]\nquota = 0") == []
