"""Settings of segmentation that make no sense are refused."""

import pytest

import dealwright_segmentation
from dealwright_testing.deployments import MakePlatform

PLUGINS = [("segmentation", dealwright_segmentation)]


@pytest.mark.parametrize(
    ("settings", "said_so"),
    [
        ("months = 0", "the window has 1 to 1200 months, not 0"),
        ("frequent = 1", "who buys frequently does so at least twice, not 1 times"),
        ("recency = {quantiles = 0}", "there are 1 to 100 quantiles, not 0"),
        ("recency = {quantiles = 3, bounds = [1]}", "quantiles and bounds exclude each other"),
        ("money = {bounds = ['10', '10']}", "bounds ascend: each is above the one before"),
        ("money = {bounds = ['10 USD', '20 EUR']}", "bounds are all in one currency"),
        ("money = {bounds = ['20 EUR']}", "20.00 EUR is not in the base currency USD"),
        ("recency = {bounds = [-1]}", "a bound below zero, of what is never less than zero"),
        ("money = {quantile = 3}", "unknown key 'quantile', did you mean 'quantiles'?"),
        ("margin = {quantiles = 3}", "opportunities have no cost, so nobody knows what was earned"),
        ("margin = {of = 'amount -'}", "margin.of"),
        ("classes = {}", "no class is named"),
        ("classes = {A = 3, B = 3}", "two classes begin at the same score"),
        ("classes = {dormant = 3}", "no class can be called 'dormant'"),
        ("classes = {A = 16, B = 3}", "A begins at 16, and no score is above 15"),
        ("classes = {A = 9, B = 4}", "scores from 3 to 3 are in no class, let B begin at 3"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_their_line(
    make_platform: MakePlatform, settings: str, said_so: str
) -> None:
    config = f"[plugins.segmentation]\n{settings}\n"
    platform = make_platform(config=config, plugins=PLUGINS, upgrade=False)
    (problem,) = platform.host.problems
    assert problem.line == 14
    assert said_so in str(problem)
