"""Writing a batch through the door: guards see it, records go in column by column, changes through the
session.
"""

import hashlib
import struct
from collections.abc import Sequence

import attrs
from attrs import define

from dealwright_core.door import Work
from dealwright_core.errors import Refused
from dealwright_core.evaluation.stale import mark_kinds_stale
from dealwright_core.findings import Finding
from dealwright_core.host.faults import GUARD_FAILED
from dealwright_core.importing.block import Block, Changed, Reasons
from dealwright_core.importing.database import ImportDatabase
from dealwright_core.importing.intake import Prepared
from dealwright_core.importing.progress import KindProgress
from dealwright_core.importing.seen import Seen
from dealwright_core.journal import writing as journal
from dealwright_core.language import joined
from dealwright_core.likeness.keeping import keep_rows
from dealwright_core.store import bulk
from dealwright_core.store.changes import Change
from dealwright_core.store.redating import redate


class GuardFailed(Refused):
    """A guard broke, or found more than a guard may find in one call."""


@define(eq=False)
class BatchWriter:
    """Writes prepared batches in one transaction."""

    work: Work

    @classmethod
    def on(cls, work: Work) -> "BatchWriter":
        """A writer with a session of its own, which an earlier try at the batch has not touched."""
        return cls(attrs.evolve(work, session=work.session.anew()))

    @property
    def database(self) -> ImportDatabase:
        """What the transaction sees."""
        return ImportDatabase(self.work.connection, self.work.platform.catalogue, self.work.session)

    def _let_links_run_ahead(self) -> None:
        """Let records of one kind point at each other whichever comes first; PostgreSQL looks when all are
        there.
        """
        if self.work.connection.dialect.name == "sqlite":
            self.work.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")

    def judge(self, blocks: Sequence[Block]) -> tuple[Reasons, Sequence[str]]:
        """What the guards of plugins say, by row. An objection that names no record of the batch is one to
        every row.
        """
        changes = [
            _change(self.work, block, each) for block in blocks for each in block.changed if each.fields
        ]
        added = [self._rows(block) for block in blocks if len(block.fresh)]
        wrong: Reasons = {}
        warnings: list[str] = []
        waived = {each.code for each in self.work.waivers}
        for finding in self.work.guard(changes, added):
            if finding.code == GUARD_FAILED:
                raise GuardFailed([finding])
            said = joined("", (finding.message, " [", finding.code, "]"))
            if finding.level == "block" and not (finding.waivable and finding.code in waived):
                for position in _concerned(blocks, finding):
                    wrong.setdefault(position, []).append(said)
            else:
                warnings.append(said)
        return wrong, warnings

    def write(self, prepared: Prepared) -> None:
        """Write and journal a batch. Raises IntegrityError where a value is taken that may be there once."""
        self._let_links_run_ahead()
        for block in prepared.blocks:
            if len(block.fresh):
                self._add(block)
        session = self.work.session
        for block in prepared.blocks:
            for each in block.changed:
                if each.fields:
                    session.remember(each.before)
                    session.change(each.before, **each.fields)
        session.write()
        connection, catalogue = self.work.connection, self.work.platform.catalogue
        journal.append(connection, catalogue, self.work.cause, session.changes)
        for block in prepared.blocks:
            digests = {each.before.id: each.digest for each in block.changed}
            self.database.set_digests(block.source.kind.name, digests)
        kinds = {block.source.kind.name for block in prepared.blocks}
        self.work.note_kinds(kinds)
        mark_kinds_stale(
            self.work.connection, self.work.platform.catalogue.plans.watched, kinds, self.work.cause.at
        )

    def _add(self, block: Block) -> None:
        kind = block.source.kind.name
        rows = self._rows(block)
        bulk.insert(self.work.connection, self.work.platform.catalogue.table(kind), rows)
        if rows.kind.alike_by:
            keep_rows(self.work.connection, rows)
        digest = hashlib.sha256("\0".join(rows.refs).encode())
        digest.update(struct.pack(f"<{len(rows)}q", *rows.digests))
        ids = (rows.ids[0], rows.ids[-1])
        if block.source.kind.dated_with:
            catalogue = self.work.platform.catalogue
            redate(self.work.connection, catalogue, self.work.session.base, block.source.kind, ids=rows.ids)
        journal.append_batch(self.work.connection, self.work.cause, kind, ids, len(rows), digest.hexdigest())

    def _rows(self, block: Block) -> bulk.Rows:
        columns = [block.columns[spec.name] for spec in block.source.kind.columns]
        return bulk.Rows(
            block.source.kind,
            block.fresh_ids,
            block.fresh_refs,
            columns,
            block.fresh_digests,
            self.work.session.now,
        )


def count(prepared: Prepared, seen: Seen, counts: dict[str, KindProgress]) -> None:
    """Add the distinct records of a batch to the counts and to those seen. What the run fed before does not
    count again.
    """
    for kind, (created, changed, unchanged) in _ids_by_kind(prepared).items():
        progress = counts.setdefault(kind, KindProgress())
        progress.created += len(created)
        seen.add(kind, created)
        for name, ids in (("changed", changed), ("unchanged", unchanged)):
            new = seen.new(kind, ids)
            setattr(progress, name, getattr(progress, name) + len(new))
            seen.add(kind, new)


def _ids_by_kind(prepared: Prepared) -> dict[str, tuple[Sequence[int], set[int], set[int]]]:
    found: dict[str, tuple[Sequence[int], set[int], set[int]]] = {}
    for block in prepared.blocks:
        kind = block.source.kind.name
        created, changed, unchanged = found.get(kind, (range(0), set(), set()))
        fresh = block.fresh_ids
        found[kind] = (
            [*created, *fresh] if created else fresh,
            changed | {each.before.id for each in block.changed if each.fields},
            unchanged | block.confirmed | {each.before.id for each in block.changed if not each.fields},
        )
    return found


def _change(work: Work, block: Block, changed: Changed) -> Change:
    before = changed.before
    after = attrs.evolve(before, **changed.fields, version=before.version + 1, updated_at=work.session.now)
    return Change(block.source.kind.name, before, after)


def _concerned(blocks: Sequence[Block], finding: Finding) -> Sequence[int]:
    """The rows that feed the record that a finding names; all rows where it names none of theirs."""
    named = {
        position
        for block in blocks
        for position, ref in zip(block.at, block.refs, strict=True)
        if ref == finding.ref
    }
    return sorted(named or {position for block in blocks for position in block.at})
