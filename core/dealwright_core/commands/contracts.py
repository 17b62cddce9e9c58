"""Approval of contracts (合同审批): who may let a contract be signed, and when somebody has to."""

from collections.abc import Iterator
from typing import Annotated

from ..contributions import Command
from ..errors import Refused
from ..findings import Finding
from ..records import Contract, Lifecycle, Move, RecordType
from ..store.changing import ChangingSession
from .records import Ref, record_commands

STATUS = Lifecycle(
    "contract",
    "contract",
    "status",
    "draft",
    (
        Move("draft", "sign", "signed"),
        Move("draft", "cancel", "cancelled"),
        Move("signed", "start", "in force"),
        Move("signed", "terminate", "terminated"),
        Move("in force", "complete", "completed"),
        Move("in force", "terminate", "terminated"),
    ),
)
APPROVAL = Lifecycle(
    "contract_approval",
    "contract",
    "approval",
    "not requested",
    (
        Move("not requested", "request", "requested"),
        Move("requested", "approve", "approved"),
        Move("requested", "reject", "rejected"),
        Move("rejected", "request", "requested"),
    ),
)


def contract_commands(kind: RecordType) -> Iterator[Command]:
    """Every command of contracts: approval moves through commands of its own, and signing waits for it."""
    for each in record_commands(kind, [STATUS, APPROVAL]):
        if each.name != "contract.advance":
            yield each
    yield Command("contract.advance", advance, example="dealwright contract advance C-1 --to signed")
    yield Command(
        "contract.request-approval", request_approval, example="dealwright contract request-approval C-1"
    )
    yield Command("contract.approve", approve, example="dealwright --as anna contract approve C-1")
    yield Command("contract.reject", reject, example="dealwright --as anna contract reject C-1")


def advance(
    session: ChangingSession, ref: Ref, to: Annotated[str, "status or event, such as signed or sign"]
) -> Contract:
    """Move a contract to another status. One that an approval rule asks about is signed only after approval."""
    contract = session.lock(Contract, ref)
    move = session.lifecycle("contract").move(contract.status, to, ref)
    if move.to == "signed" and contract.approval != "approved":
        asked = rules_that_apply(session, contract)
        if asked:
            following = f"dealwright contract request-approval {ref}"
            message = f"{ref} needs approval before it is signed: {'; '.join(asked)}. Next: {following}"
            raise Refused([Finding("contract-needs-approval", "block", message, ref)])
    fields = {"status": move.to}
    if move.to == "signed" and contract.signed_on is None:
        return session.change(contract, **fields, signed_on=session.today)
    return session.change(contract, **fields)


def rules_that_apply(session: ChangingSession, contract: Contract) -> list[str]:
    """The titles of the approval rules whose condition holds for a contract."""
    rules = (each.item for each in session.contributions.approval_rules.values())
    return [rule.title for rule in rules if session.value_of(contract, rule.when) is True]


def request_approval(session: ChangingSession, ref: Ref) -> Contract:
    """Ask for the approval of a contract."""
    return _move(session, ref, "request")


def approve(session: ChangingSession, ref: Ref) -> Contract:
    """Approve a contract. Nobody approves what they wrote or asked approval for."""
    return _decide(session, ref, "approve")


def reject(session: ChangingSession, ref: Ref) -> Contract:
    """Reject a contract. Nobody decides on what they wrote or asked approval for."""
    return _decide(session, ref, "reject")


def _decide(session: ChangingSession, ref: str, event: str) -> Contract:
    authors = {each.actor for each in session.history(Contract, ref)}
    if session.actor in authors:
        message = f"{session.actor} had a part in writing {ref}: somebody else decides on it"
        raise Refused([Finding("author-approves", "block", message, ref)])
    return _move(session, ref, event)


def _move(session: ChangingSession, ref: str, event: str) -> Contract:
    contract = session.lock(Contract, ref)
    move = session.lifecycle("contract_approval").move(contract.approval, event, ref)
    return session.change(contract, approval=move.to)
