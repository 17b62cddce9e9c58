"""Batches of rows, each written in one transaction together with where the run stands then."""

import copy
from collections.abc import Sequence

from attrs import define, evolve, field
from sqlalchemy.exc import IntegrityError

from dealwright_core import door
from dealwright_core.errors import Conflict, Refused
from dealwright_core.importing import refused
from dealwright_core.importing.intake import Intake, Prepared
from dealwright_core.importing.links import Links
from dealwright_core.importing.progress import FileProgress, RunProgress
from dealwright_core.importing.reading import Batch, Refusal
from dealwright_core.importing.seen import Seen
from dealwright_core.importing.state import Run, save
from dealwright_core.importing.transactions import Transactions
from dealwright_core.importing.writing import BatchWriter, GuardFailed, count
from dealwright_core.language import core as _
from dealwright_core.store.engine import retrying
from dealwright_core.store.pause import no_collection

ATTEMPTS = 3
PART = 5_000
# A guard that finds more than a guard may counts as failed: it is asked again about fewer rows.
SMALL_PART = 250


@define(eq=False)
class Batches:
    """Writes the batches of a run, and knows what they have come to."""

    transactions: Transactions
    run: Run
    links: Links = field(factory=Links)
    seen: Seen = field(factory=Seen)
    examples: list[tuple[str, Refusal]] = field(factory=list)
    _saved: RunProgress = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._saved = copy.deepcopy(self.run.progress)

    def file(self, number: int) -> FileProgress:
        """How far a file has come."""
        return self.run.progress.files[number]

    def write(
        self, number: int, intake: Intake, batch: Batch, start: int, only: Sequence[int] | None
    ) -> None:
        """Write a batch that starts at row `start` of a file; `only` are the positions of the rows that
        count.

        It is done again with a closer look where the database holds values already, or where somebody else
        was first.
        """
        for left in reversed(range(ATTEMPTS)):
            try:
                retrying(lambda: self._transaction(number, intake, batch, start, only))
                return
            except (Conflict, _Collision) as error:
                if not left or self.transactions.is_dry:
                    raise error.__cause__ or error from None
                intake.look_closely()

    def _transaction(
        self, number: int, intake: Intake, batch: Batch, start: int, only: Sequence[int] | None
    ) -> None:
        after, examples = copy.deepcopy(self.run.progress), list(self.examples)
        try:
            with self.transactions.writing() as work:
                self._parts(work, after, number, intake, batch, start, only, PART)
                after.files[number].row = start + batch.count
                if self.run.id is not None:
                    save(work.connection, self.run.id, self._saved, after)
        except BaseException:
            self.seen.roll_back()
            self.links.forget_all()
            self.examples = examples
            raise
        self.seen.commit()
        self.run, self._saved = evolve(self.run, progress=after), copy.deepcopy(after)

    def _parts(
        self,
        work: door.Work,
        after: RunProgress,
        number: int,
        intake: Intake,
        batch: Batch,
        start: int,
        only: Sequence[int] | None,
        size: int,
    ) -> None:
        """Write a batch in parts of so many rows as are held as columns at once."""
        for first, part in zip(range(0, batch.count + 1, size), batch.parts(size), strict=False):
            chosen = None if only is None else [at - first for at in only if first <= at < first + size]
            try:
                with no_collection():
                    self._part(work, after, number, intake, part, start + first, chosen)
            except GuardFailed:
                if len(part.rows) <= SMALL_PART:
                    raise
                self._parts(work, after, number, intake, part, start + first, chosen, SMALL_PART)

    def _part(
        self,
        work: door.Work,
        after: RunProgress,
        number: int,
        intake: Intake,
        part: Batch,
        start: int,
        only: Sequence[int] | None,
    ) -> None:
        """Write a part of a batch, and count it."""
        state = after.files[number]
        prepared = self._write(work, intake, part, only, may_wait=not state.is_last_turn)
        if self.run.id is not None:
            refused.keep(work.connection, self.run.id, state.path, state.refused, prepared.refused)
        room = max(refused.MOST_EXAMPLES - len(self.examples), 0)
        self.examples += [(state.path, each) for each in prepared.refused[:room]]
        if only is None:
            state.input += part.count
        else:
            state.waiting.discard(start + at for at in only)
            state.settled += len(only) - len(prepared.waiting)
        state.waiting.add(start + at for at in prepared.waiting)
        state.accepted += prepared.accepted
        state.refused += len(prepared.refused)
        state.unprocessed += prepared.unprocessed
        count(prepared, self.seen, after.records)
        for message, rows in prepared.warnings.items():
            after.warnings[message] = after.warnings.get(message, 0) + rows
        for block in prepared.blocks:
            self.links.forget(block.source.kind.name, block.labels)

    def _write(
        self, work: door.Work, intake: Intake, part: Batch, only: Sequence[int] | None, *, may_wait: bool
    ) -> Prepared:
        writer = BatchWriter.on(work)
        judge = writer.judge if self.transactions.platform.host.guards else None
        merges = writer.database.merges()
        self.links.keep_to(merges)
        prepared = intake.prepare(writer.database, part, only=only, may_wait=may_wait, judge=judge)
        try:
            writer.write(prepared)
        except (IntegrityError, Refused) as error:
            # No savepoint guards the rows: SQLite would copy every page that they touch.
            raise _Collision from error
        if writer.database.merges() != merges:
            # These rows may link to what somebody merged while they were written.
            raise Conflict(_("records that the batch links to were merged meanwhile: import again"))
        return prepared


class _Collision(Exception):
    """The database holds a value already that a batch took for new."""
