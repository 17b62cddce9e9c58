"""The one door for changes: transaction, permission, idempotency key, command, guards, write, journal, commit."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.access.actors import System, person_of
from dealwright_core.commands.approval import undue_decisions
from dealwright_core.commands.signature import Reader, bind
from dealwright_core.config.sections import CORE
from dealwright_core.contributions import Command
from dealwright_core.errors import InvalidValue, PluginError, Refused
from dealwright_core.evaluation.stale import mark_stale
from dealwright_core.findings import Finding, Waiver
from dealwright_core.host.faults import altering, call_function, call_guard
from dealwright_core.host.registry import Contributed
from dealwright_core.journal import reading
from dealwright_core.journal import writing as journal
from dealwright_core.keys import INSERT, Key, plain, revive
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.permissions import Acting, Need, needed_by
from dealwright_core.records.fieldtypes import TYPES
from dealwright_core.store import tables
from dealwright_core.store.bulk import Rows
from dealwright_core.store.changes import Change, Changes
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.engine import retrying, writing
from dealwright_core.store.organisation import DECISIVE, GENERATION, ORGANISATION, read_marks, set_mark
from dealwright_core.store.session import Session
from dealwright_core.store.sight import Sight

if TYPE_CHECKING:
    from dealwright_core.platform import Platform


@frozen
class Outcome:
    """What a command did: its value, warnings, the numbers of its events, and whether its key had been used before."""

    value: Any
    findings: tuple[Finding, ...] = ()
    events: tuple[int, ...] = ()
    replayed: bool = False


def run(
    platform: "Platform",
    name: str,
    contributed: Contributed[Command],
    *,
    actor: str,
    key: str | None,
    waivers: Sequence[Waiver],
    arguments: Mapping[str, Any],
) -> Outcome:
    """Run a command. Raises `Refused`, `Conflict`, `NotFound` or `UsageError`, and then nothing is written."""
    command = contributed.item
    reader = Reader(platform.notation, platform.calendar)
    bound = bind(command.function, name, arguments, reader)
    if command.reads:
        needed = [needed_by(command, platform.catalogue.kinds)]
        with platform.reading_for(actor, needed, contributed.plugin, name) as session:
            value = _call(contributed, session, bound)
            return Outcome(value, tuple(session.remarks))
    for text in (key, *(part for each in waivers for part in (each.code, each.person, each.reason))):
        if text is not None:
            TYPES["text"].check(text)
    return retrying(lambda: _change(platform, name, contributed, actor, key, waivers, bound))


def _call(contributed: Contributed[Command], session: Session, bound: Mapping[str, Any]) -> Any:
    name = contributed.item.name
    value = call_function(contributed.plugin, name, contributed.item.function, session, **bound)
    if isinstance(value, Iterator):
        raise PluginError(contributed.plugin, name, _("returned a generator: return a list"))
    try:
        plain(value)
    except InvalidValue as error:
        raise PluginError(contributed.plugin, name, error.text) from None
    return value


def _change(
    platform: "Platform",
    name: str,
    contributed: Contributed[Command],
    actor: str,
    key: str | None,
    waivers: Sequence[Waiver],
    bound: Mapping[str, Any],
) -> Outcome:
    needed = [needed_by(contributed.item, platform.catalogue.kinds)]
    with changing(platform, actor, name, waivers, needed=needed, plugin=contributed.plugin) as work:
        held = None if key is None else Key(work.cause.actor, name, key)
        if held is not None:
            known = held.claim(work.connection, bound, work.cause.at)
            if known is not None:
                return Outcome(revive(work.session, known), replayed=True)
        value = _call(contributed, work.session, bound)
        warnings = work.settle()
        if held is not None:
            held.keep(work.connection, work.session, value)
    return Outcome(value, (*work.session.remarks, *warnings), tuple(work.events))


@attrs.define
class Work:
    """A transaction in the making: its session, and what is journalled when it settles."""

    platform: "Platform"
    connection: Connection
    acting: Acting
    session: ChangingSession
    cause: journal.Cause
    waivers: Sequence[Waiver]
    events: list[int] = attrs.field(factory=list)

    @cached_property
    def truth(self) -> Session:
        """Reads the same transaction, whoever acts."""
        return self.session.view(self.acting.truth)

    def settle(self) -> tuple[Finding, ...]:
        """Write the changes, let constraints and guards see them, and journal them. Returns the warnings."""
        self.session.write()
        changes = self.session.changes
        warnings = self._inspect(changes)
        self.events += journal.append(self.connection, self.platform.catalogue, self.cause, changes)
        self.events += journal.append_evaluations(self.connection, self.cause, self.session.evaluated)
        journal.append_reads(self.connection, self.platform.catalogue, self.cause, self.session.read_by_grant)
        mark_stale(self.connection, self.platform.catalogue.plans.watched, changes, self.cause.at)
        self.note_kinds({change.kind for change in changes})
        self.platform.log_faults(self.connection, self.session.faults)
        return warnings

    def note_kinds(self, kinds: Collection[str]) -> None:
        """Let everybody's rights be read anew where records of these kinds decide on them."""
        if not DECISIVE.isdisjoint(kinds):
            set_mark(self.connection, ORGANISATION)

    def _inspect(self, changes: Sequence[Change]) -> tuple[Finding, ...]:
        findings = [
            *self._moves(changes),
            *undue_decisions(self.cause.command, changes, self.session),
            *self._duties(changes),
            *self._constraints(changes),
            *self.session.likenesses(self.platform.deployment.access.roles),
            *self.guard(changes),
        ]
        waived = {each.code for each in self.waivers}
        blocking = [
            each for each in findings if each.level == "block" and not (each.waivable and each.code in waived)
        ]
        if blocking:
            raise Refused([*blocking, *(each for each in findings if each.level == "warn")])
        unused = waived - {each.code for each in findings if each.waivable}
        if unused:
            message = _(
                "nothing to waive under {unused}: no waivable finding has that code",
                unused=", ".join(sorted(unused)),
            )
            raise Refused([Finding("waiver-unused", "block", message)])
        return tuple(findings)

    def _moves(self, changes: Sequence[Change]) -> Iterator[Finding]:
        """Changes of a state along no edge of its lifecycle, whichever command made them."""
        for change in changes:
            for lifecycle in self.session.lifecycles_of(change.kind) if change.before else ():
                state, to = (getattr(each, lifecycle.field) for each in (change.before, change.after))
                if state != to and all(move.to != to for move in lifecycle.allowed(state)):
                    message = _(
                        "{kind} {after} cannot move from {state!r} to {to!r}",
                        kind=change.kind,
                        after=change.after.ref,
                        state=state,
                        to=to,
                    )
                    yield Finding(f"{lifecycle.name}-illegal-move", "block", message, change.after.ref)

    def _duties(self, changes: Sequence[Change]) -> Iterator[Finding]:
        """Changes by somebody who did on the same record what is to be done by another person."""
        firsts = self.platform.permissions.apart_from(self.cause.command)
        person = person_of(self.cause.actor)
        for change in changes if firsts else ():
            done = reading.history(self.connection, change.kind, change.after.id) if change.before else []
            before = {each.command for each in done if person_of(each.actor) == person} & firsts
            if before:
                did = joined(" and ", sorted(before))
                message = _(
                    "{person} did {did} on {after}: {command} is for somebody else",
                    person=person,
                    did=did,
                    after=change.after.ref,
                    command=self.cause.command,
                )
                yield Finding("separation-of-duties", "block", message, change.after.ref)

    def _constraints(self, changes: Sequence[Change]) -> Iterator[Finding]:
        last = {(change.kind, change.after.id): change.after for change in changes}
        for (kind, __), record in last.items():
            constraints, in_hand = self.platform.constraints(kind, self.session.today)
            if not constraints:
                continue
            holds = in_hand.of(self.truth, record)
            for each, held in zip(constraints, holds, strict=True):
                if held is True:
                    yield Finding(each.code, each.level, each.message, record.ref, waivable=each.waivable)

    def guard(self, changes: Sequence[Change], added: Sequence[Rows] = ()) -> Iterator[Finding]:
        """What the guards of all plugins find. A guard that fails refuses the command; none can alter what it sees.

        Records added in bulk are written from their columns, so nothing that a guard does to their values counts.
        """
        guards = self.platform.host.guards
        if not guards or not (changes or added):
            return
        for rows in added:
            names = [spec.name for spec in rows.kind.columns]
            owners = {name: rows.columns[names.index(name)] for name in rows.kind.guarded_by}
            self.session.lock_owners(rows.kind, owners)
        originals = [attrs.evolve(change.after) for change in changes]
        whole = Changes(tuple(changes), added)
        views: dict[Sight, tuple[Changes, Session]] = {self.acting.truth: (whole, self.truth)}
        for guard in guards:
            sight = self.acting.truth if guard.plugin == CORE else self.acting.sight(guard.plugin)
            if sight in views:
                seen, view = views[sight]
            else:
                seen, view = self.session.shown_to(sight, whole), self.session.view(sight)
                if seen is whole:  # else each gets copies of its own, which nobody else can have altered
                    views[sight] = (seen, view)
            yield from call_guard(guard, seen, view, self.platform.deployment)
            for change, original in zip(changes, originals, strict=True):
                if change.after != original:
                    raise Refused([altering(guard, change.kind, original.ref)])


@contextmanager
def changing(
    platform: "Platform",
    actor: str,
    command: str,
    waivers: Sequence[Waiver] = (),
    *,
    needed: Sequence[Need] = (),
    now: datetime | None = None,
    plugin: str = CORE,
) -> Iterator[Work]:
    """A write transaction in which a command works. The caller settles it; it commits at the end.

    Raises `Refused` where the actor lacks the rights that are needed for what ``plugin`` contributed.
    """
    platform.check_set_up()
    with writing(platform.engine) as connection:
        marks = read_marks(connection)
        platform.writability.check(connection, marks.get(GENERATION))
        at = now or datetime.now(UTC)
        acting = platform.acting(connection, actor, at, marks)
        authority = acting.to(needed, plugin, command)
        session = ChangingSession(connection, platform.catalogue, acting.sight(plugin), at, authority)
        cause = journal.Cause(
            actor=authority.actor,
            command=command,
            at=at,
            plugins=_plugin_set(platform, connection),
            waivers=_waived(waivers),
        )
        if isinstance(actor, System):
            journal.append_entry(connection, cause, actor.reason)
        yield Work(platform, connection, acting, session, cause, waivers)


def _waived(waivers: Iterable[Waiver]) -> str | None:
    said = [attrs.asdict(each) for each in waivers]
    return json.dumps(said, ensure_ascii=False, sort_keys=True) if said else None


def _plugin_set(platform: "Platform", connection: Connection) -> str:
    """The digest of the plugins at work, kept once with their versions."""
    digest = platform.plugin_digest
    if digest in platform.known_plugin_sets:
        return digest
    table = tables.plugin_set
    if connection.execute(sa.select(table.c.digest).where(table.c.digest == digest)).first() is not None:
        platform.known_plugin_sets.add(digest)
    else:
        insert: Any = INSERT[connection.dialect.name]
        values = {"digest": digest, "versions": platform.plugin_versions}
        connection.execute(insert(table).values(values).on_conflict_do_nothing())
    return digest
