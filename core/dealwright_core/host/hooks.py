"""Which hooks a plugin implements, read from pluggy's marks. The calls are our own: see `faults`."""

import inspect
from collections.abc import Callable, Iterable
from types import FunctionType, MethodType, ModuleType
from typing import Any

from attrs import frozen
from pluggy import PluginManager

from dealwright_core.errors import InvalidValue
from dealwright_core.hookspecs import PROJECT, Hooks
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.spelling import did_you_mean

_MARKS = PluginManager(PROJECT)
# What pluggy looks for marks on.
MARKED = (FunctionType, MethodType, staticmethod, classmethod)
ARGUMENTS: dict[str, tuple[str, ...]] = {
    name: tuple(inspect.signature(method).parameters)[1:]
    for name, method in vars(Hooks).items()
    if callable(method) and not name.startswith("_")
}


@frozen(eq=False)
class Hook:
    """A function of a plugin, the hook it implements, and those of the hook's arguments that it takes."""

    name: str
    function: Callable[..., Any]
    takes: frozenset[str]


def hooks_of(plugin: object) -> tuple[Hook, ...]:
    """The hooks of ``plugin``, a module or an object. Raises InvalidValue with all that is wrong in them."""
    if isinstance(plugin, type):
        raise InvalidValue(
            _("is the class {plugin}", plugin=plugin.__name__), _("offer a module or an object")
        )
    found: list[Hook] = []
    wrong: list[str] = []
    for attribute in _attributes(plugin):
        marks = _MARKS.parse_hookimpl_opts(plugin, attribute)
        if marks is None:
            continue
        name = marks.get("specname") or attribute
        function = getattr(plugin, attribute)
        if name not in ARGUMENTS:
            if not marks.get("optionalhook"):
                wrong.append(
                    _("there is no hook {name!r}{near}", name=name, near=did_you_mean(name, ARGUMENTS))
                )
            continue
        parameters = inspect.signature(function).parameters
        said = [*_marked(name, dict(marks)), *_signed(name, parameters.values())]
        wrong += said
        if not said:
            found.append(Hook(name, function, frozenset(parameters)))
    if wrong:
        raise InvalidValue(joined("; ", wrong))
    return tuple(found)


def _attributes(plugin: object) -> list[str]:
    """The names of what may bear a mark: of a module the functions, for most of its names are something else."""
    if isinstance(plugin, ModuleType):
        return sorted(name for name, each in vars(plugin).items() if isinstance(each, MARKED))
    return sorted(dir(plugin))


def _marked(name: str, marks: dict[str, Any]) -> list[str]:
    """What a mark asks for that the host does not do."""
    if marks.get("wrapper") or marks.get("hookwrapper"):
        return [_("{name}: a hook cannot be wrapped", name=name)]
    if marks.get("tryfirst") or marks.get("trylast"):
        return [
            _("{name}: the order of plugins is set by [plugins] order, not by tryfirst or trylast", name=name)
        ]
    return []


def _signed(name: str, parameters: Iterable[inspect.Parameter]) -> list[str]:
    """What is wrong with the arguments. A hook may take fewer than it is offered, and all by name."""
    known = ARGUMENTS[name]
    offered = _("it may take {known}", known=", ".join(known))
    wrong = []
    for each in parameters:
        if each.kind not in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY):
            wrong.append(
                _("{name}: argument {each} is not by name; {offered}", name=name, each=each, offered=offered)
            )
        elif each.name not in known:
            wrong.append(
                _(
                    "{name}: unknown argument {argument!r}{near}; {offered}",
                    name=name,
                    argument=each.name,
                    near=did_you_mean(each.name, known),
                    offered=offered,
                )
            )
    return wrong
