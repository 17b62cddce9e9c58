"""What a command's or report's signature says: the one source of the Python call and the command line's options."""

import inspect
import types
import typing
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from attrs import evolve, frozen

from dealwright_core.errors import InvalidValue, UsageError
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records.fieldtypes import BY_PYTHON, Notation
from dealwright_core.records.recordtype import Field
from dealwright_core.reporting.selection import Selection
from dealwright_core.spelling import did_you_mean
from dealwright_core.values import Calendar, Money, Period, Price

Called = TypeVar("Called", bound=Callable[..., Any])


class Argument:
    """Marks a parameter, beside one called ``ref``, as an argument of the command line rather than an option."""


ARGUMENT = Argument()
PLAIN = (str, int, bool, date, datetime, Money, Price, Period)
RESERVED = {"actor", "key", "waivers", "command"}


@frozen(kw_only=True)
class Parameter:
    """One parameter: ``type`` is what a value must be, ``many`` that there may be several, or ``count`` of them,
    ``field`` the record field it sets. ``part_of`` names the parameter that takes a `Selection` of which this is a
    part.
    """

    name: str
    type: type
    required: bool
    default: Any = None
    optional: bool = False
    many: bool = False
    choices: tuple[str, ...] | None = None
    help: str = ""
    field: Field | None = None
    is_argument: bool = False
    part_of: str = ""
    count: int | None = None


SELECTED: dict[str, tuple[type, str]] = {
    "by": (
        str,
        _("dimension: a field, a path such as customer.industry, team, region, month, quarter or year"),
    ),
    "period": (Period, _("period such as 2026, 2026-Q1 or 2026-03")),
    "where": (str, _("only what this condition is true for, such as \"amount >= '50000'\"")),
    "as_of": (date, _("as of the end of this day, default today")),
}


@frozen
class Reader:
    """Turns what was given for a parameter into its value."""

    notation: Notation
    calendar: Calendar

    def read(self, parameter: Parameter, given: Any) -> Any:
        """The value of a parameter. Texts are parsed; anything else must be of the type. Raises `InvalidValue`."""
        try:
            if given is None and (parameter.optional or not parameter.required):
                return None
            if parameter.many:
                if isinstance(given, str) or not isinstance(given, typing.Iterable):
                    raise InvalidValue(_("expected several texts, got {given!r}", given=given))
                return self._several(parameter, tuple(given))
            return self._one(parameter, given)
        except InvalidValue as error:
            raise InvalidValue(joined(": ", (parameter.name, error.message)), error.hint) from None

    def _several(self, parameter: Parameter, given: tuple[Any, ...]) -> tuple[Any, ...]:
        if parameter.count is not None and given and len(given) != parameter.count:
            raise InvalidValue(
                _("expected {count} values, got {found}", count=parameter.count, found=len(given))
            )
        return tuple(self._one(parameter, each) for each in given)

    def _one(self, parameter: Parameter, given: Any) -> Any:
        if parameter.field is not None and parameter.field.link is None:
            value = parameter.field.type.from_json(given, self.notation)
        elif parameter.type is Period:
            value = self.calendar.parse(given) if isinstance(given, str) else given
        elif parameter.type in BY_PYTHON:
            value = BY_PYTHON[parameter.type].from_json(given, self.notation)
        else:
            value = given
        if parameter.choices is not None and value not in parameter.choices:
            raise InvalidValue(
                _(
                    "{value!r} is not one of {choices}{near}",
                    value=value,
                    choices=", ".join(parameter.choices),
                    near=did_you_mean(str(value), parameter.choices),
                )
            )
        if not isinstance(value, parameter.type) or (parameter.type is int and isinstance(value, bool)):
            raise InvalidValue(
                _(
                    "expected {type}, got {got} {given!r}",
                    type=parameter.type.__name__,
                    got=type(given).__name__,
                    given=given,
                )
            )
        return value


@lru_cache(maxsize=2048)
def parameters(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """The parameters of a command or report behind its session; for a `Selection`, those of its parts.

    Raises `InvalidValue` where a signature cannot be offered on the command line.
    """
    found = list(inspect.signature(function, eval_str=True).parameters.values())
    if not found:
        raise InvalidValue(
            _("{function} takes no session: its first parameter must be one", function=function.__qualname__)
        )
    offered: list[Parameter] = []
    for each in found[1:]:
        offered += _parts(each) if each.annotation is Selection else [_parameter(function, each)]
    names = [each.name for each in offered]
    if twice := [each for each in names if names.count(each) > 1]:
        raise InvalidValue(
            _(
                "{function}: {twice!r} is a part of its selection, too",
                function=function.__qualname__,
                twice=twice[0],
            ),
            _("take one of them"),
        )
    return tuple(offered)


def bind(
    function: Callable[..., Any], named: str, arguments: Mapping[str, Any], reader: Reader
) -> dict[str, Any]:
    """The keyword arguments to call a function with. Raises `UsageError` for missing, unknown and wrong ones."""
    known = {each.name: each for each in parameters(function)}
    for name in arguments:
        if name not in known:
            raise UsageError(
                _(
                    "{named} has no parameter {name!r}{near}",
                    named=named,
                    name=name,
                    near=did_you_mean(name, known),
                )
            )
    missing = [each.name for each in known.values() if each.required and each.name not in arguments]
    if missing:
        raise UsageError(_("{named} needs {missing}", named=named, missing=", ".join(missing)))
    read = {name: reader.read(known[name], value) for name, value in arguments.items()}
    return _put_together(function, known, read)


def _put_together(
    function: Callable[..., Any], known: Mapping[str, Parameter], read: Mapping[str, Any]
) -> dict[str, Any]:
    """The same with the parts of a selection in one."""
    whole = {name: value for name, value in read.items() if not known[name].part_of}
    parts = {name: value for name, value in read.items() if known[name].part_of and value is not None}
    if of := next((each.part_of for each in known.values() if each.part_of), ""):
        whole[of] = evolve(_selection(inspect.signature(function).parameters[of]), **parts)
    return whole


def _parts(found: inspect.Parameter) -> list[Parameter]:
    """What the host offers for a parameter that takes a `Selection`."""
    default = _selection(found)
    return [
        Parameter(
            name=name,
            type=type,
            required=False,
            default=getattr(default, name),
            optional=True,
            help=help,
            part_of=found.name,
        )
        for name, (type, help) in SELECTED.items()
        if name != "by" or default.by
    ]


def _selection(found: inspect.Parameter) -> Selection:
    return found.default if isinstance(found.default, Selection) else Selection()


def _parameter(function: Callable[..., Any], found: inspect.Parameter) -> Parameter:
    where = f"{function.__qualname__}({found.name})"
    if found.kind in (found.VAR_POSITIONAL, found.VAR_KEYWORD, found.POSITIONAL_ONLY):
        raise InvalidValue(_("{where}: name every parameter, the command line has to offer it", where=where))
    if found.name in RESERVED:
        raise InvalidValue(_("{where}: this name belongs to the platform; choose another", where=where))
    if found.annotation is found.empty:
        raise InvalidValue(_("{where}: annotate it with a type", where=where))
    hint: Any = found.annotation
    extras: tuple[Any, ...] = ()
    if typing.get_origin(hint) is typing.Annotated:
        hint, *rest = typing.get_args(hint)
        extras = tuple(rest)
    hint, optional = _without_none(hint)
    many = typing.get_origin(hint) is tuple
    hints = typing.get_args(hint) if many else ()
    if many:
        hint = hints[0]
    choices = None
    if typing.get_origin(hint) is typing.Literal:
        choices = tuple(str(each) for each in typing.get_args(hint))
        hint = str
    if hint not in PLAIN:
        known = ", ".join(each.__name__ for each in PLAIN)
        raise InvalidValue(
            _(
                "{where}: type {annotation} cannot be offered; use {known}, Literal, or a tuple of texts",
                where=where,
                annotation=found.annotation,
                known=known,
            )
        )
    field = next((each for each in extras if isinstance(each, Field)), None)
    return Parameter(
        name=found.name,
        type=hint,
        required=found.default is found.empty,
        default=None if found.default is found.empty else found.default,
        optional=optional,
        many=many,
        choices=choices if field is None else field.choices,
        help=next((each for each in extras if isinstance(each, str)), "") or (field.title if field else ""),
        field=field,
        is_argument=(found.name == "ref" and found.default is found.empty) or ARGUMENT in extras,
        count=None if not many or hints[-1] is Ellipsis else len(hints),
    )


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        inner = [each for each in typing.get_args(hint) if each is not type(None)]
        return (inner[0] if len(inner) == 1 else hint), True
    return hint, False


def called_like(function: Called, like: Callable[..., Any], *, but: Collection[str] = ()) -> Called:
    """The function, which is called as another one is, but for some parameters, and has its docstring."""
    signature = inspect.signature(like)
    left = [each for name, each in signature.parameters.items() if name not in but]
    function.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]  # inspect reads it
    function.__doc__ = like.__doc__
    return function
