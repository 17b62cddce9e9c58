"""The statements that every command needs, built once: SQLAlchemy then finds their compiled form at once."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from dealwright_core.records.record import COMMON
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.numbering import numbering
from dealwright_core.store.prepared import Prepared

MOST_KEPT = 100


class Statements:
    """The statements of one kind of record: what they read is masked, and narrowed to a condition, where those are
    given.
    """

    def __init__(
        self,
        kind: RecordType,
        table: sa.Table,
        columns: "Sequence[sa.ColumnElement[Any]] | None" = None,
        condition: "sa.ColumnElement[bool] | None" = None,
    ) -> None:
        self.names = [spec.name for spec in kind.columns]
        self.table, self.prefix = table, kind.prefix
        self._numbered: Prepared | None = None
        self._updates: dict[tuple[str, ...], sa.Update] = {}
        self._found: dict[tuple[tuple[str, ...], str, bool], sa.Select[Any]] = {}
        self.columns = columns or [table.c[name] for name in (*COMMON, *self.names)]
        self._condition = sa.true() if condition is None else condition

    @cached_property
    def by_ref(self) -> "sa.Select[Any]":
        """The record whose ref is ``key``."""
        return sa.select(*self.columns).where(self.table.c.ref == sa.bindparam("key"), self._condition)

    @cached_property
    def by_id(self) -> "sa.Select[Any]":
        """The record whose id is ``key``."""
        return sa.select(*self.columns).where(self.table.c.id == sa.bindparam("key"), self._condition)

    @cached_property
    def by_ref_locked(self) -> "sa.Select[Any]":
        """The record whose ref is ``key``, which nobody else changes from now on."""
        return self.by_ref.with_for_update()

    @cached_property
    def by_id_locked(self) -> "sa.Select[Any]":
        """The record whose id is ``key``, which nobody else changes from now on."""
        return self.by_id.with_for_update()

    def numbered(self, dialect: str) -> Prepared:
        """A new id, and whether the ref that goes with it is taken."""
        if self._numbered is None:
            self._numbered = numbering(self.table, self.prefix, dialect)
        return self._numbered

    def found(self, columns: tuple[str, ...], order: str, *, is_limited: bool) -> "sa.Select[Any]":
        """The records whose columns equal ``key_COLUMN``, in an order, at most ``key_limit`` of them."""
        known = self._found.get((columns, order, is_limited))
        if known is None:
            c = self.table.c
            by = c[order.removeprefix("-")]
            known = sa.select(*self.columns).where(
                self._condition, *(c[name] == sa.bindparam(f"key_{name}") for name in columns)
            )
            ordered = [by.desc() if order.startswith("-") else by]
            known = known.order_by(*ordered, *([] if by is c.id else [c.id]))
            if is_limited:
                known = known.limit(sa.bindparam("key_limit", type_=sa.Integer()))
            if len(self._found) < MOST_KEPT:
                self._found[columns, order, is_limited] = known
        return known

    @cached_property
    def insert(self) -> sa.Insert:
        """A new record."""
        return sa.insert(self.table)

    def update(self, written: tuple[str, ...]) -> sa.Update:
        """Some columns of a record, its version among them, where it still has the version ``key_version``."""
        known = self._updates.get(written)
        if known is None:
            c = self.table.c
            known = (
                sa.update(self.table)
                .where(c.id == sa.bindparam("key_id"), c.version == sa.bindparam("key_version"))
                .values({name: sa.bindparam(name) for name in written})
            )
            if len(self._updates) < MOST_KEPT:
                self._updates[written] = known
        return known
