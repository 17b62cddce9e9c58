"""What somebody may export: what they may read and export by a role, and single records by a grant that says so."""

from collections.abc import Mapping
from datetime import date

import attrs
import sqlalchemy as sa
from attrs import frozen

from dealwright_core.access.authority import Authority
from dealwright_core.access.owners import Owners
from dealwright_core.access.rights import Action
from dealwright_core.errors import Refused
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.permissions import Acting
from dealwright_core.records.record import FieldClass
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.organisation import granted_to
from dealwright_core.store.sight import Sight


@frozen(eq=False)
class ExportingAuthority(Authority):
    """An authority that reads of the kind ``exported``, and of its parts, no more than it may export."""

    exported: str = ""

    def members(self, action: Action, kind: str, field_class: FieldClass = "plain") -> Owners | None:
        """Whose records of a kind are covered."""
        found = super().members(action, kind, field_class)
        if action != "read" or self.ownership.whole(kind) != self.exported:
            return found
        most = super().members("export", kind, field_class)
        return most if found is None else found if most is None else found & most


def sight_to_export(acting: Acting, kind: RecordType, actor: str, today: date) -> Sight:
    """What an actor may export of a kind. Raises `Refused` where that is nothing, or where a role denies it."""
    own = acting.authority
    granted = _exportable(acting, kind.name, actor, today)
    denied = own.denials("export", kind.name)
    if denied or not (own.may("export", kind.name) or granted):
        why = (
            _("{standing} denies it", standing=denied[0].standing)
            if denied
            else _("no right to export {kind}, and no grant to", kind=kind.name)
        )
        message = _(
            "{actor} ({roles}) may not export {kind}: {why}",
            actor=own.actor,
            roles=own.roles,
            kind=kind.name,
            why=why,
        )
        raise Refused([Finding("not-permitted", "block", message)])
    inherited = {each.name: getattr(own, each.name) for each in attrs.fields(Authority) if each.init}
    whole = own.ownership.whole(kind.name)
    authority = ExportingAuthority(**{**inherited, "granted": {kind.name: granted}}, exported=whole)
    return Sight(authority, acting.catalogue, acting.permissions, acting.connection.dialect, 0)


def _exportable(acting: Acting, kind: str, actor: str, today: date) -> Mapping[int, str]:
    """The records of a kind that grants let the actor export: the grant by id of the record."""
    if not acting.authority.granted.get(kind):
        return {}
    member = acting.catalogue.table("member")
    own_ref = sa.select(member.c.ref).where(member.c.id == acting.authority.member)
    names = {actor, acting.authority.actor, *acting.connection.execute(own_ref).scalars()}
    granted = granted_to(acting.connection, acting.catalogue, names, today, to_export=True)
    return granted.get(kind, {})
