"""Dated positions: what no batch of changes may do to them."""

from collections.abc import Iterator

from dealwright_core.findings import Finding
from dealwright_core.records import Position
from dealwright_core.store.changes import Changes
from dealwright_core.store.session import Session


def one_main_position(changes: Changes, session: Session) -> Iterator[Finding]:
    """Positions that end before they begin, or that give a member two main positions on one day."""
    after = {
        change.after.id: change.after for change in changes.of(Position) if isinstance(change.after, Position)
    }
    members = {each.member for each in after.values() if each.main}
    stored = session.find(Position, member=members, main=True) if members else []
    now = {each.id: each for each in stored} | after
    by_member: dict[int, list[Position]] = {}
    for each in now.values():
        if each.main and each.member in members:
            by_member.setdefault(each.member, []).append(each)
    for each in after.values():
        if each.since is not None and each.until is not None and each.until <= each.since:
            yield Finding(
                "position-empty",
                "block",
                f"position {each.ref} ends on {each.until}, before it begins",
                each.ref,
            )
        for other in by_member.get(each.member, ()) if each.main else ():
            if other.id != each.id and overlap(each, other):
                message = (
                    f"positions {each.ref} and {other.ref} are both main ones of one member on the same day"
                )
                yield Finding("position-overlap", "block", message, each.ref)


def overlap(one: Position, other: Position) -> bool:
    """Whether both positions hold on some day; an open end is without limit."""
    one_first = one.until is None or other.since is None or other.since < one.until
    return one_first and (other.until is None or one.since is None or one.since < other.until)
