"""Rates and measures where the position on the curve is another than what a pay measures."""

from collections.abc import Callable

import pytest

Mistakes = Callable[[str], list[str]]

AT = "plan.toml"
SLAB = 'scheme = "test-slab"\ntiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "8 %"}]\n'
BLEND = 'objectives = [{measure = "won_amount", quota = 5, weight = 1}]\n'


@pytest.mark.parametrize(
    "position", ['by = {measure = "won_count"}\nquota = 4\n', BLEND, 'by = "deal_cost.cost"\n']
)
def test_a_marginal_rate_of_another_position_than_the_measure(mistakes: Mistakes, position: str) -> None:
    told = "would be a part of the position on the curve, which is not what the pay measures"
    text = f'name = "Reps"\n[[pay]]\n{position}{SLAB}'
    line = text[: text.index("tiers")].count("\n") + 1
    assert mistakes(text) == [
        f'{AT}:{line}: pay[1].tiers[{at}].rate: {told}, use scheme "whole", or times of a target, or the amount for'
        " each one"
        for at in (1, 2)
    ]
    assert mistakes(text.replace("test-slab", "test-whole")) == []
    assert (
        mistakes(
            text.replace('rate = "5 %"', "times = 1").replace('rate = "8 %"', "times = 2") + "target = 5"
        )
        == []
    )


@pytest.mark.parametrize(
    "position", ["", 'by = {window = "year"}\n', 'by = "amount"\n', 'by = {measure = "amount"}\n']
)
def test_a_marginal_rate_of_the_own_measure_is_no_mistake(mistakes: Mistakes, position: str) -> None:
    assert mistakes(f'name = "Reps"\n[[pay]]\nquota = 5\n{position}{SLAB}') == []


def test_only_a_curve_of_rates_has_a_measure_beside_objectives(mistakes: Mistakes) -> None:
    text = f'name = "Reps"\n[[pay]]\nmeasure = "amount"\n{BLEND}'
    assert mistakes(f"{text}scheme = 'test-whole'\ntiers = [{{from = '0 %', rate = '5 %'}}]") == []
    (found,) = mistakes(f"{text}scheme = 'test-fixed'\npays = 5")
    assert found == f"{AT}:3: pay[1].measure: each of the objectives has its own, leave out 'measure'"
    assert mistakes(f"{text}scheme = 'test-fixed'\npays = 5\ngate = {{from = 5}}") == []


def test_a_single_deal_has_no_objectives(mistakes: Mistakes) -> None:
    (found,) = mistakes(f'name = "Reps"\n[[pay]]\nwindow = "deal"\n{BLEND}scheme = "test-fixed"\npays = 5')
    assert "pay[1].window: a single deal attains no objectives" in found
