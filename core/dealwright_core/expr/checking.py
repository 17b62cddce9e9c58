"""Walking an expression: fields are resolved, literals read, and the rules of each operation asked."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from dealwright_core.errors import InvalidValue, Problem
from dealwright_core.expr import condition_rules, number_rules, result_rules
from dealwright_core.expr.depth import is_too_deep
from dealwright_core.expr.literals import adopt, is_certain, natural_type
from dealwright_core.expr.nodes import AsOf, Case, Choice, Expression, Field, Literal, Operation
from dealwright_core.expr.paths import Unresolved, resolve
from dealwright_core.expr.schema import FieldShape, Path, Schema, Type
from dealwright_core.expr.tree import Constant, Node, Reference, constant
from dealwright_core.expr.words import in_words
from dealwright_core.language import core as _
from dealwright_core.language import joined

# Operations whose value has the type of their parts.
_CARRY: Final = ("+", "-", "*", "negative", "abs", "clip", "coalesce")
_OPERATIONS: Final = number_rules.OPERATIONS | condition_rules.OPERATIONS | result_rules.OPERATIONS


class Stopped(Exception):
    """Part of the expression has a problem, which is on the checker's list."""


class Checker:
    """Turns an expression into a checked tree. A `hint` is the type that a literal stands beside."""

    def __init__(self, subject: str, schema: Schema, as_of: date, where: str) -> None:
        self.subject, self.schema, self.as_of, self.where = subject, schema, as_of, where
        self.problems: list[Problem] = []
        self.needs_day = False
        self._around: list[Expression] = []

    def root(self, expression: Expression, expect: Type | None) -> Node:
        """The tree of a whole expression, which gives `expect`."""
        node = self.node(expression, expect)
        if node.type is Type.LINK:
            raise self.refuse(expression, _("is a link"), _("name a field of the record it leads to"))
        if expect is not None and node.type is not expect:
            raise self.refuse(
                expression,
                _("gives {type} where {wanted} belongs", type=node.type.value, wanted=expect.value),
            )
        if is_too_deep(node):
            raise self.refuse(expression, _("is nested too deeply for SQLite"), _("make two rules of it"))
        return node

    def refuse(self, expression: Expression, message: str, hint: str | None = None) -> Stopped:
        """Note a problem of `expression`; the result is to be raised."""
        around = self._around[-1] if isinstance(expression, Literal) and self._around else expression
        said = in_words(around)
        shown = said if len(said) <= 80 else f"{said[:77]}..."
        self.problems.append(Problem(self.where, joined(": ", (shown, message)), hint=hint))
        return Stopped()

    def node(self, expression: Expression, hint: Type | None = None) -> Node:
        """The tree of one part."""
        if isinstance(expression, Literal):
            return self._literal(expression, hint)
        self._around.append(expression)
        try:
            return self._node(expression, hint)
        finally:
            self._around.pop()

    def _node(self, expression: Expression, hint: Type | None) -> Node:
        match expression:
            case Field():
                return self._field(expression)
            case AsOf():
                return constant(self.today(), Type.DATE)
            case Case():
                return result_rules.case(self, expression, hint)
            case Choice():
                return result_rules.choice(self, expression, hint)
            case Operation():
                return _OPERATIONS[expression.name](self, expression, hint)
        raise self.refuse(expression, _("is no expression of ours"))

    def every(self, parts: Sequence[Expression], hint: Type | None = None) -> list[Node]:
        """The trees of all parts; it stops when the problems of each are found."""
        nodes, failed = [], False
        for part in parts:
            try:
                nodes.append(self.node(part, hint))
            except Stopped:
                failed = True
        if failed:
            raise Stopped
        return nodes

    def alike(self, parts: Sequence[Expression], hint: Type | None = None) -> list[Node]:
        """The trees of parts of one type; the parts whose type is certain decide how literals are read."""
        sure = [part for part in parts if _is_certain(part)]
        found = dict(zip(map(id, sure), self.every(sure, hint), strict=True))
        type_ = found[id(sure[0])].type if sure else hint or _natural(parts)
        rest = [part for part in parts if id(part) not in found]
        found |= zip(map(id, rest), self.every(rest, type_), strict=True)
        nodes = [found[id(part)] for part in parts]
        for part, node in zip(parts, nodes, strict=True):
            if type_ is not None and node.type is not type_:
                raise self.refuse(
                    part, _("is {type} where {wanted} belongs", type=node.type.value, wanted=type_.value)
                )
        return nodes

    def today(self) -> date:
        """The day the expression is evaluated for."""
        self.needs_day = True
        return self.as_of

    def _literal(self, literal: Literal, hint: Type | None) -> Constant:
        type_ = hint or natural_type(literal.value)
        if type_ is None:
            raise self.refuse(
                literal,
                _("has no type where it stands"),
                _("compare it with a field, or write a whole number"),
            )
        try:
            return constant(adopt(literal.value, type_, self.schema.base_currency), type_)
        except InvalidValue as error:
            raise self.refuse(literal, error.message, error.hint) from None

    def _field(self, field: Field) -> Reference:
        try:
            path = resolve(field, self.subject, self.schema)
        except Unresolved as error:
            raise self.refuse(field, error.message, error.hint) from None
        shape = self.schema.records[path.record].fields[path.field]
        return Reference(
            path,
            shape.choices,
            shape.link,
            type=shape.type,
            nullable=self._may_lack(path, shape),
            low=shape.low,
            high=shape.high,
        )

    def _may_lack(self, path: Path, shape: FieldShape) -> bool:
        records = self.schema.records
        open_steps = (step.back or not records[step.origin].fields[step.link].required for step in path.steps)
        return not shape.required or any(open_steps)


def _is_certain(expression: Expression) -> bool:
    """Whether the type of an expression follows from itself."""
    match expression:
        case Literal(value=value):
            return is_certain(value)
        case Case(arms=arms, otherwise=otherwise):
            return any(map(_is_certain, (otherwise, *(result for _, result in arms))))
        case Choice(arms=arms, default=default, unknown=unknown):
            results = [result for _, result in arms] + ([] if default is None else [default])
            return any(map(_is_certain, (unknown, *results)))
        case Operation(name=name, parts=parts) if name in _CARRY:
            return any(map(_is_certain, parts))
    return True


def _natural(parts: Sequence[Expression]) -> Type | None:
    """The type that literals have by themselves, from the first that has one."""
    return next(filter(None, map(_natural_of, parts)), None)


def _natural_of(expression: Expression) -> Type | None:
    match expression:
        case Literal(value=value):
            return natural_type(value)
        case Case(arms=arms, otherwise=otherwise):
            return _natural((*(result for _, result in arms), otherwise))
        case Choice(arms=arms):
            return _natural([result for _, result in arms])
        case Operation(parts=parts):
            return _natural(parts)
    return None
