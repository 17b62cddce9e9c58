"""What is found of the records that a command added or changed: that they are like others, or link to merged ones."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.access.rights import Role
from dealwright_core.batches import batches
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.likeness.forms import digest, reasons
from dealwright_core.likeness.keeping import forms
from dealwright_core.likeness.locking import lock_forms
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import MERGED_INTO, RecordType
from dealwright_core.store import tables
from dealwright_core.store.changes import Change
from dealwright_core.store.sight import Sight

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue

MOST_NAMED: Final = 3
LINKS: Final = "links to mergeable"
_T = tables.likeness.c
_OTHERS = sa.select(_T.form, _T.record_id).where(
    _T.kind == sa.bindparam("of_kind"), _T.form.in_(sa.bindparam("of_forms", expanding=True))
)


def code_of(kind: RecordType) -> str:
    """The code of the finding that a record is like another one of its kind."""
    return f"duplicate-{kind.name.replace('_', '-')}"


@frozen(eq=False)
class Judge:
    """Judges changes within their transaction.

    It looks at all records whoever acts, and tells the actor no more of them than ``sight`` shows.
    """

    connection: Connection
    catalogue: "Catalogue"
    sight: Sight
    roles: Mapping[str, Role]

    def findings(self, changes: Sequence[Change]) -> Iterator[Finding]:
        """What stands against the changes that a command made."""
        by_kind: dict[str, dict[int, Change]] = {}
        for each in changes:
            if self.catalogue.kinds[each.kind].alike_by:
                whole = by_kind.setdefault(each.kind, {})
                first = whole.get(each.after.id, each)
                whole[each.after.id] = Change(each.kind, first.before, each.after)
        for name, whole in by_kind.items():
            yield from self._alike(self.catalogue.kinds[name], list(whole.values()))
        yield from self._links_to_merged(changes)

    def _alike(self, kind: RecordType, changes: Sequence[Change]) -> Iterator[Finding]:
        new = [each for each in changes if each.before is None or not each.fields.isdisjoint(kind.alike_by)]
        own = {each.after.id: forms(kind, each.after) for each in new if _stands(each.after)}
        keys = {digest(*each) for found in own.values() for each in found.items()}
        if not keys:
            return
        lock_forms(self.connection, kind.name, keys)
        holders = self._holders(kind, keys)
        others = self._read(kind, {id for ids in holders.values() for id in ids})
        # Of two that one command adds, the later one is told of the earlier.
        still_to_come = {each.after.id for each in new if each.before is None}
        for change in new:
            still_to_come.discard(change.after.id)
            found = own.get(change.after.id)
            if found is not None:
                candidates = {id for each in found.items() for id in holders[digest(*each)]} - still_to_come
                like = self._like(kind, change, found, [others[id] for id in sorted(candidates)])
                if like:
                    yield self._finding(kind, change.after, like)

    def _like(
        self, kind: RecordType, change: Change, found: Mapping[str, str], others: Sequence[Record]
    ) -> list[int]:
        """The ids of the records that stand for those that a record is like now and was not before."""
        before = {} if change.before is None else forms(kind, change.before)
        like: dict[int, None] = {}
        for other in others:
            theirs = forms(kind, other)
            standing = getattr(other, MERGED_INTO, None) or other.id
            if standing == change.after.id:
                continue
            if reasons(kind.label, found, theirs) and not reasons(kind.label, before, theirs):
                like[standing] = None
        return list(like)

    def _finding(self, kind: RecordType, record: Record, like: Sequence[int]) -> Finding:
        seen = self.sight.visible_without_grants(self.connection, kind.name, like)
        records = self._read(kind, seen)
        title = kind.title.lower()
        said = []
        if records:
            named = [self._named(kind, records[id]) for id in sorted(seen)]
            more = _(" and {count} more", count=len(named) - MOST_NAMED) if len(named) > MOST_NAMED else ""
            said.append(
                _(
                    "is like {title} {named}{more}: use that one",
                    title=title,
                    named=", ".join(named[:MOST_NAMED]),
                    more=more,
                )
            )
        if len(seen) < len(like):
            also = _("another one") if records else _("a {title} like this one", title=title)
            said.append(_("{also} exists that you may not see: ask {whom}", also=also, whom=self._whom(kind)))
        return Finding(code_of(kind), "block", joined("; ", said), record.ref, waivable=True)

    def _named(self, kind: RecordType, record: Record) -> str:
        """A record as the actor may know it: its ref, what it is called, and whose it is."""
        label = self._label(kind, record)
        said = [] if label in (None, record.ref) else [str(label)]
        owner, id = kind.by_name.get("owner"), getattr(record, "owner", None)
        if (
            owner is not None
            and owner.link
            and id is not None
            and "owner" not in self.sight.masked(kind.name)
        ):
            target = self.catalogue.kinds[owner.link]
            if self.sight.visible_without_grants(self.connection, target.name, [id]):
                member = self._read(target, [id])[id]
                said.append(
                    _(
                        "owner {member} {label}", member=member.ref, label=self._label(target, member) or ""
                    ).rstrip()
                )
        return joined("", (record.ref, " (", joined(", ", said), ")")) if said else record.ref

    def _label(self, kind: RecordType, record: Record) -> str | None:
        found: str | None = getattr(record, kind.label)
        return None if kind.label in self.sight.masked(kind.name) else found

    def _whom(self, kind: RecordType) -> str:
        """Who could know more, by role: nothing in it depends on the record."""
        groups = self.sight.authority.ownership.groups(kind.name)
        known = [
            role.title.lower()
            for role in self.roles.values()
            if any(
                each.action in ("change", "*") and each.scope == "all" and each.on in groups
                for each in role.rights
            )
        ]
        return (
            _("somebody with the role {known}", known=joined(" or ", known))
            if known
            else _("who may see all of them")
        )

    def _links_to_merged(self, changes: Sequence[Change]) -> Iterator[Finding]:
        """Links that lead to a record which stands for nothing any more."""
        wanted: dict[str, dict[int, list[tuple[Change, str]]]] = defaultdict(lambda: defaultdict(list))
        links = links_to_mergeable(self.catalogue)
        for each in changes:
            for name, target in links.get(each.kind, ()):
                id = getattr(each.after, name)
                if id is not None and name in each.fields:
                    wanted[target][id].append((each, name))
        for target, by_id in wanted.items():
            for id in sorted(merged_among(self.connection, self.catalogue.table(target), by_id)):
                for change, name in by_id[id]:
                    message = _(
                        "{kind} {after}: {name} names a {target} that was merged into another; read it again",
                        kind=change.kind,
                        after=change.after.ref,
                        name=name,
                        target=target,
                    )
                    yield Finding(f"merged-{target.replace('_', '-')}", "block", message, change.after.ref)

    def _holders(self, kind: RecordType, keys: Collection[int]) -> Mapping[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for part in batches(sorted(keys)):
            for form, id in self.connection.execute(_OTHERS, {"of_kind": kind.name, "of_forms": part}):
                found[form].append(id)
        return found

    def _read(self, kind: RecordType, ids: Collection[int]) -> Mapping[int, Any]:
        """Whole records by id, whoever sees them."""
        table, statement = (
            self.catalogue.table(kind.name),
            sa.select(*self.catalogue.statements(kind.name).columns),
        )
        found: dict[int, Any] = {}
        for part in batches(sorted(ids)):
            rows = self.connection.execute(statement.where(table.c.id.in_(part)))
            found.update((row[0], kind.build(row)) for row in rows)
        return found


def links_to_mergeable(catalogue: "Catalogue") -> Mapping[str, Sequence[tuple[str, str]]]:
    """The links of each kind that lead to records which may be merged, with the kinds they lead to."""
    return catalogue.compiled(LINKS, lambda: _links_to_mergeable(catalogue))


def _links_to_mergeable(catalogue: "Catalogue") -> Mapping[str, Sequence[tuple[str, str]]]:
    mergeable = {each.name for each in catalogue.kinds.values() if each.is_mergeable}
    found = {
        kind.name: [(each.name, each.link) for each in kind.fields if each.link in mergeable and each.link]
        for kind in catalogue.kinds.values()
    }
    return {kind: links for kind, links in found.items() if links}


def merged_among(connection: Connection, table: sa.Table, ids: Collection[int]) -> Mapping[int, int]:
    """Those of some records that were merged, with the ids of those that stand for them."""
    found: dict[int, int] = {}
    for part in batches(sorted(ids)):
        statement = sa.select(table.c.id, table.c[MERGED_INTO]).where(
            table.c.id.in_(part), table.c[MERGED_INTO].is_not(None)
        )
        found.update((row[0], row[1]) for row in connection.execute(statement))
    return found


def _stands(record: Record) -> bool:
    """Whether a record stands for itself."""
    return getattr(record, MERGED_INTO, None) is None
