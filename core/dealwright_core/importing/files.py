"""The files of an import: found, proved readable, and bound to the mapping before anything is written."""

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from attrs import frozen

from dealwright_core.config.document import in_file_order
from dealwright_core.contributions import Importer
from dealwright_core.errors import ConfigError, DealwrightError, UsageError
from dealwright_core.importing import refused
from dealwright_core.importing.binding import Binder, FileSource
from dealwright_core.importing.mapping import FileFeed
from dealwright_core.importing.mapping import Mapping as ImportMapping
from dealwright_core.importing.reading import Rows, read_csv, read_with
from dealwright_core.importing.sources import Source, UnreadableFile, inspect
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.spelling import did_you_mean


class UnreadableFiles(DealwrightError):
    """Files of an import that cannot be read, all of them; `remedy` is the next command to try, where there
    is one.
    """

    def __init__(self, files: Sequence[UnreadableFile], remedy: str | None) -> None:
        self.files, self.remedy = tuple(files), remedy
        super().__init__(self.files, remedy)

    @property
    def text(self) -> str:
        """Every file on a line, and the remedy."""
        said = joined("\n", (each.text for each in self.files))
        return _("{said}\nnext: {remedy}", said=said, remedy=self.remedy) if self.remedy else said


@frozen(kw_only=True)
class Encodings:
    """What is stated of encodings: for one file, and for all files that have no mark."""

    of_file: Mapping[str, str]
    of_all: str | None


@frozen
class OpenedFile:
    """A file that can be read: a text, one for the importer of a plugin, or refused rows to be read again."""

    feed: FileFeed
    path: Path
    source: Source | None
    importer: Importer | None
    is_retry: bool
    digest: str

    def open(self) -> AbstractContextManager[Rows]:
        """Its rows."""
        if self.importer is not None:
            return read_with(self.importer, self.path, self.feed.form)
        assert self.source is not None
        return refused.read_again(self.source) if self.is_retry else read_csv(self.source, self.feed.form)

    @property
    def encoding(self) -> str:
        """The encoding of a text."""
        return "" if self.source is None else self.source.encoding

    @property
    def lines(self) -> int:
        """About how many lines it has, 0 where that is not known."""
        return 0 if self.source is None else self.source.lines


@frozen
class Folder:
    """The folder of the data: that of an export, or one of refused rows that somebody corrected."""

    path: Path
    is_retry: bool
    importers: Mapping[str, Importer]
    encodings: Encodings

    def find(self, mapping: ImportMapping, remedy: "Remedy") -> list[OpenedFile | None]:
        """Every file of the mapping, None for those that may be missing and are. Raises UnreadableFiles with
        all others.
        """
        unknown = [
            name for name in self.encodings.of_file if name not in {each.path for each in mapping.files}
        ]
        if unknown:
            hint = did_you_mean(unknown[0], [each.path for each in mapping.files])
            raise UsageError(
                _("the mapping names no file {unknown!r}{hint}", unknown=unknown[0], hint=hint),
                _("give its path as the mapping does"),
            )
        if not self.path.is_dir():
            raise UsageError(
                _("{path} is no folder", path=self.path),
                _("give the folder that holds the files of the mapping"),
            )
        found: list[OpenedFile | None] = []
        unreadable: list[UnreadableFile] = []
        for feed in mapping.files:
            try:
                found.append(self._file(feed, mapping.encoding))
            except UnreadableFile as error:
                unreadable.append(error)
        if unreadable:
            raise UnreadableFiles(unreadable, remedy.command(unreadable))
        return found

    def _file(self, feed: FileFeed, assumed: str | None) -> OpenedFile | None:
        path = self.path / (refused.file_name(feed.path) if self.is_retry else feed.path)
        if not path.exists() and (feed.optional or self.is_retry):
            return None
        importer = None if self.is_retry else self.importers.get(path.suffix.lower())
        if importer is not None:
            return OpenedFile(feed, path, None, importer, self.is_retry, _digest(path))
        stated = self.encodings.of_file.get(feed.path) or (None if self.is_retry else feed.encoding)
        assumed = self.encodings.of_all or (None if self.is_retry else assumed)
        source = inspect(path, stated=stated, assumed=assumed)
        return OpenedFile(feed, path, source, None, self.is_retry, source.digest)


@frozen
class Remedy:
    """The command that a person gave, to be given again with an encoding."""

    config: str
    mapping: Path
    data: Path
    is_retry: bool

    def command(self, unreadable: Sequence[UnreadableFile]) -> str | None:
        """The command that confirms the encoding which the files may be in; None where there is none for all
        of them.
        """
        encodings = {each.encoding for each in unreadable}
        encoding = encodings.pop() if len(encodings) == 1 else None
        if encoding is None:
            return None
        config = [] if self.config in ("", "dealwright.toml") else ["--config", self.config]
        folder = ["--retry" if self.is_retry else "--data", str(self.data)]
        words = ["dealwright", *config, "import", str(self.mapping), *folder, "--encoding", encoding]
        return shlex.join(words)


def bind(files: Sequence[OpenedFile | None], binder: Binder) -> list[FileSource | None]:
    """Each file bound to its header. Raises ConfigError with every mistake in the mapping, UnreadableFile."""
    bound: list[FileSource | None] = []
    for number, file in enumerate(files):
        if file is None:
            bound.append(None)
            continue
        with file.open() as rows:
            bound.append(binder.bind(number, file.feed, rows.header))
    if binder.problems:
        raise ConfigError(in_file_order(binder.problems))
    return bound


def importers_by_suffix(importers: Mapping[str, Importer]) -> Mapping[str, Importer]:
    """The importers of plugins by the ends of file names that they read."""
    return {suffix.lower(): each for each in importers.values() for suffix in each.suffixes}


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as raw:
            return hashlib.file_digest(raw, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(path, _("cannot be opened: {strerror}", strerror=error.strerror)) from None
