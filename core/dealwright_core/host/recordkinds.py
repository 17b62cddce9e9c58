"""What a kind of record that a plugin contributes must be, beyond the types of its fields."""

from dealwright_core import contributions as c
from dealwright_core.config.sections import CORE
from dealwright_core.errors import InvalidValue
from dealwright_core.host.loading import Plugin, is_frozen
from dealwright_core.host.names import check_name
from dealwright_core.language import core as _
from dealwright_core.records.record import COMMON
from dealwright_core.records.recordtype import NAME as SNAKE
from dealwright_core.records.recordtype import RESERVED
from dealwright_core.spelling import did_you_mean


def record_type_of(cls: type) -> c.RecordType:
    """The kind of a class that was yielded for it."""
    if not issubclass(cls, c.Record):
        raise InvalidValue(_("yielded class {cls}, which does not inherit Record", cls=cls.__name__))
    return c.RecordType(cls)


def named(item: c.RecordType, plugin: Plugin) -> c.RecordType:
    """The kind with its name in the platform: behind that of its plugin, so that two plugins do not meet."""
    prefix = "" if plugin.name == CORE else plugin.name.replace("-", "_")
    found = item.named(plugin.name, prefix)
    if prefix and found.name != prefix and not found.name.startswith(f"{prefix}_"):
        raise InvalidValue(
            _("the name {named!r} does not start with {prefix}_", named=found.name, prefix=prefix),
            _("leave the name out"),
        )
    return found


def check_record_type(item: c.RecordType) -> None:
    """Raise `InvalidValue` with what is wrong in a kind."""
    cls = item.cls
    if "__attrs_attrs__" not in vars(cls) or not is_frozen(cls):
        raise InvalidValue(
            _("class {cls} can be altered", cls=cls.__name__),
            _("decorate it with attrs.frozen(kw_only=True)"),
        )
    check_name(item.name, SNAKE)
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
        check_name(constraint.code)


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
