"""What is in force and still needs a person's data: until then it is held, not erased."""

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from dealwright_core.errors import Refused
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.persons.person import Person
from dealwright_core.records import Contact, Contract, Deputation, Member, Position
from dealwright_core.store.session import Session


@frozen
class Hold:
    """What needs the data, in words, and until which day; None where no end is stated."""

    reason: str
    until: date | None


class Held(Refused):
    """A person's data is held; nothing was erased. ``reason`` and ``until`` are those of the longest hold."""

    def __init__(self, named: str, ref: str, holds: list[Hold]) -> None:
        longest = max(holds, key=lambda each: each.until or date.max)
        self.reason, self.until = longest.reason, longest.until
        super().__init__(
            Finding("held", "block", _("{named} is held: {said}", named=named, said=_said(each)), ref)
            for each in holds
        )


def check_not_held(session: Session, person: Person) -> None:
    """Raise `Held` while something in force needs the data. The session reads everything."""
    holds = list(_holds(session, person))
    if holds:
        raise Held(str(person.own), person.own.record.ref, holds)


def _holds(session: Session, person: Person) -> Iterator[Hold]:
    record = person.own.record
    if isinstance(record, Member):
        yield from _positions(session, record)
    else:
        customer = record.customer if isinstance(record, Contact) else record.id
        yield from _contracts(session, customer)


def _contracts(session: Session, customer: int) -> Iterator[Hold]:
    """Contracts that were signed and not ended: their status has moves left, and their last day is not over."""
    lifecycle = session.lifecycle("contract")
    for each in session.find(Contract, customer=customer):
        is_open = each.status != lifecycle.initial and bool(lifecycle.allowed(each.status))
        if is_open and (each.ends_on is None or each.ends_on >= session.today):
            yield Hold(_("contract {ref} is {status}", ref=each.ref, status=each.status), each.ends_on)


def _positions(session: Session, member: Member) -> Iterator[Hold]:
    """Positions held, or stood in for, today or later."""
    held = [
        (_("position {ref}", ref=each.ref), each.until) for each in session.find(Position, member=member.id)
    ]
    for each in session.find(Deputation, deputy=member.id):
        position = session.ref_of(Position, each.position)
        held.append((_("the deputation in position {position}", position=position), each.until))
    for what, until in held:
        if until is None or until > session.today:
            yield Hold(_("{what} is theirs", what=what), until)


def _said(hold: Hold) -> str:
    if hold.until is None:
        return _("{reason}, and no end is stated", reason=hold.reason)
    return _("{reason}, until {until}", reason=hold.reason, until=hold.until)
