"""The journal as those read it who may: who did what, newest first."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from dealwright_core.contributions import Command
from dealwright_core.store.session import Session


def journal_commands() -> Iterator[Command]:
    """Commands that read the journal."""
    yield Command(
        "journal.list",
        events,
        example="dealwright journal list --person M-7 --since 2026-03-01",
        requires="read journal",
        reads=True,
    )


def events(
    session: Session,
    *,
    person: Annotated[str | None, "only what this person did, and plugins for them"] = None,
    record: Annotated[str | None, "only events of this kind of record"] = None,
    by: Annotated[str | None, "only events of this command"] = None,
    since: Annotated[date | None, "first day"] = None,
    until: Annotated[date | None, "first day that is no longer meant"] = None,
    limit: Annotated[int, "how many at the most"] = 50,
) -> list[dict[str, Any]]:
    """List what was done, newest first: also who read a record by a grant, exported, or acted as the system."""
    found = session.journal(person=person, kind=record, command=by, since=since, until=until, limit=limit)
    return [
        {
            "seq": each.seq, "at": each.at.isoformat(), "actor": each.actor, "command": each.command,
            "action": each.action, "record": each.record, "ref": each.ref, "change": each.change,
        }
        for each in found
    ]  # fmt: skip
