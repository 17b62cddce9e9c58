"""Filling the tables of a plan so that a mistake in one key hides none in another."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import attrs
from attrs import field, frozen

from dealwright_core.config.document import Document, Key, KeyPath, meant
from dealwright_core.config.settingtypes import Context, described
from dealwright_core.config.structure import structure
from dealwright_core.errors import Problem
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
    """An instance of a class whose keys may all be left out, and every mistake; a key with one is left out.

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
        good = {key: each for key, each in own.items() if structure(cls, {key: each}, context=context)[0]}
        found, __ = structure(cls, good, context=context)
    if found is None:
        raise TypeError(f"{cls.__name__} cannot be filled from nothing")
    return found, [*problems, *wrong]
