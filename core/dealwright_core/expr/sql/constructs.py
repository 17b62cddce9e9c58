"""What SQLite and PostgreSQL write differently, and what overflows alike only when it is written with care.

An overflow makes a float on SQLite and an error on PostgreSQL. Here it is null, as is a result at one of the
two ends of 64 bits: `| 0` on SQLite, and `least` and `greatest` on PostgreSQL, turn what lies beyond an end
into that end. Every operand is written once, so that the text grows with the expression and not with its
depth.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_MOST = "9223372036854775807"
_LEAST = {"sqlite": f"-{_MOST[:-1]}8", "postgresql": f"CAST('-{_MOST[:-1]}8' AS BIGINT)"}

Options = dict[str, Any]  # what SQLAlchemy's compiler hands on, of any type


class Number(FunctionElement[int]):
    """A number made from numbers or texts."""

    type = sa.BigInteger()
    inherit_cache = True


class Plain(Number):
    """A number, a sign and a number, which cannot leave 64 bits.

    SQLAlchemy's own operators write a * (b * c) as a * b * c, of which the first product may leave them.
    """

    inherit_cache = True


class Checked(Number):
    """A number, a sign and a number, null where the result leaves 64 bits."""

    inherit_cache = True


class Opposite(Number):
    """Zero minus a number that may be the smallest, which has no opposite."""

    inherit_cache = True


class Magnitude(Number):
    """A number without its sign, which may be the smallest."""

    inherit_cache = True


class Position(Number):
    """Where the second text begins in the first, counted from 1; 0 where it does not occur."""

    inherit_cache = True


class Once(FunctionElement[Any]):  # of the type of its body
    """The second part, in which column `v` of the third stands for the first part, which is computed once."""

    inherit_cache = True


def _parts(element: FunctionElement[Any], compiler: SQLCompiler, options: Options) -> list[str]:
    return [compiler.process(part, **options) for part in element.clauses]


@compiles(Plain)
def _plain(element: Plain, compiler: SQLCompiler, **options: Any) -> str:
    return f"({' '.join(_parts(element, compiler, options))})"


@compiles(Checked, "sqlite")
def _checked_sqlite(element: Checked, compiler: SQLCompiler, **options: Any) -> str:
    left, sign, right = _parts(element, compiler, options)
    least = _LEAST["sqlite"]
    return f"nullif(nullif({left} {sign} {right} | 0, {_MOST}), {least})"


@compiles(Checked, "postgresql")
def _checked_postgresql(element: Checked, compiler: SQLCompiler, **options: Any) -> str:
    left, sign, right = _parts(element, compiler, options)
    exact = f"CAST({left} AS NUMERIC) {sign} {right}"
    least = _LEAST["postgresql"]
    # least and greatest pass over null, and so give an end, which is null here.
    return f"nullif(nullif(CAST(greatest(least({exact}, {_MOST}), {least}) AS BIGINT), {_MOST}), {least})"


@compiles(Opposite, "sqlite")
@compiles(Opposite, "postgresql")
def _opposite(element: Opposite, compiler: SQLCompiler, **options: Any) -> str:
    (of,) = _parts(element, compiler, options)
    return f"nullif(-nullif({of}, {_LEAST[compiler.dialect.name]}), {_MOST})"


@compiles(Magnitude, "sqlite")
@compiles(Magnitude, "postgresql")
def _magnitude(element: Magnitude, compiler: SQLCompiler, **options: Any) -> str:
    (of,) = _parts(element, compiler, options)
    return f"nullif(abs(nullif({of}, {_LEAST[compiler.dialect.name]})), {_MOST})"


@compiles(Position, "sqlite")
def _position_sqlite(element: Position, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({', '.join(_parts(element, compiler, options))})"


@compiles(Position, "postgresql")
def _position_postgresql(element: Position, compiler: SQLCompiler, **options: Any) -> str:
    return f"strpos({', '.join(_parts(element, compiler, options))})"


@compiles(Once, "sqlite")
@compiles(Once, "postgresql")
def _once(element: Once, compiler: SQLCompiler, **options: Any) -> str:
    operand, body, alias = _parts(element, compiler, options)
    # With LIMIT neither database replaces v by the operand again.
    return f"(SELECT {body} FROM (SELECT {operand} AS v LIMIT 1) AS {alias})"  # noqa: S608  # compiled parts
