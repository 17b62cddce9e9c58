"""Who may import what: an import writes whole kinds, so its right must reach all records of them."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dealwright_core.errors import Refused
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.store.engine import reading
from dealwright_core.store.organisation import read_marks

if TYPE_CHECKING:
    from dealwright_core.platform import Platform


def check_rights(platform: "Platform", actor: str, kinds: Collection[str]) -> None:
    """Raise `Refused` where an actor may not import these kinds, or not see all records they link to."""
    with reading(platform.engine) as connection:
        authority = platform.acting(connection, actor, datetime.now(UTC), read_marks(connection)).authority
    for name in sorted(kinds):
        kind = platform.catalogue.kinds[name]
        for each in sorted({"plain", *(field.field_class for field in kind.fields)}):
            if authority.members("import", name, each) is not None:
                what = (
                    name if each == "plain" else _("{name} with fields that are {each}", name=name, each=each)
                )
                _refuse(authority.actor, authority.roles, _("may not import {what}", what=what))
        for link in sorted({field.link for field in kind.fields if field.link is not None}):
            if authority.members("read", link) is not None:
                _refuse(
                    authority.actor,
                    authority.roles,
                    _("may not import {name}, which links to any {link}", name=name, link=link),
                )


def _refuse(actor: str, roles: str, said: str) -> None:
    message = _(
        "{actor} ({roles}) {said}: an import needs the right to all of them",
        actor=actor,
        roles=roles,
        said=said,
    )
    raise Refused([Finding("not-permitted", "block", message)])
