"""Filling the tables of a plan so that a mistake in one key hides none in another."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import attrs
from attrs import field, frozen

from dealwright_core.config.document import Document, Key, KeyPath, meant
from dealwright_core.config.document import keys_of as keys_in
from dealwright_core.config.settingtypes import Context, described
from dealwright_core.config.structure import structure
from dealwright_core.errors import Problem
from dealwright_core.incentives.plans.limits import LIMIT
from dealwright_core.language import core as _

Table = TypeVar("Table")


@frozen
class Overridden(Document):
    """A document in which the terms of one member stand in the place of those of a pay: from there to here."""

    places: Mapping[KeyPath, KeyPath] = field(factory=dict, repr=False)

    def problem(
        self, path: KeyPath, message: str, hint: str | None = None, *, key: Key | None = None
    ) -> Problem:
        """A mistake, told where the member's own terms are where these are at fault."""
        whole = path if key is None else (*path, key)
        for end in range(len(whole), 0, -1):
            if (place := self.places.get(whole[:end])) is not None:
                moved = (*place, *whole[end:])
                if key is None:
                    return super().problem(moved, message, hint)
                return super().problem(moved[:-1], message, hint, key=moved[-1])
        return super().problem(path, message, hint, key=key)


def keys_of(cls: type) -> list[str]:
    """The keys that a class is filled from."""
    return [each.name for each in attrs.fields(cls)]


def as_table(data: Any, at: KeyPath, document: Document) -> tuple[dict[str, Any], list[Problem]]:
    """``data`` as a table; an empty one, and the problem, where it is none."""
    if isinstance(data, dict):
        return data, []
    return {}, [document.problem(at, _("expected a table, got {described}", described=described(data)))]


def as_tables(data: Any, at: KeyPath, document: Document) -> tuple[list[Any], list[Problem]]:
    """``data`` as a list of tables; an empty one, and the problem, where it is none."""
    if isinstance(data, list):
        return data, []
    return [], [document.problem(at, _("expected a list, got {described}", described=described(data)))]


def filled(
    cls: type[Table],
    data: Mapping[str, Any],
    at: KeyPath,
    document: Document,
    context: Context,
    more: Collection[str] = (),
) -> tuple[Table, list[Problem]]:
    """An instance of a class whose keys may all be left out, and every mistake; what cannot be read is left out.

    ``more`` are other keys that the table may have, for the hint of one that is misspelt.
    """
    known = keys_of(cls)
    own = {key: each for key, each in data.items() if key in known}
    problems = [
        document.problem(at, _("unknown key {key!r}", key=key), meant(key, (*known, *more)), key=key)
        for key in data
        if key not in known and key not in more
    ]
    found, wrong = structure(cls, own, at=at, document=document, context=context)
    if found is None:
        found, __ = structure(cls, dict(_readable(cls, own, context)), context=context)
    if found is None:
        raise TypeError(f"{cls.__name__} cannot be filled from nothing")
    return found, [*problems, *wrong, *beyond_limits(found, at, document)]


def _readable(cls: type, data: Mapping[str, Any], context: Context) -> Iterator[tuple[str, Any]]:
    """The keys that can be read, each alone; of a table all of it that can."""
    for key, value in data.items():
        __, wrong = structure(cls, {key: value}, context=context)
        part = _without(value, [keys_in(each.path)[1:] for each in wrong])
        if not wrong or structure(cls, {key: part}, context=context)[0] is not None:
            yield key, part


def _without(value: Any, paths: Iterable[KeyPath]) -> Any:
    """Tables within tables without the keys at some paths."""
    for path in paths:
        if isinstance(value, Mapping) and path and path[0] in value:
            inner = {key: each for key, each in value.items() if key != path[0]}
            value = inner if len(path) == 1 else {**value, path[0]: _without(value[str(path[0])], [path[1:]])}
    return value


def beyond_limits(found: Any, at: KeyPath, document: Document) -> Iterator[Problem]:
    """The values of an instance that lie beyond the limits of its class."""
    for place, check, value in _limited(found, at):
        for each in check(value):
            yield document.problem((*place, *keys_in(each.path)), each.message, each.hint)


def _limited(found: Any, at: KeyPath) -> Iterator[tuple[KeyPath, Callable[[Any], Iterable[Problem]], Any]]:
    """Every value that has a limit, also within tables and lists, and its place."""
    if isinstance(found, Mapping):
        for key, each in found.items():
            yield from _limited(each, (*at, key))
    elif isinstance(found, tuple):
        for number, each in enumerate(found):
            yield from _limited(each, (*at, number))
    elif attrs.has(type(found)):
        for field_ in attrs.fields(type(found)):
            place, value = (*at, field_.name), getattr(found, field_.name)
            if LIMIT in field_.metadata:
                yield place, field_.metadata[LIMIT], value
            yield from _limited(value, place)
