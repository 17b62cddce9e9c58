"""SQL of runs that the databases write differently."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class JsonList(FunctionElement[str]):
    """Values as the text of a JSON list."""

    type = sa.Text()
    inherit_cache = True


class Whole(FunctionElement[bool]):
    """Whether a value is stored as a whole number, which SQLite asks of none of its columns."""

    type = sa.Boolean()
    inherit_cache = True


@compiles(JsonList, "sqlite")
def _list_sqlite(element: JsonList, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array({', '.join(compiler.process(each, **options) for each in element.clauses)})"


@compiles(JsonList, "postgresql")
def _list_postgresql(element: JsonList, compiler: SQLCompiler, **options: Any) -> str:
    parts = (
        compiler.process(each, **options)
        if isinstance(each, JsonList)
        else f"coalesce(CAST({compiler.process(each, **options)} AS TEXT), 'null')"
        for each in element.clauses
    )
    listed = ", ',', ".join(parts)
    return f"concat('[', {listed}, ']')"


@compiles(Whole, "sqlite")
def _whole_sqlite(element: Whole, compiler: SQLCompiler, **options: Any) -> str:
    (of,) = element.clauses
    return f"typeof({compiler.process(of, **options)}) = 'integer'"


@compiles(Whole, "postgresql")
def _whole_postgresql(element: Whole, compiler: SQLCompiler, **options: Any) -> str:
    (of,) = element.clauses
    return f"{compiler.process(of, **options)} IS NOT NULL"
