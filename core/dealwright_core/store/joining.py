"""Selects in which expressions may be used: the records they reach are joined as they come up."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import sqlalchemy as sa

from dealwright_core.errors import ConfigError, UsageError
from dealwright_core.expr import (
    Checked,
    Expression,
    FieldShape,
    Path,
    RecordShape,
    Schema,
    Step,
    Type,
    check,
    parse,
    paths,
)
from dealwright_core.expr.nodes import Field as NamedField
from dealwright_core.expr.paths import resolve
from dealwright_core.expr.sql import compile_sql
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records.recordtype import Field, RecordType
from dealwright_core.store.engine import UpgradeNeeded
from dealwright_core.store.tables import index_name

_TYPES = {
    "text": Type.TEXT,
    "integer": Type.INTEGER,
    "ratio": Type.RATIO,
    "link": Type.LINK,
    "boolean": Type.BOOLEAN,
    "date": Type.DATE,
    "instant": Type.INSTANT,
    "money": Type.MONEY,
    "price": Type.PRICE,
}


def schema_of(kinds: Iterable[RecordType], currency: str) -> Schema:
    """The record kinds as expressions see them."""
    shapes = {}
    for kind in kinds:
        fields = {each.name: _shape(kind, each) for each in kind.fields}
        fields["id"] = FieldShape(Type.INTEGER, required=True)
        fields["ref"] = FieldShape(Type.TEXT, required=True)
        fields["created_at"] = FieldShape(Type.INSTANT, required=True)
        fields["updated_at"] = FieldShape(Type.INSTANT, required=True)
        shapes[kind.name] = RecordShape(kind.name, fields)
    return Schema(shapes, currency)


def _shape(kind: RecordType, field: Field) -> FieldShape:
    return FieldShape(
        _TYPES[field.type.name],
        field.link,
        field.choices,
        required=not field.optional,
        unique=(field.name,) in kind.unique,
    )


@contextmanager
def _as_usage() -> Iterator[None]:
    """What is wrong with an expression is a matter of usage where it does not stand in the configuration."""
    try:
        yield
    except ConfigError as error:
        said = (joined(", ", filter(None, (each.message, each.hint))) for each in error.problems)
        raise UsageError(joined("; ", said)) from None


def typed(text: str) -> Expression:
    """The expression in a text that somebody typed. Raises `UsageError`."""
    with _as_usage():
        return parse(text)


class Joined:
    """A select over one kind of record, with a left join for each record that an expression reaches.

    Put `column` and `condition` anywhere into the statement, and hand it to `finish` in the end. No way goes back
    where only one of the ``missing_indexes`` would make it lead to one record.
    """

    def __init__(
        self,
        schema: Schema,
        metadata: sa.MetaData,
        subject: str,
        as_of: date,
        missing_indexes: Collection[str] = (),
    ) -> None:
        self._schema, self._metadata, self._subject, self._as_of = schema, metadata, subject, as_of
        self._missing_indexes = missing_indexes
        self.table = metadata.tables[subject]
        self._aliases: dict[tuple[Step, ...], sa.FromClause] = {}

    def select(self, *columns: Any) -> "sa.Select[Any]":
        """A select of these columns; `finish` adds what it is from."""
        return sa.select(*columns)

    def column(self, expression: Expression) -> "sa.ColumnElement[Any]":
        """The SQL of an expression over the subject. Raises `UsageError` where it does not fit the records."""
        checked = self._checked(expression)
        for path in paths(checked):
            self._alias(path.steps)
        found: sa.ColumnElement[Any] = compile_sql(checked, self._column)
        return found

    def field(self, path: Path) -> "sa.ColumnElement[Any]":
        """The column of a field at the end of to-one steps."""
        return self._column(path)

    def type_of(self, expression: Expression) -> Type:
        """The type of an expression over the subject. Raises `UsageError` where it does not fit the records."""
        return self._checked(expression).type

    def dimension(self, name: str) -> "tuple[sa.ColumnElement[Any], FieldShape | None]":
        """The column to group by for a field, a path to one, or another expression, and the field it is, if any."""
        expression = typed(name)
        if isinstance(expression, NamedField):
            path = resolve(expression, self._subject, self._schema)
            shape = self._schema.records[path.record].fields[path.field]
            return self._column(path), shape
        return self.column(expression), None

    def where(self, statement: "sa.Select[Any]", condition: Expression) -> "sa.Select[Any]":
        """Keep the rows for which a condition is true; unknown is not."""
        return statement.where(self.column(condition))

    def path(self, *steps: Step) -> sa.FromClause:
        """The table at the end of to-one steps from the subject."""
        return self._alias(steps)

    def finish(self, statement: "sa.Select[Any]") -> "sa.Select[Any]":
        """The statement with its joins."""
        return statement.select_from(self.source())

    def source(self) -> sa.FromClause:
        """The table with a left join for each record that was reached so far."""
        source: sa.FromClause = self.table
        for steps, alias in self._aliases.items():
            before, last = self._aliases.get(steps[:-1], self.table), steps[-1]
            left, right = (
                (before.c.id, alias.c[last.link]) if last.back else (before.c[last.link], alias.c.id)
            )
            source = source.outerjoin(alias, left == right)
        return source

    def _checked(self, expression: Expression) -> Checked:
        with _as_usage():
            return check(expression, self._subject, self._schema, as_of=self._as_of)

    def _alias(self, steps: tuple[Step, ...]) -> sa.FromClause:
        if not steps:
            return self.table
        if steps not in self._aliases:
            self._alias(steps[:-1])
            self._refuse_several(steps[-1])
            name = "_".join(str(step) for step in steps)
            self._aliases[steps] = self._metadata.tables[steps[-1].target].alias(
                f"j{len(self._aliases)}_{name}"[:60]
            )
        return self._aliases[steps]

    def _refuse_several(self, step: Step) -> None:
        """Raise where a way back may lead to several records, because the index that forbids it is still to come."""
        unique = index_name(step.target, (step.link,), unique=True)
        if step.back and unique in self._missing_indexes:
            raise UpgradeNeeded(
                _(
                    "nothing makes sure yet that a {origin} has one {target} only: dealwright db upgrade",
                    origin=step.origin,
                    target=step.target,
                )
            )

    def _column(self, path: Path) -> "sa.ColumnElement[Any]":
        table = self._alias(path.steps)
        field = self._schema.records[path.record].fields.get(path.field)
        suffix = {Type.MONEY: "_base", Type.PRICE: "_e8"}.get(field.type if field else Type.TEXT, "")
        return table.c[f"{path.field}{suffix}"]
