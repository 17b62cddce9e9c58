"""The tree that a rule is written in. Operators on it build more of it; nothing is computed here."""

import operator
from collections.abc import Callable
from typing import Any, ClassVar, Final

from attrs import field, frozen

from dealwright_core.errors import UsageError
from dealwright_core.expr.literals import Plain, check_plain
from dealwright_core.expr.parts import parts_of
from dealwright_core.language import core as _

DEEPEST: Final = 40
LARGEST: Final = 4000
# Any: they compare expressions, and the columns that expressions are compiled to.
COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
COMPARISONS: Final = tuple(COMPARE)


class Expression:
    """Something a rule asks for, to be checked against the records and compiled to where they are.

    `==` builds a comparison, so that two expressions are told apart by `stable_hash` and not by `==`;
    `hash()` follows the content. What Python would compute at once (`if`, `and`, `in`, `1 < x < 5`, division)
    raises UsageError.
    """

    __slots__ = ()
    # Without it, tuple(expression) and `in` would try __getitem__ with 0, 1, 2 and never end.
    __iter__: ClassVar[None] = None

    def __eq__(self, other: object) -> "Expression":  # type: ignore[override]  # builds a comparison
        return operation("==", self, known(other, "=="))

    def __ne__(self, other: object) -> "Expression":  # type: ignore[override]  # builds a comparison
        return operation("!=", self, known(other, "!="))

    # Subclasses hash their content; Python would drop the method of a class that defines __eq__.
    __hash__ = object.__hash__

    def __lt__(self, other: "Operand") -> "Expression":
        return operation("<", self, known(other, "<"))

    def __le__(self, other: "Operand") -> "Expression":
        return operation("<=", self, known(other, "<="))

    def __gt__(self, other: "Operand") -> "Expression":
        return operation(">", self, known(other, ">"))

    def __ge__(self, other: "Operand") -> "Expression":
        return operation(">=", self, known(other, ">="))

    def __add__(self, other: "Operand") -> "Expression":
        return chained("+", self, known(other, "+"))

    def __radd__(self, other: "Operand") -> "Expression":
        return chained("+", known(other, "+"), self)

    def __sub__(self, other: "Operand") -> "Expression":
        return operation("-", self, known(other, "-"))

    def __rsub__(self, other: "Operand") -> "Expression":
        return operation("-", known(other, "-"), self)

    def __mul__(self, other: "Operand") -> "Expression":
        return operation("*", self, known(other, "*"))

    def __rmul__(self, other: "Operand") -> "Expression":
        return operation("*", known(other, "*"), self)

    def __neg__(self) -> "Expression":
        return operation("negative", self)

    def __abs__(self) -> "Expression":
        return operation("abs", self)

    def __and__(self, other: "Expression | bool") -> "Expression":
        return chained("and", self, condition_of(other, "&"))

    def __rand__(self, other: "Expression | bool") -> "Expression":
        return chained("and", condition_of(other, "&"), self)

    def __or__(self, other: "Expression | bool") -> "Expression":
        return chained("or", self, condition_of(other, "|"))

    def __ror__(self, other: "Expression | bool") -> "Expression":
        return chained("or", condition_of(other, "|"), self)

    def __invert__(self) -> "Expression":
        return operation("not", self)

    def is_null(self) -> "Expression":
        """Whether the value is unknown; the answer itself is always known."""
        return operation("is_null", self)

    def is_known(self) -> "Expression":
        """Whether there is a value."""
        return ~self.is_null()

    def is_in(self, *values: "Plain | list[Any] | tuple[Any, ...]") -> "Expression":
        """Whether the value is one of `values`, given one by one or as one list."""
        listed = values[0] if len(values) == 1 and isinstance(values[0], list | tuple) else values
        if not listed:
            raise UsageError(_("is_in needs at least one value"))
        return operation("is_in", self, *map(literal, listed))

    def not_in(self, *values: "Plain | list[Any] | tuple[Any, ...]") -> "Expression":
        """Whether the value is none of `values`."""
        return ~self.is_in(*values)

    def is_between(self, low: "Operand", high: "Operand") -> "Expression":
        """Whether the value is at least `low` and at most `high`."""
        return operation("is_between", self, known(low, "is_between"), known(high, "is_between"))

    def starts_with(self, part: "str | Expression") -> "Expression":
        """Whether the text begins with `part`, by code points: case counts, nothing is a wildcard."""
        return operation("starts_with", self, known(part, "starts_with"))

    def contains(self, part: "str | Expression") -> "Expression":
        """Whether `part` occurs in the text, by code points: case counts, nothing is a wildcard."""
        return operation("contains", self, known(part, "contains"))

    def clip(self, low: Plain = None, high: Plain = None) -> "Expression":
        """The value, but at least `low` and at most `high`; None leaves that side open."""
        if low is None and high is None:
            raise UsageError(_("clip needs a lowest or a highest value"))
        return operation("clip", self, literal(low), literal(high))

    def __bool__(self) -> bool:
        raise UsageError(
            _("an expression has no truth value before it is compiled"),
            _(
                "write & for and, | for or, ~ for not, case(...) for if, x.is_in(...) for in, "
                "x.is_between(1, 5) for 1 <= x <= 5"
            ),
        )

    def __contains__(self, item: object) -> bool:
        raise UsageError(
            _("`in` does not search an expression"), _("write text.contains('part') or value.is_in(...)")
        )

    def _left_out(self, *__: object) -> Any:  # stands for operators of every type
        raise UsageError(
            _(
                "division, remainders, powers and rounding are left out, because databases disagree "
                "about them"
            ),
            _("compare products instead (a * 2 >= b), or use band"),
        )

    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _left_out
    __pow__ = __rpow__ = __round__ = __float__ = __int__ = __index__ = _left_out


Operand = Expression | Plain


@frozen(eq=False, unsafe_hash=True)
class Literal(Expression):
    """A value as the author wrote it; what it stands beside decides how it is read."""

    value: Plain


@frozen(eq=False, unsafe_hash=True)
class AsOf(Expression):
    """The day the expression is evaluated for, never the engine's clock."""


@frozen(eq=False, unsafe_hash=True)
class Field(Expression):
    """A field, reached by names from a record (None: from the subject); attributes go on through links."""

    _record: str | None
    _names: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> "Field":
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> "Field":
        if not isinstance(name, str):
            raise UsageError(
                _("a field has a name, got {name!r}", name=name), _("write fields('opportunity')['amount']")
            )
        if len(self._names) >= DEEPEST:
            raise UsageError(_("a path of fields has at most {deepest} names", deepest=DEEPEST))
        return Field(self._record, (*self._names, name))


@frozen(eq=False)
class Composite(Expression):
    """An expression made of others; bounded, so that every later step may walk it without care."""

    _depth: int = field(init=False, repr=False, hash=False)
    _size: int = field(init=False, repr=False, hash=False)

    def __attrs_post_init__(self) -> None:
        parts = parts_of(self, Expression)
        depth = 1 + max(_depth(part) for part in parts)
        size = 1 + sum(_size(part) for part in parts)
        for found, most, what in ((depth, DEEPEST, _("levels")), (size, LARGEST, _("parts"))):
            if found > most:
                raise UsageError(
                    _("an expression has at most {most} {what}", most=most, what=what),
                    _("make two rules of it"),
                )
        object.__setattr__(self, "_depth", depth)
        object.__setattr__(self, "_size", size)


@frozen(eq=False, unsafe_hash=True)
class Operation(Composite):
    """`name` applied to `parts`: an operator such as `+`, `and`, `==`, or a function such as `is_in`."""

    name: str
    parts: tuple[Expression, ...]


@frozen(eq=False, unsafe_hash=True)
class Case(Composite):
    """The result of the first arm (condition, result) whose condition is true, else `otherwise`."""

    arms: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression


@frozen(eq=False, unsafe_hash=True)
class Choice(Composite):
    """A result chosen by the value `of`: `band` by the highest bound reached, `match` by the equal value.

    `default` is for known values that no arm takes (None: not stated), `unknown` for the unknown value.
    """

    name: str
    of: Expression
    arms: tuple[tuple[Literal, Expression], ...]
    default: Expression | None
    unknown: Expression


def _depth(expression: Expression) -> int:
    return expression._depth if isinstance(expression, Composite) else 1


def _size(expression: Expression) -> int:
    return expression._size if isinstance(expression, Composite) else 1


def operation(name: str, *parts: Expression) -> Expression:
    """The operation `name` on `parts`."""
    return Operation(name, parts)


def chained(name: str, *parts: Expression) -> Expression:
    """The same, where a chain such as `a + b + c` is one operation of three parts."""
    first = parts[0]
    if isinstance(first, Operation) and first.name == name:
        parts = (*first.parts, *parts[1:])
    return Operation(name, parts)


def expression(value: object) -> Expression:
    """`value` itself where it is an expression, else the literal. Raises UsageError as `literal` does."""
    return value if isinstance(value, Expression) else literal(value)


def known(value: object, name: str) -> Expression:
    """The same, for an operand that cannot be None."""
    if value is None:
        raise UsageError(
            _("None beside {name} would always be unknown", name=name), _("write is_null() or is_known()")
        )
    return expression(value)


def condition_of(value: object, name: str) -> Expression:
    """The same, for an operand of `name` that is true or false."""
    if not isinstance(value, Expression | bool):
        raise UsageError(
            _("{value!r} beside {name} is no condition", value=value, name=name),
            _("put each side in parentheses: (a == 1) {name} (b == 2)", name=name),
        )
    return expression(value)


def literal(value: object) -> Literal:
    """A literal of `value`. Raises UsageError where some target could not hold it."""
    if isinstance(value, Literal):
        return value
    if isinstance(value, Expression):
        raise UsageError(
            _("a literal belongs here, not an expression"),
            _("write case(...) where the value has to be computed"),
        )
    return Literal(check_plain(value))
