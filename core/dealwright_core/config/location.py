"""Where the configuration is. Imports next to nothing: the help of the command line asks this, too."""

import os
from collections.abc import Mapping

FILE_NAME = "dealwright.toml"
VARIABLE = "DEALWRIGHT_CONFIG"


def find(path: str | os.PathLike[str] | None, environ: Mapping[str, str]) -> str:
    """The file to read: ``path``, else what DEALWRIGHT_CONFIG names, else ``dealwright.toml`` here."""
    return os.fspath(path) if path is not None else environ.get(VARIABLE) or FILE_NAME
