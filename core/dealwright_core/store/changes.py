"""What a command changes, as guards and the journal see it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from typing import overload

import attrs
from attrs import frozen

from dealwright_core.records.record import COMMON, Record
from dealwright_core.store.bulk import Rows

# What somebody may see of a record of a kind.
Shown = Callable[[str, Record], Record]


@frozen
class Change:
    """A record added (``before`` is None) or changed by a command."""

    kind: str
    before: Record | None
    after: Record

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names of the fields whose value the change sets."""
        names = (each.name for each in attrs.fields(type(self.after)) if each.name not in COMMON)
        if self.before is None:
            return frozenset(names)
        return frozenset(name for name in names if getattr(self.before, name) != getattr(self.after, name))


class Changes(Sequence[Change]):
    """The changes that a guard sees: a sequence, and by kind with `of`.

    An import adds many records at once; their values are built when somebody looks at them, so a guard that
    asks only for the kinds it knows costs nothing for the others.
    """

    def __init__(self, changes: Sequence[Change] = (), added: Sequence[Rows] = ()) -> None:
        self._changes, self._added = changes, added
        self._built: dict[int, list[Change]] = {}

    def of(self, kind: str | type[Record]) -> Iterator[Change]:
        """The changes of one kind of record, given by its name or its class."""
        for change in self._changes:
            if change.kind == kind if isinstance(kind, str) else isinstance(change.after, kind):
                yield change
        for at, rows in enumerate(self._added):
            if rows.kind.name == kind if isinstance(kind, str) else issubclass(rows.kind.cls, kind):
                yield from self._build(at)

    def __len__(self) -> int:
        return len(self._changes) + sum(len(rows) for rows in self._added)

    def __iter__(self) -> Iterator[Change]:
        yield from self._changes
        for at in range(len(self._added)):
            yield from self._build(at)

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Change]: ...
    def __getitem__(self, index: int | slice) -> Change | Sequence[Change]:
        return list(self)[index]

    def seen(self, unseen: Collection[str], masked: Collection[str], shown: Shown) -> "Changes":
        """The same changes without those of unseen kinds, and of masked ones what ``shown`` leaves of a record."""
        if not unseen and not masked:
            return self
        changes = [
            Change(each.kind, each.before and shown(each.kind, each.before), shown(each.kind, each.after))
            if each.kind in masked
            else each
            for each in self._changes
            if each.kind not in unseen
        ]
        for at, rows in enumerate(self._added):
            if rows.kind.name in masked and rows.kind.name not in unseen:
                built = self._build(at)
                changes += [Change(each.kind, None, shown(each.kind, each.after)) for each in built]
        return Changes(changes, [rows for rows in self._added if rows.kind.name not in {*unseen, *masked}])

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of record that change."""
        return frozenset(each.kind for each in self._changes) | {rows.kind.name for rows in self._added}

    def _build(self, at: int) -> list[Change]:
        if at not in self._built:
            rows = self._added[at]
            self._built[at] = [Change(rows.kind.name, None, record) for record in rows.records()]
        return self._built[at]
