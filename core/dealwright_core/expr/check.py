"""Checking an expression against the records: names, types and literals, all mistakes at once."""

from datetime import date
from typing import Final

from attrs import field, frozen

from dealwright_core.errors import ConfigError, Problem, UsageError
from dealwright_core.expr.checking import Checker, Stopped
from dealwright_core.expr.hashing import stable_hash
from dealwright_core.expr.nodes import Expression
from dealwright_core.expr.schema import Path, Schema, Type
from dealwright_core.expr.tree import Node, paths_of
from dealwright_core.language import core as _
from dealwright_core.spelling import did_you_mean

# Stands for the day while none is given: such a tree is checked but never compiled.
_SOME_DAY: Final = date(2000, 1, 1)


@frozen
class Checked:
    """An expression that holds for records of kind `subject`, and the tree that targets compile.

    `as_of` is None until it is bound (`on`), which compiling asks for where the expression `needs_day`.
    """

    expression: Expression = field(eq=stable_hash)
    subject: str
    schema: Schema
    tree: Node
    needs_day: bool
    as_of: date | None

    @property
    def type(self) -> Type:
        """The type of the result."""
        return self.tree.type

    def on(self, as_of: date) -> "Checked":
        """The same expression for another day."""
        if not self.needs_day:
            return self
        return check(self.expression, self.subject, self.schema, as_of=as_of, expect=self.type)

    def ready(self) -> Node:
        """The tree, or UsageError where the day is missing."""
        if self.needs_day and self.as_of is None:
            raise UsageError(
                _("the expression asks for the day it is evaluated for"),
                _("give check an as_of, or use on(day)"),
            )
        return self.tree


def check(
    expression: Expression,
    subject: str,
    schema: Schema,
    *,
    as_of: date | None = None,
    expect: Type | None = None,
    where: str = "",
) -> Checked:
    """Check `expression` for records of kind `subject`; `expect` is the type its result must have.

    Raises ConfigError with every problem found; `where` names the rule in them.
    """
    if subject not in schema.records:
        near = did_you_mean(subject, schema.records)
        raise ConfigError(
            [Problem(where, _("there is no record {subject!r}{near}", subject=subject, near=near))]
        )
    checker = Checker(subject, schema, as_of or _SOME_DAY, where)
    try:
        tree = checker.root(expression, expect)
    except Stopped:
        raise ConfigError(checker.problems) from None
    return Checked(expression, subject, schema, tree, checker.needs_day, as_of)


def paths(*checked: Checked) -> tuple[Path, ...]:
    """Every field that the expressions read, once each, in the order they first do."""
    return paths_of(each.tree for each in checked)
