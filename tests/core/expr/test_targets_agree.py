"""Python, SQLite and PostgreSQL give every expression the same value for every row."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dealwright_core.expr import Checked, Expression, check, compile_many, compile_python, in_words
from dealwright_core.expr.sql import compile_sql
from tests.core.expr.deals import (
    SCHEMA,
    TODAY,
    Joined,
    by_attribute,
    by_function,
    make_tables,
    records,
    select,
)
from tests.core.expr.generated import expressions

EXAMPLES = int(os.environ.get("DEALWRIGHT_EXPRESSION_EXAMPLES", "80"))
RECORDS = records()


@pytest.fixture(scope="module")
def sqlite() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    make_tables(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="module")
def postgres(postgres_server: Any) -> Iterator[sa.Connection]:
    with postgres_server.database() as url:
        engine = sa.create_engine(url)
        make_tables(engine)
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def checked(expression: Expression) -> Checked:
    return check(expression, "opportunity", SCHEMA, as_of=TODAY)


def in_python(found: list[Checked]) -> list[tuple[Any, ...]]:
    evaluate = compile_many(found, by_attribute)
    return [evaluate(record) for record in RECORDS]


def in_database(found: list[Checked], connection: sa.Connection) -> list[tuple[Any, ...]]:
    joined = Joined()
    columns = [compile_sql(each, joined.column) for each in found]
    return [tuple(row) for row in connection.execute(select(columns, joined))]


def assert_equal(found: list[Checked], left: list[tuple[Any, ...]], right: list[tuple[Any, ...]]) -> None:
    for at, each in enumerate(found):
        one, other = ([(type(row[at]), row[at]) for row in rows] for rows in (left, right))
        assert one == other, in_words(each.expression)


def assert_agrees(connection: sa.Connection, generated: list[Expression]) -> None:
    found = [checked(each) for each in generated]
    for each in generated:
        note(in_words(each))
    assert_equal(found, in_python(found), in_database(found, connection))


@given(generated=st.lists(expressions(), min_size=1, max_size=4))
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_sqlite_agrees_with_python(sqlite: sa.Connection, generated: list[Expression]) -> None:
    assert_agrees(sqlite, generated)


@given(generated=st.lists(expressions(), min_size=1, max_size=4))
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_postgresql_agrees_with_python(postgres: sa.Connection, generated: list[Expression]) -> None:
    assert_agrees(postgres, generated)


@given(generated=expressions())
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_one_function_for_each_and_one_for_all_agree(generated: Expression) -> None:
    found = checked(generated)
    alone, together = compile_python(found, by_function), compile_many([found, found], by_attribute)
    for record in RECORDS:
        value = alone(record)
        assert together(record) == (value, value)
        assert not isinstance(value, float)
