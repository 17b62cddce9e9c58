"""Importing exports of other systems, as a mapping file says."""

from dealwright_core.importing.files import UnreadableFiles
from dealwright_core.importing.mapping import read_mapping
from dealwright_core.importing.progress import OnProgress, Progress
from dealwright_core.importing.report import Report
from dealwright_core.importing.run import import_files
from dealwright_core.importing.sources import UnreadableFile

__all__ = [
    "OnProgress",
    "Progress",
    "Report",
    "UnreadableFile",
    "UnreadableFiles",
    "import_files",
    "read_mapping",
]
