"""Settings of bonuses that make no sense are refused, all at once and each with its line."""

from fractions import Fraction
from typing import Any

import pytest

from dealwright import ConfigError, InvalidValue, Percent
from dealwright_bonus.settings import Corner, Guarantee, Step, TargetBonus
from tests.plugins.bonus.bonuses import curve, read
from tests.plugins.payouts import careless

FINER = "it is finer than one billionth, write fewer digits, or a fraction such as '1/3'"


def test_every_mistake_in_tiers_is_told_with_its_line() -> None:
    text = """\
tarhet = 5000
target = -1
most = 0.12345678901
tiers = [
    {from = 0, times = 1},
    {from = 0, times = 2},
    {from = 5, over = 6, times = 2},
    {times = 2},
    {from = 10},
    {from = 20, times = "-5 %"},
    {from = 30, times = 1, pays = 5},
    {form = 40, times = 1},
]
"""
    assert read("target-bonus", text) == (
        None,
        sorted(
            [
                "plan.toml:1: unknown key 'tarhet', did you mean 'target'?",
                "plan.toml:2: target: is below zero",
                f"plan.toml:3: most: {FINER}",
                "plan.toml:6: tiers[2]: starts where number 1 does, leave one out",
                "plan.toml:7: tiers[3]: has from and over, leave one out",
                "plan.toml:8: tiers[4]: does not say where it starts, write from or over",
                "plan.toml:9: tiers[5].times: is missing",
                "plan.toml:10: tiers[6].times: is below zero",
                "plan.toml:11: tiers[7]: unknown key 'pays'",
                "plan.toml:12: tiers[8]: unknown key 'form', did you mean 'from'?",
            ]
        ),
    )


def test_every_mistake_in_points_is_told_with_its_line() -> None:
    text = """\
target = 5000
points = [
    {at = "80 %", times = 0.5},
    {at = "80 %", times = 1},
    {at = 1e300, times = 1},
    {at = 5, times = 0.05000000000000000277},
    {times = 1},
    {at = 100, times = true},
    {at = "half", times = 1},
]
"""
    terms, problems = read("target-bonus", text)
    assert terms is None
    assert [each.split(": ", 2)[:2] for each in problems] == [
        ["plan.toml:4", "points[2]"],
        ["plan.toml:5", "points[3].at"],
        ["plan.toml:6", "points[4].times"],
        ["plan.toml:7", "points[5].at"],
        ["plan.toml:8", "points[6].times"],
        ["plan.toml:9", "points[7].at"],
    ]


@pytest.mark.parametrize(
    ("scheme", "text", "said"),
    [
        ("target-bonus", "tiers = [{from = 0, times = 1}]", "target: is missing"),
        ("target-bonus", "target = 1", "there is no multiplier, write tiers, in steps, or points, in lines"),
        (
            "target-bonus",
            "target = 1\ntiers = [{from = 0, times = 1}]\npoints = [{at = 0, times = 1}]",
            "has tiers and points, leave one out",
        ),
        ("target-bonus", "target = 1\ntiers = []", "tiers: there are 1 to 500, and here 0"),
        ("target-bonus", "target = 1\npoints = []", "points: there are 1 to 500, and here 0"),
        ("target-bonus", "target = 1\ntiers = 5", "tiers: expected a list, got the whole number 5"),
        (
            "target-bonus",
            'target = "5 %"\ntiers = [{from = 0, times = 1}]',
            "target: '5 %' is not a fraction",
        ),
        ("target-bonus", "target = 1\ntiers = [{from = 0, times = 1}]\nmost = -1", "most: is below zero"),
        (
            "target-bonus",
            'target = 1\ntiers = [{from = 0, times = 1}, {from = "0 %", times = 2}]',
            "tiers[2]: starts where number 1 does",
        ),
        ("guarantee", "rate = 1", "pays: is missing"),
        ("guarantee", "pays = 1", "rate: is missing"),
        ("guarantee", "pays = -1\nrate = 1", "pays: is below zero"),
        ("guarantee", "pays = 1\nrate = 0", "rate: is not above zero"),
        ("guarantee", 'pays = 1\nrate = "-5 %"', "rate: is not above zero"),
        ("guarantee", "pays = 9223372036854775808\nrate = 1", "pays: it is out of range"),
        ("guarantee", "pays = 1\nrate = 0.05000000000000000277", f"rate: {FINER}"),
        ("guarantee", "pays = nan\nrate = 1", "pays: NaN is not a number"),
        ("guarantee", "pays = 1\nrate = 1\nquota = 5", "unknown key 'quota'"),
    ],
)
def test_settings_that_make_no_sense(scheme: str, text: str, said: str) -> None:
    terms, (problem,) = read(scheme, text)
    assert terms is None
    assert said in problem


@pytest.mark.parametrize(
    ("text", "quota", "said"),
    [
        (
            'target = 1\ntiers = [{from = "80 %", times = 1}]',
            None,
            "tiers[1].from: needs a quota, and there is none, give the plan a quota",
        ),
        (
            'target = 1\npoints = [{at = 0, times = 1}, {at = "80 %", times = 1}]',
            0,
            "points[2].at: needs a quota above zero, and it is 0, say with zero_quota what is to be paid",
        ),
        (
            'target = 1\ntiers = [{from = "50 %", times = 1}, {from = 50, times = 2}]',
            100,
            "tiers[2].from: with this quota it starts where tiers[1].from does",
        ),
    ],
)
def test_a_quota_that_a_bonus_cannot_do_with_is_refused_with_the_key(
    text: str, quota: int | None, said: str
) -> None:
    with pytest.raises(ConfigError) as error:
        curve("target-bonus", text, quota)
    assert str(error.value).endswith(said)


def test_a_guarantee_needs_no_quota() -> None:
    assert curve("guarantee", "pays = 1\nrate = 1", 0) == curve("guarantee", "pays = 1\nrate = 1", None)


def test_as_many_points_as_there_may_be_make_a_curve_that_the_most_breaks_everywhere() -> None:
    points = ", ".join(f"{{at = {number}, times = {number % 2 * 2}}}" for number in range(500))
    assert curve("target-bonus", f"target = 1\nmost = 1\npoints = [{points}]").due(499) == 1


STEP = Step(start=Fraction(0), times=Fraction(1))


@pytest.mark.parametrize(
    "make",
    [
        lambda: TargetBonus(target=careless(0.5), tiers=(STEP,)),
        lambda: TargetBonus(target=Fraction(1), tiers=(STEP,), most=careless(0.5)),
        lambda: Step(start=careless(0.5), times=Fraction(1)),
        lambda: Step(over=careless(0.5), times=Fraction(1)),
        lambda: Step(start=Fraction(0), times=careless(0.5)),
        lambda: Corner(at=careless(0.5), times=Fraction(1)),
        lambda: Corner(at=Fraction(0), times=careless(0.5)),
        lambda: Guarantee(pays=careless(0.5), rate=Fraction(1)),
        lambda: Guarantee(pays=Fraction(1), rate=careless(0.5)),
    ],
)
def test_no_setting_is_a_float(make: Any) -> None:
    with pytest.raises(InvalidValue, match=r"float 0.5 is not exact"):
        make()


def test_settings_may_be_made_in_python() -> None:
    terms = TargetBonus(
        target=Fraction(5), points=(Corner(at=Percent(1), times=Percent(1, 2)),), most=Percent(2)
    )
    text = 'target = 5\npoints = [{at = "100 %", times = "50 %"}]\nmost = "200 %"'
    assert terms == read("target-bonus", text)[0]
