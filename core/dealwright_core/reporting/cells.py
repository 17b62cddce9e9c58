"""Figures added up by group and part: several values of the database may belong to one group, as days do to a month."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

ALL = ("all",)
UNKNOWN: tuple[Any, None, Hashable] = ("", None, ("nowhere",))

Key = tuple[Hashable, Hashable]


@frozen
class Group:
    """One value of the dimension: ``label`` is None where the facts have none; ``figures`` are in the order
    of the measures. ``key`` is the value itself: the id of a record, a period's label, a field's value.

    Where the breakdown is split, ``parts`` holds the figures for each value of the split.
    """

    label: str | None
    figures: tuple[int, ...]
    parts: tuple[tuple[Any, tuple[int, ...]], ...] = field(default=())
    key: Hashable = None


class Cells:
    """The figures of each group and part, of each group, of each part, and of all.

    ``known`` gives (sort key, label, group) for the values that the database groups by.
    """

    def __init__(self, known: Mapping[Any, tuple[Any, str, Hashable]], width: int) -> None:
        self._known, self._width = known, width
        self._figures: dict[Hashable, dict[Hashable, list[int]]] = {ALL: {ALL: [0] * width}}
        self._places: dict[Hashable, tuple[Any, str | None]] = {}

    def add(self, value: Any, part: Any, figures: Sequence[int]) -> None:
        """Add the figures of one value of the database and one part; nothing where all are zero."""
        if not any(figures):
            return
        order, label, group = self._known.get(value, UNKNOWN)
        self._places[group] = (order, label)
        for of, by in _within(group, part):
            sums = self._figures.setdefault(of, {}).setdefault(by, [0] * self._width)
            sums[:] = [a + b for a, b in zip(sums, figures, strict=True)]

    def count(self, at: int, rows: Iterable[Sequence[Any]]) -> None:
        """Let figure ``at`` be the number of different values among rows of (value of the database, part, value).

        One value may occur in several groups and parts: those numbers do not add up.
        """
        seen: defaultdict[Key, set[Any]] = defaultdict(set)
        for value, part, counted in rows:
            seen[self._known.get(value, UNKNOWN)[2], part].add(counted)
        together: defaultdict[Key, list[set[Any]]] = defaultdict(list)
        for (group, part), values in seen.items():
            for key in _within(group, part):
                together[key].append(values)
        for (of, by), sets in together.items():
            self._figures[of][by][at] = len(sets[0].union(*sets[1:]) if len(sets) > 1 else sets[0])

    def groups(self, is_ordered: bool) -> Iterator[Group]:
        """The groups in order: their own, or the largest first; facts without a group come last."""

        def place(group: Hashable) -> tuple[Any, ...]:
            order, label = self._places[group]
            if label is None:
                return (1,)
            return (0, order) if is_ordered else (0, [-each for each in self._figures[group][ALL]], order)

        for group in sorted(self._places, key=place):
            yield self._group(self._places[group][1], group)

    def total(self) -> Group:
        """The figures over all facts."""
        return self._group("total", ALL)

    def _group(self, label: str | None, group: Hashable) -> Group:
        cells = self._figures[group]
        parts = tuple((part, tuple(figures)) for part, figures in cells.items() if part != ALL)
        return Group(label, tuple(cells[ALL]), parts, None if group in (ALL, UNKNOWN[2]) else group)


def _within(group: Hashable, part: Hashable) -> tuple[Key, ...]:
    """The cells in which a fact of this group and part counts."""
    return (group, part), (group, ALL), (ALL, part), (ALL, ALL)
