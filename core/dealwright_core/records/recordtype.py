"""What the platform knows of one kind of record: read from the attrs class, never written twice."""

import re
import types
import typing
import unicodedata
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any, Literal

import attrs
from attrs import field, frozen

from dealwright_core.errors import InvalidValue
from dealwright_core.expr import Expression
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records.fieldtypes import BY_PYTHON, TYPES, ColumnSpec, FieldType, ToBase
from dealwright_core.records.record import ABOUT, COMMON, About, FieldClass, Record
from dealwright_core.spelling import did_you_mean

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST_REF = 200
# The link of a record that was merged to the one that stands for both.
MERGED_INTO = "merged_into"
# Unicode categories: control characters, surrogates, line and paragraph separators.
UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
RESERVED = {
    "select",
    "from",
    "where",
    "journal",
    "report",
    "evaluation",
    "import",
    "export",
    "system",
    "plugins",
    "config",
    "db",
    "new",
}


@frozen
class Field:
    """A field of a record: its type, whether a record may lack it, and what it links to."""

    name: str
    title: str
    type: FieldType
    required: bool
    optional: bool
    default: Any = None
    link: str | None = None
    choices: tuple[str, ...] | None = None
    field_class: FieldClass = "plain"

    @property
    def columns(self) -> tuple[ColumnSpec, ...]:
        """The columns that hold the field."""
        return self.type.columns(self.name)

    def check(self, value: Any) -> None:
        """Raise `InvalidValue` where the field may not have this value."""
        if value is None:
            if not self.optional:
                raise InvalidValue(_("{name} is required", name=self.name))
            return
        try:
            self.type.check(value)
        except InvalidValue as error:
            raise InvalidValue(joined(": ", (self.name, error))) from None
        if self.choices is not None and value not in self.choices:
            raise InvalidValue(
                _(
                    "{name}: {value!r} is not one of {choices}",
                    name=self.name,
                    value=value,
                    choices=", ".join(self.choices),
                )
                + did_you_mean(value, self.choices)
            )


@frozen(eq=False)
class Constraint:
    """What no record of a kind may be, as an expression: where ``refuse_when`` is true the record is refused.

    It holds on every way in, commands and imports alike. ``level`` warn lets it pass with a warning.
    """

    code: str
    refuse_when: Expression
    message: str
    level: Literal["block", "warn"] = "block"
    waivable: bool = False


@frozen(eq=False)
class RecordType:
    """A kind of record, as hook ``records()`` yields it.

    ``cls`` is a frozen attrs class that inherits `Record`. ``name`` is filled by the platform: the snake-case
    name of the class, behind the plugin's name. ``prefix`` starts the refs it numbers. ``label`` is the field
    that names a record for a person. ``dated_by`` lists the date fields, first filled one first, at whose
    exchange rate amounts are converted; without any the day of writing counts. ``dated_with`` names a link
    instead: amounts are converted at the day of the record it leads to. ``unique`` lists groups of fields
    that no two records may share. ``guarded_by`` lists links whose records are locked before guards run, so
    that a guard which looks at all records of one owner sees them alone. ``owned_by`` lists the links that say
    to whom a record belongs: to a member, to a team, or to whom the linked record belongs; by default ``owner``,
    else the first required link. ``part_of`` names the link to the record that this is a part of, whose rights then
    count for both. ``is_reference`` marks kinds that all share, such as products. ``alike_by`` lists the fields of
    text by which two records are found to be the same one: the ``label`` is compared as a name, others as numbers.
    With a link ``merged_into`` to its own kind such records can be merged.
    """

    cls: type[Record]
    title: str = ""
    name: str = ""
    prefix: str = ""
    label: str = ""
    dated_by: tuple[str, ...] = ()
    dated_with: str = ""
    guarded_by: tuple[str, ...] = ()
    owned_by: tuple[str, ...] | None = None
    part_of: str = ""
    is_reference: bool = False
    alike_by: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    constraints: tuple[Constraint, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(factory=dict)
    plugin: str = ""

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields beside the common ones, in the order of the class."""
        cls: type = self.cls
        return _fields_of(cls, tuple(self.choices.items()))

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The same fields by name."""
        return {each.name: each for each in self.fields}

    @cached_property
    def is_mergeable(self) -> bool:
        """Whether two records of the kind may turn out to be one, and are merged then."""
        found = self.by_name.get(MERGED_INTO)
        return bool(self.alike_by) and found is not None and found.link == self.name

    @property
    def columns(self) -> tuple[ColumnSpec, ...]:
        """The columns of all `fields`, in order."""
        return tuple(column for each in self.fields for column in each.columns)

    def check(self, record: Record) -> None:
        """Raise `InvalidValue` naming every field that has a wrong value, the ref included."""
        wrong = []
        try:
            check_ref(record.ref)
        except InvalidValue as error:
            wrong.append(error.text)
        for each in self.fields:
            try:
                each.check(getattr(record, each.name))
            except InvalidValue as error:
                wrong.append(error.text)
        if wrong:
            raise InvalidValue(joined("; ", wrong))

    def encode(self, record: Record, to_base: ToBase) -> tuple[Any, ...]:
        """The values of `columns` for a record."""
        return tuple(
            cell for each in self.fields for cell in each.type.encode(getattr(record, each.name), to_base)
        )

    @cached_property
    def build(self) -> Callable[[typing.Sequence[Any]], Record]:
        """A function from a row (id, ref, created_at, updated_at, version, then `columns`) to the record."""
        slices: list[tuple[str, FieldType, int, int]] = []
        at = len(COMMON)
        for each in self.fields:
            width = len(each.columns)
            slices.append((each.name, each.type, at, at + width))
            at += width

        def build(row: typing.Sequence[Any]) -> Record:
            values = {name: kind.decode(tuple(row[low:high])) for name, kind, low, high in slices}
            return self.cls(**dict(zip(COMMON, row, strict=False)), **values)

        return build

    def to_json(self, record: Record) -> dict[str, Any]:
        """Every field of the record as JSON can say it; links are ids."""
        common = {
            name: value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value
            for name in COMMON
            for value in [getattr(record, name)]
        }
        return common | {each.name: each.type.to_json(getattr(record, each.name)) for each in self.fields}

    def named(self, plugin: str, distribution_prefix: str = "") -> "RecordType":
        """The same kind with the name, title and prefix it has in the platform."""
        own = snake(self.cls.__name__)
        prefixed = (
            not distribution_prefix or own == distribution_prefix or own.startswith(f"{distribution_prefix}_")
        )
        name = self.name or (own if prefixed else f"{distribution_prefix}_{own}")
        return attrs.evolve(
            self,
            name=name,
            plugin=plugin,
            title=self.title or name.replace("_", " ").capitalize(),
            prefix=self.prefix or "".join(word[0] for word in name.split("_")).upper() + "-",
            label=self.label or ("name" if any(a.name == "name" for a in attrs.fields(self.cls)) else "ref"),
        )


@lru_cache(maxsize=256)
def _fields_of(cls: type, choices: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[Field, ...]:
    """The fields of a class, which every deployment in this process reads alike."""
    hints, given = typing.get_type_hints(cls), dict(choices)
    return tuple(
        _field(cls, each, hints[each.name], given.get(each.name))
        for each in attrs.fields(cls)
        if each.name not in COMMON
    )


def _field(cls: type, attribute: "attrs.Attribute[Any]", hint: Any, choices: tuple[str, ...] | None) -> Field:
    about = attribute.metadata.get(ABOUT, About())
    python, optional = _unwrap(hint)
    kind = BY_PYTHON.get(python)
    if kind is None:
        known = ", ".join(each.__name__ for each in BY_PYTHON)
        raise InvalidValue(
            _(
                "{cls}.{attribute}: type {hint} cannot be kept; use {known}, or any of them | None",
                cls=cls.__name__,
                attribute=attribute.name,
                hint=hint,
                known=known,
            )
        )
    if about.key is not None:
        raise InvalidValue(
            _("{cls}.{attribute}: a key is for settings", cls=cls.__name__, attribute=attribute.name),
            _("name the field as it is to be called"),
        )
    if about.link or about.ratio:
        if python is not int:
            raise InvalidValue(
                _(
                    "{cls}.{attribute}: a link or ratio is an int",
                    cls=cls.__name__,
                    attribute=attribute.name,
                )
            )
        kind = TYPES["link" if about.link else "ratio"]
    default = attribute.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # typed as a function, is a class
        raise InvalidValue(
            _(
                "{cls}.{attribute}: give a plain default, not a factory",
                cls=cls.__name__,
                attribute=attribute.name,
            )
        )
    missing = default is attrs.NOTHING
    return Field(
        name=attribute.name,
        title=about.title or attribute.name.replace("_", " ").capitalize(),
        type=kind,
        required=missing,
        optional=optional,
        default=None if missing else default,
        link=about.link,
        choices=about.choices if choices is None else choices,
        field_class=about.field_class,
    )


def check_ref(ref: Any) -> None:
    """Raise `InvalidValue` for a ref that nobody could type, see or pass on; an empty one is numbered."""
    if not isinstance(ref, str):
        raise InvalidValue(_("ref: expected text, got {type} {ref!r}", type=type(ref).__name__, ref=ref))
    if len(ref) > LONGEST_REF:
        raise InvalidValue(
            _(
                "ref: {ref!r}… has {count:,} characters: {longest_ref} are the most",
                ref=ref[:20],
                count=len(ref),
                longest_ref=LONGEST_REF,
            )
        )
    if ref.isascii() and ref.isprintable() and ref == ref.strip():
        return
    if any(unicodedata.category(each) in UNSEEN for each in ref):
        raise InvalidValue(
            _("ref: {ref!r} holds a control character or half of a surrogate pair: remove it", ref=ref)
        )
    if ref != ref.strip():
        raise InvalidValue(_("ref: {ref!r} begins or ends with white space: remove it", ref=ref))


def snake(name: str) -> str:
    """``StageMove`` as ``stage_move``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _unwrap(hint: Any) -> tuple[Any, bool]:
    """The type inside ``X | None``, and whether None is allowed."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        inner = [each for each in typing.get_args(hint) if each is not type(None)]
        return (inner[0] if len(inner) == 1 else hint), len(inner) < len(typing.get_args(hint))
    return hint, False
