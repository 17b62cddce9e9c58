"""The list of erasures beside the configuration file: it outlives a restored database, which knows nothing of them.

It holds no personal data, one JSON object a line: the database (by the moment it was made), kind, ref and id of the
record, when, the hash of the event that says so, and whether texts of other records lost the person, too.
"""

import json
import os
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from attrs import asdict, frozen

from dealwright_core.errors import DealwrightError
from dealwright_core.language import core as _

FILE: Final = "erasures.jsonl"


@frozen(kw_only=True)
class Erasure:
    """A person who was erased."""

    database: str
    kind: str
    ref: str
    id: int
    at: str
    event: str
    mentions: bool

    @property
    def moment(self) -> datetime:
        """When, as a moment."""
        return datetime.fromisoformat(self.at)


@frozen
class ErasureList:
    """The list of one folder. Several databases may have theirs in it."""

    path: Path

    def read(self) -> list[Erasure]:
        """Every erasure. Raises `DealwrightError` for a line that somebody spoilt; one that was never finished is
        none.
        """
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").split("\n")
        found = []
        for number, line in enumerate(lines[:-1], 1):
            try:
                found.append(Erasure(**json.loads(line)))
            except (ValueError, TypeError):
                said = _(
                    "{path}:{number} is no erasure: put the line back as it was, from a copy of the file",
                    path=self.path,
                    number=number,
                )
                raise DealwrightError(said) from None
        return found

    def add(self, erasures: Iterable[Erasure]) -> None:
        """Write erasures, and return when they are on the disk."""
        text = "".join(f"{json.dumps(asdict(each), ensure_ascii=False)}\n" for each in erasures)
        is_new = not self.path.exists()
        with self.path.open("a+b") as file:
            file.seek(0)
            whole = file.read().rfind(b"\n") + 1
            file.truncate(whole)
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            _sync_folder(self.path.parent)

    def take_back(self, events: Collection[str]) -> None:
        """Strike erasures that did not come about, given by the hashes of their events."""
        left = [each for each in self.read() if each.event not in events]
        unfinished = self.path.with_name(f"{self.path.name}.part")
        unfinished.unlink(missing_ok=True)
        ErasureList(unfinished).add(left)
        unfinished.replace(self.path)
        _sync_folder(self.path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
