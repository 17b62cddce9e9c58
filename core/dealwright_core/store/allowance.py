"""What an actor may write: whether a change is within their rights, and records as they may see them meanwhile."""

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from sqlalchemy.engine import Connection

from dealwright_core.access.authority import Authority
from dealwright_core.access.owners import MEMBER, TEAM, Owners
from dealwright_core.access.ownership import OWNERS
from dealwright_core.access.rights import Action
from dealwright_core.errors import Refused
from dealwright_core.findings import Finding
from dealwright_core.language import Titled, joined
from dealwright_core.language import core as _
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import Field, RecordType
from dealwright_core.store.changes import Change
from dealwright_core.store.rowsecurity import beyond
from dealwright_core.store.sight import Sight

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue

R = TypeVar("R", bound=Record)


class Allowance:
    """Asked by a session for every change before it is written.

    ``pending`` gives a record that the session holds and has yet to write.
    """

    def __init__(
        self,
        connection: Connection,
        catalogue: "Catalogue",
        sight: Sight,
        authority: Authority,
        pending: Callable[[str, int], Record | None],
    ) -> None:
        self._connection, self._catalogue = connection, catalogue
        self._sight, self.authority, self._pending = sight, authority, pending
        self._ownership = authority.ownership
        self._added: set[tuple[str, int]] = set()

    def of(self, sight: Sight) -> "Allowance":
        """The same records for somebody with another sight."""
        return Allowance(self._connection, self._catalogue, sight, sight.authority, self._pending)

    def owned(self, kind: RecordType, record: R) -> R:
        """The record to be added: where nothing says to whom it belongs, it is the actor's own.

        One that might as well be a team's, such as a target, says itself whose it is.
        """
        member, paths = self.authority.member, self._ownership.paths[kind.name]
        if member is None or not paths or any(getattr(record, each) is not None for each in paths):
            return record
        if any(kind.by_name[each].link == TEAM for each in paths):
            return record
        own: dict[str, Any] = {each: member for each in paths if kind.by_name[each].link == MEMBER}
        return attrs.evolve(record, **own)

    def stored(self, kind: RecordType, record: R) -> R:
        """The record with the fields that the actor does not see, as it is stored."""
        if not self._sight.masked(kind.name):
            return record
        found = self._true(kind, record.id)
        assert isinstance(found, type(record))
        return found

    def shown(self, kind: RecordType, record: R) -> R:
        """The record without the fields that the actor does not see."""
        hidden: dict[str, Any] = {
            name: None
            for name in self._sight.masked(kind.name)
            if not self.belongs(kind, record, self._sight.members(kind.name, kind.by_name[name].field_class))
        }
        return attrs.evolve(record, **hidden) if hidden else record

    def check(self, kind: RecordType, change: Change) -> None:
        """Raise `Refused` where the actor may not make a change."""
        if change.before is None:
            self._added.add((kind.name, change.after.id))
        action = self._action(kind, change)
        records = [each for each in (change.before, change.after) if each is not None]
        self._check_scope(kind, change, action, records)
        written = [kind.by_name[name] for name in change.fields if self._is_set(kind.by_name[name], change)]
        self._check_classes(kind, change.after.ref, action, written, records)
        self._check_links(kind, change, written)

    def check_named(self, kind: RecordType, stored: Record, names: Iterable[str]) -> None:
        """Raise `Refused` where the actor may not write one of these fields of a record, whatever it holds: who could
        write what it holds, and nothing else, could guess it.
        """
        named = [kind.by_name[each] for each in names if each in self._sight.masked(kind.name)]
        self._check_classes(kind, stored.ref, "change", named, [stored])

    def _action(self, kind: RecordType, change: Change) -> Action:
        """Adding to a record, such as a line, is changing it, but while it is being added itself."""
        if not kind.part_of:
            return "add" if change.before is None else "change"
        at, id = kind, change.after
        while at.part_of:
            link = at.by_name[at.part_of].link or ""
            owner = getattr(id, at.part_of)
            at = self._catalogue.kinds[link]
            if (at.name, owner) in self._added:
                return "add"
            found = self._true(at, owner) if at.part_of and owner else None
            if found is None:
                break
            id = found
        return "change"

    def _check_scope(
        self, kind: RecordType, change: Change, action: Action, records: Collection[Record]
    ) -> None:
        members = self.authority.members(action, kind.name)
        if members is None or all(self.belongs(kind, each, members) for each in records):
            return
        whose = (
            _("this {kind}", kind=Titled(kind.name)) if members else _("any {kind}", kind=Titled(kind.name))
        )
        said = _(
            "{actor} ({roles}) may not {action} {whose}",
            actor=self.authority.actor,
            roles=self.authority.roles,
            action=action,
            whose=whose,
        )
        raise Refused([_not_permitted(said, change.after.ref)])

    def _check_classes(
        self,
        kind: RecordType,
        ref: str,
        action: Action,
        written: Iterable[Field],
        records: Collection[Record],
    ) -> None:
        for each in written:
            if each.field_class == "plain":
                continue
            members = self.authority.members(action, kind.name, each.field_class)
            if members is None or all(self.belongs(kind, record, members) for record in records):
                continue
            said = _(
                "{actor} ({roles}) may not write what is {field_class}",
                actor=self.authority.actor,
                roles=self.authority.roles,
                field_class=each.field_class,
            )
            raise Refused([_not_permitted(joined(": ", (each.name, said)), ref)])

    def _check_links(self, kind: RecordType, change: Change, written: Iterable[Field]) -> None:
        """A link to what the actor cannot see is refused as one to what is not there."""
        for each in written:
            id = getattr(change.after, each.name)
            if each.link is None or id is None or self._sight.members(each.link) is None:
                continue
            if (each.link, id) in self._added or self._pending(each.link, id) is not None:
                continue
            if each.name == kind.part_of:
                continue  # judged with what it is a part of
            if not self._sees(each.link, id):
                message = _(
                    "{kind} {after}: {name} names a record that does not exist",
                    kind=kind.name,
                    after=change.after.ref,
                    name=each.name,
                )
                raise Refused([Finding("no-such-record", "block", message, change.after.ref)])

    def _sees(self, kind: str, id: int) -> bool:
        """Whether the actor sees a record by right of a role: a grant is for reading it alone."""
        if id in self._sight.granted(kind):
            return bool(self._sight.visible_without_grants(self._connection, kind, [id]))
        return self._connection.execute(self._sight.statements(kind).by_id, {"key": id}).first() is not None

    def belongs(self, kind: RecordType, record: Record, members: Owners | None) -> bool:
        """Whether a record belongs to one of these members, or of these teams."""
        if members is None:
            return True
        for link in self._ownership.paths[kind.name] if members else ():
            id = getattr(record, link)
            if id is None:
                continue
            target = kind.by_name[link].link or ""
            if target in OWNERS:
                if id in members.of(target):
                    return True
                continue
            above = self._true(self._catalogue.kinds[target], id)
            if above is not None and self.belongs(self._catalogue.kinds[target], above, members):
                return True
        return False

    def _true(self, kind: RecordType, id: int) -> Record | None:
        """A record as it is, whoever sees it."""
        pending = self._pending(kind.name, id)
        if pending is not None:
            return pending
        with beyond(self._connection):
            row = self._connection.execute(self._catalogue.statements(kind.name).by_id, {"key": id}).first()
        return None if row is None else kind.build(row)

    @staticmethod
    def _is_set(field: Field, change: Change) -> bool:
        return change.before is not None or getattr(change.after, field.name) != field.default


def _not_permitted(message: str, ref: str) -> Finding:
    return Finding("not-permitted", "block", message, ref)
