"""The checked tree: every field resolved, every type known, every literal in the form that targets keep.

Each node says what is known of its value before any record is read: whether it may be unknown, and for
numbers the bounds. A number that cannot leave 64 bits is `safe`, and computed without a check.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import field, frozen

from dealwright_core.expr.literals import Value
from dealwright_core.expr.parts import parts_of
from dealwright_core.expr.schema import INT_MAX, INT_MIN, NUMBERS, Path, Type

# A result at or beyond the ends of 64 bits is unknown: SQLite's `| 0` turns what overflowed into the nearest
# end.
RESULT_LOW: Final = INT_MIN + 1
RESULT_HIGH: Final = INT_MAX - 1


@frozen(kw_only=True)
class Node:
    """A value: its type, whether it may be unknown, where a number lies, and the levels below it."""

    type: Type
    nullable: bool = True
    low: int = INT_MIN
    high: int = INT_MAX
    height: int = field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        height = 1 + max((part.height for part in parts_of(self, Node)), default=-1)
        object.__setattr__(self, "height", height)


@frozen
class Constant(Node):
    """A value known before any record is read."""

    value: Value


@frozen
class Reference(Node):
    """A field of the subject or of what it leads to. `choices` are its only texts, `link` where it leads."""

    path: Path
    choices: tuple[str, ...] | None = None
    link: str | None = None


@frozen
class Arithmetic(Node):
    """`operator` is +, - or *."""

    operator: str
    left: Node
    right: Node
    safe: bool


@frozen
class Negative(Node):
    """Zero minus `of`."""

    of: Node
    safe: bool


@frozen
class Absolute(Node):
    """`of` without its sign."""

    of: Node
    safe: bool


@frozen
class Clip(Node):
    """`of`, but at least `lowest` and at most `highest`, where they are given."""

    of: Node
    lowest: int | None
    highest: int | None


@frozen
class Compare(Node):
    """`operator` is ==, !=, <, <=, > or >=."""

    operator: str
    left: Node
    right: Node


@frozen
class Between(Node):
    """Whether `of` is at least `lowest` and at most `highest`, which are known."""

    of: Node
    lowest: Constant
    highest: Constant


@frozen
class In(Node):
    """Whether `of` is one of `values`, all known."""

    of: Node
    values: tuple[Constant, ...]


@frozen
class Find(Node):
    """Whether `part` occurs in the text `of`, at its start or anywhere."""

    of: Node
    part: Node
    at_start: bool


@frozen
class IsNull(Node):
    """Whether `of` is unknown."""

    of: Node


@frozen
class AllOf(Node):
    """True where every part is true, false where one is false."""

    parts: tuple[Node, ...]


@frozen
class AnyOf(Node):
    """True where a part is true, false where every one is false."""

    parts: tuple[Node, ...]


@frozen
class Not(Node):
    """True where `of` is false."""

    of: Node


@frozen
class Coalesce(Node):
    """The first of `parts` that is known."""

    parts: tuple[Node, ...]


@frozen
class Case(Node):
    """The result of the first arm (condition, result) whose condition is true, else `otherwise`."""

    arms: tuple[tuple[Node, Node], ...]
    otherwise: Node


@frozen
class Switch(Node):
    """The result of the first arm (operator, constant, result) that holds for `of`, else `otherwise`.

    Where `of` is unknown it is `unknown`.
    """

    of: Node
    arms: tuple[tuple[str, Constant, Node], ...]
    otherwise: Node
    unknown: Node


def constant(value: Value, type_: Type) -> Constant:
    """A value of a type; None is the unknown one."""
    if type_ in NUMBERS and value is not None:
        assert isinstance(value, int)
        return Constant(value, type=type_, nullable=False, low=value, high=value)
    return Constant(value, type=type_, nullable=value is None)


def references(nodes: Iterable[Node]) -> tuple[Reference, ...]:
    """Every field that `nodes` read, once each, in the order they first do."""
    return tuple({found.path: found for node in nodes for found in _references(node)}.values())


def paths_of(nodes: Iterable[Node]) -> tuple[Path, ...]:
    """The paths of these fields."""
    return tuple(found.path for found in references(nodes))


def _references(node: Node) -> Iterator[Reference]:
    if isinstance(node, Reference):
        yield node
    for part in parts_of(node, Node):
        yield from _references(part)
