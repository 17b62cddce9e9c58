"""Short ways to ask: the value of an expression for a record with a few fields."""

from types import SimpleNamespace
from typing import Any

import pytest

from dealwright_core.errors import ConfigError, Problem
from dealwright_core.expr import Checked, Expression, Type, check, compile_python, parse
from tests.core.expr.deals import SCHEMA, TODAY, by_attribute

LACKING: dict[str, Any] = dict.fromkeys(SCHEMA.records["opportunity"].fields) | {
    "customer_id": None,
    "owner_id": None,
    "qualification": None,
}


def checked(expression: Expression | str, *, expect: Type | None = None) -> Checked:
    """The expression for an opportunity; a text is parsed."""
    written = parse(expression) if isinstance(expression, str) else expression
    return check(written, "opportunity", SCHEMA, as_of=TODAY, expect=expect)


def ask(expression: Expression | str, **fields: Any) -> Any:
    """The value for an opportunity that has these fields and lacks all others."""
    return compile_python(checked(expression), by_attribute)(SimpleNamespace(**LACKING | fields))


def problems_of(expression: Expression | str, *, expect: Type | None = None) -> tuple[Problem, ...]:
    """What is wrong with the expression."""
    with pytest.raises(ConfigError) as raised:
        checked(expression, expect=expect)
    return raised.value.problems


def problem_of(expression: Expression | str, *, expect: Type | None = None) -> str:
    """The only thing that is wrong with the expression."""
    (problem,) = problems_of(expression, expect=expect)
    return str(problem)
