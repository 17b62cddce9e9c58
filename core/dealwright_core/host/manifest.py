"""What the help of the command line shows, kept from one run to the next, so that help loads no plugin.

A kept manifest holds while the folders with the metadata of distributions, the configuration, the overrides
in the environment and the watched files are as they were. A cache that cannot be read or written is no error:
then the manifest is made anew each time.
"""
# This is imported first of all: os.path is at hand, pathlib and typing take longer to load than this to run.
# ruff: noqa: PTH100, PTH103, PTH105, PTH111, PTH116, PTH117, PTH118, PTH120, PTH123

import json
import os
import sys
from zlib import crc32

from dealwright_core.config.location import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    AnyPath = str | os.PathLike[str]

FORMAT = 2
OVERRIDE = "__"
PREFIX = "DEALWRIGHT_"


def fingerprint(config: "AnyPath | None") -> str:
    """What has to be the same for a kept manifest to hold. It costs a few stat calls and tells no secrets."""
    file = _configuration(config)
    parts = [str(FORMAT), sys.version, sys.prefix, f"{file} {_state(file)}"]
    parts += [f"{each} {_state(each or os.curdir)}" for each in sys.path]
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and OVERRIDE in name:
            value = os.environ[name]
            parts.append(f"{name} {_digest(value)} {_state(value)}")
    return "\n".join(parts)


def read(config: "AnyPath | None", language: str = "en") -> "dict[str, Any] | None":
    """The manifest kept for the configuration file in a language, or None where there is none that holds."""
    path = _place(config, language)
    if path is None:
        return None
    try:
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        holds = kept["fingerprint"] == fingerprint(config)
        data = kept["data"]
        if not holds or any(_state(each) != state for each, state in kept["watched"].items()):
            return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def write(
    config: "AnyPath | None",
    data: "dict[str, Any]",
    watched_files: "Iterable[AnyPath]",
    language: str = "en",
) -> bool:
    """Keep ``data``, which JSON can say, until what it depends on changes. Returns whether that worked."""
    path = _place(config, language)
    if path is None:
        return False
    watched = {os.path.abspath(each): _state(each) for each in watched_files}
    kept = {"fingerprint": fingerprint(config), "watched": watched, "data": data}
    passing = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(passing, "w", encoding="utf-8") as file:
            json.dump(kept, file, ensure_ascii=False)
        os.replace(passing, path)
    except OSError:
        return False
    return True


def _configuration(config: "AnyPath | None") -> str:
    return os.path.abspath(find(config, os.environ))


def _place(config: "AnyPath | None", language: str) -> str | None:
    """Where the manifest of a configuration is kept, one for each Python and language; None where it cannot be."""
    folder = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(folder):
        home = os.path.expanduser("~")
        if not os.path.isabs(home):
            return None
        places = {"darwin": ("Library", "Caches"), "win32": ("AppData", "Local")}
        folder = os.path.join(home, *places.get(sys.platform, (".cache",)))
    name = f"manifest-{_digest(sys.prefix + _configuration(config))}-{language}.json"
    return os.path.join(folder, "dealwright", name)


def _digest(text: str) -> str:
    return f"{crc32(text.encode('utf-8', 'surrogateescape')):08x}"


def _state(path: "AnyPath") -> str:
    """The time and size of a file or folder, which change when it does; nothing where there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return ""
    return f"{found.st_mtime_ns} {found.st_size}"
