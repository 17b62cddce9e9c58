"""What an import did, for people and for programs."""

from pathlib import Path
from typing import Any

from attrs import frozen

from dealwright_core.importing.progress import FileProgress, RunProgress
from dealwright_core.importing.reading import Refusal

MOST_EXAMPLES = 20


@frozen(kw_only=True)
class Report:
    """The outcome of a run. ``is_continued`` says that it took up one that was broken off.

    ``refused_folder`` has the refused rows, to be corrected and read with ``retry``; ``examples`` has the
    first of them.
    """

    run: int | None
    progress: RunProgress
    dry_run: bool
    is_continued: bool
    refused_folder: Path | None
    examples: tuple[tuple[str, Refusal], ...]

    @property
    def files(self) -> tuple[FileProgress, ...]:
        """The files in the order of the mapping."""
        return tuple(self.progress.files)

    @property
    def refused(self) -> int:
        """The rows refused in all files."""
        return sum(each.refused for each in self.files)

    def to_json(self) -> dict[str, Any]:
        """The report as JSON can say it. Of every file and in total accepted + refused + unprocessed = input."""
        return {
            "run": self.run,
            "mapping": self.progress.mapping,
            "dry_run": self.dry_run,
            "continued": self.is_continued,
            "totals": {name: sum(getattr(each, name) for each in self.files) for name in COUNTS},
            "records": {
                kind: {"created": each.created, "changed": each.changed, "unchanged": each.unchanged}
                for kind, each in sorted(self.progress.records.items())
            },
            "files": [
                {
                    "path": each.path,
                    "encoding": each.encoding or None,
                    **{name: getattr(each, name) for name in COUNTS},
                    "missing": each.is_missing,
                    "warnings": each.warnings,
                }
                for each in self.files
            ],
            "refused": {
                "folder": None if self.refused_folder is None else str(self.refused_folder),
                "examples": [
                    {"file": file, "line": each.line, "reason": each.reason} for file, each in self.examples
                ],
            },
            "warnings": [
                {"message": message, "rows": count}
                for message, count in sorted(self.progress.warnings.items())
            ],
        }


COUNTS = ("input", "accepted", "refused", "unprocessed")
