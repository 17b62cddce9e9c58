"""Who has a territory, and since when."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from dealwright import Changes, ChangingSession, Finding, Member, Session
from dealwright_direct.records import Assignment, Territory
from dealwright_direct.wording import _


def assign(
    session: ChangingSession,
    ref: Annotated[str, "ref of the territory"],
    member: Annotated[str, "ref of the member who gets it"],
    since: Annotated[date | None, "first day, today where it is left out"] = None,
) -> Assignment:
    """Give a territory to a member from a day on; whoever has it then has it until that day."""
    territory = session.lock(Territory, ref)
    day = since or session.today
    for held in session.find(Assignment, territory=territory.id):
        if held.since < day and (held.until is None or held.until > day):
            session.change(held, until=day)
    return session.add(Assignment(territory=territory.id, member=session.get(Member, member).id, since=day))


def overlapping(changes: Changes, session: Session) -> Iterator[Finding]:
    """Assignments that end before they begin, or under which a territory has two members on one day."""
    changed = [change.after for change in changes.of(Assignment) if isinstance(change.after, Assignment)]
    after = {each.id: each for each in changed}
    for each in changed:
        if each.until is not None and each.until <= each.since:
            yield Finding(
                "direct-assignment-empty",
                "block",
                _("{ref} ends on {until}, before it begins", ref=each.ref, until=each.until),
                each.ref,
            )
        stored = {one.id: one for one in session.find(Assignment, territory=each.territory)}
        now = {**stored, **{id: one for id, one in after.items() if one.territory == each.territory}}
        for other in now.values():
            if other.id != each.id and each.overlaps(other):
                since = max(each.since, other.since)
                message = _(
                    "{ref} and {other} give one territory to two members from {since}",
                    ref=each.ref,
                    other=other.ref,
                    since=since,
                )
                yield Finding("direct-assignment-overlap", "block", message, each.ref)
