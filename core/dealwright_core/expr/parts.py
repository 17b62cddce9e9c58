"""What a tree of expressions or of their checked nodes is made of."""

from collections.abc import Iterator
from typing import TypeVar

import attrs

Part = TypeVar("Part")


def parts_of(whole: attrs.AttrsInstance, kind: type[Part]) -> Iterator[Part]:
    """The parts of this kind that `whole` was made with, in the order of its fields."""
    for attribute in attrs.fields(type(whole)):
        if attribute.init:
            yield from _among(getattr(whole, attribute.name), kind)


def _among(value: object, kind: type[Part]) -> Iterator[Part]:
    if isinstance(value, kind):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _among(each, kind)
