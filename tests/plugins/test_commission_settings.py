"""Settings of commission schemes that make no sense are refused, all at once and each with its line."""

from fractions import Fraction
from typing import Any

import pytest

from dealwright import ConfigError, InvalidValue, Percent
from dealwright_commission.settings import Fixed, Flat, Interpolated, Lookup, Overage, Slab, Whole
from dealwright_commission.tiers import Point, Tier
from tests.plugins.commissions import curve, read
from tests.plugins.payouts import careless


def test_every_tier_that_makes_no_sense_is_told_with_its_line() -> None:
    text = """\
rate = "5 %"
tiers = [
    {from = 0, rate = "5 %", times = 2},
    {from = 5, over = 6, rate = 0.05},
    {rate = 1},
    {from = 9},
    {from = 100, rate = 1},
    {from = 100, rate = 2},
    {from = 200, rate = 2, back_to = 300},
    {from = 300, pays = 2, back_to = 100},
]
"""
    assert read("slab", text) == (
        None,
        sorted(
            [
                "plan.toml:3: tiers[1]: has rate and times, keep one of them",
                "plan.toml:4: tiers[2]: has from and over, leave one out",
                "plan.toml:5: tiers[3]: does not say where it starts, write from or over",
                "plan.toml:6: tiers[4]: does not say what it pays, write rate or times or pays",
                "plan.toml:8: tiers[6]: starts where number 5 does, leave one out",
                "plan.toml:9: tiers[7].back_to: is above where the tier starts",
                "plan.toml:10: tiers[8].back_to: an amount reprices nothing, write rate or times",
            ]
        ),
    )


def test_form_and_meaning_are_told_at_once() -> None:
    text = """\
rat = 1
tiers = [
    {from = 0, rat = "5 %"},
    {from = 5, rate = "5 %", times = 2},
    {from = 5, rate = 0.05000000000000000277},
    {from = 7, rate = 1},
    {from = 7, rate = 2, back_to = 9},
]
"""
    finer = "it is finer than one billionth, write fewer digits, or a fraction such as '1/3'"
    assert read("slab", text) == (
        None,
        sorted(
            [
                "plan.toml:1: unknown key 'rat', did you mean 'rate'?",
                "plan.toml:3: tiers[1]: unknown key 'rat', did you mean 'rate'?",
                "plan.toml:4: tiers[2]: has rate and times, keep one of them",
                f"plan.toml:5: tiers[3].rate: {finer}",
                "plan.toml:7: tiers[5]: starts where number 4 does, leave one out",
                "plan.toml:7: tiers[5].back_to: is above where the tier starts",
            ]
        ),
    )


def test_every_value_that_cannot_be_read_is_told_with_its_line() -> None:
    text = """\
rat = 1
target = 0.12345678901
tiers = [
    {from = 0, rate = "5 %", time = 2},
    {from = "half", rate = 0.05000000000000000277},
    {from = 100, pays = "5 %"},
    {from = true, rate = "33.33333333333 %"},
    {form = 200, rate = 1e300},
]
"""
    finer = "it is finer than one billionth, write fewer digits, or a fraction such as '1/3'"
    assert read("slab", text) == (
        None,
        sorted(
            [
                "plan.toml:1: unknown key 'rat', did you mean 'rate'?",
                f"plan.toml:2: target: {finer}",
                "plan.toml:4: tiers[1]: unknown key 'time', did you mean 'times'?",
                "plan.toml:5: tiers[2].from: 'half' is not a fraction; 'half' is not in percent, "
                "write it as '1/3' or write it as '5 %'",
                f"plan.toml:5: tiers[2].rate: {finer}",
                "plan.toml:6: tiers[3].pays: '5 %' is not a fraction, write it as '1/3'",
                "plan.toml:7: tiers[4].from: expected a number or a fraction such as '1/3', got true;"
                " expected percent such as '5 %', got true",
                f"plan.toml:7: tiers[4].rate: {finer}",
                "plan.toml:8: tiers[5]: unknown key 'form', did you mean 'from'?",
                "plan.toml:8: tiers[5].rate: Decimal('1E+300') is out of range;"
                " expected percent such as '5 %', got the decimal number 1E+300, use at most 60 digits",
            ]
        ),
    )


@pytest.mark.parametrize(
    ("scheme", "text", "said"),
    [
        ("flat", "", "there is no rate, write rate, each or target"),
        ("flat", "rate = 1\neach = 2", "has rate and each, keep one of them"),
        ("flat", "rate = 9223372036854775808", "rate: it is out of range"),
        ("slab", "", "tiers: is missing"),
        ("slab", "tiers = []", "tiers: there are 1 to 500, and here 0"),
        ("slab", "tiers = [{from = 0, times = 2}]", "tiers[1].times: there is no rate that it multiplies"),
        ("slab", "rate = 1\ntiers = [{from = 0, rate = 2}]", "rate: no tier has times, so nothing uses it"),
        (
            "slab",
            'tiers = [{from = 0, rate = 1, back_to = "5 %"}]',
            "tiers[1].back_to: is above where the tier starts",
        ),
        ("whole", "rate = 1\neach = 2\ntiers = [{from = 0, times = 2}]", "has rate and each"),
        (
            "whole",
            "tiers = [{from = 0, pays = 2}]",
            "tiers[1].pays: is not for this scheme, write rate or times",
        ),
        (
            "whole",
            "tiers = [{from = 0, rate = 2, back_to = 0}]",
            "tiers[1].back_to: is not for this scheme, use scheme slab",
        ),
        (
            "whole",
            'tiers = [{from = 0, rate = 1}, {from = "0 %", rate = 2}]',
            "tiers[2]: starts where number 1 does",
        ),
        (
            "lookup",
            "tiers = [{from = 0, rate = 2}]",
            "tiers[1].rate: is not for this scheme, write pays or times",
        ),
        (
            "lookup",
            "tiers = [{from = 0, times = 2}]",
            "tiers[1].times: there is no target that it multiplies",
        ),
        ("lookup", "target = 5\ntiers = [{from = 0, pays = 2}]", "target: no tier has times"),
        ("interpolated", "", "points: is missing"),
        ("interpolated", "points = [{at = 0}]", "points[1]: does not say what it pays, write pays or rate"),
        ("interpolated", "points = [{at = 0, pays = 1, rate = 1}]", "points[1]: has pays and rate"),
        ("interpolated", "points = [{pays = 1}]", "points[1].at: is missing"),
        (
            "interpolated",
            "points = [{at = 0, pays = 1}, {at = 0, pays = 2}]",
            "points[2]: starts where number 1",
        ),
        (
            "interpolated",
            "points = [{at = 0, pays = 1}, {at = 5, rate = 2}]",
            "points: some points have pays, and others rate, write one of them in all",
        ),
        ("fixed", "", "pays: is missing"),
        ("fixed", "pays = 1\nrate = 2", "unknown key 'rate'"),
    ],
)
def test_settings_that_make_no_sense(scheme: str, text: str, said: str) -> None:
    terms, (problem,) = read(scheme, text)
    assert terms is None
    assert said in problem


def test_an_attainment_and_an_amount_may_stand_beside_one_another() -> None:
    found = curve(
        "slab", 'tiers = [{from = "50 %", rate = 1}, {from = 80, rate = 2, back_to = "60 %"}]', quota=100
    )
    assert found.due(90) == 10 * 1 + 30 * 2


@pytest.mark.parametrize(
    ("scheme", "text", "quota", "said"),
    [
        (
            "slab",
            'tiers = [{from = "0 %", rate = 1}]',
            None,
            "tiers[1].from: needs a quota, and there is none",
        ),
        (
            "whole",
            'tiers = [{over = "50 %", rate = 1}]',
            0,
            "tiers[1].over: needs a quota above zero, and it is 0",
        ),
        ("slab", 'tiers = [{from = 5, rate = 1, back_to = "0 %"}]', None, "tiers[1].back_to: needs a quota"),
        (
            "lookup",
            'tiers = [{from = 0, pays = 1}, {from = "90 %", pays = 1}]',
            -5,
            "tiers[2].from: needs a quota",
        ),
        ("interpolated", 'points = [{at = "100 %", pays = 1}]', None, "points[1].at: needs a quota"),
        ("overage", "tiers = [{from = 0, rate = 1}]", None, "quota: needs a quota, and there is none"),
        ("flat", "target = 100", 0, "target: needs a quota above zero, and it is 0"),
        ("slab", "target = 1\ntiers = [{from = 0, times = 1}]", None, "target: needs a quota"),
        (
            "slab",
            'tiers = [{from = "50 %", rate = 1}, {from = 50, rate = 2}]',
            100,
            "tiers[2].from: with this quota it starts where tiers[1].from does",
        ),
        (
            "interpolated",
            'points = [{at = "50 %", rate = 1}, {at = 50, rate = 2}]',
            100,
            "points[2].at: with this quota it starts where points[1].at does",
        ),
        (
            "slab",
            'tiers = [{from = "50 %", rate = 1, back_to = 60}]',
            100,
            "tiers[1].back_to: is above where the tier starts",
        ),
    ],
)
def test_a_quota_that_settings_cannot_do_with_is_refused_with_the_key(
    scheme: str, text: str, quota: int | None, said: str
) -> None:
    with pytest.raises(ConfigError) as error:
        curve(scheme, text, quota)
    assert said in str(error.value)


def test_amounts_need_no_quota() -> None:
    assert curve("slab", "tiers = [{from = 0, rate = 1}]", None).due(5) == 5


@pytest.mark.parametrize(
    "make",
    [
        lambda: Flat(rate=careless(0.05)),
        lambda: Flat(each=careless(0.05)),
        lambda: Flat(target=careless(0.05)),
        lambda: Slab(rate=careless(0.5), tiers=(Tier(start=Fraction(0), times=Fraction(1)),)),
        lambda: Whole(tiers=(Tier(start=careless(0.5), rate=Fraction(1)),)),
        lambda: Whole(tiers=(Tier(over=careless(0.5), rate=Fraction(1)),)),
        lambda: Overage(tiers=(Tier(start=Fraction(0), rate=careless(0.5)),)),
        lambda: Slab(tiers=(Tier(start=Fraction(0), rate=Fraction(1), back_to=careless(0.5)),)),
        lambda: Slab(rate=Fraction(1), tiers=(Tier(start=Fraction(0), times=careless(0.5)),)),
        lambda: Lookup(tiers=(Tier(start=Fraction(0), pays=careless(0.5)),)),
        lambda: Lookup(target=careless(0.5), tiers=(Tier(start=Fraction(0), times=Fraction(1)),)),
        lambda: Interpolated(points=(Point(at=careless(0.5), pays=Fraction(1)),)),
        lambda: Interpolated(points=(Point(at=Fraction(0), pays=careless(0.5)),)),
        lambda: Interpolated(points=(Point(at=Fraction(0), rate=careless(0.5)),)),
        lambda: Fixed(pays=careless(0.5)),
    ],
)
def test_no_setting_is_a_float(make: Any) -> None:
    with pytest.raises(InvalidValue, match=r"float 0.0?5 is not exact"):
        make()


def test_settings_may_be_made_in_python() -> None:
    terms = Slab(
        tiers=(Tier(start=Percent(0), rate=Percent(1, 20)), Tier(over=Percent(1), rate=Fraction(1, 10)))
    )
    assert terms == read("slab", 'tiers = [{from = "0 %", rate = "5 %"}, {over = "100 %", rate = "1/10"}]')[0]
