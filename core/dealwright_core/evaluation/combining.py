"""Combiners of plugins: an expression over the lines of a scheme in place of their sum, in the database and in hand."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from attrs import frozen

from dealwright_core.contributions import Combiner, WeightedLine
from dealwright_core.errors import ConfigError, PluginError
from dealwright_core.expr import (
    Checked,
    Expression,
    FieldShape,
    RecordShape,
    Schema,
    Type,
    check,
    compile_python,
    fields,
    stable_hash,
)
from dealwright_core.expr.schema import INT_MAX, INT_MIN
from dealwright_core.expr.sql import compile_sql
from dealwright_core.host.faults import call_function, told
from dealwright_core.host.registry import Contributed
from dealwright_core.language import core as _
from dealwright_core.language import joined

if TYPE_CHECKING:
    from dealwright_core.evaluation.plan import Entry

# What the expression is over: the lines as fields, by their names.
LINES = "lines"
Column = sa.ColumnElement[Any]


@frozen(eq=False, slots=False)
class Combining:
    """A combiner and what it made of the lines of a scheme, in units of the total."""

    contributed: Contributed[Combiner]
    checked: Checked

    @property
    def what(self) -> str:
        """The name under which its faults are told."""
        return what(self.contributed.item)

    @property
    def meaning(self) -> list[Any]:
        """Everything of it that decides on results, as JSON can say it."""
        found = self.contributed
        return [found.item.name, found.plugin, found.version, stable_hash(self.checked.expression)]

    @property
    def said(self) -> Mapping[str, Any]:
        """What a run keeps of it."""
        found = self.contributed
        return {
            "name": found.item.name,
            "title": found.item.title,
            "plugin": found.plugin,
            "version": found.version,
        }

    def column(self, points: Mapping[str, Column]) -> Column:
        """The total from the weighted points of the lines, by name; null where it is unknown."""
        return compile_sql(self.checked, lambda path: points[path.field])

    def total(self, points: Mapping[str, int | None]) -> int | None:
        """The same for one subject in hand."""
        found: int | None = self._function(points)
        return found

    @cached_property
    def _function(self) -> Callable[[Any], Any]:
        return compile_python(self.checked, lambda path: lambda points: points[path.field])


def what(combiner: Combiner) -> str:
    """The name under which faults of a combiner are told."""
    return _("combine of combiner {name}", name=combiner.name)


def combining_of(contributed: Contributed[Combiner], entries: "Sequence[Entry]", unit: int) -> Combining:
    """What a combiner makes of some lines.

    Raises PluginError, naming plugin and combiner, where the function raises, or returns anything but an integer
    expression over the lines that it was given.
    """
    plugin, hook = contributed.plugin, what(contributed.item)
    returned = _asked(contributed, entries, unit)
    if not isinstance(returned, Expression):
        kind = type(returned).__name__
        raise PluginError(plugin, hook, _("returned {kind}, not an expression", kind=kind))
    try:
        checked = check(returned, LINES, _schema(entries), expect=Type.INTEGER)
    except ConfigError as error:
        said = joined("; ", (each.text for each in error.problems))
        raise PluginError(plugin, hook, said) from error
    if checked.needs_day:
        raise PluginError(plugin, hook, _("its expression asks for the day, which is for rules"))
    return Combining(contributed, checked)


def _asked(contributed: Contributed[Combiner], entries: "Sequence[Entry]", unit: int) -> Any:
    plugin, hook = contributed.plugin, what(contributed.item)
    names = fields(LINES)
    lines = tuple(WeightedLine(each.name, each.weight, names[each.name]) for each in entries)
    try:
        return call_function(plugin, hook, contributed.item.combine, lines, unit)
    except Exception as error:
        if isinstance(error, PluginError) and error.hook == hook:
            raise
        raise PluginError(plugin, hook, _("raised {told}", told=told(error))) from error


def _schema(entries: "Sequence[Entry]") -> Schema:
    """The lines as fields of a record, with the bounds of their weighted points."""
    shapes = {}
    for each in entries:
        low, high = sorted((each.lowest * each.factor, each.highest * each.factor))
        shapes[each.name] = FieldShape(Type.INTEGER, low=max(low, INT_MIN), high=min(high, INT_MAX))
    return Schema({LINES: RecordShape(LINES, shapes)}, "")
