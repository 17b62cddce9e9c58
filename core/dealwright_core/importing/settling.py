"""Whether the records of a batch can be what their rows say: links, refs that come twice, amounts,
constraints.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import attrs
from attrs import define, field

from dealwright_core.errors import Refused
from dealwright_core.expr import Schema
from dealwright_core.importing.amounts import Conversion, columns_of
from dealwright_core.importing.binding import FieldSource
from dealwright_core.importing.block import Block, Changed, Reasons, blame, value_of
from dealwright_core.importing.checking import Check
from dealwright_core.importing.columns import Wrong
from dealwright_core.importing.following import Cells, Following
from dealwright_core.importing.links import Database, Links, Pending, Unknown
from dealwright_core.importing.seen import Seen
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records.recordtype import RecordType


@define(eq=False)
class Settling:
    """Settles the blocks of a batch one after the other.

    `wrong` rows are refused. `waiting` rows name records of a kind in `may_wait`, which may come further down
    in the file. `conflicts` count only where nothing else is wrong: they may be with rows that are refused.
    `careful` asks for a look at values that no two records may share.
    """

    database: Database
    new_ids: Callable[[str, int], Sequence[int]]
    conversion: Conversion
    links: Links
    kinds: Mapping[str, RecordType]
    schema: Schema
    checks: Mapping[str, Sequence[Check]]
    seen: Seen
    may_wait: Collection[str] = ()
    careful: bool = False
    pending: dict[str, Pending] = field(factory=dict)
    wrong: Reasons = field(factory=dict)
    waiting: Reasons = field(factory=dict)
    conflicts: Reasons = field(factory=dict)
    warnings: list[str] = field(factory=list)
    _settled: list[Block] = field(factory=list)
    _touched: dict[tuple[str, int], Changed | None] = field(factory=dict)

    def settle(self, block: Block) -> None:
        """Number the records, follow their links, and compare them with what is there."""
        pending = self.pending.setdefault(block.source.kind.name, Pending())
        repeated, existing = self._number(block, pending)
        for each in block.source.fields:
            if each.field.link is not None:
                self._link(block, each)
        for place, first in repeated.items():
            self._compare(block, place, *first)
        if existing:
            self._compare_stored(block, existing)
        self._complete(block)
        self._settled.append(block)

    def _number(self, block: Block, pending: Pending) -> tuple[dict[int, tuple[Block, int]], dict[int, int]]:
        """Give ids to the rows. Returns the places that repeat another one, and those of stored records, with
        their ids.
        """
        kind = block.source.kind
        refs = block.todo_refs
        repeated: dict[int, tuple[Block, int]] = {}
        existing: dict[int, int] = {}
        if not block.stored and not pending.ids and len(set(refs)) == len(refs):
            block.fresh = range(len(refs))
        else:
            block.fresh, repeated, existing = self._sort(block, refs, pending)
            block.repeats = bool(repeated)
        new = self.new_ids(kind.name, len(block.fresh))
        fresh_refs = refs if len(block.fresh) == len(refs) else [refs[place] for place in block.fresh]
        pending.ids.update(zip(fresh_refs, new, strict=True))
        if len(block.fresh) == len(block.refs):
            block.ids = new
        else:
            stored = block.stored
            block.ids = [
                pending.ids[ref] if (known := stored.get(ref)) is None else known.id for ref in block.refs
            ]
            done = set(block.todo)
            block.confirmed = {id for place, id in enumerate(block.ids) if place not in done}
        labels = block.values.get(kind.label)
        if labels is not None and kind.label != "ref":
            for place, id in zip(block.fresh, new, strict=True):
                pending.labels[labels[place]].append(id)
        return repeated, existing

    def _sort(
        self, block: Block, refs: Sequence[str], pending: Pending
    ) -> tuple[list[int], dict[int, tuple[Block, int]], dict[int, int]]:
        earlier = {
            ref: (each, place)
            for each in self._settled
            if each.source.kind is block.source.kind
            for place, ref in enumerate(each.todo_refs)
        }
        fresh: list[int] = []
        repeated: dict[int, tuple[Block, int]] = {}
        existing: dict[int, int] = {}
        first: dict[str, int] = {}
        for place, ref in enumerate(refs):
            if ref in first:
                repeated[place] = (block, first[ref])
                continue
            first[ref] = place
            if ref in pending.ids:
                repeated[place] = earlier[ref]
            elif ref in block.stored:
                existing[place] = block.stored[ref].id
            else:
                fresh.append(place)
        return fresh, repeated, existing

    def _link(self, block: Block, source: FieldSource) -> None:
        name, target = source.field.name, source.field.link
        assert target is not None
        if source.same_row is not None:
            above = self._settled[source.same_row]
            ids: list[Any] = list(above.along(above.ids, block.todo_positions))
            if not source.field.optional and None in ids:
                missing = Wrong(_("the row feeds no {source}", source=above.source.label))
                ids = [missing if id is None else id for id in ids]
        else:
            pending = self.pending.setdefault(target, Pending())
            ids = self.links.ids(self.database, target, source.by, block.values[name], pending)
        if target == block.source.kind.name:
            own = [block.ids[place] for place in block.todo]
            circles = circling(own, ids)
            ids = [
                Wrong(_("leads back to the record itself")) if mine in circles else id
                for id, mine in zip(ids, own, strict=True)
            ]
        block.values[name] = ids
        if not {int, type(None)}.issuperset(map(type, ids)):
            later = target in self.may_wait
            waiting = [each if later and type(each) is Unknown else None for each in ids]
            blame(block, source, waiting, self.waiting)
            blame(
                block,
                source,
                [None if waits else each for each, waits in zip(ids, waiting, strict=True)],
                self.wrong,
            )

    def _compare(self, block: Block, place: int, other: Block, other_place: int) -> None:
        """A row that names a record which another row of the batch names too."""
        for each in block.source.fields:
            name = each.field.name
            mine = value_of(each, block.values[name][place])
            theirs = other.field_value(name, other_place)
            if mine != theirs:
                self._conflict(block, place, name, theirs, mine)
                return

    def _compare_stored(self, block: Block, existing: Mapping[int, int]) -> None:
        kind = block.source.kind.name
        records = self.database.read(kind, set(existing.values()))
        for place, id in existing.items():
            digest = block.digests[block.todo[place]]
            touched = self._touched.get((kind, id))
            before = records[id]
            now = before if touched is None else attrs.evolve(before, **touched.fields)
            if digest == (block.stored[before.ref].digest if touched is None else touched.digest):
                block.confirmed.add(id)
                self._touched.setdefault((kind, id), None)
                continue
            wanted = {
                each.field.name: value_of(each, block.values[each.field.name][place])
                for each in block.source.fields
            }
            differing = {name: value for name, value in wanted.items() if value != getattr(now, name)}
            if self.seen.has(kind, id) or (kind, id) in self._touched:
                for name, value in differing.items():
                    self._conflict(block, place, name, getattr(now, name), value)
                    break
                continue
            change = Changed(before, differing, digest, block.position(place))
            block.changed.append(change)
            self._touched[kind, id] = change

    def _conflict(self, block: Block, place: int, name: str, there: Any, here: Any) -> None:
        ref = block.refs[block.todo[place]]
        self.conflicts.setdefault(block.position(place), []).append(
            _(
                "{kind} {ref!r} was fed before in this run with other values: {name} is {there} there "
                "and {here} here",
                kind=block.source.kind.name,
                ref=ref,
                name=name,
                there=shown(there),
                here=shown(here),
            )
        )

    def _complete(self, block: Block) -> None:
        """Fill the columns of new records, and ask the constraints about them and about the changed ones."""
        if self.wrong or self.waiting:
            return
        kind = block.source.kind
        block.columns = columns_of(block, self.conversion, self.wrong)
        following = Following(self.conversion, self.schema, self.kinds, self._settled)
        changed = self._changed(block, following)
        if self.careful:
            for group in kind.unique:
                names = [spec.name for name in group for spec in kind.by_name[name].columns]
                self._share(block, names, changed)
        if self.wrong:
            return
        for check in self.checks.get(kind.name, ()):
            for place in check.refuses(
                following.columns(following.added(block), check.paths), len(block.fresh)
            ):
                self._object(check, block.position(block.fresh[place]))
            for change, cells in changed:
                for __ in check.refuses(following.columns(cells, check.paths), 1):
                    self._object(check, change.position)

    def _changed(self, block: Block, following: Following) -> list[tuple[Changed, Cells]]:
        """The columns of records as they will be. An amount that has no rate goes to `wrong`."""
        found: list[tuple[Changed, Cells]] = []
        for change in block.changed:
            try:
                found.append((change, following.cells(attrs.evolve(change.before, **change.fields))))
            except Refused as error:
                self.wrong.setdefault(change.position, []).append(error.findings[0].message)
        return found

    def _share(self, block: Block, columns: Sequence[str], changed: Sequence[tuple[Changed, Cells]]) -> None:
        """Refuse records that would have the values of another one, which no two records may share."""
        added = zip(*(block.columns[name] for name in columns), strict=True)
        wanted = [
            (ref, block.position(place), row)
            for ref, place, row in zip(block.fresh_refs, block.fresh, added, strict=True)
        ]
        for change, cells in changed:
            wanted.append((change.before.ref, change.position, tuple(cells[name][0] for name in columns)))
        whole = {row for *__, row in wanted if None not in row}
        owners = dict(self.database.taken(block.source.kind.name, columns, whole))
        for ref, position, row in wanted:
            if row in whole and owners.setdefault(row, ref) != ref:
                shared = _(
                    "{columns} of {kind} {ref!r}",
                    columns=joined(" and ", columns),
                    kind=block.source.kind.name,
                    ref=ref,
                )
                self.conflicts.setdefault(position, []).append(
                    _("{shared} are those of {owners!r}", shared=shared, owners=owners[row])
                )

    def _object(self, check: Check, position: int) -> None:
        constraint = check.constraint
        if constraint.level == "warn":
            self.warnings.append(joined("", (constraint.message, " [", constraint.code, "]")))
        else:
            self.wrong.setdefault(position, []).append(
                joined("", (constraint.message, " [", constraint.code, "]"))
            )


def circling(own: Sequence[int], links: Sequence[Any]) -> set[int]:
    """The records whose links lead back to them. No order of adding them one by one could make such links."""
    following = {mine: link for mine, link in zip(own, links, strict=True) if type(link) is int}
    found: set[int] = set()
    done: set[int] = set()
    for start in following:
        way: dict[int, None] = {}
        at: int | None = start
        while at is not None and at not in way and at not in done:
            way[at] = None
            at = following.get(at)
        if at in way:
            ordered = list(way)
            found.update(ordered[ordered.index(at) :])
        done.update(way)
    return found


def shown(value: Any) -> str:
    """A value in a message."""
    return "blank" if value is None else repr(value) if isinstance(value, str) else str(value)
