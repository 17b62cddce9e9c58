"""Erasing a person inside a transaction: records, journal, kept results, queues, refused rows."""

from collections.abc import Mapping
from typing import Any

from attrs import define, field, frozen

from dealwright_core import door
from dealwright_core.evaluation.stale import mark_stale
from dealwright_core.findings import Finding
from dealwright_core.journal import erasing as journal
from dealwright_core.journal import writing
from dealwright_core.journal.erasing import Noted
from dealwright_core.persons.erasure_list import Erasure
from dealwright_core.persons.person import KINDS, Holding, Person
from dealwright_core.persons.places import Mention, Places, places_of
from dealwright_core.persons.recording import database_of
from dealwright_core.persons.refused_files import RefusedFile, refused_files
from dealwright_core.persons.words import Words
from dealwright_core.store.changing import ChangingSession

TOUCHED_ALWAYS = "dw_event"


@frozen(eq=False)
class Erased:
    """What was erased of a person, and what is left of it."""

    person: Person
    noted: tuple[Noted, ...]
    places: Places
    files: tuple[RefusedFile, ...]
    also: tuple[Mention, ...]
    left: tuple[Mention, ...]
    events: int
    warnings: tuple[Finding, ...]

    @property
    def words(self) -> Words:
        """The texts by which the person was known."""
        return self.places.words

    @property
    def tables(self) -> set[str]:
        """The tables that held something."""
        kinds = {each.kind.name for each in self.person.holdings} | {each.kind for each in self.also}
        return kinds | {TOUCHED_ALWAYS} | {each.table.name for each in self.places.texts}


@define(eq=False)
class Erasing:
    """Erases one person with what a transaction was begun for. Nothing of it is judged by the rights of the actor, who
    has that to erase. Where ``is_again`` it was allowed before: no guard is asked.
    """

    work: door.Work
    reason: str
    with_mentions: bool = False
    is_again: bool = False
    _versions: dict[tuple[str, int], int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        acting = self.work.acting
        self.work.session = ChangingSession(
            self.work.connection,
            self.work.platform.catalogue,
            acting.truth,
            self.work.session.now,
            acting.authority.unlimited(),
        )

    def erase(self, person: Person) -> Erased:
        """Erase a person. Raises `Refused` where a guard objects. Files are left for the end."""
        platform, connection = self.work.platform, self.work.connection
        places = places_of(connection, platform.catalogue, person)
        files = tuple(refused_files(platform.deployment.folder, places.words))
        also = tuple(each for each in places.mentions if self.with_mentions and not each.is_personal)
        for holding in person.holdings:
            self._change(holding.kind.name, holding.record.id, holding.erased)
        for mention in also:
            self._take_out(mention, places.words)
        warnings = self._settle()
        noted = tuple(self._note_holding(each, places) for each in person.holdings)
        for mention in also:
            at = (mention.kind, mention.id, mention.ref, self._versions[mention.kind, mention.id])
            journal.erase(connection, self.work.cause, at, mention.events, self.reason, mention.fields)
        for text in places.texts:
            text.erase(connection)
        left = tuple(each for each in places.mentions if each not in also)
        count = len(places.events) + sum(len(each.events) for each in also)
        return Erased(person, noted, places, files, also, left, count, warnings)

    def listed(self, erased: Erased) -> list[tuple[Erasure, int]]:
        """The entries of the list for an erasure, one for each record that is a person: in an older copy of the
        database they may not hang together yet. With each goes the number of the event that says so.
        """
        database, at = database_of(self.work.connection), self.work.cause.at.isoformat()
        return [
            (
                Erasure(
                    database=database, kind=each.kind.name, ref=each.record.ref, id=each.record.id, at=at,
                    event=noted.hash, mentions=self.with_mentions,
                ),
                noted.seq,
            )
            for each, noted in zip(erased.person.holdings, erased.noted, strict=True)
            if each.kind.name in KINDS
        ]  # fmt: skip

    def _note_holding(self, holding: Holding, places: Places) -> Noted:
        seqs = [event.seq for of, event in places.events if of is holding]
        at = (*holding.at, holding.record.ref, self._versions[holding.at])
        fields = [each.name for each in holding.fields]
        noted = journal.erase(self.work.connection, self.work.cause, at, seqs, self.reason, fields)
        self.work.events.append(noted.seq)
        return noted

    def _take_out(self, mention: Mention, words: Words) -> None:
        if mention.kind not in self.work.platform.catalogue.kinds:
            self._versions[mention.kind, mention.id] = mention.version  # what a removed plugin left
            return
        record = self.work.session.get(mention.kind, mention.id)
        texts = {each: words.taken_out(getattr(record, each)) for each in mention.fields}
        self._change(mention.kind, mention.id, texts)

    def _change(self, kind: str, id: int, values: Mapping[str, Any]) -> None:
        session = self.work.session
        self._versions[kind, id] = session.change(session.lock(kind, id), **values).version

    def _settle(self) -> tuple[Finding, ...]:
        if not self.is_again:
            return self.work.settle()
        session, catalogue = self.work.session, self.work.platform.catalogue
        session.write()
        self.work.events += writing.append(self.work.connection, catalogue, self.work.cause, session.changes)
        self.work.note_kinds({each.kind for each in session.changes})
        watched = self.work.platform.catalogue.plans.watched
        mark_stale(self.work.connection, watched, session.changes, self.work.cause.at)
        return ()
