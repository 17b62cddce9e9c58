"""What commands, reports and plugins read and write through: values in, values out, never the raw connection."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar, overload

import sqlalchemy as sa

from dealwright_core.batches import batches
from dealwright_core.errors import InvalidValue, NotFound, Refused, UsageError
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.records.dating import day_of_record
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.asking import Asking
from dealwright_core.store.comparing import COMMON_TYPES, column_of, equal, is_plain, plain
from dealwright_core.store.explaining import explained
from dealwright_core.store.joining import Joined
from dealwright_core.store.readonly import check_select
from dealwright_core.store.rowsecurity import beyond
from dealwright_core.store.sight import Sight
from dealwright_core.values import Money

if TYPE_CHECKING:
    import polars

    from dealwright_core.contributions import ScoringRule
    from dealwright_core.evaluation import Scorer
    from dealwright_core.evaluation.reading import Evaluations
    from dealwright_core.expr import Expression
    from dealwright_core.journal.events import Event
    from dealwright_core.likeness.sharing import Shared
    from dealwright_core.payroll.reading import Payroll
    from dealwright_core.payroll.trying.whatif import WhatIf

R = TypeVar("R", bound=Record)


class Session(Asking):
    """Reads on behalf of an actor, in one transaction.

    A kind is given by its name or its class. Everything read through a session is subject to what the actor may see; a
    hidden record answers as an absent one, with `NotFound`.
    """

    def view(self, sight: Sight | None = None) -> "Session":
        """A session that reads the same transaction and changes nothing, by default with the same sight."""
        return Session(self._connection, self._catalogue, sight or self._sight, self.now, self._note)

    def explain(self, action: str, ref: str, kind: str = "", person: str = "") -> dict[str, Any]:
        """Whether somebody, by default the actor, may do something with a record, and why.

        About others only those are told who may operate access or read the journal.
        """
        with beyond(self._connection):
            return self._explain(action, ref, kind, person)

    def _explain(self, action: str, ref: str, kind: str, person: str) -> dict[str, Any]:
        from dealwright_core.commands.access import named

        own, view = self._sight.authority, self
        authority = self._somebody(person) if person else own
        if authority.actor != own.actor:
            if not own.may("operate", "access") and not own.may("read", "journal"):
                message = _(
                    "{actor} ({roles}) may not ask what others may do", actor=own.actor, roles=own.roles
                )
                raise Refused([Finding("not-permitted", "block", message)])
            view = self.view(self._sight.people.sight(self._connection, self._catalogue, own.unlimited()))
        record, known = None, self.kind(kind) if kind else None
        try:
            record = named(view, ref, kind)
            known = self.kind(type(record))
        except NotFound:
            pass  # absent or hidden
        needed = self._sight.people.needed(action, known.name if known else "record")
        return explained(authority, self._allowance_of(authority), needed, known, record, ref)

    @overload
    def get(self, kind: type[R], ref: str | int) -> R: ...
    @overload
    def get(self, kind: str, ref: str | int) -> Record: ...
    def get(self, kind: str | type[Record], ref: str | int) -> Record:
        """The record with this ref or id. Raises `NotFound`."""
        found = self._one(self.kind(kind), ref)
        if found is None:
            raise NotFound(self.kind(kind).name, str(ref))
        return found

    @overload
    def find(
        self,
        kind: type[R],
        where: "Expression | None" = None,
        *,
        order: str = "id",
        limit: int | None = None,
        **equals: Any,
    ) -> list[R]: ...
    @overload
    def find(
        self,
        kind: str,
        where: "Expression | None" = None,
        *,
        order: str = "id",
        limit: int | None = None,
        **equals: Any,
    ) -> list[Record]: ...
    def find(
        self,
        kind: Any,
        where: "Expression | None" = None,
        *,
        order: str = "id",
        limit: int | None = None,
        **equals: Any,
    ) -> list[Any]:
        """Records for which ``where`` is true and the named fields equal the given values, a list meaning any of them.

        ``order`` names a field, with ``-`` before it for descending; records equal in it come by id.
        """
        if limit is not None and limit < 0:
            raise UsageError(_("limit is {limit}: give how many records, 0 or more", limit=limit))
        known = self.kind(kind)
        is_whole = where is None and not self._sight.masked(known.name)
        if is_whole and all(is_plain(known, name, value) for name, value in equals.items()):
            return self._find_plain(known, order, limit, equals)
        joined = self._catalogue.joined(known.name, as_of=self.today)
        statement = joined.select(*self._catalogue.statements(known.name).columns)
        if where is not None:
            statement = joined.where(statement, where)
        table = self.table(known.name)
        for name, value in equals.items():
            statement = statement.where(equal(table, known, name, value))
        column = column_of(table, known, order.removeprefix("-"))
        by = [column.desc() if order.startswith("-") else column]
        statement = statement.order_by(*by, *([] if column is table.c.id else [table.c.id]))
        rows = self._rows(statement.limit(limit), joined, of=known.name)
        return self._seen(known, [known.build(row) for row in rows])

    def _find_plain(
        self, kind: RecordType, order: str, limit: int | None, equals: Mapping[str, Any]
    ) -> list[Record]:
        """Find by a statement that was built before."""
        table = self.table(kind.name)
        columns = {name: column_of(table, kind, name).name for name in equals}
        by = column_of(table, kind, order.removeprefix("-")).name
        ordered = f"-{by}" if order.startswith("-") else by
        known = self._sight.statements(kind.name)
        statement = known.found(tuple(columns.values()), ordered, is_limited=limit is not None)
        values = {f"key_{columns[name]}": plain(kind, name, value) for name, value in equals.items()}
        if limit is not None:
            values["key_limit"] = limit
        return self._seen(kind, [kind.build(row) for row in self._connection.execute(statement, values)])

    def count(self, kind: str | type[Record], where: "Expression | None" = None, **equals: Any) -> int:
        """How many records `find` would return."""
        known = self.kind(kind)
        joined = self._catalogue.joined(known.name, as_of=self.today)
        table = self.table(known.name)
        statement = joined.select(sa.func.count())
        if where is not None:
            statement = joined.where(statement, where)
        for name, value in equals.items():
            statement = statement.where(equal(table, known, name, value))
        granted = [*self._sight.granted(known.name)]
        if granted:
            counted = statement.with_only_columns(table.c.id).where(table.c.id.in_(granted))
            self.find(known.name, id=[row[0] for row in self._rows(counted, joined, of=known.name)])  # noted
        return int(self._rows(statement, joined, of=known.name)[0][0])

    def joined(self, kind: str | type[Record], *, as_of: date | None = None) -> Joined:
        """A select over a kind in which expressions may be used; it joins what they reach.

        ``today`` in them is ``as_of``, where it is given.
        """
        return self._catalogue.joined(self.kind(kind).name, as_of=as_of or self.today)

    def select(self, statement: "sa.Select[Any] | sa.CompoundSelect[Any]") -> Sequence[Any]:
        """The rows of a read-only select over tables of records, as far as the actor may see them."""
        check_select(statement, self._catalogue.tables)
        return self._connection.execute(self._sight.narrow(statement)).all()

    def narrowed(self, statement: "sa.Select[Any]") -> "sa.Select[Any]":
        """A select over tables of records that reads only what the actor may see, for what is executed elsewhere."""
        return self._sight.narrow(statement)  # type: ignore[no-any-return]  # a select stays one

    def frames(self, *statements: "sa.Select[Any]") -> "list[polars.DataFrame] | None":
        """What `select` gives of each statement, as data frames, for millions of rows; in a frame they may come in
        any order that the statement leaves open. None where it has to be selected: without the extra ``fast``, on
        PostgreSQL, in a command that writes, and where somebody changed something meanwhile.
        """
        from dealwright_core.store.frames import frames

        for each in statements:
            check_select(each, self._catalogue.tables)
        return frames(self._connection, [self._sight.narrow(each) for each in statements])

    def by_label(self, kind: str | type[Record], label: str) -> list[Record]:
        """The records that a person calls by this text: those whose naming field equals it, at most ten."""
        known = self.kind(kind)
        equals: dict[str, Any] = {known.label: label}
        return self.find(known.name, limit=10, **equals)

    def history(self, kind: str | type[Record], ref: str | int) -> "list[Event]":
        """Every event of a record, oldest first. Raises `NotFound`."""
        from dealwright_core.journal.reading import history

        known = self.kind(kind)
        record = self.get(known.name, ref)
        hidden = {each for each in self._sight.masked(known.name) if getattr(record, each) is None}
        with beyond(self._connection):
            events = history(self._connection, known.name, record.id)
        return [each.without(hidden) for each in events]

    def sharing(self, kind: str | type[Record]) -> "Sequence[Shared]":
        """The records of a kind that have a normal form in common with another one, as far as the actor may see
        both.
        """
        from dealwright_core.likeness.sharing import sharing

        with beyond(self._connection):
            return sharing(self._connection, self._catalogue, self._sight, self.kind(kind))

    def ref_of(self, kind: str | type[Record], id: int | None) -> str | None:
        """The ref of the record with this id, None for None."""
        if id is None:
            return None
        table = self.table(kind)
        return self._connection.execute(
            self._sight.narrow(sa.select(table.c.ref).where(table.c.id == id))
        ).scalar()

    def refs_of(self, kind: str | type[Record], ids: Iterable[int]) -> Mapping[int, str]:
        """The refs of many records by id."""
        table = self.table(kind)
        found: dict[int, str] = {}
        for part in batches(sorted(set(ids))):
            wanted_refs = sa.select(table.c.id, table.c.ref).where(table.c.id.in_(part))
            rows = self._connection.execute(self._sight.narrow(wanted_refs))
            found.update((row.id, row.ref) for row in rows)
        return found

    def base_minor(self, money: Money, on: date | Record | None = None) -> int:
        """Minor units of the deployment's base currency at the rate of a day, by default today.

        Of an amount of a record give the record: it is converted as the database keeps it.
        """
        if isinstance(on, Record) and money.currency != self.currency:
            return self.base.minor(money, day_of_record(on, self))
        return self.base.minor(money, on if isinstance(on, date) else self.today)

    def scorer(self, rules: "Sequence[tuple[ScoringRule, str]]") -> "Scorer":
        """Scoring rules, each with the plugin it is from, compiled for a record in hand."""
        from dealwright_core.evaluation import Scorer

        key = (*(part for each in rules for part in each), self.today)
        return self._catalogue.compiled(key, lambda: Scorer(self._catalogue, rules, self.today))

    @property
    def evaluations(self) -> "Evaluations":
        """What runs of schemes found, as far as the actor may see the subjects."""
        from dealwright_core.evaluation.reading import Evaluations

        return Evaluations(self._connection, self._catalogue, self._sight, self)

    @property
    def payroll(self) -> "Payroll":
        """The runs of incentive pay, and what the actor may see of them."""
        from dealwright_core.payroll.reading import Payroll

        return Payroll(self._connection, self)

    @property
    def what_if(self) -> "WhatIf":
        """What pay would be by a plan that is not in force, or for sales that are not made yet. Nothing is stored."""
        from dealwright_core.payroll.trying.whatif import WhatIf

        people = self._sight.people
        everything = people.sight(self._connection, self._catalogue, self._sight.authority.unlimited())
        return WhatIf(self._connection, self, self.view(everything))

    def value_of(self, record: Record, expression: "Expression") -> Any:
        """The value of an expression for a record in hand, saved or not; None where it is unknown."""
        from dealwright_core.evaluation import InHand

        return InHand(self._catalogue, self.kind(type(record)).name, [expression], self.today).of(
            self, record
        )[0]

    def _rows(self, statement: "sa.Select[Any]", joined: Joined, *, of: str) -> Sequence[Any]:
        """The rows of a select that lists or counts records of a kind."""
        narrowed = self._sight.narrow_list(joined.finish(statement), of)
        return self._connection.execute(narrowed).all()

    def _seen(self, kind: RecordType, records: list[Record]) -> list[Record]:
        """The same records; those read by a grant alone are noted before anybody sees them."""
        granted = self._sight.granted(kind.name)
        looked_at = [each for each in records if each.id in granted]
        if looked_at:
            own = self._sight.visible_without_grants(
                self._connection, kind.name, [each.id for each in looked_at]
            )
            self._note([(each, granted[each.id]) for each in looked_at if each.id not in own])
        return records

    def _one(self, kind: RecordType, ref: str | int, *, lock: bool = False) -> Record | None:
        known = self._sight.statements(kind.name)
        try:
            COMMON_TYPES["id" if isinstance(ref, int) else "ref"].check(ref)
        except InvalidValue:
            return None  # no record can have it
        if isinstance(ref, int):
            statement = known.by_id_locked if lock else known.by_id
        else:
            statement = known.by_ref_locked if lock else known.by_ref
        row = self._connection.execute(statement, {"key": ref}).first()
        return None if row is None else self._seen(kind, [kind.build(row)])[0]
