"""Taking positions and giving them up, each from a day on."""

from datetime import date

from dealwright_core.commands.organisation.terms import term
from dealwright_core.commands.positions import holds, is_withdrawn
from dealwright_core.errors import NotFound, Refused, UsageError
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records import Deputation, Member, Position
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.session import Session


def refused(code: str, message: str, ref: str) -> Refused:
    """A refusal for one reason."""
    return Refused([Finding(code, "block", message, ref)])


def member_called(session: Session, named: str) -> Member:
    """The member given by ref, login or name. Raises `NotFound`, or `UsageError` where several have the name."""
    try:
        return session.get(Member, named)
    except NotFound:
        found = session.find(Member, login=named) or session.find(Member, name=named)
        if not found:
            raise
    if len(found) > 1:
        refs = ", ".join(each.ref for each in found)
        raise UsageError(
            _("{count} members are called {named!r}", count=len(found), named=named),
            _("give a ref, {refs}", refs=refs),
        )
    return found[0]


def check_employed(member: Member, day: date) -> None:
    """Raise `Refused` where a member has not joined on a day or has left."""
    if member.left_on is not None and member.left_on <= day:
        raise refused(
            "member-left",
            _("{member} left on {left_on}", member=member.ref, left_on=member.left_on),
            member.ref,
        )
    if member.joined_on is not None and day < member.joined_on:
        raise refused(
            "member-not-joined",
            _(
                "{member} joins on {joined_on}, after {day}",
                member=member.ref,
                joined_on=member.joined_on,
                day=day,
            ),
            member.ref,
        )


def main_position(session: ChangingSession, member: Member, day: date) -> Position:
    """The main position that a member holds on a day. Raises `Refused` where there is none."""
    found: list[Position] = session.find(Position, member=member.id, main=True)
    held = [each for each in found if not is_withdrawn(each)]
    for each in held:
        if holds(each, day):
            return each
    terms = (joined(" ", (each.ref, term(each.since, each.until) or _("at all times"))) for each in held)
    known = joined(", ", terms) or _("none at all")
    message = _(
        "{member} holds no main position on {day}; there is {known}", member=member.ref, day=day, known=known
    )
    raise refused("no-main-position", message, member.ref)


def give_up(
    session: ChangingSession, position: Position, day: date, *, vacant: bool = False
) -> Position | None:
    """End a position on a day; one that is still to come is withdrawn.

    ``vacant`` opens the same position without a member from then on, which is returned.
    """
    last = day if position.since is None else max(day, position.since)
    vacancy = None
    if vacant:
        vacancy = session.add(
            Position(
                team=position.team,
                role=position.role,
                main=position.main,
                since=last,
                until=position.until,
            )
        )
    session.change(position, until=last)
    end_deputations(session, position, last, vacancy)
    return vacancy


def end_deputations(
    session: ChangingSession, position: Position, day: date, vacancy: Position | None = None
) -> None:
    """Let nobody stand in for a position from a day on, or rather for the vacancy it leaves."""
    for each in session.find(Deputation, position=position.id):
        if is_withdrawn(each) or (each.until is not None and each.until <= day):
            continue
        begun = each.since is None or each.since < day
        if vacancy is not None and begun:
            session.add(
                Deputation(
                    position=vacancy.id,
                    deputy=each.deputy,
                    reason=each.reason,
                    since=day,
                    until=each.until,
                )
            )
        if vacancy is not None and not begun:
            session.change(each, position=vacancy.id)
        else:
            end_deputation(session, each, day)


def end_deputation(session: ChangingSession, deputation: Deputation, day: date) -> Deputation:
    """End a deputation on a day; one that is still to come is withdrawn."""
    last = day if deputation.since is None else max(day, deputation.since)
    return session.change(deputation, until=last)


def fill(session: ChangingSession, ref: str, member: Member, day: date) -> Position:
    """Give a vacant position to a member as the main one from a day on, without end.

    Raises `Refused` where it is not vacant then, or not to stay.
    """
    vacancy = session.lock(Position, ref)
    if vacancy.member is not None:
        holder = session.ref_of(Member, vacancy.member) or "somebody"
        raise refused(
            "position-held",
            _("position {ref} is held by {holder}: it is not vacant", ref=ref, holder=holder),
            ref,
        )
    if vacancy.since is not None and day < vacancy.since:
        message = _(
            "position {ref} begins on {since}: nobody can hold it on {day}",
            ref=ref,
            since=vacancy.since,
            day=day,
        )
        raise refused("before-position", message, ref)
    if vacancy.until is not None:
        message = _(
            "position {ref} is there until {until} only, and a gap would follow", ref=ref, until=vacancy.until
        )
        remedy = _("extend it: dealwright position change {ref} --clear until", ref=ref)
        raise refused("vacancy-ends", joined("; ", (message, remedy)), ref)
    end_deputations(session, vacancy, day)
    if vacancy.since == day:
        return session.change(vacancy, member=member.id, main=True)
    session.change(vacancy, until=day)
    return session.add(Position(member=member.id, team=vacancy.team, role=vacancy.role, since=day))
