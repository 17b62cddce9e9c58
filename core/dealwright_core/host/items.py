"""What each kind of contribution must be, beyond the types of its fields."""

import inspect
import re
from collections.abc import Callable, Iterable
from typing import Any

import attrs

from dealwright_core import contributions as c
from dealwright_core.commands.signature import Parameter, parameters
from dealwright_core.config.structure import structure
from dealwright_core.errors import InvalidValue
from dealwright_core.host.border import mistake
from dealwright_core.host.loading import Plugin, is_frozen
from dealwright_core.host.names import DOTTED, check_name
from dealwright_core.host.recordkinds import check_record_type, named, record_type_of
from dealwright_core.language import core as _
from dealwright_core.language import joined

SUFFIX = re.compile(r"(\.[a-z0-9]+)+")
# What `report` does with several reports.
REPORT_PAGE = "page"

EXPECTED: dict[str, tuple[type, ...]] = {
    "channels": (c.Channel,),
    "scoring_rules": (c.ScoringRule,),
    "measures": (c.Measure,),
    "combiners": (c.Combiner,),
    "incentive_schemes": (c.IncentiveScheme,),
    "records": (c.RecordType,),
    "lifecycles": (c.Lifecycle, c.MoreMoves),
    "commands": (c.Command,),
    "reports": (c.Report,),
    "importers": (c.Importer,),
    "approval_rules": (c.ApprovalRule,),
    "permissions": (c.Permission,),
    "checks": (c.Check,),
}


def checked(hook: str, item: Any, plugin: Plugin) -> Any:
    """The contribution, named as it is in the platform. Raises InvalidValue with what is wrong in it."""
    if hook == "records" and isinstance(item, type):
        item = record_type_of(item)
    expected = EXPECTED[hook]
    if not isinstance(item, expected):
        known = joined(" or ", (each.__name__ for each in expected))
        raise InvalidValue(
            _(
                "yielded {type} {item!r}, not {known}",
                type=type(item).__name__,
                item=str(item)[:60],
                known=known,
            )
        )
    path = f"{type(item).__name__} {getattr(item, 'name', '')}".strip()
    kind = next(each for each in expected if isinstance(item, each))
    if (wrong := mistake(item, kind, path)) is not None:
        raise InvalidValue(wrong)
    if isinstance(item, c.RecordType):
        item = named(item, plugin)
    if isinstance(item, c.Permission):
        item = attrs.evolve(item, name=f"{plugin.name}: {item.role or 'needs'}: {item.right}")
    try:
        CHECKS[kind](item)
    except InvalidValue as error:
        raise InvalidValue(joined(": ", (path, error))) from None
    return item


def _channel(item: c.Channel) -> None:
    check_name(item.name)
    check_name(item.kind)
    names = [each.name for each in item.suitability]
    if len(set(names)) < len(names):
        raise InvalidValue(_("two rules of its suitability have one name"))
    for each in item.suitability:
        _scoring_rule(each)
        if each.points is None:
            raise InvalidValue(
                _("rule {name} of its suitability has no points: judge says what needs code", name=each.name)
            )


def _scoring_rule(item: c.ScoringRule) -> None:
    check_name(item.name)
    if (item.points is None) == (item.batch is None):
        raise InvalidValue(_("a rule has either points or a batch function"))
    if bool(item.columns) != (item.batch is not None):
        raise InvalidValue(_("a batch function needs columns, and columns are for one"))
    if item.lowest > item.highest:
        raise InvalidValue(
            _("lowest is {lowest}, above highest, {highest}", lowest=item.lowest, highest=item.highest)
        )


def _measure(item: c.Measure) -> None:
    check_name(item.name)
    if item.value is None and item.aggregate != "count":
        raise InvalidValue(_("a {aggregate} needs a value", aggregate=item.aggregate))
    if item.on is None and item.aggregate == "new":
        raise InvalidValue(_("what is new shows by dates: name one with on"))


def _permission(item: c.Permission) -> None:
    if item.role is not None:
        check_name(item.role)


def _combiner(item: c.Combiner) -> None:
    check_name(item.name)
    if not _takes_two(item.combine):
        raise InvalidValue(_("combine is not called as combine(lines, unit)"), _("take both"))


def _takes_two(function: Callable[..., Any]) -> bool:
    """Whether a function can be called with two values."""
    try:
        inspect.signature(function).bind(None, None)
    except ValueError:
        pass  # a function written in C may hide what it takes
    except Exception:
        return False
    return True


def _incentive_scheme(item: c.IncentiveScheme) -> None:
    check_name(item.name)
    if not _takes_two(item.curve):
        raise InvalidValue(_("curve is not called as curve(quota, settings)"), _("take both"))
    if item.settings is not None:
        _scheme_settings(item.settings)


def _scheme_settings(cls: type) -> None:
    if not attrs.has(cls) or not is_frozen(cls):
        raise InvalidValue(
            _("settings: {cls} is no frozen attrs class", cls=cls.__name__),
            _("decorate it with attrs.frozen"),
        )
    try:
        structure(cls, None)  # which only looks at the types of its fields
    except Exception as error:  # annotations are evaluated here
        raise InvalidValue(
            _("settings: {cls} cannot be read: {error}", cls=cls.__name__, error=error)
        ) from None


def _lifecycle(item: c.Lifecycle) -> None:
    check_name(item.name)
    _moves(item.moves)
    if not item.initial:
        raise InvalidValue(_("it has no initial state"))


def _more_moves(item: c.MoreMoves) -> None:
    _moves(item.moves)


def _moves(moves: Iterable[c.Move]) -> None:
    for each in moves:
        if not all((each.state, each.event, each.to)):
            raise InvalidValue(_("the move {each} names a state or an event that is empty", each=each))


def _callable(item: c.Command | c.Report) -> None:
    check_name(item.name, DOTTED)
    try:
        found = parameters(item.function)
    except InvalidValue:
        raise
    except Exception as error:  # annotations are evaluated here
        raise InvalidValue(
            _("its signature cannot be read: {error!r}", error=error), _("import what it names at run time")
        ) from None
    for each in found:
        _default(each)
        if each.name == "ref" and each.type is not str:
            raise InvalidValue(_("parameter 'ref' is the argument of the command line: it is a str"))


def _report(item: c.Report) -> None:
    if item.name == REPORT_PAGE:
        raise InvalidValue(
            _("{name!r} puts several reports on a page", name=item.name), _("choose another name")
        )
    _callable(item)


def _default(parameter: Parameter) -> None:
    if parameter.default is None:
        return
    hint: Any = tuple[parameter.type, ...] if parameter.many else parameter.type  # type: ignore[name-defined]  # made at run time
    if (
        wrong := mistake(
            parameter.default, hint, _("default of parameter {parameter!r}", parameter=parameter.name)
        )
    ) is not None:
        raise InvalidValue(wrong)


def _importer(item: c.Importer) -> None:
    check_name(item.name)
    for suffix in item.suffixes:
        if not SUFFIX.fullmatch(suffix):
            raise InvalidValue(_("{suffix!r} is no suffix", suffix=suffix), _("write it as '.xlsx'"))


def _named_only(item: c.ApprovalRule | c.Check) -> None:
    check_name(item.name)


CHECKS: dict[type, Callable[[Any], None]] = {
    c.Channel: _channel,
    c.ScoringRule: _scoring_rule,
    c.Measure: _measure,
    c.Combiner: _combiner,
    c.IncentiveScheme: _incentive_scheme,
    c.RecordType: check_record_type,
    c.Lifecycle: _lifecycle,
    c.MoreMoves: _more_moves,
    c.Command: _callable,
    c.Report: _report,
    c.Importer: _importer,
    c.ApprovalRule: _named_only,
    c.Permission: _permission,
    c.Check: _named_only,
}
