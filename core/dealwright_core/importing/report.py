"""What an import did, for people and for programs."""

from pathlib import Path
from typing import Any

from attrs import frozen

from dealwright_core.importing.progress import FileProgress, RunProgress
from dealwright_core.importing.reading import Refusal
from dealwright_core.importing.state import Run


@frozen(kw_only=True)
class Report:
    """The outcome of a run.

    ``refused_folder`` has the refused rows, to be corrected and read with ``retry``; ``examples`` has the
    first of them.
    """

    run: Run
    dry_run: bool
    refused_folder: Path | None
    examples: tuple[tuple[str, Refusal], ...]

    @property
    def progress(self) -> RunProgress:
        """All counts."""
        return self.run.progress

    @property
    def files(self) -> tuple[FileProgress, ...]:
        """The files in the order of the mapping."""
        return tuple(self.progress.files)

    @property
    def refused(self) -> int:
        """The rows refused in all files."""
        return sum(each.refused for each in self.files)

    def to_json(self) -> dict[str, Any]:
        """The report as JSON can say it. Accepted, refused and unprocessed rows are together the input."""
        return {
            "run": self.run.id,
            "mapping": self.progress.mapping,
            "dry_run": self.dry_run,
            "continued": self.run.is_continued,
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
