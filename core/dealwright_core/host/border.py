"""The border: whether a value handed in by a plugin is what its annotation says, all the way down."""

import types
import typing
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from dealwright_core.expr import Expression
from dealwright_core.language import Message
from dealwright_core.language import core as _

INT64 = 2**63
# What is wrong with a value, if anything.
Judge = Callable[[Any], "_Wrong | None"]


@frozen
class _Wrong:
    """A mistake in a value. The way to the value is put together only here: nearly everything is right."""

    tell: Callable[[str], str]

    def at(self, step: str) -> "_Wrong":
        """The same mistake as one of the value around, a ``step`` above."""
        return _Wrong(lambda path: self.tell(f"{path}{step}"))


def mistake(value: Any, hint: Any, path: str) -> str | None:
    """What is wrong with ``value``, which should be of type ``hint``; None where it is right.

    Types are taken strictly: a boolean is no whole number, a list no tuple, a float (so NaN, too) nothing
    at all.
    """
    wrong = _judge(hint)(value)
    return None if wrong is None else wrong.tell(path)


@lru_cache(maxsize=512)
def _judge(hint: Any) -> Judge:
    """What looks at values that should be of a type. Types are few and values many, so that it is made once."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return lambda value: None
    if origin is typing.Literal:
        return _of_literal(arguments)
    if origin in (typing.Union, types.UnionType):
        return _of_union(arguments)
    if origin is tuple:
        return _of_tuple(arguments)
    if origin is not None and origin in (dict, Mapping):
        return _of_mapping(arguments)
    if origin is Callable:
        return lambda value: None if callable(value) else _expected(_("a function"), value)
    if origin is type:
        return _of_kind(arguments[0])
    return _of_class(hint)


def _of_literal(choices: tuple[Any, ...]) -> Judge:
    def judge(value: Any) -> _Wrong | None:
        if any(type(value) is type(each) and value == each for each in choices):
            return None
        return _Wrong(
            lambda path: _(
                "{path}: {value!r} is not one of {arguments}",
                path=path,
                value=value,
                arguments=", ".join(map(str, choices)),
            )
        )

    return judge


def _of_kind(parent: type) -> Judge:
    what = _("a class") if parent is object else _("a class that inherits {parent}", parent=parent.__name__)

    def judge(value: Any) -> _Wrong | None:
        return None if isinstance(value, type) and issubclass(value, parent) else _expected(what, value)

    return judge


def _of_class(cls: Any) -> Judge:
    if cls is Expression:
        return lambda value: None if isinstance(value, cls) else _expected(_("an expression"), value)
    if attrs.has(cls):
        return _of_attrs(cls)

    def judge(value: Any) -> _Wrong | None:
        is_message = cls is str and isinstance(value, Message)
        if type(value) is not cls and not is_message and not (cls is Path and isinstance(value, Path)):
            return _expected(cls.__name__, value)
        if cls is int and not -INT64 <= value < INT64:
            return _Wrong(lambda path: _("{path}: {value} does not fit into 64 bits", path=path, value=value))
        if cls is str and ("\x00" in value or not _is_encodable(value)):
            return _Wrong(
                lambda path: _("{path}: {value!r} holds signs that no database keeps", path=path, value=value)
            )
        return None

    return judge


def _of_attrs(cls: type) -> Judge:
    def judge(value: Any) -> _Wrong | None:
        if not isinstance(value, cls):
            return _expected(cls.__name__, value)
        for name, of_field in _of_fields(cls):
            if (wrong := of_field(getattr(value, name))) is not None:
                return wrong.at(f".{name}")
        return None

    return judge


@lru_cache(maxsize=512)
def _of_fields(cls: type) -> tuple[tuple[str, Judge], ...]:
    """What judges each field. It is asked late, because a class may have fields of its own type."""
    hints = typing.get_type_hints(cls)
    return tuple((each.name, _judge(hints[each.name])) for each in attrs.fields(cls))


def _of_union(members: tuple[Any, ...]) -> Judge:
    takes_none = type(None) in members
    judges = [_judge(each) for each in members if each is not type(None)]

    def judge(value: Any) -> _Wrong | None:
        if value is None and takes_none:
            return None
        first = None
        for each in judges:
            if (wrong := each(value)) is None:
                return None
            first = first or wrong
        return first

    return judge


def _of_tuple(arguments: tuple[Any, ...]) -> Judge:
    is_long = arguments[-1] is ...
    judges = [_judge(each) for each in arguments if each is not ...]

    def judge(value: Any) -> _Wrong | None:
        if type(value) is not tuple:
            return _expected(_("a tuple"), value)
        if not is_long and len(value) != len(judges):
            found = len(value)
            return _Wrong(
                lambda path: _(
                    "{path}: expected {count} values, got {found}", path=path, count=len(judges), found=found
                )
            )
        for at, each in enumerate(value):
            if (wrong := judges[0 if is_long else at](each)) is not None:
                return wrong.at(f"[{at}]")
        return None

    return judge


def _of_mapping(arguments: tuple[Any, ...]) -> Judge:
    of_key, of_value = map(_judge, arguments)

    def judge(value: Any) -> _Wrong | None:
        if not isinstance(value, Mapping):
            return _expected(_("a mapping"), value)
        for key, each in value.items():
            if (wrong := of_key(key)) is not None:
                return _of_key(wrong)
            if (wrong := of_value(each)) is not None:
                return wrong.at(f"[{key!r}]")
        return None

    return judge


def _of_key(wrong: _Wrong) -> _Wrong:
    return _Wrong(lambda path: wrong.tell(_("{path} key", path=path)))


def _expected(what: str, value: Any) -> _Wrong:
    shown = repr(value) if isinstance(value, str | int | float) else ""
    names = " ".join(filter(None, (type(value).__name__, shown[:60])))
    return _Wrong(lambda path: _("{path}: expected {what}, got {names}", path=path, what=what, names=names))


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
