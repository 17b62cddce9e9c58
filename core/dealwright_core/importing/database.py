"""What an import reads from the database, inside the transaction that writes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from attrs import define, field
from sqlalchemy.engine import Connection

from dealwright_core.batches import batches
from dealwright_core.importing.links import Stored
from dealwright_core.journal.writing import one_batch_at_a_time
from dealwright_core.likeness.judging import merged_among
from dealwright_core.likeness.keeping import MERGED
from dealwright_core.records.record import COMMON, Record
from dealwright_core.records.recordtype import MERGED_INTO
from dealwright_core.store import bulk, tables
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.numbering import allocate
from dealwright_core.store.session import Session
from dealwright_core.values import Money

_MERGES = sa.select(tables.meta.c.value).where(tables.meta.c.key == MERGED)
NAMES = 2_000


@define(eq=False)
class ImportDatabase:
    """The database as an import sees it. It reads past what an actor may see: an import takes a right to
    change all.
    """

    connection: Connection
    catalogue: Catalogue
    session: Session
    names_of: dict[str, Sequence[str]] = field(factory=dict)

    @property
    def now(self) -> datetime:
        """The moment that the records written now bear."""
        return self.session.now

    @property
    def today(self) -> date:
        """The day in the deployment's time zone."""
        return self.session.today

    def stored(self, kind: str, refs: Collection[str]) -> Mapping[str, Stored]:
        """The records with these refs."""
        c = self.catalogue.table(kind).c
        into = [c[MERGED_INTO]] if self.catalogue.kinds[kind].is_mergeable else []
        rows = self._in_parts(sa.select(c.ref, c.id, c.source_digest, *into), c.ref, refs)
        return {row[0]: Stored(*row[1:]) for row in rows}

    def labelled(self, kind: str, labels: Collection[str]) -> Mapping[str, Sequence[int]]:
        """The ids of the records with these labels, of merged ones those that stand for them. Where the label is the
        ref, that has been looked up already.
        """
        label = self.catalogue.kinds[kind].label
        if label == "ref" or self.catalogue.kinds[kind].by_name[label].type.name != "text":
            return {}
        table = self.catalogue.table(kind)
        found = bulk.ids_by_label(self.connection, table, label, labels)
        if found and self.catalogue.kinds[kind].is_mergeable:
            merged = merged_among(self.connection, table, {id for ids in found.values() for id in ids})
            return {
                text: list(dict.fromkeys(merged.get(id, id) for id in ids)) for text, ids in found.items()
            }
        return found

    def merges(self) -> str | None:
        """A mark that every merging renews, so that what was looked up may lead to another record."""
        return self.connection.execute(_MERGES).scalar()

    def read(self, kind: str, ids: Collection[int]) -> Mapping[int, Record]:
        """Whole records by id."""
        known, table = self.catalogue.kinds[kind], self.catalogue.table(kind)
        names = (*COMMON, *(spec.name for spec in known.columns))
        rows = self._in_parts(sa.select(*(table.c[name] for name in names)), table.c.id, ids)
        return {row[0]: known.build(row) for row in rows}

    def taken(
        self, kind: str, columns: Sequence[str], values: Collection[tuple[Any, ...]]
    ) -> Mapping[tuple[Any, ...], str]:
        """Of these values of columns, those that a record has, with its ref."""
        table = self.catalogue.table(kind)
        chosen = [table.c[name] for name in columns]
        rows = self._in_parts(sa.select(table.c.ref, *chosen), sa.tuple_(*chosen), values)
        return {tuple(row[1:]): row[0] for row in rows}

    def pointing(self, kind: str, link: str, ids: Collection[int]) -> Mapping[int, int]:
        """The ids of the records of a kind whose link leads to these, by what it leads to."""
        c = self.catalogue.table(kind).c
        return {row[0]: row[1] for row in self._in_parts(sa.select(c[link], c.id), c[link], ids)}

    def new_ids(self, kind: str, count: int) -> Sequence[int]:
        """Ids for records to be added."""
        if not count:
            return range(0)
        one_batch_at_a_time(self.connection, kind)
        return allocate(self.connection, kind, count)

    def base_minor(self, money: Money, on: date) -> int:
        """The amount in minor units of the base currency. Raises Refused where no rate is known."""
        return self.session.base_minor(money, on)

    def names(self, kind: str) -> Sequence[str]:
        """Some refs and labels, for suggestions."""
        if kind not in self.names_of:
            table, label = self.catalogue.table(kind), self.catalogue.kinds[kind].label
            columns = {name: table.c[name] for name in ("ref", label) if name in table.c}
            rows = self.connection.execute(
                sa.select(*columns.values()).order_by(table.c.id).limit(NAMES)
            ).all()
            self.names_of[kind] = [text for row in rows for text in row if isinstance(text, str)]
        return self.names_of[kind]

    def is_empty(self, kind: str) -> bool:
        """Whether there is no record of a kind."""
        return self.connection.execute(sa.select(self.catalogue.table(kind).c.id).limit(1)).first() is None

    def set_digests(self, kind: str, digests: Mapping[int, int]) -> None:
        """Remember from which texts records were last read. No change of the record: nobody is told."""
        table = self.catalogue.table(kind)
        statement = (
            sa.update(table)
            .where(table.c.id == sa.bindparam("of"))
            .values(source_digest=sa.bindparam("digest"))
        )
        if digests:
            self.connection.execute(
                statement, [{"of": id, "digest": digest} for id, digest in digests.items()]
            )

    def _in_parts(
        self, statement: "sa.Select[Any]", column: Any, wanted: Collection[Any]
    ) -> Iterator[Sequence[Any]]:
        for part in batches(wanted):
            yield from self.connection.execute(statement.where(column.in_(part)))
