"""The function for a record in hand: what it reads, and that nothing written gets into its source."""

import ast
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.errors import UsageError
from dealwright_core.expr import (
    Accessor,
    Expression,
    FieldShape,
    Path,
    RecordShape,
    Schema,
    Type,
    check,
    compile_many,
    compile_python,
    fields,
    match,
)
from dealwright_core.expr.python import compile as compiling
from tests.core.expr.asking import ask, checked
from tests.core.expr.deals import MAX, by_attribute
from tests.core.expr.generated import texts

deal = fields("opportunity")


def test_each_field_is_read_once() -> None:
    reads: list[str] = []

    def read(path: Path) -> Any:
        def field(record: Any) -> Any:
            reads.append(path.field)
            return getattr(record, path.field)

        return field

    found = [checked("seats + grade > 5"), checked("seats - grade > 5"), checked("seats is None")]
    assert compile_many(found, read)(SimpleNamespace(seats=7, grade=1)) == (True, True, False)
    assert reads == ["seats", "grade"]


def test_attributes_are_read_until_one_is_lacking() -> None:
    named = compile_python(checked("customer.owner.name"), lambda _: Accessor("customer", "owner", "name"))
    anna = SimpleNamespace(owner=SimpleNamespace(name="Anna"))
    given = [SimpleNamespace(customer=customer) for customer in (anna, SimpleNamespace(owner=None), None)]
    assert [named(record) for record in given] == ["Anna", None, None]


@pytest.mark.parametrize(
    "name", ["_x", "__class__", "a.b", "a b", "1a", "", "if", "x; import os", "x\n", "a()"]
)
def test_only_plain_attribute_names_are_read(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be read as an attribute"):
        Accessor("a", name)


def test_expressions_of_different_subjects_are_not_compiled_together() -> None:
    schema = Schema({name: RecordShape(name, {"n": FieldShape(Type.INTEGER)}) for name in ("a", "b")}, "EUR")
    with pytest.raises(UsageError, match="one subject"):
        compile_many([check(fields().n, name, schema) for name in ("a", "b")], by_attribute)


def source_of(expression: Expression | str) -> str:
    """The source that is generated for an expression."""
    sources: list[str] = []

    def compile_and_keep(source: str, *rest: Any) -> Any:
        sources.append(source)
        return compile(source, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiling, "compile", compile_and_keep, raising=False)
        compile_python(checked(expression), by_attribute)
    return sources[0]


@given(text=texts)
def test_no_text_is_part_of_the_source(text: str) -> None:
    expression = (deal.name == text) | deal.name.contains(text) | match(deal.name, {text: True})
    assert ask(expression, name=text) is True
    constants = [
        node.value for node in ast.walk(ast.parse(source_of(expression))) if isinstance(node, ast.Constant)
    ]
    assert all(value is None or isinstance(value, bool | int) for value in constants)


def test_the_generated_function_has_no_builtins() -> None:
    function = compile_python(checked("seats"), by_attribute)
    assert function.__globals__["__builtins__"] == {}


def test_sums_of_points_are_not_checked_for_overflow() -> None:
    points = "band(amount, (5, 1)) + match(stage, {'won': 20}) * 3 - clip(seats, 0, 9)"
    assert str(MAX - 1) not in source_of(points)
    assert str(MAX - 1) in source_of("amount - cost")


@given(st.dates(), st.dates())
def test_dates_compare(one: date, other: date) -> None:
    assert ask(deal.opened_on <= other, opened_on=one) is (one <= other)
