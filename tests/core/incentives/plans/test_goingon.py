"""Deals as windows whose curve of pay goes on over a longer one."""

from collections.abc import Callable

import pytest

Mistakes = Callable[[str], list[str]]

GOES_ON = 'name = "Reps"\n[[pay]]\nscheme = "{scheme}"\ntiers = [{{from = 0, rate = "5 %"}}]\nwindow = "deal"\n{more}\n'


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            "cap = 5",
            "cap: is of each deal, and the curve goes on over the year, set window = 'year' and leave",
        ),
        (
            "floor = 5",
            "floor: is of each deal, and the curve goes on over the year, set window = 'year' and leave",
        ),
        (
            "gate = {from = 5}",
            "gate.window: a deal is shorter than the year over which the curve goes on, name a longer one",
        ),
        ('gate = {from = 5, window = "month"}', "gate.window: a month is shorter than the year over which"),
    ],
)
def test_what_holds_for_each_deal_where_deals_go_on(mistakes: Mistakes, more: str, told: str) -> None:
    written = f'by = {{window = "year"}}\n{more}'
    (found,) = mistakes(GOES_ON.format(scheme="test-slab", more=written))
    assert told in found
    # A curve of rates is read for each deal by itself.
    assert mistakes(GOES_ON.format(scheme="test-whole", more=written)) == []
    assert mistakes(GOES_ON.format(scheme="test-slab", more=more)) == []


def test_a_target_of_a_period_gives_no_deal_a_rate(mistakes: Mistakes) -> None:
    written = 'by = {window = "year"}\nquota = "won_amount"'
    zero = 'zero_quota = "zero"\n'
    (found,) = mistakes(zero + GOES_ON.format(scheme="test-whole", more=written))
    assert "quota: a target is of a period, and each deal has a rate of its own, write a number" in found
    # Where deals go on, they are calculated by that period.
    assert mistakes(zero + GOES_ON.format(scheme="test-slab", more=written)) == []
