"""A whole import: files in their order, batches as transactions, and where it stands after each of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define

from dealwright_core.errors import DealwrightError
from dealwright_core.findings import Waiver
from dealwright_core.importing import refused
from dealwright_core.importing.batches import Batches
from dealwright_core.importing.binding import Binder, FileSource
from dealwright_core.importing.checking import checks_of
from dealwright_core.importing.files import Encodings, Folder, OpenedFile, Remedy, bind, importers_by_suffix
from dealwright_core.importing.intake import Intake
from dealwright_core.importing.mapping import FileFeed, read_mapping
from dealwright_core.importing.progress import FileProgress, OnProgress, Progress, RunProgress
from dealwright_core.importing.readers import Defaults
from dealwright_core.importing.reading import Batch
from dealwright_core.importing.report import Report
from dealwright_core.importing.rights import check_rights
from dealwright_core.importing.state import Run, claim, digest_of, finish
from dealwright_core.importing.transactions import Transactions

if TYPE_CHECKING:
    from dealwright_core.platform import Platform


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
    platform.check_writable()
    feeds, document = read_mapping(mapping)
    importers = {name: each.item for name, each in platform.host.registry.importers.items()}
    stated = Encodings(of_file=encodings or {}, of_all=encoding)
    folder = Folder(data, retry, importers_by_suffix(importers), stated)
    files = folder.find(feeds, Remedy(platform.deployment.document.path, mapping, data, retry))
    defaults = Defaults(
        currency=feeds.currency or platform.deployment.currency,
        date_formats=feeds.date_formats,
        decimal=feeds.decimal,
        grouping=feeds.grouping,
    )
    bound = bind(files, Binder(document, platform.catalogue, defaults))
    kinds = {kind for each in bound if each is not None for kind in each.kinds}
    check_rights(platform, actor, kinds)
    size = batch or feeds.batch
    start = RunProgress(
        feeds.name, size, [_progress_of(*each) for each in zip(files, bound, feeds.files, strict=True)]
    )
    digest = digest_of(
        document.data, size, [(each.digest, each.encoding) for each in files if each], retry=retry
    )
    run = Run(None, start) if dry_run else claim(platform.engine, digest, actor, start)
    transactions = Transactions(platform, actor, waivers, kinds)
    importing = _Importing(platform, transactions, files, bound, Batches(transactions, run), on_progress)
    try:
        return importing.dry_run() if dry_run else importing.run()
    except DealwrightError as error:
        platform.note_faults(error)
        raise


def _progress_of(opened: OpenedFile | None, bound: FileSource | None, feed: FileFeed) -> FileProgress:
    if opened is None or bound is None:
        return FileProgress(feed.path, is_done=True, is_missing=True)
    return FileProgress(feed.path, opened.encoding, warnings=list(bound.warnings))


@define(eq=False)
class _Importing:
    """One process at work on a run."""

    platform: "Platform"
    transactions: Transactions
    files: Sequence[OpenedFile | None]
    bound: Sequence[FileSource | None]
    batches: Batches
    on_progress: OnProgress | None

    def run(self) -> Report:
        self._all_files()
        run = self.batches.run
        assert run.id is not None
        files = [
            (state.path, bound.header)
            for state, bound in zip(run.progress.files, self.bound, strict=True)
            if state.refused and bound is not None
        ]
        folder = self.platform.deployment.folder / "refused" / str(run.id)
        examples = refused.write_all(self.platform.engine, run.id, folder, files)
        finish(self.platform.engine, run.id)
        return Report(
            run=run, dry_run=False, refused_folder=folder if files else None, examples=tuple(examples)
        )

    def dry_run(self) -> Report:
        with self.transactions.rolled_back():
            self._all_files()
        examples = tuple(self.batches.examples)
        return Report(run=self.batches.run, dry_run=True, refused_folder=None, examples=examples)

    def _all_files(self) -> None:
        for number, (opened, bound) in enumerate(zip(self.files, self.bound, strict=True)):
            if opened is None or bound is None:
                continue
            intake = self._intake(bound)
            if self.batches.run.is_continued:
                self._mark(number, opened, intake)
            while not self.batches.file(number).is_done:
                self._turn(number, opened, intake)

    def _intake(self, bound: FileSource) -> Intake:
        catalogue = self.platform.catalogue
        waived = {each.code for each in self.transactions.waivers}
        with self.transactions.reading() as database:
            checks = {
                name: checks_of(catalogue.kinds[name], catalogue.schema, database.today, waived)
                for name in bound.kinds
            }
            filled = {name for name in bound.kinds if not database.is_empty(name)}
        intake = Intake(
            file=bound,
            kinds=catalogue.kinds,
            schema=catalogue.schema,
            base=catalogue.currency,
            checks=checks,
            links=self.batches.links,
            seen=self.batches.seen,
            looked_up=filled,
        )
        if self.transactions.is_dry:
            # No batch of a dry run can be rolled back and tried again.
            intake.look_closely()
        return intake

    def _turn(self, number: int, opened: OpenedFile, intake: Intake) -> None:
        """Go once through the rows of a file from where the run stands: all rows, or those that still wait."""
        row = 0
        with opened.open() as rows:
            for batch in rows.batches(self.batches.run.progress.batch):
                state = self.batches.file(number)
                start, row = row, row + batch.count
                if row <= state.row or not batch.count:
                    continue
                only = None if state.turn == 1 else state.waiting_in(start, batch)
                if only is None or only:
                    self.batches.write(number, intake, batch, start, only)
                self._tell(number, opened, batch)
        self.batches.file(number).end_turn()

    def _mark(self, number: int, opened: OpenedFile, intake: Intake) -> None:
        """Remember what the rows fed that were done with before this process took over."""
        state, row = self.batches.file(number), 0
        with opened.open() as rows, self.transactions.reading() as database:
            for batch in rows.batches(self.batches.run.progress.batch):
                start, row = row, row + batch.count
                if state.turn == 1 and not state.is_done and row > state.row:
                    break
                waiting = set(state.waiting_in(start, batch))
                done = [at for at in range(len(batch.rows)) if at not in waiting]
                intake.mark(
                    database, Batch([batch.rows[at] for at in done], [batch.lines[at] for at in done])
                )

    def _tell(self, number: int, opened: OpenedFile, batch: Batch) -> None:
        if self.on_progress is not None:
            last = max([*batch.lines[-1:], *(each.line for each in batch.refused[-1:])])
            refused_rows = sum(each.refused for each in self.batches.run.progress.files)
            path = self.batches.file(number).path
            self.on_progress(Progress(path, last, max(opened.lines, last), refused_rows))
