"""Approval of contracts (合同审批): who may let a contract be signed, and when somebody has to."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import attrs

from dealwright_core.access.actors import person_of
from dealwright_core.commands.approval import withdrawing, writers
from dealwright_core.commands.records import Ref, record_commands
from dealwright_core.contributions import Command
from dealwright_core.errors import Refused
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.records import Contract, Lifecycle, Move, RecordType
from dealwright_core.store.changing import ChangingSession

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
        Move("approved", "change", "not requested"),
    ),
)


def contract_commands(kind: RecordType, lifecycles: Iterable[Lifecycle]) -> Iterator[Command]:
    """Every command of contracts: approval moves through commands of its own, and signing waits for it."""
    yield from voiding_approval(record_commands(kind, lifecycles, own=(STATUS.name, APPROVAL.name)))
    yield Command("contract.advance", advance, example="dealwright contract advance C-1 --to signed")
    yield Command(
        "contract.request-approval", request_approval, example="dealwright contract request-approval C-1"
    )
    for name, decide in (("approve", approve), ("reject", reject)):
        example = f"dealwright --as anna contract {name} C-1"
        yield Command(f"contract.{name}", decide, example=example, requires="approve contract")


def voiding_approval(commands: Iterable[Command]) -> Iterator[Command]:
    """The same commands of contracts or their lines; what they change after its approval needs it again."""
    for each in commands:
        is_voiding = each.name in ("contract.change", "contract-line.add", "contract-line.change")
        yield attrs.evolve(each, function=withdrawing(each.function)) if is_voiding else each


def advance(
    session: ChangingSession, ref: Ref, to: Annotated[str, "status or event, such as signed or sign"]
) -> Contract:
    """Move a contract to another status. One that an approval rule asks about is signed only after approval."""
    contract = session.lock(Contract, ref)
    move = session.lifecycle("contract").move(contract.status, to, ref)
    fields = {"status": move.to}
    if move.to == "signed" and contract.signed_on is None:
        return session.change(contract, **fields, signed_on=session.today)
    return session.change(contract, **fields)


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
    person = person_of(session.actor)
    if person in writers(session, session.lock(Contract, ref)):
        message = _(
            "{person} had a part in writing {ref}: somebody else decides on it", person=person, ref=ref
        )
        raise Refused([Finding("author-approves", "block", message, ref)])
    return _move(session, ref, event)


def _move(session: ChangingSession, ref: str, event: str) -> Contract:
    contract = session.lock(Contract, ref)
    move = session.lifecycle("contract_approval").move(contract.approval, event, ref)
    return session.change(contract, approval=move.to)
