"""Plans on the command line: exit codes, and the drawing of their curves in a file."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.sdk.cli.conftest import Run

SOURCE = """
from attrs import frozen
from dealwright import Curve, IncentiveScheme, hookimpl

@frozen
class Terms:
    each: int

@hookimpl
def incentive_schemes():
    yield IncentiveScheme("by-piece", "By piece", curve=lambda quota, terms: Curve.flat(terms.each), settings=Terms)
"""
PLAN = 'name = "Pieces"\n[[pay]]\nscheme = "by-piece"\neach = 5\n'


@pytest.fixture
def with_plan(shop: Run, install: Callable[[str, str], None], tmp_path: Path) -> Run:
    install("pieces", SOURCE)
    (tmp_path / "pieces.toml").write_text(PLAN, "utf-8")
    config = tmp_path / "dealwright.toml"
    config.write_text(f'{config.read_text("utf-8")}\n[incentives]\nplans = ["pieces.toml"]\n', "utf-8")
    return shop


def test_a_sound_plan_is_checked(with_plan: Run) -> None:
    assert json.loads(with_plan("plan", "check", "--json").stdout) == [
        {"plan": "Pieces", "file": "pieces.toml", "holds": True}
    ]
    with_plan("config", "check")


def test_every_mistake_ends_the_check_with_3(with_plan: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(PLAN.replace("each", "eech") + "cap = -1\n", "utf-8")
    told = with_plan("plan", "check", "pieces.toml", "bad.toml", code=3).stderr.splitlines()
    assert told == [
        "bad.toml:2: pay[1].each: is missing",
        "bad.toml:4: pay[1]: unknown key 'eech', did you mean 'each'?",
        "bad.toml:5: pay[1].cap: is below zero",
    ]
    (tmp_path / "pieces.toml").write_text("pay = 5", "utf-8")
    assert "pieces.toml:1: pay: expected a list" in with_plan("config", "check", code=3).stderr


def test_a_plan_is_shown_in_words_and_letters(with_plan: Run) -> None:
    text = with_plan("plan", "show", "Pieces").stdout
    assert "always: 5 for each one of the measure" in text
    assert "pay: pay in USD by measure" in text
    shown = json.loads(with_plan("plan", "show", "Pieces", "--json").stdout)
    assert shown["curves"][0]["curve"]["pieces"][0]["value"] == "5"


def test_the_curves_are_written_as_svg(with_plan: Run, tmp_path: Path) -> None:
    assert with_plan("plan", "show", "pieces.toml", "--svg", "out.svg").stdout == "wrote out.svg\n"
    root = ElementTree.parse(tmp_path / "out.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    text = (tmp_path / "out.svg").read_text("utf-8")
    assert "Pieces" in text
    assert "\n.chart .trend { fill: none;" in text  # a style sheet that can be read


def test_a_drawing_that_cannot_be_written(with_plan: Run) -> None:
    assert "nowhere" in with_plan("plan", "show", "Pieces", "--svg", "nowhere/out.svg", code=1).stderr
