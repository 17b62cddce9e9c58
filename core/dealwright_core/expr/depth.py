"""How deep an expression may be, so that every target takes what was checked.

SQLite parses with a stack of a hundred places, and SQLAlchemy walks a statement by recursion.
"""

from typing import Final

from dealwright_core.expr.parts import parts_of
from dealwright_core.expr.tree import (
    Absolute,
    AllOf,
    AnyOf,
    Arithmetic,
    Case,
    Clip,
    Coalesce,
    Compare,
    Constant,
    Find,
    Negative,
    Node,
    Not,
    Reference,
    Switch,
)

HIGHEST: Final = 60
# The rest of SQLite's hundred is for the statement around.
MOST_PLACES: Final = 75

# Places that are taken where the last part of a node is parsed, in the form that `sql` gives it.
_PLACES: Final[dict[type[Node], int]] = {
    AllOf: 3,
    AnyOf: 3,
    Case: 6,
    Coalesce: 5,
    Compare: 3,
    Find: 5,
    Not: 3,
}


def is_too_deep(node: Node) -> bool:
    """Whether some target could refuse the tree."""
    return node.height > HIGHEST or _places(node) > MOST_PLACES


def _places(node: Node) -> int:
    if isinstance(node, Arithmetic):
        before, between = (1, 3) if node.safe else (7, 9)
        return max(before + _places(node.left), between + _places(node.right))
    return _own(node) + max(map(_places, parts_of(node, Node)), default=0)


def _own(node: Node) -> int:
    match node:
        case Switch(of=of) | Clip(of=of):
            return 6 if isinstance(of, Reference | Constant) else 11
        case Negative(safe=safe):
            return 2 if safe else 8
        case Absolute(safe=safe):
            return 3 if safe else 9
    return _PLACES.get(type(node), 1)
