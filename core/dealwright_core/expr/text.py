"""Expressions as text: `stage == 'won' and amount >= 50000`.

The text is parsed with `ast` and built from the same functions that authors of rules call. Nothing in it is
ever evaluated, and what is not listed here is refused.
"""

import ast
import operator
import re
from collections.abc import Callable
from decimal import Decimal
from inspect import signature
from typing import Any, Final

from dealwright_core.errors import ConfigError, Problem, UsageError
from dealwright_core.expr import build
from dealwright_core.expr.functions import FUNCTIONS
from dealwright_core.expr.literals import Plain
from dealwright_core.expr.nodes import DEEPEST, Expression, Field, Operand, chained, expression, literal
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.spelling import did_you_mean

LONGEST: Final = 4000
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_ASSIGNMENT: Final = re.compile(r"(?<![=!<>])=(?!=)")


def parse(text: str, where: str = "") -> Expression:
    """The expression that `text` says. Raises ConfigError with the column; `where` names its place.

    Names are fields of the subject (`customer.owner.name`) or begin with the name of a record. There are `+ -
    *`, comparisons (also `5 <= x <= 10`), `in`, `and or not`, `is None`, `a if condition else b`, numbers,
    texts in quotes, `true`, `false`, `today` and the functions of `functions.FUNCTIONS`.
    """
    try:
        return _Reader(text).whole()
    except _Unreadable as error:
        place = "" if error.column is None else _("column {column}: ", column=error.column)
        raise ConfigError([Problem(where, joined("", (place, error.message)), hint=error.hint)]) from None


class _Unreadable(UsageError):
    """The text is no expression; `column` counts from 1."""

    def __init__(self, message: str, hint: str | None = None, column: int | None = None) -> None:
        super().__init__(message, hint)
        self.column = column


class _Reader:
    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise _Unreadable(_("an expression as text has at most {longest} characters", longest=LONGEST))
        # Lines count as one, so that an expression may be broken anywhere and columns stay what they are.
        one_line = text.replace("\r", " ").replace("\n", " ")
        self.text = one_line.lstrip()
        self.leading = len(one_line) - len(self.text)
        self.depth = 0

    def whole(self) -> Expression:
        tree = self.tree()
        rest = self.text.encode()[tree.end_col_offset or 0 :]
        if b"#" in rest:
            raise _Unreadable(
                _("a comment has no place in an expression"), column=self.column_at(len(self.text))
            )
        return expression(self.read(tree))

    def tree(self) -> ast.expr:
        if "\\" in self.text:
            column = self.leading + self.text.index("\\") + 1
            hint = _("compare such a text in a table: {field = 'name', op = '==', value = ...}")
            raise _Unreadable(_("a backslash has no place in an expression"), hint, column)
        try:
            return ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            column = self.leading + (error.offset or 1)
            if _ASSIGNMENT.search(_QUOTED.sub("", self.text)):
                raise _Unreadable(
                    _("this is no expression: = compares nothing"), _("write =="), column
                ) from None
            raise _Unreadable(_("this is no expression: {msg}", msg=error.msg), column=column) from None
        except (ValueError, MemoryError, RecursionError):
            raise _Unreadable(_("this is no expression, or one nested too deeply")) from None

    def column_at(self, offset: int) -> int:
        """The column of a byte of the text."""
        return self.leading + len(self.text.encode()[:offset].decode(errors="ignore")) + 1

    def read(self, node: ast.expr) -> Operand:
        """What `node` says: an expression, or the plain value of a literal."""
        column = self.column_at(node.col_offset)
        read = _READ.get(type(node))
        if read is None:
            what = type(node).__name__
            raise _Unreadable(_("{what} has no place in an expression", what=what), _HINTS.get(what), column)
        if self.depth > DEEPEST:
            raise _Unreadable(
                _("an expression is at most {deepest} levels deep", deepest=DEEPEST), column=column
            )
        self.depth += 1
        try:
            return read(self, node)
        except _Unreadable as error:
            raise _Unreadable(error.message, error.hint, error.column or column) from None
        except UsageError as error:
            raise _Unreadable(error.message, error.hint, column) from None
        finally:
            self.depth -= 1

    def part(self, node: ast.expr) -> Expression:
        """The same as an expression."""
        return expression(self.read(node))

    def constant(self, node: ast.Constant) -> Plain:
        return literal(self.plain(node)).value

    def plain(self, node: ast.Constant) -> Plain:
        value = node.value
        if isinstance(value, float):
            # What was written, and not the float nearest to it.
            return Decimal(ast.get_source_segment(self.text, node) or "nan")
        if value is None or isinstance(value, bool | int | str):
            return value
        raise _Unreadable(_("{type} has no place in an expression", type=type(value).__name__))

    def name(self, node: ast.Name) -> Operand:
        words: dict[str, Operand] = {"true": True, "false": False, "today": build.today}
        return words[node.id] if node.id in words else Field(None, (node.id,))

    def attribute(self, node: ast.Attribute) -> Field:
        names: list[str] = []
        at: ast.expr = node
        while isinstance(at, ast.Attribute):
            names.insert(0, at.attr)
            at = at.value
        if not isinstance(at, ast.Name) or len(names) >= DEEPEST:
            raise _Unreadable(_("a path is made of names, such as customer.owner.name"))
        return Field(None, (at.id, *names))

    def unary(self, node: ast.UnaryOp) -> Operand:
        if isinstance(node.op, ast.Not):
            return ~self.part(node.operand)
        if not isinstance(node.op, ast.USub):
            raise _Unreadable(_("only - and `not` stand before a value"))
        if isinstance(node.operand, ast.Constant):
            of = self.plain(node.operand)
            if isinstance(of, int | Decimal) and not isinstance(of, bool):
                return literal(-of).value
        return -self.part(node.operand)

    def binary(self, node: ast.BinOp) -> Expression:
        if isinstance(node.op, ast.Add):
            return self.sum(node)
        build_ = {ast.Sub: operator.sub, ast.Mult: operator.mul}.get(type(node.op))
        if build_ is None:
            what = type(node.op).__name__
            raise _Unreadable(
                _("{what} has no place in an expression", what=what), _HINTS.get(what, _HINTS["Div"])
            )
        result: Expression = build_(self.part(node.left), self.part(node.right))
        return result

    def sum(self, node: ast.BinOp) -> Expression:
        """A long sum is one operation, as it is when the author of a rule writes it."""
        parts: list[ast.expr] = []
        at: ast.expr = node
        while isinstance(at, ast.BinOp) and isinstance(at.op, ast.Add):
            parts.insert(0, at.right)
            at = at.left
        return chained("+", *map(self.part, (at, *parts)))

    def logic(self, node: ast.BoolOp) -> Expression:
        join = build.all_of if isinstance(node.op, ast.And) else build.any_of
        return join(*map(self.part, node.values))

    def conditional(self, node: ast.IfExp) -> Expression:
        return build.case(self.part(node.test), self.read(node.body), self.read(node.orelse))

    def comparison(self, node: ast.Compare) -> Expression:
        operands = [node.left, *node.comparators]
        pairs = zip(operands, node.ops, operands[1:], strict=False)
        return build.all_of(*(self.compared(left, sign, right) for left, sign, right in pairs))

    def compared(self, left: ast.expr, sign: ast.cmpop, right: ast.expr) -> Expression:
        of = self.part(left)
        if isinstance(sign, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple | ast.Set):
                raise _Unreadable(
                    _("`in` needs a list of literals"),
                    _("write stage in ('won', 'lost'), or contains(name, 'part')"),
                    self.column_at(right.col_offset),
                )
            values = [self.read(each) for each in right.elts]
            return of.is_in(values) if isinstance(sign, ast.In) else of.not_in(values)
        if isinstance(sign, ast.Is | ast.IsNot):
            if not (isinstance(right, ast.Constant) and right.value is None):
                raise _Unreadable(
                    _("`is` is for None alone"), _("write =="), self.column_at(right.col_offset)
                )
            return of.is_null() if isinstance(sign, ast.Is) else of.is_known()
        compare: Callable[[Any, Any], Expression] = _COMPARE[type(sign)]
        return compare(of, self.read(right))

    def call(self, node: ast.Call) -> Expression:
        if not isinstance(node.func, ast.Name):
            raise _Unreadable(_("only functions are called"), _("write starts_with(name, 'A')"))
        function = FUNCTIONS.get(node.func.id)
        if function is None:
            near = did_you_mean(node.func.id, FUNCTIONS)
            raise _Unreadable(_("there is no function {id!r}{near}", id=node.func.id, near=near))
        arguments = [self.argument(each) for each in node.args]
        named = {word.arg: self.argument(word.value) for word in node.keywords if word.arg is not None}
        if len(named) < len(node.keywords):
            raise _Unreadable(_("** has no place in an expression"))
        try:
            signature(function).bind(*arguments, **named)
        except TypeError as error:
            raise _Unreadable(joined(": ", (node.func.id, error))) from None
        return function(*arguments, **named)

    def argument(self, node: ast.expr) -> Any:  # an operand, a pair of a band, or the pairs of a match
        if isinstance(node, ast.Tuple):
            return tuple(map(self.read, node.elts))
        if isinstance(node, ast.Dict):
            return [
                (self.pair_key(key), self.read(value))
                for key, value in zip(node.keys, node.values, strict=True)
            ]
        return self.read(node)

    def pair_key(self, node: ast.expr | None) -> Operand:
        if node is None:
            raise _Unreadable(_("** has no place in an expression"))
        return self.read(node)


_COMPARE: Final = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_READ: Final[dict[type[ast.expr], Callable[[_Reader, Any], Operand]]] = {  # each takes nodes of its key
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.attribute,
    ast.UnaryOp: _Reader.unary,
    ast.BinOp: _Reader.binary,
    ast.BoolOp: _Reader.logic,
    ast.IfExp: _Reader.conditional,
    ast.Compare: _Reader.comparison,
    ast.Call: _Reader.call,
}
_HINTS: Final = {
    "Div": "division, remainders and powers are left out; compare products instead (a * 2 >= b)",
    "BitAnd": "write `and`",
    "BitOr": "write `or`",
    "Tuple": "pairs stand only in band(...), lists only after `in`",
    "List": "lists stand only after `in`",
    "Dict": "{value: result} stands only in match(...)",
    "Subscript": "write customer.name",
}
