"""Fills a frozen attrs class from a table of a TOML file, strictly, and reports every mistake at once."""

import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, TypeVar

import attrs
from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn, override

from dealwright_core.config.document import Document, Key, KeyPath, keys_of, meant
from dealwright_core.config.environment import SecretText, literal
from dealwright_core.config.settingtypes import LEAVES, Context, described, ratio
from dealwright_core.errors import ConfigError, InvalidValue, Problem, UsageError
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records.record import ABOUT, About

Settings = TypeVar("Settings")
Hook = Callable[[Any], Any]

LISTS: dict[Any, Callable[[Iterable[Any]], Any]] = {
    tuple: tuple, list: list, frozenset: frozenset, set: set, Sequence: tuple, Collection: tuple,
}  # fmt: skip
TABLES = (dict, Mapping)
_CATTRS = Converter(forbid_extra_keys=True, detailed_validation=True)
# What the values at hand are read with. No hook holds it, so that one hook does for every deployment.
_CONTEXT: ContextVar[Context] = ContextVar("context")


def structure(
    cls: type[Settings],
    data: Any,
    *,
    at: KeyPath = (),
    document: Document | None = None,
    context: Context | None = None,
) -> tuple[Settings | None, list[Problem]]:
    """An instance of ``cls`` filled from ``data``, found at ``at`` in ``document``; or every mistake in it.

    Unknown keys are refused and types are taken strictly: no text for a number, no number for a text.
    Money, prices, dates and periods may be text, a ratio is ``25 %`` or ``0.25``. A validator that finds several
    mistakes raises ConfigError, with paths from what it looks at: ``[2].rate`` in a list. In a list with items that
    cannot be read it gets None for those, and what it then raises counts where it is a ConfigError. Raises TypeError
    where ``cls`` itself has a field of a type that settings cannot have.
    """
    document = document or Document("", {})
    hook = _hook(cls)
    outer = _CONTEXT.set(context or Context())
    try:
        return hook(data), []
    except Exception as error:  # validators may raise anything
        return None, list(_problems(error, at, document))
    finally:
        _CONTEXT.reset(outer)


class _Unfilled:
    """Stands for the instance while its validators run before it is built, without any attributes."""


class _PartlyRead(IterableValidationError):
    """Some items of a list cannot be read; ``read`` has the others, and None for those."""

    read: Sequence[Any] = ()


def _hook(kind: Any) -> Hook:
    """What reads a value of type ``kind``. Raises TypeError for a type that settings cannot have."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if (read := LEAVES.get(kind)) is not None:
        return lambda value: read(value, _CONTEXT.get())
    if kind in (Any, object):
        return literal
    if origin is typing.Literal:
        return lambda value: one_of(arguments, literal(value))
    if origin is typing.Annotated:
        return _hook(arguments[0])
    if origin in (typing.Union, types.UnionType):
        return _union(arguments)
    if origin in LISTS and arguments:
        return _list(kind, origin, arguments)
    if origin in TABLES and arguments[0] is str:
        return _table(kind, arguments[1])
    if isinstance(kind, type) and attrs.has(kind):
        return _attrs_class(kind)
    known = ", ".join(sorted(each.__name__ for each in LEAVES if isinstance(each, type)))
    raise TypeError(
        f"settings cannot have the type {getattr(kind, '__name__', kind)}: use {known}, Literal,"
        " tuple[X, ...], dict[str, X], a frozen attrs class, or any of them | None"
    )


@lru_cache(maxsize=256)
def _attrs_class(cls: type) -> Hook:
    try:
        attrs.resolve_types(cls)
    except NameError as error:
        raise TypeError(f"{cls.__name__}: {error}") from None
    keys = [key_of(each) for each in attrs.fields(cls) if each.init]
    if twice := {each for each in keys if keys.count(each) > 1}:
        raise TypeError(f"{cls.__name__} has two fields of key {min(twice)}")
    overrides: dict[str, Any] = {}  # keyword arguments of a function that also has flags
    for each in attrs.fields(cls):
        if each.init:
            read = _for_cattrs(_attribute(each))
            overrides[each.name] = override(rename=key_of(each), struct_hook=read)
    fill: Callable[[Any, Any], Any] = make_dict_structure_fn(cls, _CATTRS, **overrides)

    def hook(value: Any) -> Any:
        plain = literal(value)
        if not isinstance(plain, Mapping):
            raise InvalidValue(_("expected a table, got {described}", described=described(plain)))
        return fill(plain, cls)

    return hook


def key_of(attribute: "attrs.Attribute[Any]") -> str:
    """What a file calls a field of a settings class: its name, or the key that it says of itself."""
    about: About = attribute.metadata.get(ABOUT, About())
    return attribute.name if about.key is None else about.key


def _for_cattrs(hook: Hook) -> Callable[[Any, Any], Any]:
    return lambda value, _: hook(value)


def _attribute(attribute: "attrs.Attribute[Any]") -> Hook:
    """Reads one attribute and runs its validator at once, so that one mistake does not hide another's."""
    about = attribute.metadata.get(ABOUT, About())
    kind = Any if attribute.type is None else attribute.type
    read = _ratio(kind) if about.ratio else _hook(kind)

    def hook(value: Any) -> Any:
        try:
            found = read(value)
        except _PartlyRead as error:
            raise _with_others(attribute, error) from None
        if about.choices is not None and found is not None:
            one_of(about.choices, found)
        if attribute.validator is not None and attribute.converter is None:
            _validate(attribute, found)
        return found

    return _discreet(hook)


def _discreet(hook: Hook) -> Hook:
    """The same hook, which does not repeat a secret in its errors."""

    def discreet(value: Any) -> Any:
        if not isinstance(value, SecretText):
            return hook(value)
        try:
            return hook(value)
        except Exception:
            raise InvalidValue(
                _("the file holds what cannot be its value"), _("which is not shown here")
            ) from None

    return discreet


def _validate(attribute: "attrs.Attribute[Any]", value: Any) -> None:
    assert attribute.validator is not None
    try:
        attribute.validator(_Unfilled(), attribute, value)
    except AttributeError:
        pass  # it looks at other attributes, and runs again when there are all
    except KeyError as error:  # which means a missing key to cattrs
        raise InvalidValue(_("is refused with KeyError {error}", error=error)) from error


def _with_others(attribute: "attrs.Attribute[Any]", error: _PartlyRead) -> Exception:
    """The error, with what the validator finds wrong in the items that could be read."""
    if attribute.validator is None or attribute.converter is not None:
        return error
    try:
        attribute.validator(_Unfilled(), attribute, error.read)
    except ConfigError as found:
        return IterableValidationError(error.message, [*error.exceptions, found], error.cl)
    except Exception:  # it wants every item
        return error
    return error


def _ratio(kind: Any) -> Hook:
    optional = type(None) in typing.get_args(kind)
    return lambda value: None if optional and value is None else ratio(value, _CONTEXT.get())


def _union(members: Collection[Any]) -> Hook:
    hooks = [_hook(each) for each in members if each is not type(None)]

    def hook(value: Any) -> Any:
        if value is None and type(None) in members:
            return None
        errors: list[Exception] = []
        for each in hooks:
            try:
                return each(value)
            except Exception as error:
                errors.append(error)
        of_right_form = [each for each in errors if isinstance(each, BaseValidationError)]
        if len(of_right_form or errors) == 1:
            raise (of_right_form or errors)[0]
        told = [_message(each) for each in errors]
        hints = [hint for _said, hint in told if hint]
        raise InvalidValue(
            joined("; ", (each for each, _hint in told)), joined(" or ", hints) if hints else None
        )

    return hook


def _list(kind: Any, origin: Any, arguments: tuple[Any, ...]) -> Hook:
    is_fixed = origin is tuple and arguments[-1] is not ...
    hooks = [_hook(each) for each in arguments if each is not ...]

    def hook(value: Any) -> Any:
        plain = literal(value)
        if not isinstance(plain, list):
            raise InvalidValue(_("expected a list, got {described}", described=described(plain)))
        if is_fixed and len(plain) != len(hooks):
            raise InvalidValue(
                _("expected a list of {count}, got one of {found}", count=len(hooks), found=len(plain))
            )
        wanted = hooks if is_fixed else hooks * len(plain)
        return LISTS[origin](_items(kind, zip(range(len(plain)), plain, wanted, strict=True), _PartlyRead))

    return hook


def _table(kind: Any, inner: Any) -> Hook:
    inner_hook = _hook(inner)

    def hook(value: Any) -> Any:
        plain = literal(value)
        if not isinstance(plain, Mapping):
            raise InvalidValue(_("expected a table, got {described}", described=described(plain)))
        return dict(zip(plain, _items(kind, ((key, plain[key], inner_hook) for key in plain)), strict=True))

    return hook


def _items(
    kind: Any,
    items: Iterable[tuple[Key, Any, Hook]],
    wrong: type[IterableValidationError] = IterableValidationError,
) -> list[Any]:
    """Every item read by its hook, or the errors of all."""
    read: list[Any] = []
    errors: list[Exception] = []
    for key, value, hook in items:
        try:
            read.append(hook(value))
        except Exception as error:  # validators may raise anything
            error.add_note(IterableValidationNote(_("item {key}", key=key), key, None))
            errors.append(error)
            read.append(None)
    if not errors:
        return read
    error_of_all = wrong(_("while reading items"), errors, kind)
    if isinstance(error_of_all, _PartlyRead):
        error_of_all.read = tuple(read)
    raise error_of_all


def one_of(choices: Collection[Any], value: Any) -> Any:
    """``value``, where it is one of ``choices``. Raises InvalidValue with the one probably meant."""
    if any(type(value) is type(each) and value == each for each in choices):
        return value
    said = ", ".join(map(str, choices))
    if not isinstance(value, str):
        raise InvalidValue(_("{described} is not one of {said}", described=described(value), said=said))
    raise InvalidValue(
        _("{shown!r} is not one of {said}", shown=value, said=said), meant(value, map(str, choices))
    )


def _problems(error: BaseException, at: KeyPath, document: Document) -> Iterable[Problem]:
    if isinstance(error, ClassValidationError | IterableValidationError):
        for each in error.exceptions:
            key = _noted_key(each, error.cl)
            if key is not None and isinstance(each, KeyError):
                yield document.problem((*at, key), _("is missing"))
            else:
                yield from _problems(each, at if key is None else (*at, key), document)
    elif isinstance(error, ForbiddenExtraKeysError):
        known = [key_of(each) for each in attrs.fields(error.cl) if each.init]
        for unknown in sorted(error.extra_fields):
            yield unknown_key(unknown, known, at, document)
    elif isinstance(error, ConfigError):
        for found in error.problems:
            yield document.problem((*at, *keys_of(found.path)), found.message, found.hint)
    else:
        message, hint = _message(error)
        yield document.problem(at, message, hint)


def unknown_key(key: str, known: Iterable[str], at: KeyPath, document: Document) -> Problem:
    """The problem that the table ``at`` has a key which nothing reads."""
    return document.problem(at, _("unknown key {key!r}", key=key), meant(key, known), key=key)


def _noted_key(error: BaseException, cls: Any) -> Key | None:
    """The key of an attribute of ``cls``, or the place in a list, that an error is about."""
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return key_of(getattr(attrs.fields(cls), note.name))
        if isinstance(note, IterableValidationNote):
            return note.index
    return None


def _message(error: BaseException) -> tuple[str, str | None]:
    if isinstance(error, UsageError):
        return error.message, error.hint
    if error.args and isinstance(error.args[0], str):
        return error.args[0], None
    return str(error) or type(error).__name__, None
