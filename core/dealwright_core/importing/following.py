"""The values that a constraint reads, also those of records that a link leads to, which may not be written
yet.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

from dealwright_core.expr import Path, Schema
from dealwright_core.importing.amounts import Conversion, dated
from dealwright_core.importing.block import Block
from dealwright_core.importing.checking import column_of
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType

Cells = Mapping[str, Sequence[Any]]


@define(eq=False)
class Following:
    """Follows paths from records of a batch, through the blocks settled so far and through the database."""

    conversion: Conversion
    schema: Schema
    kinds: Mapping[str, RecordType]
    blocks: Sequence[Block]
    _added: dict[str, dict[int, tuple[Block, int]]] = field(factory=dict)

    def added(self, block: Block) -> Cells:
        """The columns of the records that a block adds."""
        now: Sequence[Any] = [self.conversion.database.now] * len(block.fresh)
        common: Cells = {"id": block.fresh_ids, "ref": block.fresh_refs, "created_at": now, "updated_at": now}
        return {**block.columns, **common}

    def cells(self, record: Record) -> Cells:
        """The columns of one record."""
        kind = next(each for each in self.kinds.values() if each.cls is type(record))
        day = dated(kind, record, self.conversion.database.today)
        cells = kind.encode(record, lambda money: self.conversion.minor(money, day))
        found = {spec.name: [cell] for spec, cell in zip(kind.columns, cells, strict=True)}
        common = {name: [getattr(record, name)] for name in ("id", "ref", "created_at", "updated_at")}
        return {**found, **common}

    def columns(self, start: Cells, paths: Sequence[Path]) -> list[Sequence[Any]]:
        """The values at the end of each path."""
        return [self.follow(start, path) for path in paths]

    def follow(self, start: Cells, path: Path) -> Sequence[Any]:
        """The values at the end of a path."""
        name = column_of(path, self.schema)
        cells: Sequence[Any] = start["id"] if path.steps else start[name]
        for at, step in enumerate(path.steps):
            if step.back:
                ids = self._pointing(step.target, step.link, cells)
            else:
                ids = start[step.link] if at == 0 else self._values(step.origin, cells, step.link)
            # Up to the last step the values are the ids of the records reached.
            cells = ids
        return self._values(path.record, cells, name) if path.steps else cells

    def _pointing(self, kind: str, link: str, ids: Sequence[int | None]) -> Sequence[int | None]:
        """The records of a kind that point at these, of which there is at most one each."""
        found = dict(self.conversion.database.pointing(kind, link, {id for id in ids if id is not None}))
        for block in self.blocks:
            if block.source.kind.name == kind:
                found.update(zip(block.columns[link], block.fresh_ids, strict=True))
        return [None if id is None else found.get(id) for id in ids]

    def _values(self, kind: str, ids: Sequence[int | None], name: str) -> Sequence[Any]:
        """One column of the records with these ids."""
        values: dict[int | None, Any] = {None: None}
        added = self._added_of(kind)
        absent = {id for id in ids if id is not None and id not in added}
        for id in set(ids) - absent - {None}:
            block, place = added[id]  # type: ignore[index]  # None is taken out
            values[id] = self.added(block)[name][place]
        for id, record in self.conversion.database.read(kind, absent).items():
            values[id] = self.cells(record)[name][0]
        return [values.get(id) for id in ids]

    def _added_of(self, kind: str) -> dict[int, tuple[Block, int]]:
        if kind not in self._added:
            self._added[kind] = {
                id: (block, place)
                for block in self.blocks
                if block.source.kind.name == kind
                for place, id in enumerate(block.fresh_ids)
            }
        return self._added[kind]
