"""What docs/expressions.md says is so."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from dealwright_core.expr import condition, in_words, parse, stable_hash

PAGE = (Path(__file__).parents[3] / "docs" / "expressions.md").read_text()
BLOCKS = re.findall(r"```(python|toml)\n(.*?)```", PAGE, re.DOTALL)
ROWS = [
    re.findall(r"`([^`]+)`", line)
    for line in PAGE.splitlines()
    if line.startswith("|") and line.count("|") == 4
]
CONDITIONS = [
    (cells[0], cells[-1])
    for cells in (
        re.findall(r"`([^`]+)`", line) for line in PAGE.splitlines() if line.startswith(("| `{", "| `["))
    )
]


def test_the_python_examples_run() -> None:
    namespace: dict[str, Any] = {}
    for language, source in BLOCKS:
        if language == "python":
            exec(source, namespace)


def test_the_toml_example_is_read() -> None:
    (source,) = [source for language, source in BLOCKS if language == "toml"]
    written = tomllib.loads(source)
    assert in_words(parse(written["points"])) == "25 from 50000, 15 from 5000, by amount"
    assert in_words(parse(written["where"])) == "stage is 'won' and amount is at least 50000"
    assert in_words(condition(written["when"])) == (
        "amount is at least 50000 and (stage is one of 'won', 'lost' or closed_on is known)"
    )


@pytest.mark.parametrize(("python", "text"), [row for row in ROWS if len(row) == 2])
def test_both_forms_of_an_operator_are_the_same_expression(python: str, text: str) -> None:
    namespace: dict[str, Any] = {}
    exec("from dealwright_core.expr import *\ndeal = fields()", namespace)
    assert stable_hash(eval(python, namespace)) == stable_hash(parse(text))


@pytest.mark.parametrize(("table", "text"), CONDITIONS)
def test_a_condition_in_toml_is_the_expression_it_stands_for(table: str, text: str) -> None:
    assert stable_hash(condition(tomllib.loads(f"x = {table}")["x"])) == stable_hash(parse(text))


def test_every_operator_of_the_page_is_tested() -> None:
    assert len(ROWS) >= 27
    assert len(CONDITIONS) >= 12
