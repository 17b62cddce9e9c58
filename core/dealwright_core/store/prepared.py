"""Statements of the platform itself that run in every command, compiled once and handed to the driver as they are.

Their parameters and columns are integers and texts, which every driver takes and gives unconverted. SQLAlchemy's own
way from a statement to its rows takes about as long as SQLite takes to answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection


class Prepared:
    """A statement with named parameters."""

    def __init__(self, statement: "sa.Executable") -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None, Mapping[str, Any]]] = {}

    def execute(self, connection: Connection, **values: int | str) -> Any:
        """The result, as of any statement. Takes a value for every parameter that has none of its own."""
        text, order, own = self._for(connection.dialect)
        given = {**own, **values}
        return connection.exec_driver_sql(text, given if order is None else tuple(map(given.get, order)))

    def execute_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each row, which has a value of its own for every parameter."""
        text, order, _ = self._for(connection.dialect)
        connection.exec_driver_sql(
            text, [each if order is None else tuple(map(each.get, order)) for each in rows]
        )

    def _for(self, dialect: sa.Dialect) -> tuple[str, tuple[str, ...] | None, Mapping[str, Any]]:
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = self._compile(dialect)
        return known

    def _compile(self, dialect: sa.Dialect) -> tuple[str, tuple[str, ...] | None, Mapping[str, Any]]:
        compiled: Any = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # all of ours have it
        own = {name: each.effective_value for name, each in compiled.binds.items() if not each.required}
        order = tuple(compiled.positiontup) if compiled.positional else None
        return str(compiled), order, own
