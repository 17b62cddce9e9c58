"""Standing in for a position, from a day on."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from dealwright_core.commands.organisation.holding import (
    check_employed,
    end_deputation,
    member_called,
    refused,
)
from dealwright_core.commands.positions import is_withdrawn
from dealwright_core.commands.records import Ref
from dealwright_core.contributions import Command
from dealwright_core.language import core as _
from dealwright_core.records import Deputation, Position
from dealwright_core.store.changing import ChangingSession


def deputation_commands() -> Iterator[Command]:
    """Commands that begin and end deputations."""
    yield Command(
        "position.deputise",
        deputise,
        example="dealwright position deputise POS-2 --deputy M-4 --until 2026-09-01 --reason leave",
        requires="add deputation",
    )
    yield Command(
        "deputation.end",
        end,
        example="dealwright deputation end DEP-1 --on 2026-08-01",
        requires="change deputation",
    )


def deputise(
    session: ChangingSession,
    *,
    ref: Annotated[str, "ref of the position"],
    deputy: Annotated[str, "member who stands in"],
    since: Annotated[date | None, "first day, today where it is left out"] = None,
    until: Annotated[date | None, "first day on which they no longer do"] = None,
    reason: Annotated[str | None, "why"] = None,
) -> Deputation:
    """Let a member stand in for a position, held or vacant, with its rights."""
    position = session.lock(Position, ref)
    member = member_called(session, deputy)
    day = since or session.today
    check_employed(member, day)
    if is_withdrawn(position):
        raise refused("position-withdrawn", _("position {ref} was withdrawn and never holds", ref=ref), ref)
    return session.add(
        Deputation(position=position.id, deputy=member.id, reason=reason, since=day, until=until)
    )


def end(
    session: ChangingSession,
    *,
    ref: Ref,
    on: Annotated[date | None, "first day on which it no longer holds, today where it is left out"] = None,
) -> Deputation:
    """End a deputation; one that is still to come is withdrawn."""
    day = on or session.today
    deputation = session.lock(Deputation, ref)
    if deputation.until is not None and deputation.until <= day:
        raise refused(
            "deputation-ended", _("deputation {ref} ended on {until}", ref=ref, until=deputation.until), ref
        )
    return end_deputation(session, deputation, day)
