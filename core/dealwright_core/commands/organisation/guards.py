"""What no batch of changes may do to the tree of teams and to those who stand in for others."""

from collections.abc import Iterator, Mapping

from dealwright_core.commands.organisation.terms import term
from dealwright_core.commands.positions import is_backwards, is_withdrawn, known_to, last_of, leavers
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.records import Deputation, Member, Position, Team
from dealwright_core.store.changes import Changes
from dealwright_core.store.session import Session


def no_team_below_itself(changes: Changes, session: Session) -> Iterator[Finding]:
    """Teams whose parents lead back to them."""
    moved = {
        change.after.id
        for change in changes.of(Team)
        if isinstance(change.after, Team) and change.after.parent is not None and "parent" in change.fields
    }
    if not moved:
        return
    teams = {each.id: each for each in session.find(Team)} | last_of(changes, Team)
    told: set[int] = set()
    for id in moved:
        circle = _circle(id, teams)
        if circle and not told.intersection(circle):
            told.update(circle)
            way = " below ".join(teams[each].ref for each in [*circle, id])
            message = _("team {team} would stand below itself: {way}", team=teams[id].ref, way=way)
            yield Finding("team-circle", "block", message, teams[id].ref)


def _circle(start: int, teams: Mapping[int, Team]) -> list[int]:
    """The teams from one upwards until it comes again, none where it does not."""
    way, at = [start], teams[start].parent
    while at is not None and at in teams and at not in way:
        way.append(at)
        at = teams[at].parent
    return way if at == start else []


def sound_deputations(changes: Changes, session: Session) -> Iterator[Finding]:
    """Deputies of themselves, deputations outside their position, and those of members who left."""
    after = last_of(changes, Deputation)
    positions = last_of(changes, Position)
    gone = set(last_of(changes, Member))
    if not (after or positions or gone):
        return
    touched = dict(after)
    for links in ({"position": set(positions)}, {"deputy": gone}):
        if any(links.values()):
            touched |= {each.id: each for each in known_to(session, Deputation, after, **links)}
    if not touched:
        return
    wanted = {each.position for each in touched.values()}
    held = {each.id: each for each in known_to(session, Position, positions, id=wanted)}
    left = leavers(changes, session, {each.deputy for each in touched.values()})
    for each in touched.values():
        if is_backwards(each):
            message = _("deputation {ref} ends on {until}, before it begins", ref=each.ref, until=each.until)
            yield Finding("deputation-empty", "block", message, each.ref)
        elif not is_withdrawn(each):
            if each.position in held:
                yield from _unfit(each, held[each.position])
            day = left.get(each.deputy)
            if day is not None and (each.until is None or each.until > day):
                message = _(
                    "deputation {ref} goes on after the deputy left on {day}: end it by then",
                    ref=each.ref,
                    day=day,
                )
                yield Finding("deputation-after-leaving", "block", message, each.ref)


def _unfit(deputation: Deputation, position: Position) -> Iterator[Finding]:
    if deputation.deputy == position.member:
        message = _(
            "whoever holds position {position} does not stand in for themselves", position=position.ref
        )
        yield Finding("deputy-of-oneself", "block", message, deputation.ref)
    since, until = deputation.since, deputation.until
    begins, ends = position.since, position.until
    too_early = begins is not None and ((since and since < begins) or (until and until <= begins))
    too_late = ends is not None and ((until and until > ends) or (since and since >= ends))
    if too_early or too_late:
        message = _(
            "deputation {deputation} lies outside position {position}, which is there {term}",
            deputation=deputation.ref,
            position=position.ref,
            term=term(begins, ends),
        )
        yield Finding("deputation-outside", "block", message, deputation.ref)
