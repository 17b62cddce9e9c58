"""Where else a person's data stands: the journal, kept results, queues, imports, and what others wrote."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.journal import erasing
from dealwright_core.journal.events import Event
from dealwright_core.language import core as _
from dealwright_core.persons.person import KINDS, Holding, Person
from dealwright_core.persons.words import Words
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store import tables
from dealwright_core.store.catalogue import Catalogue

EVENT = tables.event.c


@frozen(eq=False)
class Mention:
    """Texts of another record that name the person, and events of it that did. Of a ``person`` it is their own data,
    which is like this one's.
    """

    kind: str
    id: int
    ref: str
    version: int
    fields: tuple[str, ...]
    events: tuple[int, ...]
    is_personal: bool


@frozen(eq=False)
class Text:
    """A text of one of the platform's own tables, its row, and what is left of it without the person's data; with
    None the row goes.
    """

    table: sa.Table
    key: tuple[Any, ...]
    shown: dict[str, Any]
    values: dict[str, Any] | None

    def erase(self, connection: Connection) -> None:
        """Write what is left."""
        here = [
            column == value for column, value in zip(self.table.primary_key.columns, self.key, strict=True)
        ]
        if self.values is None:
            connection.execute(sa.delete(self.table).where(*here))
        else:
            connection.execute(sa.update(self.table).where(*here).values(self.values))


@frozen(eq=False)
class Places:
    """Every place in the database that holds data of a person, beside the records."""

    words: Words
    events: Sequence[tuple[Holding, Event]]
    texts: Sequence[Text]
    mentions: Sequence[Mention]
    unerasable: Sequence[str]


def places_of(connection: Connection, catalogue: Catalogue, person: Person) -> Places:
    """Look for a person's data."""
    every = [
        (holding, event)
        for holding in person.holdings
        for event in erasing.changes_of(connection, *holding.at)
    ]
    words = person.words((holding, holding.personal_in(event.change or {})) for holding, event in every)
    events = [
        (holding, event)
        for holding, event in every
        if holding.personal_in(event.change or {}) or words.stand_in(_values_text(event))
    ]
    own = {each.at for each in person.holdings}
    return Places(
        words,
        events,
        [*_texts(connection, words), *_logins(connection, person)],
        list(_mentions(connection, catalogue, words, person)),
        list(_unerasable(connection, person, words, own)),
    )


def _values_text(event: Event) -> str:
    return " ".join(each for each in (event.change or {}).values() if isinstance(each, str))


def _texts(connection: Connection, words: Words) -> Iterator[Text]:
    yield from _keys(connection, words)
    for column, what in (
        (tables.cursor.c.error, "queue"),
        (tables.parked.c.error, _("parked event")),
        (tables.fault.c.message, _("fault of a plugin")),
    ):
        table = column.table
        for row in connection.execute(sa.select(table).where(words.may_stand_in(column))):
            said = getattr(row, column.name)
            if words.stand_in(said):
                key = tuple(getattr(row, each.name) for each in table.primary_key.columns)
                shown = {"where": what, "of": " ".join(map(str, key))}
                yield Text(table, key, shown, {column.name: words.taken_out(said)})
    yield from _imports(connection, words)


def _keys(connection: Connection, words: Words) -> Iterator[Text]:
    t = tables.key
    for row in connection.execute(sa.select(t).where(words.may_stand_in(t.c.result, escaped=True))):
        before = json.loads(row.result)
        after = words.taken_out_of(before)
        if after != before:
            key = (row.actor, row.command, row.key)
            shown = {"where": "kept result of a key", "of": f"{row.command} by {row.actor}"}
            yield Text(t, key, shown, {"result": json.dumps(after)})


def _imports(connection: Connection, words: Words) -> Iterator[Text]:
    run, refused = tables.import_run, tables.import_refused
    for row in connection.execute(sa.select(run).where(words.may_stand_in(run.c.progress, escaped=False))):
        before = json.loads(row.progress)
        after = words.taken_out_of(before)
        if after != before:
            text = json.dumps(after, ensure_ascii=False, sort_keys=True)
            yield Text(run, (row.id,), {"where": "import", "of": str(row.id)}, {"progress": text})
    ways = sa.or_(words.may_stand_in(refused.c.cells, escaped=True), words.may_stand_in(refused.c.reason))
    for row in connection.execute(sa.select(refused).where(ways)):
        cells, text = json.loads(row.cells)
        if any(words.stand_in(each) for each in (*cells, text, row.reason)):
            shown = {"where": "refused row", "of": f"import {row.run}, {row.file}:{row.line}"}
            yield Text(refused, (row.run, row.file, row.line, row.number), shown, None)


def _logins(connection: Connection, person: Person) -> Iterator[Text]:
    """Imports that a member started under an account name."""
    login = getattr(person.own.record, "login", None)
    t = tables.import_run
    for row in connection.execute(sa.select(t.c.id).where(t.c.actor == login)) if login else ():
        shown = {"where": "import", "of": str(row.id)}
        yield Text(t, (row.id,), shown, {"actor": person.own.record.ref})


def _mentions(
    connection: Connection, catalogue: Catalogue, words: Words, person: Person
) -> Iterator[Mention]:
    own = {each.at: each for each in person.holdings}
    said: dict[tuple[str, int], list[int]] = {}
    refs: dict[tuple[str, int], tuple[str, int]] = {}
    condition = words.may_stand_in(EVENT.payload, escaped=False)
    for event in erasing.events_saying(connection, condition, own):
        if words.stand_in(_values_text(event)):
            said.setdefault((event.record, event.record_id), []).append(event.seq)
            refs[event.record, event.record_id] = (event.ref, event.version)
    for kind in catalogue.kinds.values():
        for id, ref, version, fields in _naming(connection, catalogue, kind, words):
            holding = own.get((kind.name, id))
            left = tuple(
                each for each in fields if holding is None or each not in {f.name for f in holding.fields}
            )
            events = tuple(said.pop((kind.name, id), ()))
            if left or events:
                is_personal = kind.name in KINDS and any(_is_who(kind, each) for each in left)
                yield Mention(kind.name, id, ref, version, left, events, is_personal)
    for (name, id), seqs in sorted(said.items()):
        ref, version = refs[name, id]
        yield Mention(name, id, ref, version, (), tuple(seqs), is_personal=False)


def _is_who(kind: RecordType, name: str) -> bool:
    return kind.by_name[name].field_class == "personal" or name == kind.label


def _naming(
    connection: Connection, catalogue: Catalogue, kind: RecordType, words: Words
) -> Iterator[tuple[int, str, int, list[str]]]:
    """The records of a kind with the texts of theirs that name the person."""
    names = [each.name for each in kind.fields if each.type.name == "text" and not each.choices]
    table = catalogue.table(kind.name)
    if not names or not words.searched:
        return
    columns = [table.c[name] for name in names]
    statement = sa.select(table.c.id, table.c.ref, table.c.version, *columns).order_by(table.c.id)
    for row in connection.execute(statement.where(words.may_stand_in(*columns))):
        found = [name for name, value in zip(names, row[3:], strict=True) if words.stand_in(value)]
        if found:
            yield row.id, row.ref, row.version, found


def _unerasable(
    connection: Connection, person: Person, words: Words, own: set[tuple[str, int]]
) -> Iterator[str]:
    """What a chain covers and so stays: refs, and the waivers and reasons given with commands."""
    for each in person.holdings:
        if words.stand_in(each.record.ref):
            yield _("the ref of {each}", each=each)
    t = tables.event
    for row in connection.execute(sa.select(t.c.seq, t.c.waivers).where(words.may_stand_in(t.c.waivers))):
        if words.stand_in(row.waivers):
            yield _("the waiver of event {seq}", seq=row.seq)
