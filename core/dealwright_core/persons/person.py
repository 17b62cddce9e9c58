"""Who a person is here, and which records and fields are theirs (个人信息)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from attrs import frozen

from dealwright_core.errors import NotFound, UsageError
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.persons.words import ERASED, Words, words_of
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import MERGED_INTO, Field, RecordType
from dealwright_core.store.session import Session

KINDS: Final = ("contact", "member", "customer")
# What says who somebody is beside the fields of class personal: who sells, and who buys, is no secret in the house.
IDENTIFYING: Final[Mapping[str, tuple[str, ...]]] = {
    "contact": (),
    "member": ("name", "login"),
    "customer": ("name", "tax_id"),
}
PERSON: Final = "person"
# An account name may be any word; it is no text to look for elsewhere.
NOT_LOOKED_FOR: Final = frozenset({"login"})
DAY: Final = date(1900, 1, 1)
# Amounts and links stay: sums are unchanged, and without a name they are nobody's.
KEPT_TYPES: Final = frozenset({"money", "price", "link"})


@frozen(eq=False)
class Holding:
    """A record that is the person's, and the fields of it that are."""

    kind: RecordType
    record: Record
    fields: tuple[Field, ...]

    def __str__(self) -> str:
        return f"{self.kind.name} {self.record.ref}"

    @property
    def at(self) -> tuple[str, int]:
        """Its kind and id."""
        return self.kind.name, self.record.id

    @property
    def values(self) -> dict[str, Any]:
        """What the fields hold, those with nothing in them left out, as JSON says it."""
        return {
            each.name: each.type.to_json(getattr(self.record, each.name))
            for each in self.fields
            if not is_nothing(
                self.kind, each, self.record, each.type.to_json(getattr(self.record, each.name))
            )
        }

    @property
    def erased(self) -> dict[str, Any]:
        """What is left in the fields."""
        return {each.name: nothing(self.kind, each, self.record) for each in self.fields}

    def personal_in(self, change: Mapping[str, Any]) -> dict[str, Any]:
        """What an event says of the person."""
        return {
            each.name: change[each.name]
            for each in self.fields
            if each.name in change and not is_nothing(self.kind, each, self.record, change[each.name])
        }


@frozen(eq=False)
class Person:
    """Somebody: their own record first, then those that belong to it alone."""

    holdings: tuple[Holding, ...]

    @property
    def own(self) -> Holding:
        """The record that is the person."""
        return self.holdings[0]

    def words(self, earlier: Iterable[tuple[Holding, Mapping[str, Any]]] = ()) -> Words:
        """The texts by which the person is known, with those that ``earlier`` events gave."""
        said = [*((each, each.values) for each in self.holdings), *earlier]
        return words_of(
            value
            for holding, values in said
            for name, value in values.items()
            if isinstance(value, str) and name in _searched(holding)
        )


def find_person(session: Session, ref: str, kind: str) -> tuple[RecordType, Record]:
    """The contact, member, or customer of kind person with this ref. Raises `NotFound` or `UsageError`."""
    if kind and kind not in KINDS:
        raise UsageError(
            _("a {kind} is no person", kind=kind), _("give one of {kinds}", kinds=", ".join(KINDS))
        )
    found = []
    for each in (kind,) if kind else KINDS:
        known = session.kind(each)
        try:
            found.append((known, session.get(each, ref)))
        except NotFound:
            continue
    persons = [(known, record) for known, record in found if is_person(known.name, record)]
    if len(persons) > 1:
        kinds = joined(" and ", (_("a {name}", name=known.name) for known, __ in persons))
        raise UsageError(
            _("{ref} is {kinds}", ref=ref, kinds=kinds),
            _("give --kind {persons}", persons=persons[0][0].name),
        )
    if found and not persons:
        raise UsageError(
            _("customer {ref} is no person", ref=ref), _("its kind is not person; erase its contacts")
        )
    if not persons:
        raise NotFound(kind or "person", ref)
    return _standing(session, *persons[0])


def _standing(session: Session, kind: RecordType, record: Record) -> tuple[RecordType, Record]:
    """What a person was merged into, where that is a person too."""
    into = getattr(record, MERGED_INTO, None)
    above = None if into is None else session.get(kind.name, into)
    return (
        (kind, record)
        if above is None or not is_person(kind.name, above)
        else _standing(session, kind, above)
    )


def is_person(kind: str, record: Record) -> bool:
    """Whether a record of one of the three kinds is a person."""
    return kind != "customer" or getattr(record, "kind", None) == PERSON


def whole_person(session: Session, kind: RecordType, record: Record) -> Person:
    """A person with every record that is theirs alone, from a session that reads everything.

    Such a record is a part of one of theirs, the only one it may have of its kind, or was merged into it; or its link
    to a record of theirs that is no member is required, such as that of a contact to a customer of kind person.
    """
    fields = tuple(each for each in kind.fields if _is_personal(kind, each))
    holdings = [Holding(kind, record, fields)]
    seen = {holdings[0].at}
    for at in holdings:
        for following in _belonging(session, at):
            if following.at not in seen:
                seen.add(following.at)
                holdings.append(following)
    return Person((holdings[0], *(each for each in holdings[1:] if each.fields)))


def linking(session: Session, person: Person) -> Iterator[tuple[RecordType, Field, list[Record]]]:
    """Records that lead to the person's own, by kind and link, but for those that are theirs."""
    theirs = {each.at for each in person.holdings}
    for name in sorted(session.kinds):
        kind = session.kind(name)
        for each in kind.fields:
            if each.link == person.own.kind.name:
                equals: dict[str, Any] = {each.name: person.own.record.id}
                found = [found for found in session.find(name, **equals) if (name, found.id) not in theirs]
                if found:
                    yield kind, each, found


def nothing(kind: RecordType, field: Field, record: Record) -> Any:
    """What an erased field holds: nothing, or where it needs something, a value that says nothing."""
    if field.optional:
        return None
    if field.choices:
        return field.choices[0]
    if field.type.name == "text":
        # No two records may share this one.
        is_shared = any(field.name in group for group in kind.unique)
        return f"{ERASED} {record.id}" if is_shared else ERASED
    if field.type.name == "date":
        return DAY
    if field.type.name == "instant":
        return datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
    return False if field.type.name == "boolean" else 0


def is_nothing(kind: RecordType, field: Field, record: Record, value: Any) -> bool:
    """Whether a value, as JSON says it, is what an erased field holds, or none."""
    return value is None or value == field.type.to_json(nothing(kind, field, record))


def _is_personal(kind: RecordType, field: Field) -> bool:
    if field.type.name in KEPT_TYPES:
        return False
    return field.field_class == "personal" or field.name in IDENTIFYING.get(kind.name, ())


def _searched(holding: Holding) -> set[str]:
    return {
        each.name
        for each in holding.fields
        if each.type.name == "text" and not each.choices and each.name not in NOT_LOOKED_FOR
    }


def _belonging(session: Session, above: Holding) -> Iterator[Holding]:
    for name in sorted(session.kinds):
        kind = session.kind(name)
        fields = tuple(each for each in kind.fields if _is_personal(kind, each))
        for each in kind.fields:
            if each.link != above.kind.name or not _belongs_by(kind, each):
                continue
            equals: dict[str, Any] = {each.name: above.record.id}
            for record in session.find(name, **equals):
                yield Holding(kind, record, fields)


def _belongs_by(kind: RecordType, link: Field) -> bool:
    """Whether a record belongs to the one that this link leads to."""
    if link.name == MERGED_INTO or kind.part_of == link.name or (link.name,) in kind.unique:
        return True
    return link.required and not link.optional and link.link != "member"
