"""Leave to read single records, and why somebody may or may not do something."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from dealwright_core.commands.records import Ref
from dealwright_core.commands.signature import ARGUMENT
from dealwright_core.contributions import Command
from dealwright_core.errors import NotFound, Refused, UsageError
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.records import AccessGrant
from dealwright_core.records.record import Record
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.session import Session

Kind = Annotated[str, "kind of record, where several have this ref"]


def access_commands() -> Iterator[Command]:
    """Commands about who may do what."""
    needed = "grant access_grant"
    yield Command(
        "access.grant",
        grant,
        example='dealwright access grant K-1 --person M-7 --purpose "appeal of June" --until 2026-07-01',
        requires=needed,
    )
    yield Command("access.revoke", revoke, example="dealwright access revoke G-1", requires=needed)
    yield Command("access.grants", grants, example="dealwright access grants", requires=needed, reads=True)
    yield Command(
        "access.explain",
        explain,
        example="dealwright access explain --as M-7 change C-1",
        requires="report access.explain",
        reads=True,
    )


def grant(
    session: ChangingSession,
    *,
    ref: Ref,
    person: Annotated[str, "who may read it: a member's ref or login, or an actor of the configuration"],
    purpose: Annotated[str, "what for"],
    kind: Kind = "",
    since: Annotated[date | None, "first day, today where it is left out"] = None,
    until: Annotated[date | None, "first day on which it no longer holds"] = None,
    export: Annotated[bool, "whether it may be exported, too"] = False,
) -> AccessGrant:
    """Let one person read one record for a purpose. Every read by it is journalled; it can be revoked."""
    record = named(session, ref, kind)
    name = session.kind(type(record)).name
    if not session.may("grant", record):
        message = _("{actor} may not grant access to {name} {ref}", actor=session.actor, name=name, ref=ref)
        raise Refused([Finding("not-permitted", "block", message, ref)])
    first = since or session.today
    if not purpose.strip():
        raise UsageError(_("a grant states its purpose"), _("give --purpose TEXT"))
    if until is not None and until <= first:
        raise UsageError(
            _("until is {until}, not after {first}", until=until, first=first), _("give a later day")
        )
    return session.add(
        AccessGrant(
            subject_kind=name, subject=record.ref, person=session.person(person),
            purpose=purpose.strip(), giver=session.actor, since=first, until=until, may_export=export,
        )
    )  # fmt: skip


def revoke(session: ChangingSession, *, ref: Annotated[str, "ref of the grant"]) -> AccessGrant:
    """Take a grant back, from now on."""
    found = session.lock(AccessGrant, ref)
    if found.revoked_on is not None:
        return found
    return session.change(found, revoked_on=session.today)


def grants(
    session: Session,
    *,
    person: Annotated[str | None, "only theirs"] = None,
    ended: Annotated[bool, "those that ended or were revoked, too"] = False,
) -> list[dict[str, Any]]:
    """List grants: who may read what, for what, and who gave it."""
    whose = [] if person is None else [session.person(person)]
    return [
        {
            "ref": each.ref, "person": each.person, "record": f"{each.subject_kind} {each.subject}",
            "purpose": each.purpose, "giver": each.giver, "since": each.since, "until": each.until,
            "export": each.may_export, "revoked on": each.revoked_on,
        }
        for each in session.find(AccessGrant)
        if (not whose or each.person in whose)
        and (ended or (each.revoked_on is None and (each.until is None or each.until > session.today)))
    ]  # fmt: skip


def explain(
    session: Session,
    *,
    action: Annotated[str, ARGUMENT, "read, change, approve, ..., or a command such as opportunity.advance"],
    ref: Ref,
    kind: Kind = "",
    person: Annotated[str, "about whom, yourself where it is left out"] = "",
) -> dict[str, Any]:
    """Say whether somebody may do something with a record, and by which role, scope, grant or deny."""
    return session.explain(action, ref, kind, person)


def named(session: Session, ref: str, kind: str = "") -> Record:
    """The record with a ref, of whichever kind. Raises `NotFound`, or `UsageError` where several have it."""
    if kind:
        return session.get(kind, ref)
    found: list[Record] = []
    for each in session.kinds:
        try:
            found.append(session.get(each, ref))
        except NotFound:
            continue
    if len(found) > 1:
        kinds = ", ".join(session.kind(type(each)).name for each in found)
        raise UsageError(
            _("{ref} is the ref of several records: {kinds}", ref=ref, kinds=kinds), _("give --kind")
        )
    if not found:
        raise NotFound("record", ref)
    return found[0]
