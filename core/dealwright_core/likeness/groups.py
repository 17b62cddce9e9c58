"""Records that are alike, put together in groups."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from attrs import define, field, frozen

from dealwright_core.batches import batches
from dealwright_core.likeness.forms import reasons
from dealwright_core.likeness.keeping import forms
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.session import Session


@frozen
class Group:
    """Records of which each is like another one of them, and the fields in which some are."""

    records: tuple[Record, ...]
    fields: tuple[str, ...]


def groups(session: Session, kind: RecordType) -> list[Group]:
    """The groups of records alike that the actor may see, the one with the oldest record first."""
    by_form: dict[int, list[int]] = defaultdict(list)
    for each in session.sharing(kind.name):
        by_form[each.form].append(each.record)
    records = dict(_read(session, kind, {id for ids in by_form.values() for id in ids}))
    known = {id: forms(kind, record) for id, record in records.items()}
    joined = _Joined()
    for ids in by_form.values():
        for one, other in _pairs(kind, ids, known):
            found = reasons(kind.label, known[one], known[other])
            if found:
                joined.join(one, other, found)
    return [
        Group(
            tuple(records[id] for id in sorted(ids)),
            tuple(each for each in kind.alike_by if each in joined.reasons(ids)),
        )
        for ids in sorted(joined.sets(), key=min)
    ]


def _read(session: Session, kind: RecordType, ids: Iterable[int]) -> Iterator[tuple[int, Record]]:
    for part in batches(sorted(ids)):
        for record in session.find(kind.name, id=part):
            yield record.id, record


def _pairs(
    kind: RecordType, ids: Sequence[int], known: Mapping[int, Mapping[str, str]]
) -> Iterator[tuple[int, int]]:
    """The pairs of records to compare of those with one form: records with the same numbers are compared with the
    first of them only.
    """
    first: dict[tuple[str | None, ...], int] = {}
    for id in ids:
        numbers = tuple(known[id].get(each) for each in kind.alike_by if each != kind.label)
        one = first.setdefault(numbers, id)
        if one != id:
            yield one, id
    yield from combinations(first.values(), 2)


@define
class _Joined:
    """Sets that grow together."""

    _leader: dict[int, int] = field(factory=dict)
    _reasons: dict[int, set[str]] = field(factory=lambda: defaultdict(set))

    def join(self, one: int, other: int, found: Iterable[str]) -> None:
        """Put the sets of two records together."""
        for each in (one, other):
            self._leader.setdefault(each, each)
            self._reasons[each].update(found)
        first, second = self._of(one), self._of(other)
        self._leader[max(first, second)] = min(first, second)

    def sets(self) -> Iterable[list[int]]:
        """The sets."""
        found: dict[int, list[int]] = defaultdict(list)
        for each in self._leader:
            found[self._of(each)].append(each)
        return found.values()

    def reasons(self, ids: Iterable[int]) -> set[str]:
        """Why these were put together."""
        return {reason for id in ids for reason in self._reasons[id]}

    def _of(self, id: int) -> int:
        while self._leader[id] != id:
            self._leader[id] = self._leader[self._leader[id]]
            id = self._leader[id]
        return id
