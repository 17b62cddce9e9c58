"""``person.export`` and ``person.erase``."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from sqlalchemy.engine import Connection

from dealwright_core import door
from dealwright_core.access.rights import Action
from dealwright_core.config.sections import CORE
from dealwright_core.contributions import Command
from dealwright_core.errors import NotFound, Refused, UsageError
from dealwright_core.findings import Finding
from dealwright_core.keys import Key, revive
from dealwright_core.language import core as _
from dealwright_core.permissions import Acting
from dealwright_core.persons import recording
from dealwright_core.persons.applying import COMMAND, finish, list_of
from dealwright_core.persons.erasing import Erased, Erasing
from dealwright_core.persons.holding import check_not_held
from dealwright_core.persons.person import find_person, whole_person
from dealwright_core.persons.places import places_of
from dealwright_core.persons.refused_files import refused_files
from dealwright_core.persons.showing import erased_form, person_form
from dealwright_core.platformcommand import Call, PlatformCommand
from dealwright_core.records.record import FieldClass, Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.allowance import Allowance
from dealwright_core.store.cleaning import one_at_a_time
from dealwright_core.store.engine import reading, retrying
from dealwright_core.store.organisation import read_marks
from dealwright_core.store.session import Session

if TYPE_CHECKING:
    from dealwright_core.platform import Platform

Ref = Annotated[str, "ref of a contact, a member, or a customer of kind person"]
Kind = Annotated[str, "contact, member or customer, where several have this ref"]


def person_commands() -> Iterator[Command]:
    """The commands about personal data."""
    yield PlatformCommand(
        "person.export",
        export,
        example="dealwright person export CT-1 --json",
        requires="export contact",
        reads=True,
    )
    yield PlatformCommand(
        COMMAND,
        erase,
        example='dealwright person erase CT-1 --reason "request of 3 May"',
        requires="erase contact",
    )


def export(call: Call, *, ref: Ref, kind: Kind = "") -> door.Outcome:
    """List every place that holds a person's data, and what it says.

    A person is a contact, a member, or a customer of kind person.
    """
    platform = call.platform
    with platform.reading_for(call.actor, (), CORE, "person.export") as session:
        folder = platform.deployment.folder
        with reading(platform.engine) as connection:
            now = datetime.now(UTC)
            acting = platform.acting(connection, call.actor, now, read_marks(connection))
            truth = Session(connection, platform.catalogue, acting.truth, now, _noted_by_nobody)
            known, record = _permitted(connection, acting, truth, session, "export", "personal", ref, kind)
            person = whole_person(truth, known, record)
            places = places_of(connection, platform.catalogue, person)
            form = person_form(session, truth, person, places, refused_files(folder, places.words), folder)
    return door.Outcome(form)


def erase(
    call: Call,
    *,
    ref: Ref,
    reason: Annotated[str, "why, which is kept: it may not name the person"],
    kind: Kind = "",
    keep_mentions: Annotated[
        bool, "leave the person in texts of other records, as person export lists them"
    ] = False,
) -> door.Outcome:
    """Erase a person's data everywhere, or say what still needs it and until when.

    Records, refs and amounts stay; what named the person does not, also not in the journal and in texts of others.
    """
    if not reason.strip():
        raise UsageError(_("an erasure states its reason"), _("give --reason TEXT"))
    bound: dict[str, Any] = {
        "ref": ref, "reason": reason.strip(), "kind": kind, "keep_mentions": keep_mentions,
    }  # fmt: skip
    outcome, erased = retrying(lambda: _erase(call, bound))
    if erased is None:
        return outcome
    is_clean = finish(call.platform.engine, [each.hash for each in erased.noted], [erased])
    return door.Outcome(
        {**outcome.value, "database files": _files_said(call.platform, is_clean)},
        outcome.findings,
        outcome.events,
    )


def _erase(call: Call, bound: Mapping[str, Any]) -> tuple[door.Outcome, Erased | None]:
    platform, listed = call.platform, set[str]()
    try:
        with door.changing(platform, call.actor, COMMAND, call.waivers) as work:
            one_at_a_time(work.connection)
            held = None if call.key is None else Key(work.cause.actor, COMMAND, call.key)
            if held is not None and (known := held.claim(work.connection, bound, work.cause.at)) is not None:
                return door.Outcome(revive(work.session, known), replayed=True), None
            outcome, erased, erasing = _in_transaction(work, bound)
            if held is not None:
                held.keep(work.connection, work.session, outcome.value)
            entries = erasing.listed(erased)
            for entry, seq in entries:
                recording.record(work.connection, entry, seq)
            # From here on it is decided: a crash before the commit is made good at the next opening.
            listed = {entry.event for entry, _ in entries}
            list_of(platform).add(entry for entry, _ in entries)
            for each in erased.files:
                each.erase()
    except BaseException:
        if listed:
            list_of(platform).take_back(listed)
        raise
    return outcome, erased


def _in_transaction(work: door.Work, bound: Mapping[str, Any]) -> tuple[door.Outcome, Erased, Erasing]:
    seen, truth = work.session, work.truth
    kind, record = _permitted(
        work.connection, work.acting, truth, seen, "erase", "plain", bound["ref"], bound["kind"]
    )
    person = whole_person(truth, kind, record)
    check_not_held(truth, person)
    erasing = Erasing(work, bound["reason"], with_mentions=not bound["keep_mentions"])
    erased = erasing.erase(person)
    if erased.words.stand_in(bound["reason"]):
        raise UsageError(_("the reason names the person, and is kept"), _("give one that does not"))
    form = erased_form(seen, erased, work.platform.deployment.folder)
    return door.Outcome(form, erased.warnings, tuple(work.events)), erased, erasing


def _permitted(
    connection: Connection,
    acting: Acting,
    truth: Session,
    seen: Session,
    action: Action,
    field_class: FieldClass,
    ref: str,
    kind: str,
) -> tuple[RecordType, Record]:
    """The person with a ref, whom the actor need not see to have the right. Raises `Refused`, or `NotFound` where the
    actor does not see them either.
    """
    try:
        known, record = find_person(truth, ref, kind)
    except UsageError:  # it says what there is: to be said of what the actor sees
        known, record = find_person(seen, ref, kind)
    authority = acting.authority
    allowance = Allowance(connection, acting.catalogue, acting.sight(), authority, _none_pending)
    if not allowance.belongs(known, record, authority.members(action, known.name, field_class)):
        try:
            seen.get(known.name, record.id)
        except NotFound:
            raise NotFound(kind or "person", ref) from None
        message = _(
            "{actor} ({roles}) may not {action} the data of this {name}",
            actor=authority.actor,
            roles=authority.roles,
            action=action,
            name=known.name,
        )
        raise Refused([Finding("not-permitted", "block", message, ref)])
    return known, record


def _noted_by_nobody(reads: Sequence[tuple[Record, str]]) -> None:
    """What reads everything reads by no grant."""


def _none_pending(kind: str, id: int) -> Record | None:
    return None


def _files_said(platform: "Platform", is_clean: bool) -> str:
    if not is_clean:
        return _(
            "not clean yet, mostly because others read: it is tried again when the deployment is next opened"
        )
    if platform.engine.dialect.name == "postgresql":
        return _("vacuumed: old versions of rows are gone once no older transaction runs")
    return "clean"
