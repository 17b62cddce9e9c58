"""What the rows of one batch feed to one record of the mapping, read column by column."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import repeat
from typing import Any, TypeVar

from attrs import define, field, frozen

from dealwright_core.importing.binding import FieldSource, RecordSource
from dealwright_core.importing.columns import Wrong
from dealwright_core.importing.links import Database, Stored
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records.record import Record
from dealwright_core.values import Money, Price

Value = TypeVar("Value")

DIGEST_BYTES = 8
Reasons = dict[int, list[str]]


@frozen
class Changed:
    """A record that exists and what the row at `position` sets in it; without fields only its digest."""

    before: Record
    fields: Mapping[str, Any]
    digest: int
    position: int


@define(eq=False)
class Block:
    """One record of the mapping and the rows of a batch that feed it.

    `at` has the positions of these rows in the batch; `refs`, `digests` and `ids` go with it. `todo` has the
    places in `at` of the rows that the database does not hold as they are; `values` (by field) goes with it.
    `fresh` has the places in `todo` of the records to be added; `columns` (by column) goes with it.
    `confirmed` are the ids of records that stay as they are.
    """

    source: RecordSource
    at: Sequence[int]
    refs: list[Any]
    digests: Sequence[int]
    stored: Mapping[str, Stored]
    todo: Sequence[int]
    values: dict[str, list[Any]]
    ids: Sequence[int] = ()
    fresh: Sequence[int] = ()
    columns: dict[str, Sequence[Any]] = field(factory=dict)
    changed: list[Changed] = field(factory=list)
    confirmed: set[int] = field(factory=set)
    repeats: bool = False
    _by_position: dict[int, int] | None = None

    @property
    def todo_refs(self) -> Sequence[str]:
        """The refs that go with `todo`."""
        return self.refs if len(self.todo) == len(self.refs) else [self.refs[place] for place in self.todo]

    @property
    def todo_positions(self) -> Sequence[int]:
        """The positions in the batch that go with `todo`."""
        return self.at if len(self.todo) == len(self.at) else [self.at[place] for place in self.todo]

    def fresh_values(self, name: str) -> Sequence[Any]:
        """The values of a field that go with `fresh`."""
        values = self.values[name]
        return values if len(self.fresh) == len(values) else [values[place] for place in self.fresh]

    @property
    def fresh_refs(self) -> Sequence[str]:
        """The refs of the records to be added."""
        return self._fresh(self.refs)

    @property
    def fresh_ids(self) -> Sequence[int]:
        """Their ids."""
        return self._fresh(self.ids)

    @property
    def fresh_digests(self) -> Sequence[int]:
        """The digests of the texts that they were read from."""
        return self._fresh(self.digests)

    def _fresh(self, values: Sequence[Value]) -> Sequence[Value]:
        """Of values that go with `at`, those that go with `fresh`."""
        if len(self.fresh) == len(values):
            return values
        return [values[self.todo[place]] for place in self.fresh]

    @property
    def labels(self) -> Sequence[Any]:
        """What the new records are called, where the file says."""
        name = self.source.kind.label
        return self.fresh_values(name) if name in self.values else ()

    def position(self, place: int) -> int:
        """The position in the batch of a place in `todo`."""
        return self.at[self.todo[place]]

    def field_value(self, name: str, place: int) -> Any:
        """What the row at a place in `todo` says of a field, the default where it says nothing."""
        for each in self.source.fields:
            if each.field.name == name:
                return value_of(each, self.values[name][place])
        return self.source.kind.by_name[name].default

    def along(self, values: Sequence[Any], positions: Sequence[int]) -> Sequence[Any]:
        """Values that go with `at`, for the rows at other positions; None for rows that do not feed this
        record.
        """
        if self.at == positions:
            return values
        if self._by_position is None:
            self._by_position = {position: place for place, position in enumerate(self.at)}
        places = map(self._by_position.get, positions)
        return [None if place is None else values[place] for place in places]


def read_block(
    source: RecordSource,
    cells: Sequence[Sequence[str]],
    lines: Sequence[int],
    path: str,
    above: Sequence[Block],
    database: Database | None,
    wrong: Reasons,
    *,
    texts_only: bool = False,
) -> Block:
    """Read what rows say of one record. `cells` has one sequence for each column, `above` the blocks of the
    records before it.

    Without `database` every record is taken for new. With `texts_only` no values are read. What cannot be
    read goes to `wrong`, by position.
    """
    count = len(lines)
    at = _selected(source, cells, count)
    picked = cells if len(at) == count else _Picked(cells, at)
    refs = _refs(source, picked, at, lines, path, above)
    if not {str}.issuperset(map(type, refs)):
        if not texts_only:
            _blame_refs(refs, at, wrong)
        kept = [place for place, ref in enumerate(refs) if type(ref) is str]
        picked, at, refs = (
            _Picked(picked, kept),
            [at[place] for place in kept],
            [refs[place] for place in kept],
        )
    digests = _digests(source, picked, at, above)
    stored = database.stored(source.kind.name, set(refs)) if database is not None else {}
    if texts_only:
        return Block(source, at, refs, digests, stored, (), {})
    todo: Sequence[int] = range(len(at))
    if stored:
        todo = _unlike(stored, refs, digests)
    block = Block(source, at, refs, digests, stored, todo, {})
    if len(todo) < len(at):
        picked = _Picked(picked, todo)
    for each in source.fields:
        if each.same_row is None:
            block.values[each.field.name] = each.column.values(picked, len(todo))
            if each.column.is_wrong:
                blame(block, each, block.values[each.field.name], wrong)
    return block


def _blame_refs(refs: Sequence[Any], at: Sequence[int], wrong: Reasons) -> None:
    for position, ref in zip(at, refs, strict=True):
        if type(ref) is Wrong and position not in wrong:
            wrong[position] = [ref.reason]


def blame(block: Block, source: FieldSource, values: Iterable[Any], wrong: Reasons) -> None:
    """Note what is wrong in a column, with the names of the field and of the column."""
    for place, value in enumerate(values):
        if isinstance(value, Wrong):
            shown = (
                _(" (column {shown})", shown=source.shown)
                if source.shown and source.shown != source.field.name
                else ""
            )
            wrong.setdefault(block.position(place), []).append(
                joined("", (source.field.name, shown, ": ", value.reason))
            )


def value_of(source: FieldSource, value: Any) -> Any:
    """A value of a column as the record holds it: amounts in the column's own currency are bare numbers
    there.
    """
    if type(value) is not int:
        return value
    if source.field.type.name == "money":
        return Money(value, source.currency)
    return Price.from_e8(value, source.currency) if source.field.type.name == "price" else value


class _Picked(Sequence[Sequence[str]]):
    """Columns with only some of their rows, made when they are asked for."""

    def __init__(self, cells: Sequence[Sequence[str]], rows: Sequence[int]) -> None:
        self._cells, self._rows = cells, rows
        self._made: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return len(self._cells)

    def __getitem__(self, at: Any) -> Any:
        if at not in self._made:
            column = self._cells[at]
            self._made[at] = [column[row] for row in self._rows]
        return self._made[at]


def _selected(source: RecordSource, cells: Sequence[Sequence[str]], count: int) -> Sequence[int]:
    chosen: Sequence[int] = range(count)
    for each in source.selections:
        column = cells[each.column]
        chosen = [at for at in chosen if each.holds(column[at])]
    return chosen


def _refs(
    source: RecordSource,
    cells: Sequence[Sequence[str]],
    at: Sequence[int],
    lines: Sequence[int],
    path: str,
    above: Sequence[Block],
) -> list[Any]:
    if source.ref is not None:
        return source.ref.values(cells, len(at))
    if source.parent is None:
        return [f"{path}:{lines[position]}" for position in at]
    parent = above[source.parent]
    missing = Wrong(
        _(
            "the row feeds no {source} that {other} could belong to",
            source=parent.source.label,
            other=source.label,
        )
    )
    end = f"/{source.label}"
    return [missing if ref is None else ref + end for ref in parent.along(parent.refs, at)]


def _unlike(stored: Mapping[str, Stored], refs: Sequence[str], digests: Sequence[int]) -> list[int]:
    """The places of rows that are new or read otherwise than the record that is stored, and of all with the
    same ref.
    """
    unlike = {
        ref
        for ref, digest in zip(refs, digests, strict=True)
        if (known := stored.get(ref)) is None or known.digest != digest
    }
    return [place for place, ref in enumerate(refs) if ref in unlike]


def _digests(
    source: RecordSource, cells: Sequence[Sequence[str]], at: Sequence[int], above: Sequence[Block]
) -> Sequence[int]:
    columns: list[Iterable[str]] = [cells[each] for each in source.digested]
    for each in source.fields:
        if each.same_row is not None:
            block = above[each.same_row]
            columns.append(ref or "" for ref in block.along(block.refs, at))
    # No cell holds a null character, so that no two rows run together alike.
    texts = map("\0".join, zip(repeat(source.fingerprint, len(at)), *columns, strict=True))
    joined = b"".join([blake2b(text.encode(), digest_size=DIGEST_BYTES).digest() for text in texts])
    return struct.unpack(f"<{len(at)}q", joined)
