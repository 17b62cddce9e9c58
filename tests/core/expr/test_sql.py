"""The column for a database: what it costs, what it binds, and how deep it may be."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.visitors import replacement_traverse

from dealwright_core.errors import ConfigError, UsageError
from dealwright_core.expr import (
    Checked,
    Expression,
    Path,
    band,
    case,
    check,
    coalesce,
    compile_python,
    fields,
    match,
    today,
)
from dealwright_core.expr.sql import compile_sql
from tests.core.expr.asking import checked
from tests.core.expr.deals import SCHEMA, TODAY, Joined, by_attribute, make_tables, records, select

deal = fields("opportunity")
DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}  # type: ignore[no-untyped-call]


def written(found: Checked, dialect: str = "sqlite") -> str:
    return str(compile_sql(found, Joined().column).compile(dialect=DIALECTS[dialect]))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_ten_rules_are_added_without_a_check(dialect: str) -> None:
    rules = [band(deal.amount, ("50000", 25 + at), ("5000", 15)) for at in range(5)]
    rules += [match(deal.stage, {"won": 20, "lost": -10 - at}) for at in range(5)]
    text = written(checked(sum(rules, start=fields().grade)), dialect)
    for costly in ("nullif", "NUMERIC", "SELECT", "typeof"):
        assert costly not in text


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_may_overflow_is_checked_and_written_once(dialect: str) -> None:
    text = written(checked("band(amount - cost, (5, 1), (10, 2), (20, 3), (50, 4))"), dialect)
    assert text.count("opportunity.amount") == 1
    assert "nullif" in text


def test_literals_are_bound() -> None:
    column = compile_sql(
        checked("name == 'x''; DROP TABLE' and stage in ('won', 'lost') and seats == 12345"), Joined().column
    )
    text = str(column.compile(dialect=DIALECTS["sqlite"]))
    for value in ("DROP", "won", "12345"):
        assert value not in text


def test_columns_are_asked_for_once() -> None:
    asked: list[str] = []
    joined = Joined()

    def column(path: Path) -> sa.ColumnElement[Any]:
        asked.append(str(path))
        return joined.column(path)

    compile_sql(checked("seats + grade > seats * 2 and updated_at == updated_at"), column)
    assert sorted(asked) == ["grade", "seats", "updated_at"]


def test_narrow_integers_are_widened() -> None:
    narrow = sa.column("seats", sa.Integer())
    column = compile_sql(checked("seats * 2"), lambda _: narrow)
    assert "CAST(seats AS BIGINT)" in str(column.compile(dialect=DIALECTS["postgresql"]))


def test_the_day_has_to_be_known() -> None:
    with pytest.raises(UsageError, match="asks for the day"):
        compile_sql(check(deal.closed_on < today, "opportunity", SCHEMA), Joined().column)


def test_the_result_has_a_type() -> None:
    types = [
        compile_sql(checked(text), Joined().column).type for text in ("seats", "urgent", "name", "opened_on")
    ]
    assert [type(each) for each in types] == [sa.BigInteger, sa.Boolean, sa.Text, sa.Date]


Nest = Callable[[Expression], Expression]
NESTS: dict[str, tuple[Expression, Nest]] = {
    "case": (deal.seats, lambda inner: case(deal.urgent, inner, otherwise=deal.seats)),
    "condition": (deal.urgent, lambda inner: case(inner, deal.urgent, otherwise=deal.partner)),
    "band": (deal.seats, lambda inner: band(inner, (5, 1), (6, 2))),
    "result": (deal.seats, lambda inner: band(deal.seats, (5, inner))),
    "match": (deal.partner, lambda inner: match(inner, {True: deal.urgent})),
    "sum": (deal.seats, lambda inner: deal.seats + (deal.seats - inner)),
    "safe sum": (deal.grade, lambda inner: 1 + (deal.grade + inner)),
    "product": (deal.seats, lambda inner: inner * 2),
    "opposite": (deal.seats, lambda inner: -inner),
    "abs": (deal.seats, abs),
    "clip": (deal.seats, lambda inner: inner.clip(0, 5)),
    "coalesce": (deal.amount, lambda inner: coalesce(deal.amount, inner)),
    "and": (deal.partner, lambda inner: ~(deal.urgent & inner)),
    "or": (deal.partner, lambda inner: deal.partner & (deal.urgent | inner)),
    "equal": (deal.partner, lambda inner: deal.urgent == inner),
    "null": (deal.partner, lambda inner: inner.is_null() == deal.urgent),
    "list": (deal.partner, lambda inner: (~inner).is_in(True)),
    "text": (deal.name, lambda inner: case(deal.name.contains(inner), deal.name, otherwise="x")),
}


@pytest.mark.parametrize("name", NESTS)
def test_what_is_accepted_is_not_too_deep_for_sqlite(name: str) -> None:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    make_tables(engine)
    expression, nest = NESTS[name]
    deepest = checked(expression)
    try:
        for _ in range(60):
            expression = nest(expression)
            deepest = checked(expression)
    except (ConfigError, UsageError):
        pass
    assert deepest.tree.height >= 5
    joined = Joined()
    plain = select([compile_sql(deepest, joined.column)], joined)
    points = plain.cte("points")
    around = sa.select(around_points(points)).select_from(points)
    evaluate = compile_python(deepest, by_attribute)
    with engine.connect() as connection:
        assert list(connection.execute(plain).scalars()) == [evaluate(record) for record in records()]
        connection.exec_driver_sql("CREATE TABLE result (v)")
        connection.execute(sa.table("result", sa.column("v")).insert().from_select(["v"], around))
        assert connection.exec_driver_sql("SELECT count(*) FROM result").scalar_one() == 30
    engine.dispose()


def around_points(points: sa.CTE) -> sa.ColumnElement[Any]:
    """A statement around the points, as an evaluation has it."""
    return sa.func.json_array(sa.func.coalesce(points.c.c0, 0), sa.case((points.c.c0.is_(None), 1), else_=0))


def test_the_day_of_the_run_is_a_literal() -> None:
    column = compile_sql(check(deal.closed_on < today, "opportunity", SCHEMA, as_of=TODAY), Joined().column)
    assert TODAY in column.compile(dialect=DIALECTS["sqlite"]).params.values()


def test_tables_can_be_replaced_by_what_an_actor_may_see() -> None:
    table = sa.table("opportunity", sa.column("amount", sa.BigInteger), sa.column("cost", sa.BigInteger))
    column = compile_sql(checked("band(amount - cost, (5, 1)) + 1"), lambda path: table.c[path.field])
    visible = sa.select(table).where(table.c.cost > 0).subquery("visible")

    def swap(element: Any) -> Any:
        return (
            visible.c[element.name]
            if isinstance(element, sa.ColumnClause) and element.table is table
            else None
        )

    seen = replacement_traverse(column, {}, lambda element, **_: swap(element))
    text = str(sa.select(seen).compile(dialect=DIALECTS["sqlite"]))
    assert "visible.amount - visible.cost" in text
    assert text.endswith("AS visible")
