"""Making one record of two: what leads to the one leads to the other afterwards, and the one says so."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from attrs import define, field

from dealwright_core.batches import batches
from dealwright_core.errors import Refused, UsageError
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.likeness.links import Link, links_to
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import MERGED_INTO, RecordType
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.changing import ChangingSession


def merge(
    session: ChangingSession,
    kind: RecordType,
    ref: str,
    into: str,
    prefer: Collection[str] = (),
    keep: Collection[str] = (),
) -> Record:
    """Merge the record ``ref`` into ``into``, which is returned as it is then.

    Its empty fields are filled from the other, and those in ``prefer`` have the other's values. Of two records of which
    a customer has one at the most, ``keep`` names the one whose values count. Raises `Refused`, `UsageError`.
    """
    preferred = [_known_field(kind, each) for each in prefer]
    merged, survivor = _locked(session, kind, ref, into)
    session.check_merge(kind, merged, survivor)
    fillable = dict(_filled(session, kind, merged, survivor, preferred))
    moving = _Moving(session, set(keep))
    moving.all(kind, merged, survivor)
    moving.finish()
    survivor = session.change(session.get(kind.name, survivor.id), **fillable)
    mark: dict[str, Any] = {MERGED_INTO: survivor.id}
    session.change(session.get(kind.name, merged.id), **mark)
    return session.get(kind.name, survivor.id)


def _locked(session: ChangingSession, kind: RecordType, ref: str, into: str) -> tuple[Record, Record]:
    """Both records, which nobody else changes from now on. Raises `Refused` where they are no two that stand."""
    ids = [session.get(kind.name, each).id for each in (ref, into)]
    if ids[0] == ids[1]:
        raise _refused("merge-circular", _("{ref} cannot be merged into itself", ref=ref), ref)
    locked = {id: session.lock(kind.name, id) for id in sorted(ids)}
    merged, survivor = (locked[id] for id in ids)
    for each in (merged, survivor):
        standing = getattr(each, MERGED_INTO)
        if standing is None:
            continue
        other = session.ref_of(kind.name, standing) or _("another one")
        if each is survivor and standing == merged.id:
            message = _("{into} was merged into {ref}: the two are one already", into=into, ref=ref)
        elif each is survivor:
            message = _("{into} was merged into {other}: merge into that one", into=into, other=other)
        else:
            message = _("{ref} was merged into {other} already", ref=ref, other=other)
        raise _refused("merge-circular", message, each.ref)
    return merged, survivor


def _known_field(kind: RecordType, name: str) -> str:
    plain = name.replace("-", "_")
    if plain not in kind.by_name or plain == MERGED_INTO:
        raise UsageError(
            _(
                "{kind} has no field {name!r} to prefer{near}",
                kind=kind.name,
                name=name,
                near=did_you_mean(plain, kind.by_name),
            )
        )
    return plain


def _filled(
    session: ChangingSession, kind: RecordType, merged: Record, survivor: Record, preferred: Collection[str]
) -> Iterator[tuple[str, Any]]:
    """What the survivor takes from the other."""
    moved = {each.field for each in session.lifecycles_of(kind.name)}
    for each in kind.fields:
        theirs, own = getattr(merged, each.name), getattr(survivor, each.name)
        if each.name == MERGED_INTO or each.name in moved or theirs is None or theirs == own:
            continue
        leads_back = each.link == kind.name and (
            theirs == survivor.id or survivor.id in session.above(kind, each.name, theirs)
        )
        if (own is None or each.name in preferred) and not leads_back:
            yield each.name, theirs


@define
class _Moving:
    """Moves what leads to one record so that it leads to another."""

    session: ChangingSession
    keep: Collection[str]
    _kept: set[str] = field(factory=set)
    _both: list[Finding] = field(factory=list)

    def all(self, kind: RecordType, one: Record, other: Record) -> None:
        """Every link of every kind."""
        session = self.session
        for link in links_to([session.kind(each) for each in session.kinds], kind.name):
            stays = self._singles(link, one, other)
            table = session.table(link.kind.name)
            leading = sa.select(table.c.id).where(table.c[link.name] == one.id).order_by(table.c.id)
            ids = [row[0] for row in session.select(leading) if row[0] not in stays]
            for part in batches(ids):
                for each in session.find(link.kind.name, id=part):
                    session.change(each, **self._moved(kind, link, each, one, other))
                session.write()

    def finish(self) -> None:
        """Raise `Refused` where both have what one can have once, `UsageError` for what there is not to keep."""
        if self._both:
            raise Refused(self._both)
        for each in self.keep:
            if each not in self._kept:
                raise UsageError(
                    _("there are no two of which to keep {each!r}", each=each), _("leave out --keep")
                )

    @staticmethod
    def _moved(kind: RecordType, link: Link, record: Record, one: Record, other: Record) -> Mapping[str, Any]:
        if link.kind.name == kind.name and record.id == other.id:
            # It would lead to itself: it leads where the other did.
            further = getattr(one, link.name)
            return {link.name: None if further == other.id else further}
        return {link.name: other.id}

    def _singles(self, link: Link, one: Record, other: Record) -> set[int]:
        """The ids of the records that stay with the merged one, because the other has its own."""
        stays: set[int] = set()
        for group in link.singles:
            of_one: dict[str, Any] = {link.name: one.id}
            for each in self.session.find(link.kind.name, **of_one):
                shared: dict[str, Any] = {name: getattr(each, name) for name in group}
                there = self._alongside(link, other, shared) if each.id not in stays else []
                if there:
                    stays.add(each.id)
                    self._unite(link, each, there[0])
        return stays

    def _alongside(self, link: Link, other: Record, shared: Mapping[str, Any]) -> list[Record]:
        """The record with which one that comes to another owner cannot be."""
        if None in shared.values():
            return []
        wanted: dict[str, Any] = {link.name: other.id, **shared}
        return self.session.find(link.kind.name, limit=1, **wanted)

    def _unite(self, link: Link, one: Record, other: Record) -> None:
        """Let the record that the survivor has count for both."""
        for each in (one, other):
            self.session.check_whole(link.kind, each)
        chosen = {one.ref, other.ref} & set(self.keep)
        if len(chosen) != 1:
            title = link.kind.title.lower()
            message = _(
                "both have a {title}, {ref} and {other}: --keep REF says whose values count",
                title=title,
                ref=one.ref,
                other=other.ref,
            )
            self._both.append(Finding("merge-both-have", "block", message, one.ref))
            return
        self._kept |= chosen
        if chosen == {one.ref}:
            values = {
                each.name: getattr(one, each.name) for each in link.kind.fields if each.name != link.name
            }
            other = self.session.change(other, **values)
        self.all(link.kind, one, other)


def _refused(code: str, message: str, ref: str) -> Refused:
    return Refused([Finding(code, "block", message, ref)])
