"""A TOML file, with the line of everything in it."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from attrs import field, frozen

from dealwright_core.config.positions import Key, KeyPath, lines_of
from dealwright_core.errors import ConfigError, Problem
from dealwright_core.language import core as _
from dealwright_core.spelling import closest

__all__ = ["Document", "Key", "KeyPath", "in_file_order", "keys_of", "meant", "spelt"]

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
# What tomllib says of a key that stands twice, and what a line has in the place of a text in percent.
_TWICE = "Cannot overwrite a value"
_KEY = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*=")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'|#.*')
_PERCENT = re.compile(r"[-+]?[0-9][0-9./ ]*%")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPELT = re.compile(r'\.?([A-Za-z0-9_-]+)|\.?"([^"]*)"|\[([0-9]+)\]')


@frozen
class Document:
    """What a TOML file says: ``data`` as `tomllib` gives it, with decimals in place of floats.

    ``path`` is the file as the user named it; ``overrides`` are the places that the environment has set, each
    with the name of its variable.
    """

    path: str
    data: dict[str, Any]
    lines: Mapping[KeyPath, int] = field(factory=dict, repr=False)
    overrides: Mapping[KeyPath, str] = field(factory=dict)

    @classmethod
    def read(cls, path: Path, *, hint: str = "") -> Self:
        """The document in the file ``path``. Raises ConfigError, with ``hint`` where there is none."""
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            raise ConfigError(
                [Problem("", _("there is no such file"), str(path), hint=hint or None)]
            ) from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise ConfigError(
                [Problem("", _("cannot be read: {reason}", reason=reason), str(path), hint=hint or None)]
            ) from None
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise ConfigError(
                [Problem("", _("is not UTF-8"), str(path), line, _("save it as UTF-8"))]
            ) from None
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, path: str) -> Self:
        """The document that ``text`` is. Raises ConfigError with the line of what is not TOML."""
        try:
            data = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError([_syntax_problem(str(error), text, path)]) from None
        except RecursionError:
            raise ConfigError([Problem("", _("is nested too deeply"), path)]) from None
        return cls(path, data, lines_of(text.replace("\r\n", "\n")))

    def line_of(self, path: KeyPath) -> int | None:
        """The line of ``path``, or of the nearest that encloses it; None where the file has neither."""
        for end in range(len(path), 0, -1):
            if (line := self.lines.get(path[:end])) is not None:
                return line
        return None

    def origin(self, path: KeyPath) -> str:
        """Where ``path`` was set: ``dealwright.toml:12``, ``environment DEALWRIGHT_X``, or ``default``."""
        if (variable := self._variable(path)) is not None:
            return _("environment {variable}", variable=variable)
        line = self.lines.get(path)
        return "default" if line is None else f"{self.path}:{line}"

    def problem(
        self, path: KeyPath, message: str, hint: str | None = None, *, key: Key | None = None
    ) -> Problem:
        """A mistake at ``path``; with ``key`` one of the table there, whose line it then has."""
        place = path if key is None else (*path, key)
        if (variable := self._variable(place)) is not None:
            return Problem(
                spelt(path), message, _("environment {variable}", variable=variable), hint=hint or None
            )
        return Problem(spelt(path), message, self.path, self.line_of(place), hint or None)

    def _variable(self, path: KeyPath) -> str | None:
        for end in range(len(path), 0, -1):
            if (variable := self.overrides.get(path[:end])) is not None:
                return variable
        return None


def spelt(path: KeyPath) -> str:
    """A path for people: ``plugins.quota.cap``; the first of a list is ``stages[1]``."""
    said = ""
    for key in path:
        if isinstance(key, int):
            said += f"[{key + 1}]"
        else:
            said += ("." if said else "") + (key if _BARE.fullmatch(key) else f'"{key}"')
    return said


def keys_of(said: str) -> KeyPath:
    """The path that `spelt` has put into these words."""
    return tuple(int(place) - 1 if place else bare or quoted for bare, quoted, place in _SPELT.findall(said))


def meant(word: str, choices: Iterable[str]) -> str | None:
    """The hint of a problem with a misspelt ``word``, where one of ``choices`` is near."""
    near = closest(word, choices)
    return None if near is None else _("did you mean {near!r}?", near=near)


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems by line; those without a line come last, in their own order. None is said twice."""
    return sorted(dict.fromkeys(problems), key=lambda each: (each.line is None, each.line or 0))


def _syntax_problem(said: str, text: str, path: str) -> Problem:
    found = _PLACE.search(said)
    message = _PLACE.sub("", said)
    if found is None:
        return Problem("", message, path)
    lines = text.replace("\r\n", "\n").split("\n")
    number = len(lines) if found[1] is None else int(found[1])
    if message == _TWICE and (key := _KEY.match(lines[number - 1])):
        message = _("the key {key!r} stands there twice", key=key[1])
        return Problem("", message, path, number, _("leave one out"))
    percent = _PERCENT.search(_QUOTED.sub("", lines[number - 1]))
    hint = None if percent is None else _('put it in quotes: "{percent}"', percent=percent[0])
    if found[1] is None:
        return Problem("", _("{message} at the end of the file", message=message), path, number, hint)
    return Problem("", _("{message} at column {found}", message=message, found=found[2]), path, number, hint)
