"""Files of refused rows, which lie beside the configuration until somebody corrects them."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

from dealwright_core.persons.words import Words

FOLDER = "refused"
ENCODING = "utf-8-sig"


@frozen
class RefusedFile:
    """A file of refused rows that holds a person's data. ``lines`` are where its rows begin; ``left`` is the text
    without these rows, None where the file is no longer one that can be read so.
    """

    path: Path
    lines: Sequence[int]
    left: str | None

    def erase(self) -> None:
        """Write what is left, at once and whole."""
        if self.left is not None:
            unfinished = self.path.with_name(f"{self.path.name}.erasing")
            unfinished.write_bytes(self.left.encode(ENCODING))
            unfinished.replace(self.path)


def refused_files(folder: Path, words: Words) -> list[RefusedFile]:
    """The files of refused rows of a deployment that hold a person's data."""
    files = sorted(each for each in (folder / FOLDER).rglob("*") if each.is_file())
    return [found for each in files if (found := _looked_through(each, words)) is not None]


def _looked_through(path: Path, words: Words) -> RefusedFile | None:
    data = path.read_bytes()
    try:
        rows = list(_rows(data.decode(ENCODING)))
    except (UnicodeDecodeError, csv.Error):
        # Somebody saved it another way: it can be looked through, and not be written again.
        is_named = any(
            words.stand_in(data.decode(each, "replace")) for each in ("utf-8", "latin-1", "utf-16")
        )
        return RefusedFile(path, (), None) if is_named else None
    named = [line for line, text, cells in rows if any(words.stand_in(each) for each in (*cells, text))]
    if not named:
        return None
    left = "".join(text for line, text, _ in rows if line not in set(named))
    return RefusedFile(path, named, left)


def _rows(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """The rows of a file: the line each begins in, its text as it stands there, and its cells."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines)
    start = 0
    for cells in reader:
        yield start + 1, "".join(lines[start : reader.line_num]), cells
        start = reader.line_num
