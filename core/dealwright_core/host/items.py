"""What each kind of contribution must be, beyond the types of its fields."""

import inspect
import re
from collections.abc import Callable, Iterable
from typing import Any

import attrs

from dealwright_core import contributions as c
from dealwright_core.commands.signature import Parameter, parameters
from dealwright_core.config.declared import LONGEST_NAME
from dealwright_core.config.sections import CORE
from dealwright_core.config.structure import structure
from dealwright_core.errors import InvalidValue
from dealwright_core.host.border import mistake
from dealwright_core.host.loading import Plugin, is_frozen
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records.record import COMMON
from dealwright_core.records.recordtype import NAME as SNAKE
from dealwright_core.records.recordtype import RESERVED
from dealwright_core.spelling import did_you_mean

SLUG = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
DOTTED = re.compile(rf"{SLUG.pattern}(\.{SLUG.pattern})*")
SUFFIX = re.compile(r"(\.[a-z0-9]+)+")
# What `report` does with several reports.
REPORT_PAGE = "page"
# The schemes that a plan may name without any plugin.
SCHEMES_OF_PLANS = ("fixed", "flat", "interpolated", "lookup", "overage", "slab", "whole")

EXPECTED: dict[str, tuple[type, ...]] = {
    "channels": (c.Channel,),
    "scoring_rules": (c.ScoringRule,),
    "measures": (c.Measure,),
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
        item = _record_type_of(item)
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
        item = _named(item, plugin)
    if isinstance(item, c.Permission):
        item = attrs.evolve(item, name=f"{plugin.name}: {item.role or 'needs'}: {item.right}")
    try:
        CHECKS[kind](item)
    except InvalidValue as error:
        raise InvalidValue(joined(": ", (path, error))) from None
    return item


def _name(name: str, form: re.Pattern[str] = SLUG) -> None:
    if not form.fullmatch(name) or len(name) > LONGEST_NAME:
        raise InvalidValue(
            _("{name!r} cannot be a name", name=name), _("use small letters, digits, and single '-' or '_'")
        )


def _channel(item: c.Channel) -> None:
    _name(item.name)
    _name(item.kind)
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
    _name(item.name)
    if (item.points is None) == (item.batch is None):
        raise InvalidValue(_("a rule has either points or a batch function"))
    if bool(item.columns) != (item.batch is not None):
        raise InvalidValue(_("a batch function needs columns, and columns are for one"))
    if item.lowest > item.highest:
        raise InvalidValue(
            _("lowest is {lowest}, above highest, {highest}", lowest=item.lowest, highest=item.highest)
        )


def _measure(item: c.Measure) -> None:
    _name(item.name)
    if item.value is None and item.aggregate != "count":
        raise InvalidValue(_("a {aggregate} needs a value", aggregate=item.aggregate))
    if item.on is None and item.aggregate == "new":
        raise InvalidValue(_("what is new shows by dates: name one with on"))


def _permission(item: c.Permission) -> None:
    if item.role is not None:
        _name(item.role)


def _incentive_scheme(item: c.IncentiveScheme) -> None:
    _name(item.name)
    if item.name in SCHEMES_OF_PLANS:
        raise InvalidValue(_("every plan has a scheme of this name"), _("choose another"))
    try:
        inspect.signature(item.curve).bind(None, None)
    except ValueError:
        pass  # a function written in C may hide what it takes
    except Exception:
        raise InvalidValue(_("curve is not called as curve(quota, settings)"), _("take both")) from None
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
    _name(item.name)
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
    _name(item.name, DOTTED)
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
    _name(item.name)
    for suffix in item.suffixes:
        if not SUFFIX.fullmatch(suffix):
            raise InvalidValue(_("{suffix!r} is no suffix", suffix=suffix), _("write it as '.xlsx'"))


def _named_only(item: c.ApprovalRule | c.Check) -> None:
    _name(item.name)


def _record_type_of(cls: type) -> c.RecordType:
    if not issubclass(cls, c.Record):
        raise InvalidValue(_("yielded class {cls}, which does not inherit Record", cls=cls.__name__))
    return c.RecordType(cls)


def _named(item: c.RecordType, plugin: Plugin) -> c.RecordType:
    """The kind with its name in the platform: behind that of its plugin, so that two plugins do not meet."""
    prefix = "" if plugin.name == CORE else plugin.name.replace("-", "_")
    named = item.named(plugin.name, prefix)
    if prefix and named.name != prefix and not named.name.startswith(f"{prefix}_"):
        raise InvalidValue(
            _("the name {named!r} does not start with {prefix}_", named=named.name, prefix=prefix),
            _("leave the name out"),
        )
    return named


def _record_type(item: c.RecordType) -> None:
    cls = item.cls
    if "__attrs_attrs__" not in vars(cls) or not is_frozen(cls):
        raise InvalidValue(
            _("class {cls} can be altered", cls=cls.__name__),
            _("decorate it with attrs.frozen(kw_only=True)"),
        )
    _name(item.name, SNAKE)
    if item.name in RESERVED:
        raise InvalidValue(
            _("{name!r} cannot be the name of a record", name=item.name),
            _("it is a word of the command line"),
        )
    for each in item.fields:
        if not SNAKE.fullmatch(each.name):
            raise InvalidValue(_("{name!r} cannot be the name of a field", name=each.name))
        if each.default is not None:
            each.check(each.default)
    columns = [each.name for each in item.columns]
    if len(set(columns)) < len(columns):
        twice = next(each for each in columns if columns.count(each) > 1)
        raise InvalidValue(_("two fields need the column {twice!r}", twice=twice), _("rename one"))
    _field_names(item)
    for constraint in item.constraints:
        _name(constraint.code)


def _field_names(item: c.RecordType) -> None:
    """Fields that the kind speaks of exist."""
    known = {*COMMON, *item.by_name}
    if item.dated_with and (
        item.dated_with not in item.by_name or item.by_name[item.dated_with].link is None
    ):
        raise InvalidValue(
            _("dated_with: {dated_with!r} is no link of the record", dated_with=item.dated_with)
        )
    part_of = (item.part_of,) if item.part_of else ()
    for word, links in (
        ("guarded_by", item.guarded_by),
        ("owned_by", item.owned_by or ()),
        ("part_of", part_of),
    ):
        for name in links:
            if name not in item.by_name or item.by_name[name].link is None:
                raise InvalidValue(_("{word}: {name!r} is no link of the record", word=word, name=name))
    groups = (
        ("alike_by", (item.alike_by,)),
        ("dated_by", (item.dated_by,)),
        ("unique", item.unique),
        ("indexes", item.indexes),
    )
    named: list[tuple[str, str]] = [("label", item.label), *(("choices", each) for each in item.choices)]
    named += [(word, each) for word, lists in groups for listed in lists for each in listed]
    for word, name in named:
        if name not in known:
            raise InvalidValue(
                _(
                    "{word}: there is no field {name!r}{near}",
                    word=word,
                    name=name,
                    near=did_you_mean(name, known),
                )
            )
    for word, names, type in (("alike_by", item.alike_by, "text"), ("dated_by", item.dated_by, "date")):
        wrong = [each for each in names if each in COMMON or item.by_name[each].type.name != type]
        if wrong:
            raise InvalidValue(_("{word}: {wrong!r} is no {type}", word=word, wrong=wrong[0], type=type))


CHECKS: dict[type, Callable[[Any], None]] = {
    c.Channel: _channel,
    c.ScoringRule: _scoring_rule,
    c.Measure: _measure,
    c.IncentiveScheme: _incentive_scheme,
    c.RecordType: _record_type,
    c.Lifecycle: _lifecycle,
    c.MoreMoves: _more_moves,
    c.Command: _callable,
    c.Report: _report,
    c.Importer: _importer,
    c.ApprovalRule: _named_only,
    c.Permission: _permission,
    c.Check: _named_only,
}
