"""A batch of rows becomes records to add and to change, or refusals: every row as a whole, or not at all."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain

from attrs import define, evolve, field, frozen

from dealwright_core.expr import Schema
from dealwright_core.importing.amounts import Conversion
from dealwright_core.importing.binding import FileSource
from dealwright_core.importing.block import Block, Reasons, read_block
from dealwright_core.importing.checking import Check
from dealwright_core.importing.links import Database, Links
from dealwright_core.importing.reading import Batch, Refusal
from dealwright_core.importing.seen import Seen
from dealwright_core.importing.settling import Settling
from dealwright_core.language import joined
from dealwright_core.records.recordtype import RecordType

Judge = Callable[[Sequence[Block]], tuple[Reasons, Sequence[str]]]


@frozen
class Prepared:
    """What a batch comes to: one block for each record of the mapping, and how many rows went where.

    `unprocessed` rows feed nothing. `waiting` has the positions, in the batch, of the rows that name records
    which may stand further down in the file.
    """

    blocks: tuple[Block, ...]
    accepted: int
    unprocessed: int
    refused: tuple[Refusal, ...]
    waiting: tuple[int, ...]
    warnings: Mapping[str, int]


@define(eq=False)
class Intake:
    """Prepares the batches of one file.

    `looked_up` has the kinds whose refs are looked for in the database; of all others every record is taken
    for new. A kind comes in when a ref turns up twice. `careful` looks also for values that no two records
    may share.
    """

    file: FileSource
    kinds: Mapping[str, RecordType]
    schema: Schema
    base: str
    checks: Mapping[str, Sequence[Check]]
    links: Links
    seen: Seen
    looked_up: set[str] = field(factory=set)
    careful: bool = False

    def prepare(
        self,
        database: Database,
        batch: Batch,
        *,
        only: Collection[int] | None = None,
        may_wait: bool = True,
        judge: Judge | None = None,
    ) -> Prepared:
        """What the rows of a batch come to, of which `only` those at some positions count. Writes nothing.

        `judge` is asked last: it may object to what would be written, row by row.
        """
        positions = list(range(len(batch.rows))) if only is None else sorted(only)
        refused = list(batch.refused) if only is None else []
        waiting: list[int] = []
        numbers = _Numbers(database)
        while True:
            rows = batch.rows if len(positions) == len(batch.rows) else [batch.rows[at] for at in positions]
            lines = batch.lines if rows is batch.rows else [batch.lines[at] for at in positions]
            numbers.again()
            attempt = self._attempt(database, numbers, rows, lines, may_wait=may_wait)
            if attempt.is_clean and judge is not None and rows:
                attempt = attempt.judged(judge)
            if attempt.is_clean:
                break
            for at, reasons in attempt.wrong.items():
                refused.append(Refusal(lines[at], joined("; ", dict.fromkeys(reasons)), rows[at]))
            waiting += [positions[at] for at in attempt.waiting if at not in attempt.wrong]
            out = attempt.wrong | attempt.waiting
            positions = [each for at, each in enumerate(positions) if at not in out]
        fed = _fed(attempt.blocks, len(rows))
        refused.sort(key=lambda each: each.line)
        return Prepared(
            attempt.blocks,
            fed,
            len(rows) - fed,
            tuple(refused),
            tuple(sorted(waiting)),
            Counter(attempt.warnings),
        )

    def look_closely(self) -> None:
        """Look for all that could be there already, from now on."""
        self.looked_up |= self.file.kinds
        self.careful = True

    def mark(self, database: Database, batch: Batch) -> None:
        """Remember the records that the rows of a batch fed before this process took over."""
        for block in self._blocks(database, batch.rows, batch.lines, {}, texts_only=True):
            kind, ids = block.source.kind.name, {each.id for each in block.stored.values()}
            self.seen.add(kind, self.seen.new(kind, ids))

    def _attempt(
        self,
        database: Database,
        numbers: "_Numbers",
        rows: Sequence[Sequence[str]],
        lines: Sequence[int],
        *,
        may_wait: bool,
    ) -> "_Attempt":
        wrong: Reasons = {}
        blocks = self._blocks(database, rows, lines, wrong)
        if wrong:
            return _Attempt(wrong=wrong)
        settling = Settling(
            database,
            numbers.new,
            Conversion(database, self.base),
            self.links,
            self.kinds,
            self.schema,
            self.checks,
            self.seen,
            self.file.kinds if may_wait else (),
            careful=self.careful,
        )
        for block in blocks:
            settling.settle(block)
            if block.repeats:
                self.looked_up.add(block.source.kind.name)
        wrong = settling.wrong if settling.wrong or settling.waiting else settling.conflicts
        return _Attempt(tuple(blocks), wrong, settling.waiting, tuple(settling.warnings))

    def _blocks(
        self,
        database: Database,
        rows: Sequence[Sequence[str]],
        lines: Sequence[int],
        wrong: Reasons,
        *,
        texts_only: bool = False,
    ) -> list[Block]:
        # Row by row through memory, then in strides: zip(*rows) would walk all rows once for each column.
        width = len(self.file.header)
        flat = list(chain.from_iterable(rows))
        cells = [flat[at::width] for at in range(width)]
        blocks: list[Block] = []
        for source in self.file.records:
            known = database if texts_only or source.kind.name in self.looked_up else None
            blocks.append(
                read_block(
                    source, cells, lines, self.file.feed.path, blocks, known, wrong, texts_only=texts_only
                )
            )
        return blocks


@frozen
class _Attempt:
    blocks: tuple[Block, ...] = ()
    wrong: Reasons = field(factory=dict)
    waiting: Reasons = field(factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not self.wrong and not self.waiting

    def judged(self, judge: Judge) -> "_Attempt":
        wrong, warnings = judge(self.blocks)
        return evolve(self, wrong=wrong, warnings=(*self.warnings, *warnings))


class _Numbers:
    """Ids for the records of a batch; every attempt at it gets the same ones."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._given: dict[str, Sequence[int]] = {}
        self._used: Counter[str] = Counter()

    def again(self) -> None:
        """Start another attempt."""
        self._used.clear()

    def new(self, kind: str, count: int) -> Sequence[int]:
        """Ids for `count` more records."""
        given, start = self._given.get(kind, range(0)), self._used[kind]
        missing = start + count - len(given)
        if missing > 0:
            more = self._database.new_ids(kind, missing)
            self._given[kind] = given = [*given, *more] if given else more
        self._used[kind] += count
        return given[start : start + count]


def _fed(blocks: Sequence[Block], count: int) -> int:
    """How many rows feed at least one record."""
    if any(len(block.at) == count for block in blocks):
        return count
    return len({at for block in blocks for at in block.at})
