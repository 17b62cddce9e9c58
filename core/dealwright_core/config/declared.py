"""Records that an integrator declares in the configuration. They are like those of a class in every way."""

import keyword
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import attrs
from attrs import field, frozen

from dealwright_core import records
from dealwright_core.config.document import Document, KeyPath, meant
from dealwright_core.config.settingtypes import LEAVES, Context, ratio
from dealwright_core.config.structure import one_of
from dealwright_core.errors import InvalidValue, Problem
from dealwright_core.language import core as _
from dealwright_core.records.fieldtypes import TYPES
from dealwright_core.records.record import COMMON, FieldClass, Record, about
from dealwright_core.records.recordtype import NAME, RESERVED, RecordType, snake

CORE_KINDS = tuple(
    snake(each.__name__)
    for each in vars(records).values()
    if isinstance(each, type) and issubclass(each, Record) and each is not Record
)


LONGEST_NAME = 50
NAME_HINT = _(
    "use small letters, digits and single '_', {longest_name} signs at most", longest_name=LONGEST_NAME
)


@frozen
class DeclaredField:
    """A field of a declared record: ``default`` is of its type, ``link`` the kind of record it leads to."""

    name: str
    type: str
    title: str = ""
    required: bool = False
    choices: tuple[str, ...] | None = None
    link: str | None = None
    default: Any = None
    field_class: FieldClass = "plain"


@frozen
class DeclaredRecord:
    """A kind of record. ``on`` is the kind it hangs on, by a required link field of that name.

    Where it is ``single`` there is at most one on each. One that is ``reference`` is shared by all; else a record
    belongs to whom the one belongs that it hangs on.
    """

    name: str
    title: str = ""
    on: str | None = None
    single: bool = False
    label: str = ""
    fields: tuple[DeclaredField, ...] = ()
    reference: bool = False


@frozen(kw_only=True)
class FieldTable:
    """A table ``[records.NAME.fields.X]`` as it is written. A field with ``link`` needs no ``type``."""

    type: str | None = field(default=None, metadata=about(choices=tuple(TYPES)))
    title: str = ""
    required: bool = False
    choices: tuple[str, ...] | None = None
    link: str | None = None
    default: Any = None
    field_class: FieldClass = "plain"


@frozen(kw_only=True)
class RecordTable:
    """A table ``[records.NAME]`` as it is written."""

    title: str = ""
    on: str | None = None
    single: bool = False
    label: str = ""
    reference: bool = False
    fields: Mapping[str, FieldTable] = field(factory=dict)


def declared_record_type(declared: DeclaredRecord) -> RecordType:
    """The kind of record, of a frozen class made for it."""
    attributes: dict[str, Any] = {}
    if declared.on is not None:
        title = declared.on.replace("_", " ").capitalize()
        attributes[declared.on] = attrs.field(type=int, metadata=about(title, link=declared.on))
    for each in declared.fields:
        attributes[each.name] = _attribute(each)
    name = "".join(word.capitalize() for word in declared.name.split("_"))
    cls = attrs.make_class(name, attributes, bases=(Record,), frozen=True, kw_only=True, slots=True)
    cls.__doc__ = _("{declared}, as the configuration declares it.", declared=declared.title or name)
    return RecordType(
        cls,
        title=declared.title,
        name=declared.name,
        label=declared.label,
        unique=((declared.on,),) if declared.single and declared.on is not None else (),
        is_reference=declared.reference,
    )


def _attribute(declared: DeclaredField) -> Any:
    kind = TYPES[declared.type].python
    default: Any = attrs.NOTHING if declared.required else declared.default
    needs_value = declared.required or declared.default is not None
    return attrs.field(
        type=kind if needs_value else kind | None,  # type: ignore[arg-type]  # a type made at run time
        default=default,
        metadata=about(
            declared.title,
            link=declared.link,
            choices=declared.choices,
            ratio=declared.type == "ratio",
            field_class=declared.field_class,
        ),
    )


def read_record(
    name: str, table: RecordTable, context: Context, document: Document
) -> tuple[DeclaredRecord, list[Problem]]:
    """The record that ``table`` declares, and everything wrong with it."""
    at: KeyPath = ("records", name)
    problems = list(_record_problems(name, table, at, document))
    fields = []
    for each, field_table in table.fields.items():
        place = (*at, "fields", each)
        problems += _field_problems(each, field_table, table.on, place, document)
        try:
            default = _default(field_table, context)
        except InvalidValue as error:
            problems.append(document.problem((*place, "default"), error.message, error.hint))
            default = None
        fields.append(
            DeclaredField(
                name=each,
                type=field_table.type or "link",
                title=field_table.title,
                required=field_table.required,
                choices=field_table.choices,
                link=field_table.link,
                default=default,
                field_class=field_table.field_class,
            )
        )
    return DeclaredRecord(
        name, table.title, table.on, table.single, table.label, tuple(fields), table.reference
    ), problems


def _default(table: FieldTable, context: Context) -> Any:
    if table.default is None or table.type in (None, "link"):
        return None
    assert table.type is not None
    if table.type == "ratio":
        return ratio(table.default, context)
    value = LEAVES[TYPES[table.type].python](table.default, context)
    TYPES[table.type].check(value)
    return value if table.choices is None else one_of(table.choices, value)


def _record_problems(name: str, table: RecordTable, at: KeyPath, document: Document) -> Iterable[Problem]:
    if not _is_name(name) or name in RESERVED:
        yield document.problem(at, _("cannot be the name of a record"), NAME_HINT)
    elif name in CORE_KINDS:
        yield document.problem(
            at,
            _("{name!r} is a record of every deployment", name=name),
            _("name it {name}_detail and set on = {name!r}", name=name),
        )
    for twice in _columns_needed_twice(table):
        yield document.problem(at, _("two fields need the column {twice!r}", twice=twice), _("rename one"))
    if not table.fields:
        yield document.problem(at, _("has no fields"), _("add [records.{name}.fields.NAME]", name=name))
    if table.on == name:
        yield document.problem(
            (*at, "on"), _("a record cannot hang on its own kind"), _("use a field with link")
        )
    if table.single and table.on is None:
        yield document.problem(
            (*at, "single"), _("needs 'on': single means at most one on each of that kind")
        )
    named = [*COMMON, *table.fields, *([table.on] if table.on else [])]
    if table.label and table.label not in named:
        yield document.problem(
            (*at, "label"), _("there is no field {table!r}", table=table.label), meant(table.label, named)
        )


def _is_name(name: str) -> bool:
    return NAME.fullmatch(name) is not None and len(name) <= LONGEST_NAME and not keyword.iskeyword(name)


def _columns_needed_twice(table: RecordTable) -> Iterable[str]:
    """Money takes several columns: the field `price_minor` cannot stand beside an amount `price`."""
    columns = [
        column.name
        for name, each in table.fields.items()
        for column in TYPES[each.type or "link"].columns(name)
    ]
    return sorted({each for each in columns if columns.count(each) > 1})


def _field_problems(
    name: str, table: FieldTable, on: str | None, at: KeyPath, document: Document
) -> Iterable[Problem]:
    if not _is_name(name):
        yield document.problem(at, _("cannot be the name of a field"), NAME_HINT)
    elif name in COMMON:
        yield document.problem(at, _("every record has a field of this name"), _("choose another name"))
    elif name == on:
        yield document.problem(at, _("is the field that on = {on!r} makes", on=on), _("leave it out"))
    yield from _type_problems(table, at, document)
    if table.choices is not None and table.type != "text":
        yield document.problem((*at, "choices"), _("are for text only"), _('set type = "text"'))
    elif table.choices is not None and (not table.choices or len(set(table.choices)) < len(table.choices)):
        yield document.problem((*at, "choices"), _("are none, or name one twice"))
    if table.default is not None and (table.required or table.link is not None):
        why = _("a required field has no default") if table.required else _("a link has no default")
        yield document.problem((*at, "default"), why, _("leave out one of the two"))


def _type_problems(table: FieldTable, at: KeyPath, document: Document) -> Iterable[Problem]:
    if table.type is None and table.link is None:
        yield document.problem(
            (*at, "type"), _("is missing"), _("use one of {types}", types=", ".join(TYPES))
        )
    elif table.type == "link" and table.link is None:
        yield document.problem((*at, "link"), _("is missing"), _("name the kind of record that it leads to"))
    elif table.link is not None and table.type not in (None, "link"):
        yield document.problem(
            (*at, "link"),
            _("is for links, and this is {type}", type=table.type),
            _("leave out one of the two"),
        )


def link_problems(
    declared: Iterable[DeclaredRecord], kinds: Collection[str], document: Document
) -> list[Problem]:
    """The links of ``declared`` that lead to none of ``kinds``."""
    declared = tuple(declared)
    known = {*kinds, *(each.name for each in declared)}
    links = [
        (("records", each.name, "on"), each.on) for each in declared if each.on is not None
    ] + [
        (("records", each.name, "fields", inner.name, "link"), inner.link)
        for each in declared
        for inner in each.fields
        if inner.link is not None
    ]  # fmt: skip
    return [
        document.problem(path, _("there is no record {kind!r}", kind=kind), meant(kind, known))
        for path, kind in links
        if kind not in known
    ]
