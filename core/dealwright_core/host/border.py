"""The border: whether a value handed in by a plugin is what its annotation says, all the way down."""

import types
import typing
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

from dealwright_core.expr import Expression
from dealwright_core.language import Message
from dealwright_core.language import core as _

INT64 = 2**63


def mistake(value: Any, hint: Any, path: str) -> str | None:
    """What is wrong with ``value``, which should be of type ``hint``; None where it is right.

    Types are taken strictly: a boolean is no whole number, a list no tuple, a float (so NaN, too) nothing
    at all.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return None
    if origin is typing.Literal:
        known = any(type(value) is type(each) and value == each for each in arguments)
        return (
            None
            if known
            else _(
                "{path}: {value!r} is not one of {arguments}",
                path=path,
                value=value,
                arguments=", ".join(map(str, arguments)),
            )
        )
    if origin in (typing.Union, types.UnionType):
        return _of_union(value, arguments, path)
    if origin is tuple:
        return _of_tuple(value, arguments, path)
    if origin is not None and origin in (dict, Mapping):
        return _of_mapping(value, arguments, path)
    if origin is Callable:
        return None if callable(value) else _expected(_("a function"), value, path)
    if origin is type:
        return _of_kind(value, arguments[0], path)
    return _of_class(value, hint, path)


def _of_kind(value: Any, parent: type, path: str) -> str | None:
    if isinstance(value, type) and issubclass(value, parent):
        return None
    return _expected(
        _("a class") if parent is object else _("a class that inherits {parent}", parent=parent.__name__),
        value,
        path,
    )


def _of_class(value: Any, cls: Any, path: str) -> str | None:
    if cls is Expression:
        return None if isinstance(value, Expression) else _expected(_("an expression"), value, path)
    if attrs.has(cls):
        return _of_attrs(value, cls, path) if isinstance(value, cls) else _expected(cls.__name__, value, path)
    is_message = cls is str and isinstance(value, Message)
    if type(value) is not cls and not is_message and not (cls is Path and isinstance(value, Path)):
        return _expected(cls.__name__, value, path)
    if cls is int and not -INT64 <= value < INT64:
        return _("{path}: {value} does not fit into 64 bits", path=path, value=value)
    if cls is str and ("\x00" in value or not _is_encodable(value)):
        return _("{path}: {value!r} holds signs that no database keeps", path=path, value=value)
    return None


def _of_attrs(value: Any, cls: type, path: str) -> str | None:
    for name, hint in _hints(cls):
        if (wrong := mistake(getattr(value, name), hint, f"{path}.{name}")) is not None:
            return wrong
    return None


def _of_union(value: Any, members: tuple[Any, ...], path: str) -> str | None:
    wrong = [mistake(value, each, path) for each in members if each is not type(None) or value is None]
    return None if None in wrong else wrong[0]


def _of_tuple(value: Any, arguments: tuple[Any, ...], path: str) -> str | None:
    if type(value) is not tuple:
        return _expected(_("a tuple"), value, path)
    is_long = arguments[-1] is ...
    if not is_long and len(value) != len(arguments):
        return _(
            "{path}: expected {count} values, got {found}",
            path=path,
            count=len(arguments),
            found=len(value),
        )
    wanted = arguments[:1] * len(value) if is_long else arguments
    found = (
        mistake(each, hint, f"{path}[{at}]")
        for at, (each, hint) in enumerate(zip(value, wanted, strict=True))
    )
    return next((wrong for wrong in found if wrong is not None), None)


def _of_mapping(value: Any, arguments: tuple[Any, ...], path: str) -> str | None:
    if not isinstance(value, Mapping):
        return _expected(_("a mapping"), value, path)
    for key, each in value.items():
        wrong = mistake(key, arguments[0], _("{path} key", path=path)) or mistake(
            each, arguments[1], f"{path}[{key!r}]"
        )
        if wrong is not None:
            return wrong
    return None


def _expected(what: str, value: Any, path: str) -> str:
    shown = repr(value) if isinstance(value, str | int | float) else ""
    return _(
        "{path}: expected {what}, got {names}",
        path=path,
        what=what,
        names=" ".join(filter(None, (type(value).__name__, shown[:60]))),
    )


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=256)
def _hints(cls: type) -> tuple[tuple[str, Any], ...]:
    hints = typing.get_type_hints(cls)
    return tuple((each.name, hints[each.name]) for each in attrs.fields(cls))
