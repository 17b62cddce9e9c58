"""How far an import has come: counts, and what is left, in a form that survives the process."""

import base64
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs
from attrs import define, field, frozen

from dealwright_core.importing.reading import Batch


@define
class FileProgress:
    """The rows of a file. ``input`` is the sum of the others once it is done; ``row`` of the rows were looked
    at in ``turn``.

    Turns after the first go through the rows that wait for records further down in the file.
    """

    path: str
    encoding: str = ""
    input: int = 0
    accepted: int = 0
    refused: int = 0
    unprocessed: int = 0
    turn: int = 1
    row: int = 0
    settled: int = 0
    is_last_turn: bool = False
    is_done: bool = False
    is_missing: bool = False
    warnings: list[str] = field(factory=list)
    waiting: "RowSet" = field(factory=lambda: RowSet())

    def waiting_in(self, start: int, batch: Batch) -> list[int]:
        """The positions in a batch, which starts at row `start`, of the rows that wait."""
        return [row - start for row in self.waiting.between(start, start + len(batch.rows))]

    def end_turn(self) -> None:
        """Decide whether the rows that wait get another turn. Where a turn settled none, the next is the
        last.
        """
        self.is_last_turn = self.turn > 1 and self.settled == 0
        self.turn, self.row, self.settled = self.turn + 1, 0, 0
        self.is_done = not self.waiting


@define
class KindProgress:
    """Distinct records of one kind that were added, changed, or found as they are."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


@define
class RunProgress:
    """A whole run. ``warnings`` count what constraints and guards let pass with a warning."""

    mapping: str
    batch: int
    files: list[FileProgress]
    records: dict[str, KindProgress] = field(factory=dict)
    warnings: dict[str, int] = field(factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The form that is stored."""
        return attrs.asdict(self, recurse=True, value_serializer=_serialized)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RunProgress":
        """The inverse of `to_json`."""
        files = [
            FileProgress(**{**each, "waiting": RowSet.unpacked(each["waiting"])}) for each in data["files"]
        ]
        records = {kind: KindProgress(**counts) for kind, counts in data["records"].items()}
        return cls(data["mapping"], data["batch"], files, records, dict(data["warnings"]))


class RowSet:
    """Numbers of rows, one bit each."""

    def __init__(self, bits: bytes = b"") -> None:
        self._bits = bytearray(bits)

    def add(self, rows: Iterable[int]) -> None:
        """Put rows in."""
        for row in rows:
            if row >> 3 >= len(self._bits):
                self._bits.extend(bytes((row >> 3) + 1 - len(self._bits)))
            self._bits[row >> 3] |= 1 << (row & 7)

    def between(self, start: int, end: int) -> list[int]:
        """The rows from `start` to before `end` that are in."""
        bits = self._bits
        return [row for row in range(start, min(end, len(bits) * 8)) if bits[row >> 3] >> (row & 7) & 1]

    def discard(self, rows: Iterable[int]) -> None:
        """Take rows out that are in."""
        for row in rows:
            self._bits[row >> 3] &= ~(1 << (row & 7))

    def __bool__(self) -> bool:
        return any(self._bits)

    def __len__(self) -> int:
        return int.from_bytes(self._bits).bit_count()

    def packed(self) -> str:
        """A short text for it."""
        return base64.b64encode(zlib.compress(bytes(self._bits), 1)).decode() if self else ""

    @classmethod
    def unpacked(cls, text: str) -> "RowSet":
        """The inverse of `packed`."""
        return cls(zlib.decompress(base64.b64decode(text)) if text else b"")


@frozen
class Progress:
    """What a progress bar shows: the file, the lines read of all its lines, and the rows refused so far in
    the run.
    """

    file: str
    lines: int
    of_lines: int
    refused: int


OnProgress = Callable[[Progress], None]


def _serialized(_: type, __: Any, value: Any) -> Any:
    return value.packed() if isinstance(value, RowSet) else value
