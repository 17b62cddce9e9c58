"""What a tree of expressions or of their checked nodes is made of."""

from functools import lru_cache
from typing import TypeVar

import attrs

Part = TypeVar("Part")


def parts_of(whole: attrs.AttrsInstance, kind: type[Part]) -> list[Part]:
    """The parts of this kind that `whole` was made with, in the order of its fields."""
    found: list[Part] = []
    parent: type = kind
    for name in _own_fields(type(whole), parent):
        _add(getattr(whole, name), kind, found)
    return found


def _add(value: object, kind: type[Part], found: list[Part]) -> None:
    if isinstance(value, kind):
        found.append(value)
    elif isinstance(value, tuple):
        for each in value:
            _add(each, kind, found)


@lru_cache(maxsize=256)
def _own_fields(cls: type[attrs.AttrsInstance], kind: type) -> tuple[str, ...]:
    """The fields that a class adds to its kind: those of the kind itself hold no parts."""
    common = {each.name for each in attrs.fields(kind)} if attrs.has(kind) else set()
    return tuple(each.name for each in attrs.fields(cls) if each.init and each.name not in common)
