"""Overrides from the environment: ``DEALWRIGHT_PLUGINS__QUOTA__CAP`` sets ``plugins.quota.cap``."""

import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from dealwright_core.config.document import Document, KeyPath, spelt
from dealwright_core.errors import Problem
from dealwright_core.language import core as _

PREFIX = "DEALWRIGHT_"
SEPARATOR = "__"
FROM_FILE = "_FILE"


class EnvironmentText(str):
    """A value from the environment: a text or a TOML value, as the type of its setting wants it.

    A secret that consists of digits is still a text. ``secret`` is true of what was read from a file.
    """

    secret = False

    def as_text(self) -> str:
        """The text itself, without the quotes of a TOML string."""
        value = self.as_value()
        return value if type(value) is str else str(self)

    def as_value(self) -> Any:
        """The TOML value that the text is, or the text where it is none."""
        try:
            read = tomllib.loads(f"value = {self}", parse_float=Decimal)
        except (tomllib.TOMLDecodeError, RecursionError):
            return str(self)
        return read["value"] if read.keys() == {"value"} else str(self)


class SecretText(EnvironmentText):
    """A value that the environment had read from a file."""

    secret = True


def literal(value: Any) -> Any:
    """The value as TOML would have given it, where it came from the environment; else the value itself."""
    return value.as_value() if isinstance(value, EnvironmentText) else value


@frozen
class _Override:
    variable: str
    keys: tuple[str, ...]
    text: EnvironmentText


def overlay(document: Document, environ: Mapping[str, str]) -> tuple[Document, list[Problem]]:
    """The document with the overrides of ``environ`` on top, and what is wrong with them.

    A variable ending in ``_FILE`` names a file that holds the value, without its last line break. Keys match
    without regard to case, and ``_`` also stands for ``-``.
    """
    overrides, problems = _read(environ)
    data, places = document.data, dict(document.overrides)
    for each in overrides:
        path = _matching(data, each.keys)
        if path in places:
            problems.append(
                _problem(
                    each.variable,
                    path,
                    _("{places} sets it, too", places=places[path]),
                    _("unset one of the two"),
                )
            )
            continue
        merged = _with(data, path, each.text)
        if merged is None:
            problems.append(_problem(each.variable, path, _("what holds it is not a table")))
            continue
        data, places[path] = merged, each.variable
    return evolve(document, data=data, overrides=places), problems


def _read(environ: Mapping[str, str]) -> tuple[list[_Override], list[Problem]]:
    overrides, problems = [], []
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or SEPARATOR not in variable:
            continue
        is_file = variable.endswith(FROM_FILE)
        keys = tuple(variable.removeprefix(PREFIX).removesuffix(FROM_FILE).lower().split(SEPARATOR))
        if not all(keys):
            problems.append(_problem(variable, (), _("has an empty key"), _("write DEALWRIGHT_SECTION__KEY")))
            continue
        try:
            text = _secret(Path(environ[variable])) if is_file else EnvironmentText(environ[variable])
        except (OSError, ValueError) as error:
            problems.append(
                _problem(variable, keys, _("cannot read the file it names: {error}", error=error))
            )
        else:
            overrides.append(_Override(variable, keys, text))
    return overrides, problems


def _secret(path: Path) -> SecretText:
    return SecretText(path.read_text("utf-8").removesuffix("\n"))


def _matching(data: Any, keys: Iterable[str]) -> KeyPath:
    """The path of ``keys`` in the spelling that ``data`` has, where it has them."""
    path: tuple[str, ...] = ()
    for key in keys:
        known = {_plain(each): each for each in data} if isinstance(data, dict) else {}
        spelling = known.get(_plain(key), key)
        path = (*path, spelling)
        data = data.get(spelling) if isinstance(data, dict) else None
    return path


def _plain(key: str) -> str:
    return key.lower().replace("-", "_")


def _with(data: Any, path: KeyPath, value: EnvironmentText) -> Any:
    """``data`` with ``value`` at ``path``, or None where something on the way is no table."""
    if not path:
        return value
    if not isinstance(data, dict):
        return None
    inner = _with(data.get(str(path[0]), {}), path[1:], value)
    return None if inner is None else {**data, str(path[0]): inner}


def _problem(variable: str, path: KeyPath, message: str, hint: str | None = None) -> Problem:
    return Problem(spelt(path), message, _("environment {variable}", variable=variable), hint=hint)
