"""Source files before they are read: in which encoding they are, proved over the whole file."""

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from attrs import frozen

from dealwright_core.errors import DealwrightError, UsageError
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.spelling import did_you_mean

CHUNK = 1 << 20
SHOWN = 60
DAMAGED = (OSError, EOFError, zlib.error)
# UTF-32 comes first: its little-endian mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# What a stated name may stand for: the byte order is told by the mark.
FAMILIES = {
    "utf-8-sig": ("utf-8",),
    "utf-16": ("utf-16-le", "utf-16-be"),
    "utf-32": ("utf-32-le", "utf-32-be"),
}
USUAL = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312", "big5", "cp1252", "latin-1",
    "shift_jis", "euc-kr", "koi8-r",
)  # fmt: skip


class UnreadableFile(DealwrightError):
    """A source file cannot be read at all: missing, damaged, or in another encoding than stated.

    `encoding` is what it may be in instead, for a person to confirm.
    """

    def __init__(self, path: Path, message: str, encoding: str | None = None) -> None:
        self.path, self.message, self.encoding = path, message, encoding
        super().__init__(path, message, encoding)

    @property
    def text(self) -> str:
        """The file and what is wrong with it."""
        return joined(": ", (self.path, self.message))


@frozen
class Source:
    """A text file of which every byte is known to decode.

    `mark` is the length of the mark that tells the encoding, 0 without one. `size` counts bytes and `lines`
    line ends, both unpacked; `digest` is the SHA-256 of the bytes.
    """

    path: Path
    encoding: str
    mark: int
    size: int
    lines: int
    digest: str
    has_null: bool

    @contextmanager
    def open(self) -> Iterator[Iterator[str]]:
        """The lines, each with its line end as it stands in the file."""
        with opened(self.path) as raw:
            raw.read(self.mark)
            yield io.TextIOWrapper(raw, encoding=self.encoding, errors="strict", newline="")


def inspect(path: Path, *, stated: str | None = None, assumed: str | None = None) -> Source:
    """Find the encoding of a file and decode all of it, in constant memory.

    `stated` is what somebody said of this file, `assumed` what holds for files without a mark; without either
    such a file must be UTF-8. Raises UnreadableFile, and UsageError for a name that is no encoding.
    """
    stated, assumed = codec(stated), codec(assumed)
    try:
        with opened(path) as raw:
            start = raw.read(CHUNK)
            mark, marked = next(((mark, name) for mark, name in MARKS if start.startswith(mark)), (b"", None))
            encoding = _chosen(path, marked, stated, assumed)
            sure = bool(marked or stated or assumed)
            proof = _proved(path, raw, start, mark, encoding, sure=sure)
    except DAMAGED as error:
        raise UnreadableFile(path, _("cannot be read to its end: {error}", error=error)) from error
    if proof.has_null and not sure:
        _refuse_unmarked_utf16(path, start)
    return Source(
        path, encoding, len(mark), proof.size, proof.lines, proof.digest.hexdigest(), proof.has_null
    )


def _proved(path: Path, raw: IO[bytes], start: bytes, mark: bytes, encoding: str, *, sure: bool) -> "_Proof":
    proof = _Proof(encoding)
    try:
        proof.feed(start, len(mark))
        while chunk := raw.read(CHUNK):
            proof.feed(chunk)
        proof.end()
    except UnicodeDecodeError as error:
        raise _undecodable(path, encoding, proof, error, guess=not sure) from error
    return proof


def codec(name: str | None) -> str | None:
    """The usual name of an encoding that somebody wrote. Raises UsageError for one that does not exist."""
    if name is None:
        return None
    try:
        found = codecs.lookup(name.strip())
        "".encode(found.name)
    except (LookupError, ValueError):
        hint = did_you_mean(name, USUAL).removeprefix(", ").replace("did", "Did") or _(
            "use one of {usual}", usual=", ".join(USUAL)
        )
        raise UsageError(_("there is no encoding {name!r}", name=name), hint) from None
    return found.name


def opened(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked where its name ends in ``.gz``. Raises UnreadableFile if it cannot be
    opened.
    """
    try:
        # GzipFile reads as any binary file does; only its class says otherwise.
        return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")
    except FileNotFoundError:
        names = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
        raise UnreadableFile(
            path, _("there is no such file{near}", near=did_you_mean(path.name, names))
        ) from None
    except OSError as error:
        raise UnreadableFile(path, _("cannot be opened: {strerror}", strerror=error.strerror)) from None


class _Proof:
    """Decodes a file piece by piece, counting."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._line_feeds = self._returns = 0
        self.size = 0
        self.has_null = False
        self.digest = hashlib.sha256()

    def feed(self, chunk: bytes, skip: int = 0) -> None:
        self.size += len(chunk)
        self.digest.update(chunk)
        self._count(self._decoder.decode(chunk[skip:] if skip else chunk))

    def end(self) -> None:
        self._count(self._decoder.decode(b"", final=True))

    def _count(self, text: str) -> None:
        self._line_feeds += text.count("\n")
        self._returns += text.count("\r")
        self.has_null = self.has_null or "\0" in text

    @property
    def lines(self) -> int:
        return max(self._line_feeds, self._returns)

    def place(self, error: UnicodeDecodeError) -> tuple[int, int]:
        """The byte at which decoding failed, from 0, and its line, from 1. The error holds what was not
        decoded yet.
        """
        self._count(error.object[: error.start].decode(error.encoding, "replace"))
        return self.size - len(error.object) + error.start, self.lines + 1


def _chosen(path: Path, marked: str | None, stated: str | None, assumed: str | None) -> str:
    if marked is not None:
        fits = (
            stated is None
            or marked in (stated, *FAMILIES.get(stated, ()))
            or (marked == "gb18030" and stated[:2] == "gb")
        )
        if not fits:
            raise UnreadableFile(
                path,
                _(
                    "begins with the mark of {marked}, but {stated} is stated: leave the encoding out",
                    marked=marked,
                    stated=stated,
                ),
            )
        return marked
    chosen = stated or assumed or "utf-8"
    if chosen in ("utf-16", "utf-32"):
        raise UnreadableFile(
            path,
            _("has no mark that tells its byte order: state {chosen}-le or {chosen}-be", chosen=chosen),
            f"{chosen}-le",
        )
    return "utf-8" if chosen == "utf-8-sig" else chosen


def _undecodable(
    path: Path, encoding: str, proof: _Proof, error: UnicodeDecodeError, *, guess: bool
) -> UnreadableFile:
    at, line = proof.place(error)
    said = _(
        "is not {encoding}: byte 0x{object:02x} at {at:,} (line {line})",
        encoding=encoding.upper(),
        object=error.object[error.start],
        at=at,
        line=line,
    )
    if not guess:
        return UnreadableFile(
            path, _("{said} cannot be decoded; nothing was imported: state the right encoding", said=said)
        )
    sample = _sample(path, "gb18030")
    if sample is not None:
        return UnreadableFile(
            path,
            _(
                "{said}. As GB18030 it would read {sample!r}: if that is right, confirm it",
                said=said,
                sample=sample,
            ),
            "gb18030",
        )
    return UnreadableFile(
        path,
        _(
            "{said}, and it is not GB18030 either: state its encoding, such as cp1252 for Western European",
            said=said,
        ),
    )


def _sample(path: Path, encoding: str) -> str | None:
    """The first text beyond ASCII as `encoding` would have it, or None where the file cannot be that."""
    sample = None
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with opened(path) as raw:
        try:
            while chunk := raw.read(CHUNK):
                text = decoder.decode(chunk)
                if "\0" in text:
                    return None
                if sample is None and not text.isascii():
                    sample = next(line for line in text.splitlines() if not line.isascii())[:SHOWN]
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return sample


def _refuse_unmarked_utf16(path: Path, start: bytes) -> None:
    for encoding, nulls in (("utf-16-le", start[1::2].count(0)), ("utf-16-be", start[::2].count(0))):
        if nulls > len(start) // 4:
            raise UnreadableFile(
                path,
                _("looks like {encoding} without a mark: if it is, confirm it", encoding=encoding.upper()),
                encoding,
            )
