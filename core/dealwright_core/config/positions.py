"""On which line of a TOML text each key was written, which `tomllib` does not tell."""

import re
import tomllib
from bisect import bisect_left

Key = str | int
KeyPath = tuple[Key, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_VALUE = re.compile(r"[^,\]}\n#]+")


def lines_of(text: str) -> dict[KeyPath, int]:
    """The line, counted from 1, of every key path in `text`, which `tomllib` has accepted.

    Elements of arrays and of arrays of tables have their index, from 0, in the path. A table has the line of
    its header, or of the first key that implies it.
    """
    return _Scanner(text).document()


class _Scanner:
    """Walks once through the text. It recognises structure only: `tomllib` has judged the rest."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._breaks = [at for at, sign in enumerate(text) if sign == "\n"]
        self._lines: dict[KeyPath, int] = {}
        self._last_index: dict[KeyPath, int] = {}

    def document(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self._skip(_SPACE)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._assignment(table)
            self._skip(_SPACE)
        return self._lines

    def _header(self) -> KeyPath:
        line, start = self._line(), self._at
        is_array = self._text.startswith("[[", start)
        self._at += 2 if is_array else 1
        *outer, last = self._key()
        path: KeyPath = ()
        for part in outer:
            path = self._inside((*path, part))
            self._lines.setdefault(path, line)
        path = (*path, last)
        if is_array:
            index = self._last_index[path] = self._last_index.get(path, -1) + 1
            self._lines.setdefault(path, line)
            path = (*path, index)
        self._lines[path] = line
        self._at += 2 if is_array else 1
        return path

    def _inside(self, path: KeyPath) -> KeyPath:
        """The last table so far, where `path` is an array of tables."""
        return (*path, self._last_index[path]) if path in self._last_index else path

    def _assignment(self, table: KeyPath) -> None:
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self._lines.setdefault(path, line)
        self._lines[path] = line
        self._at += 1
        self._skip(_BLANK)
        self._value(path)

    def _key(self) -> list[str]:
        """The parts of a key, up to the sign after it."""
        parts = []
        while True:
            self._skip(_BLANK)
            parts.append(self._key_part())
            self._skip(_BLANK)
            if self._text[self._at] != ".":
                return parts
            self._at += 1

    def _key_part(self) -> str:
        if self._text[self._at] not in "\"'":
            return self._take(_BARE_KEY)
        quoted = self._take(_STRING)
        return str(tomllib.loads(f"key = {quoted}")["key"])

    def _value(self, path: KeyPath) -> None:
        sign = self._text[self._at]
        if sign == "[":
            self._array(path)
        elif sign == "{":
            self._inline_table(path)
        elif sign in "\"'":
            self._take(_STRING)
        else:
            self._take(_PLAIN_VALUE)

    def _array(self, path: KeyPath) -> None:
        index = 0
        self._at += 1
        while self._next_item("]"):
            self._lines[(*path, index)] = self._line()
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        while self._next_item("}"):
            self._assignment(path)

    def _next_item(self, closing: str) -> bool:
        """Go to the next item, or behind the `closing` sign."""
        self._skip(_SPACE)
        if self._text[self._at] == ",":
            self._at += 1
            self._skip(_SPACE)
        if self._text[self._at] == closing:
            self._at += 1
            return False
        return True

    def _line(self) -> int:
        return bisect_left(self._breaks, self._at) + 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        assert found is not None  # both patterns match nothing at all, too
        self._at = found.end()

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(f"no TOML at line {self._line()}")
        self._at = found.end()
        return found.group()
