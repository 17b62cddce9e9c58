"""What no batch of changes may do to the approval of contracts, whichever way it comes in."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dealwright_core.access.actors import person_of
from dealwright_core.batches import batches
from dealwright_core.commands.signature import called_like
from dealwright_core.errors import NotFound
from dealwright_core.findings import Finding
from dealwright_core.journal.events import Event
from dealwright_core.language import core as _
from dealwright_core.records import Contract, ContractLine, Lifecycle
from dealwright_core.store.changes import Change, Changes
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.session import Session

SIGNED = frozenset({"signed", "in force", "completed", "terminated"})
# What moving a contract sets; every other field is what somebody approved.
MOVED = frozenset({"status", "approval", "signed_on"})
DECIDED = ("approved", "rejected")
# These have rights of their own; any other command takes the right to approve.
DECIDING = ("contract.approve", "contract.reject")


def sound_approval(changes: Changes, session: Session) -> Iterator[Finding]:
    """Contracts signed without the approval they need, approved by who wrote them, or other than approved.

    A contract that is new here may say that it was approved elsewhere: an import is taken at its word.
    """
    unsigned = unsigned_states(session.lifecycle("contract"))
    lines = _of_lines(changes)
    for after, before in _contracts(changes).values():
        is_new = before is None or before.status in unsigned
        if is_new and after.status not in unsigned and after.approval != "approved":
            yield from _unapproved(session, after)
        if before is not None and after.approval == "approved" != before.approval:
            is_writing = bool(Change("contract", before, after).fields - MOVED) or after.id in lines
            yield from _own_work(session, after, is_writing=is_writing)
    for contract, ref in _stale(changes, session):
        message = _(
            "{contract} was approved as it was: what changes it has to set its approval back to "
            "'not requested', as contract change and contract-line change do",
            contract=contract.ref,
        )
        yield Finding("contract-approval-stale", "block", message, ref)


def undue_decisions(command: str, changes: Sequence[Change], session: Session) -> Iterator[Finding]:
    """Contracts that a command approves or rejects which is not there for that, on behalf of who may not."""
    for change in changes if command not in DECIDING else ():
        before, after = change.before, change.after
        if not isinstance(after, Contract) or after.approval not in DECIDED:
            continue
        was = before.approval if isinstance(before, Contract) else None
        if was != after.approval and not session.may("approve", after):
            message = _(
                "{actor} may not approve or reject contracts such as {after}",
                actor=session.actor,
                after=after.ref,
            )
            yield Finding("not-permitted", "block", message, after.ref)


def rules_that_apply(session: Session, contract: Contract) -> list[str]:
    """The titles of the approval rules whose condition holds for a contract, or cannot be told yet."""
    rules = (each.item for each in session.contributions.approval_rules.values())
    return [
        rule.title for rule in rules if rule.record == "contract" and _holds(session, contract, rule.when)
    ]


def writers(session: Session, contract: Contract, *, imports: bool = True) -> set[str]:
    """The persons who wrote a contract and its lines or asked for its approval; without ``imports`` only by
    commands.
    """
    events = [each for each in session.history(Contract, contract.id) if not _is_decision(each)]
    for line in session.find(ContractLine, contract=contract.id):
        events += session.history(ContractLine, line.id)
    return {person_of(each.actor) for each in events if imports or each.command != "import"}


def _is_decision(event: Event) -> bool:
    """Whether an event says only that somebody approved or rejected."""
    change = event.change or {}
    return change.keys() == {"approval"} and change["approval"] in DECIDED


def unsigned_states(lifecycle: Lifecycle) -> set[str]:
    """The states that a contract can be in before anybody signed it."""
    found = {lifecycle.initial}
    waiting = [lifecycle.initial]
    while waiting:
        following = {each.to for each in lifecycle.allowed(waiting.pop())} - SIGNED - found
        found |= following
        waiting += following
    return found


def withdrawing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function of a command, after which approved contracts that it changed need approval again."""

    def changed(session: ChangingSession, **values: Any) -> Any:
        done = function(session, **values)
        for contract in {each.id: each for each, __ in _stale(Changes(session.changes), session)}.values():
            session.change(contract, approval="not requested")
        return session.get(type(done), done.id)

    called_like(changed, function)
    changed.__doc__ = _(
        "{doc} A contract that was approved and not signed needs approval again.", doc=function.__doc__
    )
    return changed


def _unapproved(session: Session, contract: Contract) -> Iterator[Finding]:
    asked = rules_that_apply(session, contract)
    if asked:
        following = f"dealwright contract request-approval {contract.ref}"
        message = _(
            "{contract} needs approval before it is signed: {asked}. Next: {following}",
            contract=contract.ref,
            asked="; ".join(asked),
            following=following,
        )
        yield Finding("contract-needs-approval", "block", message, contract.ref)


def _own_work(session: Session, contract: Contract, *, is_writing: bool) -> Iterator[Finding]:
    """An objection where the actor wrote what is approved. What imports alone wrote, imports may approve."""
    authors = writers(session, contract, imports=False)
    person = person_of(session.actor)
    if person in authors or (authors and is_writing):
        message = _(
            "{person} had a part in writing {contract}: somebody else decides on it",
            person=person,
            contract=contract.ref,
        )
        yield Finding("author-approves", "block", message, contract.ref)


def _stale(changes: Changes, session: Session) -> Iterator[tuple[Contract, str]]:
    """The contracts that stay approved though they change before they are signed, each with the ref of what
    changes them.
    """
    unsigned = unsigned_states(session.lifecycle("contract"))
    contracts, lines = _contracts(changes), _of_lines(changes)
    for after, before in contracts.values():
        if before is None or before.status not in unsigned:
            continue
        stays = before.approval == after.approval == "approved"
        if stays and (Change("contract", before, after).fields - MOVED or after.id in lines):
            yield after, after.ref
    for stored in _approved(session, [id for id in lines if id not in contracts], unsigned):
        yield from ((stored, ref) for ref in lines[stored.id])


def _contracts(changes: Changes) -> dict[int, tuple[Contract, Contract | None]]:
    """Every contract that changes, as it becomes and as it was, None where it is new."""
    found: dict[int, tuple[Contract, Contract | None]] = {}
    for change in changes.of(Contract):
        after, before = change.after, change.before
        assert isinstance(after, Contract)
        assert before is None or isinstance(before, Contract)
        found[after.id] = (after, found[after.id][1] if after.id in found else before)
    return found


def _of_lines(changes: Changes) -> dict[int, list[str]]:
    """The ids of contracts whose lines change, and the refs of these lines."""
    found: dict[int, list[str]] = {}
    for change in changes.of(ContractLine):
        lines = (change.before, change.after)
        for id in {each.contract for each in lines if isinstance(each, ContractLine)}:
            found.setdefault(id, []).append(change.after.ref)
    return found


def _approved(session: Session, ids: list[int], unsigned: set[str]) -> Iterator[Contract]:
    """Those of the stored contracts that are approved and not signed."""
    for part in batches(ids):
        yield from session.find(Contract, id=part, approval="approved", status=unsigned)


def _holds(session: Session, contract: Contract, condition: Any) -> bool:
    try:
        return session.value_of(contract, condition) is True
    except NotFound:  # a linked record that the same import adds
        return True
