"""A whole import: files in their order, batches as transactions, and where it stands after each of them."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, evolve, field
from sqlalchemy.exc import IntegrityError

from dealwright_core import door
from dealwright_core.errors import Conflict, Refused
from dealwright_core.findings import Waiver
from dealwright_core.importing import refused
from dealwright_core.importing.binding import Binder, FileSource
from dealwright_core.importing.checking import checks_of
from dealwright_core.importing.database import ImportDatabase
from dealwright_core.importing.files import Encodings, Folder, OpenedFile, Remedy, bind, importers_by_suffix
from dealwright_core.importing.intake import Intake, Prepared
from dealwright_core.importing.links import Links
from dealwright_core.importing.mapping import FileFeed, read_mapping
from dealwright_core.importing.progress import FileProgress, OnProgress, Progress, RunProgress
from dealwright_core.importing.readers import Defaults
from dealwright_core.importing.reading import Batch, Refusal
from dealwright_core.importing.report import MOST_EXAMPLES, Report
from dealwright_core.importing.seen import Seen
from dealwright_core.importing.state import Run, claim, digest_of, finish, save
from dealwright_core.importing.writing import BatchWriter, count
from dealwright_core.store.engine import reading, retrying
from dealwright_core.store.session import Session

if TYPE_CHECKING:
    from dealwright_core.platform import Platform

ATTEMPTS = 3
PART = 5_000


def import_files(
    platform: "Platform",
    mapping: Path,
    data: Path,
    *,
    actor: str,
    encoding: str | None = None,
    encodings: Mapping[str, str] | None = None,
    retry: bool = False,
    dry_run: bool = False,
    batch: int | None = None,
    waivers: Sequence[Waiver] = (),
    on_progress: OnProgress | None = None,
) -> Report:
    """Import the files in folder `data` as the mapping says, on behalf of an actor.

    `encoding` is that of all files without a mark, `encodings` that of single ones by their path in the
    mapping. With `retry` the folder holds refused rows that were corrected. A `dry_run` does all of it and
    writes nothing. A run that was broken off is continued where it stopped, if mapping and files are the
    same.

    Raises Refused for an actor who may not, ConfigError for a mapping with mistakes, UnreadableFiles,
    UsageError.
    """
    platform.permissions.may_change(actor, "import")
    platform.check_writable()
    feeds, document = read_mapping(mapping)
    folder = Folder(
        data,
        retry,
        importers_by_suffix({name: each.item for name, each in platform.host.registry.importers.items()}),
        Encodings(of_file=encodings or {}, of_all=encoding),
    )
    files = folder.find(feeds, Remedy(platform.deployment.document.path, mapping, data, retry))
    defaults = Defaults(
        currency=feeds.currency or platform.deployment.currency,
        date_formats=feeds.date_formats,
        decimal=feeds.decimal,
        grouping=feeds.grouping,
    )
    bound = bind(files, Binder(document, platform.catalogue, defaults))
    size = batch or feeds.batch
    fresh = RunProgress(
        feeds.name, size, [_file_progress(*each) for each in zip(files, bound, feeds.files, strict=True)]
    )
    digest = digest_of(
        document.data, size, [(each.digest, each.encoding) for each in files if each], retry=retry
    )
    run = Run(None, fresh) if dry_run else claim(platform.engine, digest, actor, fresh)
    return _Importing(
        platform, actor, waivers, files, bound, run, copy.deepcopy(run.progress), on_progress
    ).run_all(dry_run=dry_run)


def _file_progress(opened: OpenedFile | None, bound: FileSource | None, feed: FileFeed) -> FileProgress:
    if opened is None or bound is None:
        return FileProgress(feed.path, is_done=True, is_missing=True)
    return FileProgress(feed.path, opened.encoding, warnings=list(bound.warnings))


@define(eq=False)
class _Importing:
    """One process at work on a run."""

    platform: "Platform"
    actor: str
    waivers: Sequence[Waiver]
    files: Sequence[OpenedFile | None]
    bound: Sequence[FileSource | None]
    run: Run
    saved: RunProgress
    on_progress: OnProgress | None
    examples: list[tuple[str, Refusal]] = field(factory=list)
    _links: Links = field(factory=Links)
    _seen: Seen = field(factory=Seen)
    _dry: door.Work | None = None

    def run_all(self, *, dry_run: bool) -> Report:
        if not dry_run:
            self._all_files()
            return self._finish()
        with self._rolled_back():
            self._all_files()
        return self._report(None)

    @contextmanager
    def _rolled_back(self) -> Iterator[None]:
        """One transaction for the whole run, which comes to nothing."""
        try:
            with door.changing(self.platform, self.actor, "import", self.waivers) as work:
                self._dry = work
                yield
                raise _RollBack
        except _RollBack:
            pass

    def _all_files(self) -> None:
        for number, (opened, bound) in enumerate(zip(self.files, self.bound, strict=True)):
            if opened is None or bound is None:
                continue
            intake = self._intake(bound)
            if self.run.is_continued:
                self._mark(number, opened, intake)
            while not self.run.progress.files[number].is_done:
                self._turn(number, opened, intake)

    def _intake(self, bound: FileSource) -> Intake:
        catalogue = self.platform.catalogue
        with self._reading() as database:
            checks = {
                name: checks_of(catalogue.kinds[name], catalogue.schema, database.today)
                for name in bound.kinds
            }
            looked_up = {name for name in bound.kinds if not database.is_empty(name)}
        return Intake(
            bound,
            catalogue.kinds,
            catalogue.schema,
            catalogue.currency,
            checks,
            self._links,
            self._seen,
            looked_up,
        )

    def _turn(self, number: int, opened: OpenedFile, intake: Intake) -> None:
        """Go once through the rows of a file, from where the run stands: all of them, or those that still
        wait.
        """
        size, row = self.run.progress.batch, 0
        with opened.open() as rows:
            for batch in rows.batches(size):
                state = self.run.progress.files[number]
                start, row = row, row + batch.count
                if row <= state.row or not batch.count:
                    continue
                only = None if state.turn == 1 else _still_waiting(state, start, batch)
                if only is None or only:
                    self._patiently(number, intake, batch, start, only)
                self._tell(number, opened, batch)
        self._end_turn(number)

    def _end_turn(self, number: int) -> None:
        """Decide whether the rows that wait get another turn. Where a turn settled none of them, the next is
        the last.
        """
        state = self.run.progress.files[number]
        state.is_last_turn = state.turn > 1 and state.settled == 0
        state.turn, state.row, state.settled = state.turn + 1, 0, 0
        state.is_done = not state.waiting

    def _patiently(
        self, number: int, intake: Intake, batch: Batch, start: int, only: Sequence[int] | None
    ) -> None:
        """Do a batch again where somebody changed the same records meanwhile."""
        for attempt in range(ATTEMPTS):
            try:
                retrying(lambda: self._batch(number, intake, batch, start, only))
                return
            except Conflict:
                if attempt == ATTEMPTS - 1 or self._dry is not None:
                    raise

    def _batch(
        self, number: int, intake: Intake, batch: Batch, start: int, only: Sequence[int] | None
    ) -> None:
        """Write a batch in one transaction, with where the run stands then."""
        after, examples = copy.deepcopy(self.run.progress), list(self.examples)
        try:
            with self._transaction() as work:
                self._parts(work, after, number, intake, batch, start, only)
                if self.run.id is not None:
                    save(work.connection, self.run.id, self.saved, after)
        except BaseException:
            self._seen.roll_back()
            self._links.forget_all()
            self.examples = examples
            raise
        self._seen.commit()
        self.run, self.saved = evolve(self.run, progress=after), copy.deepcopy(after)

    def _parts(
        self,
        work: door.Work,
        after: RunProgress,
        number: int,
        intake: Intake,
        batch: Batch,
        start: int,
        only: Sequence[int] | None,
    ) -> None:
        """Write a batch in parts that are small enough to be held as records, and count them."""
        state, first = after.files[number], 0
        state.row = start + batch.count
        for part in batch.parts(PART):
            chosen = None if only is None else [at - first for at in only if first <= at < first + PART]
            prepared = self._write(work, intake, part, chosen, may_wait=not state.is_last_turn)
            if self.run.id is not None:
                refused.keep(work.connection, self.run.id, state.path, state.refused, prepared.refused)
            room = max(MOST_EXAMPLES - len(self.examples), 0)
            self.examples += [(state.path, each) for each in prepared.refused[:room]]
            _account(state, prepared, start + first, part, chosen)
            count(prepared, self._seen, after.records)
            for message, rows in prepared.warnings.items():
                after.warnings[message] = after.warnings.get(message, 0) + rows
            for block in prepared.blocks:
                self._links.forget(block.source.kind.name, block.labels)
            first += PART

    def _write(
        self, work: door.Work, intake: Intake, batch: Batch, only: Sequence[int] | None, *, may_wait: bool
    ) -> Prepared:
        """Prepare a batch and write it. Where the database refuses values, they are looked at one by one."""
        judged = bool(self.platform.host.guards)
        left = ATTEMPTS
        while True:
            left -= 1
            writer = BatchWriter.on(work)
            prepared = intake.prepare(
                writer.database, batch, only=only, may_wait=may_wait, judge=writer.judge if judged else None
            )
            try:
                with work.connection.begin_nested():
                    writer.write(prepared)
            except (IntegrityError, Refused):
                if not left:
                    raise
                intake.look_closely()
            else:
                return prepared

    def _mark(self, number: int, opened: OpenedFile, intake: Intake) -> None:
        """Remember what the rows fed that were done with before this process took over."""
        state, row = self.run.progress.files[number], 0
        with opened.open() as rows, self._reading() as database:
            for batch in rows.batches(self.run.progress.batch):
                start, row = row, row + batch.count
                if state.turn == 1 and not state.is_done and row > state.row:
                    break
                waiting = set(_still_waiting(state, start, batch))
                done = [at for at in range(len(batch.rows)) if at not in waiting]
                intake.mark(
                    database, Batch([batch.rows[at] for at in done], [batch.lines[at] for at in done])
                )

    @contextmanager
    def _transaction(self) -> Iterator[door.Work]:
        if self._dry is not None:
            yield self._dry
            return
        with door.changing(self.platform, self.actor, "import", self.waivers) as work:
            yield work

    @contextmanager
    def _reading(self) -> Iterator[ImportDatabase]:
        catalogue = self.platform.catalogue
        if self._dry is not None:
            yield ImportDatabase(self._dry.connection, catalogue, self._dry.session)
            return
        with reading(self.platform.engine) as connection:
            yield ImportDatabase(
                connection, catalogue, Session(connection, catalogue, self.actor, datetime.now(UTC))
            )

    def _tell(self, number: int, opened: OpenedFile, batch: Batch) -> None:
        if self.on_progress is not None and batch.count:
            ends = [*batch.lines[-1:], *(each.line for each in batch.refused[-1:])]
            refused_rows = sum(each.refused for each in self.run.progress.files)
            path = self.run.progress.files[number].path
            self.on_progress(Progress(path, max(ends), max(opened.lines, *ends), refused_rows))

    def _finish(self) -> Report:
        assert self.run.id is not None
        folder = self._write_refused(self.platform.deployment.folder / "refused" / str(self.run.id))
        finish(self.platform.engine, self.run.id)
        return self._report(folder)

    def _write_refused(self, folder: Path) -> Path | None:
        assert self.run.id is not None
        self.examples.clear()
        with reading(self.platform.engine) as connection:
            for state, bound in zip(self.run.progress.files, self.bound, strict=True):
                if not state.refused or bound is None:
                    continue
                rows = refused.kept(connection, self.run.id, state.path)
                refused.write(folder, state.path, bound.header, self._shown(state.path, rows))
        return folder if any(each.refused for each in self.run.progress.files) else None

    def _shown(self, path: str, rows: Iterator[Refusal]) -> Iterator[Refusal]:
        for each in rows:
            if len(self.examples) < MOST_EXAMPLES:
                self.examples.append((path, each))
            yield each

    def _report(self, folder: Path | None) -> Report:
        return Report(
            run=self.run.id,
            progress=self.run.progress,
            dry_run=self._dry is not None,
            is_continued=self.run.is_continued,
            refused_folder=folder,
            examples=tuple(self.examples),
        )


class _RollBack(Exception):
    """Ends a dry run."""


def _still_waiting(state: FileProgress, start: int, batch: Batch) -> list[int]:
    """The positions in a batch of the rows that wait."""
    return [row - start for row in state.waiting.between(start, start + len(batch.rows))]


def _account(
    state: FileProgress, prepared: Prepared, start: int, batch: Batch, only: Sequence[int] | None
) -> None:
    """Add a batch to the counts of its file."""
    state.input += batch.count if only is None else 0
    state.accepted += prepared.accepted
    state.refused += len(prepared.refused)
    state.unprocessed += prepared.unprocessed
    if only is not None:
        state.waiting.discard(start + at for at in only)
        state.settled += len(only) - len(prepared.waiting)
    state.waiting.add(start + at for at in prepared.waiting)
