"""Dated positions: what no batch of changes may do to them, whichever way it comes in."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

from dealwright_core.findings import Finding, Level
from dealwright_core.language import core as _
from dealwright_core.records import Deputation, Member, Position, Record
from dealwright_core.store.changes import Changes
from dealwright_core.store.session import Session

R = TypeVar("R", bound=Record)
Dated = Position | Deputation


def sound_positions(changes: Changes, session: Session) -> Iterator[Finding]:
    """Positions that end before they begin, main ones of one member that overlap or leave a gap, and positions of
    members who left.
    """
    after = last_of(changes, Position)
    for each in after.values():
        if is_backwards(each):
            message = _("position {ref} ends on {until}, before it begins", ref=each.ref, until=each.until)
            yield Finding("position-empty", "block", message, each.ref)
    of_member = _main_positions(changes, session, after)
    for each in after.values():
        if each.main and each.member is not None:
            yield from _overlaps(each, of_member.get(each.member, ()))
    yield from _gaps(changes, of_member)
    yield from _after_leaving(changes, session, after)


def last_of(changes: Changes, kind: type[R]) -> dict[int, R]:
    """The records of a kind as the changes leave them, by id."""
    return {change.after.id: change.after for change in changes.of(kind) if isinstance(change.after, kind)}


def known_to(session: Session, kind: type[R], after: Mapping[int, R], **equals: Any) -> list[R]:
    """The records with these values as they are after the changes, also where those are not stored yet."""
    found = {each.id: each for each in session.find(kind, **equals)} | dict(after)
    return [
        each
        for each in found.values()
        if all(getattr(each, name) in values for name, values in equals.items())
    ]


def holds(dated: Dated, day: date) -> bool:
    """Whether a position or deputation holds on a day: from ``since`` until before ``until``."""
    begun = dated.since is None or dated.since <= day
    return begun and (dated.until is None or day < dated.until)


def is_withdrawn(dated: Dated) -> bool:
    """Whether it ends on the day it begins, and so never holds."""
    return dated.since is not None and dated.since == dated.until


def is_backwards(dated: Dated) -> bool:
    """Whether it ends before it begins."""
    return dated.since is not None and dated.until is not None and dated.until < dated.since


def overlap(one: Position, other: Position) -> bool:
    """Whether both positions hold on some day; an open end is without limit."""
    if is_withdrawn(one) or is_withdrawn(other):
        return False
    one_first = one.until is None or other.since is None or other.since < one.until
    return one_first and (other.until is None or one.since is None or one.since < other.until)


def _main_positions(
    changes: Changes, session: Session, after: Mapping[int, Position]
) -> Mapping[int, list[Position]]:
    """The main positions of every member whose positions change, by member."""
    touched = {each.member for each in after.values()}
    touched |= {
        change.before.member for change in changes.of(Position) if isinstance(change.before, Position)
    }
    members = {each for each in touched if each is not None}
    found: dict[int, list[Position]] = {}
    for each in known_to(session, Position, after, member=members) if members else ():
        if each.main and each.member is not None:
            found.setdefault(each.member, []).append(each)
    return found


def _overlaps(position: Position, others: Iterable[Position]) -> Iterator[Finding]:
    for other in others:
        if other.id != position.id and overlap(position, other):
            message = _(
                "positions {position} and {ref} are both main ones of one member on the same day",
                position=position.ref,
                ref=other.ref,
            )
            yield Finding("position-overlap", "block", message, position.ref)


def _gaps(changes: Changes, of_member: Mapping[int, list[Position]]) -> Iterator[Finding]:
    """Days between two main positions of a member, where a change made them.

    Positions that are added may come one by one and in any order, so a gap beside them is but a warning.
    """
    moved, added = _days(changes, is_added=False), _days(changes, is_added=True)
    for positions in of_member.values():
        held = sorted(
            (each for each in positions if not is_withdrawn(each)), key=lambda each: each.since or date.min
        )
        for one, other in pairwise(held):
            if one.until is None or other.since is None or other.since <= one.until:
                continue
            between = {one.until, other.since}
            is_made = not moved.isdisjoint(between)
            if is_made or not added.isdisjoint(between):
                said = _(
                    "between {ref}, until {until}, and {other}, from {since}",
                    ref=one.ref,
                    until=one.until,
                    other=other.ref,
                    since=other.since,
                )
                message = _("the member holds no main position {said}", said=said)
                level: Level = "block" if is_made else "warn"
                yield Finding("position-gap", level, message, other.ref, waivable=is_made)


def _days(changes: Changes, *, is_added: bool) -> set[date | None]:
    """The days on which positions that are added begin or end, or those from and to which others are moved."""
    days: set[date | None] = set()
    for change in changes.of(Position):
        if (change.before is None) != is_added:
            continue
        is_other = not change.fields.isdisjoint(("member", "main"))
        for each in (change.before, change.after):
            if isinstance(each, Position):
                days |= {each.since} if is_other or "since" in change.fields else set()
                days |= {each.until} if is_other or "until" in change.fields else set()
    return days


def _after_leaving(changes: Changes, session: Session, after: Mapping[int, Position]) -> Iterator[Finding]:
    gone = leavers(changes, session, {each.member for each in after.values() if each.member is not None})
    for each in known_to(session, Position, after, member=set(gone)) if gone else ():
        left = gone[each.member or 0]
        if not is_withdrawn(each) and (each.until is None or each.until > left):
            message = _(
                "position {ref} goes on after its member left on {left}: end it by then",
                ref=each.ref,
                left=left,
            )
            yield Finding("position-after-leaving", "block", message, each.ref)


def leavers(changes: Changes, session: Session, members: Collection[int]) -> dict[int, date]:
    """Those of some members, and of those who change, who have left or will, with the day."""
    after = last_of(changes, Member)
    wanted = {*members, *after}
    known = known_to(session, Member, after, id=wanted) if wanted else ()
    return {each.id: each.left_on for each in known if each.left_on is not None}
