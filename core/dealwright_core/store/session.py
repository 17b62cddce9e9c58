"""What commands, reports and plugins read and write through: values in, values out, never the raw connection."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar, overload

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.errors import InvalidValue, NotFound, UsageError
from dealwright_core.records.dating import day_of_record
from dealwright_core.records.fieldtypes import TYPES
from dealwright_core.records.lifecycle import Lifecycle
from dealwright_core.records.record import COMMON, Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.joining import Joined
from dealwright_core.store.rates import BaseAmounts
from dealwright_core.store.readonly import check_select
from dealwright_core.values import Calendar, Money

if TYPE_CHECKING:
    from dealwright_core.contributions import ScoringRule
    from dealwright_core.evaluation import Scorer
    from dealwright_core.expr import Expression
    from dealwright_core.host.registry import Registry
    from dealwright_core.journal.events import Event
    from dealwright_core.store.catalogue import Catalogue

R = TypeVar("R", bound=Record)
MOST_VALUES = 30_000
COMMON_TYPES = {
    "id": TYPES["integer"],
    "ref": TYPES["text"],
    "created_at": TYPES["instant"],
    "updated_at": TYPES["instant"],
    "version": TYPES["integer"],
}


class Session:
    """Reads on behalf of an actor, in one transaction.

    A kind is given by its name or its class. Everything read through a session is subject to what the actor may see; a
    hidden record answers as an absent one, with `NotFound`.
    """

    def __init__(self, connection: Connection, catalogue: "Catalogue", actor: str, now: datetime) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self.actor = actor
        self.now = now
        self.today: date = catalogue.calendar.day_of(now)
        self.base = BaseAmounts(connection, catalogue.table("exchange_rate"), catalogue.currency)

    def view(self) -> "Session":
        """A session that reads the same transaction and changes nothing."""
        return Session(self._connection, self._catalogue, self.actor, self.now)

    @property
    def contributions(self) -> "Registry":
        """What the plugins of this deployment contribute, by kind and name."""
        return self._catalogue.contributions

    @property
    def calendar(self) -> Calendar:
        """The deployment's time zone and fiscal year."""
        return self._catalogue.calendar

    @property
    def currency(self) -> str:
        """The deployment's base currency."""
        return self._catalogue.currency

    def lifecycles_of(self, kind: str) -> tuple[Lifecycle, ...]:
        """The lifecycles of a kind of record."""
        return tuple(each for each in self._catalogue.lifecycles.values() if each.record == kind)

    def lifecycle(self, name: str) -> Lifecycle:
        """A lifecycle by its name, with the moves that plugins added."""
        return self._catalogue.lifecycles[name]

    def kind(self, kind: str | type[Record]) -> RecordType:
        """What the platform knows of a kind of record. Raises `UsageError` for an unknown one."""
        return self._catalogue.kind(kind)

    def table(self, kind: str | type[Record]) -> sa.Table:
        """The table of a kind, for use in `select`."""
        return self._catalogue.table(self.kind(kind).name)

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
            raise UsageError(f"limit is {limit}: give how many records, 0 or more")
        known = self.kind(kind)
        if where is None and all(self._is_plain(known, name, value) for name, value in equals.items()):
            return self._find_plain(known, order, limit, equals)
        joined = self._catalogue.joined(known.name, as_of=self.today)
        statement = joined.select(*self._catalogue.statements(known.name).columns)
        if where is not None:
            statement = joined.where(statement, where)
        table = self.table(known.name)
        for name, value in equals.items():
            statement = statement.where(self._equal(table, known, name, value))
        column = self._column(table, known, order.removeprefix("-"))
        statement = statement.order_by(column.desc() if order.startswith("-") else column, table.c.id)
        return [known.build(row) for row in self._rows(statement.limit(limit), joined)]

    def _is_plain(self, kind: RecordType, name: str, value: Any) -> bool:
        """Whether one column equal to one value is all that a condition says."""
        is_one = value is not None and not isinstance(value, list | tuple | set | frozenset)
        return is_one and (name in COMMON or (name in kind.by_name and len(kind.by_name[name].columns) == 1))

    def _find_plain(
        self, kind: RecordType, order: str, limit: int | None, equals: Mapping[str, Any]
    ) -> list[Record]:
        """Find by a statement that was built before."""
        table = self.table(kind.name)
        columns = {name: self._column(table, kind, name).name for name in equals}
        by = self._column(table, kind, order.removeprefix("-")).name
        ordered = f"-{by}" if order.startswith("-") else by
        known = self._catalogue.statements(kind.name)
        statement = known.found(tuple(columns.values()), ordered, is_limited=limit is not None)
        values = {f"key_{columns[name]}": self._plain(kind, name, value) for name, value in equals.items()}
        if limit is not None:
            values["key_limit"] = limit
        return [kind.build(row) for row in self._connection.execute(statement, values)]

    def count(self, kind: str | type[Record], where: "Expression | None" = None, **equals: Any) -> int:
        """How many records `find` would return."""
        known = self.kind(kind)
        joined = self._catalogue.joined(known.name, as_of=self.today)
        statement = joined.select(sa.func.count())
        if where is not None:
            statement = joined.where(statement, where)
        for name, value in equals.items():
            statement = statement.where(self._equal(self.table(known.name), known, name, value))
        return int(self._rows(statement, joined)[0][0])

    def joined(self, kind: str | type[Record]) -> Joined:
        """A select over a kind in which expressions may be used; it joins what they reach."""
        return self._catalogue.joined(self.kind(kind).name, as_of=self.today)

    def select(self, statement: "sa.Select[Any] | sa.CompoundSelect[Any]") -> Sequence[Any]:
        """The rows of a read-only select over tables of records, as far as the actor may see them."""
        check_select(statement, self._catalogue.tables)
        return self._connection.execute(statement).all()

    def by_label(self, kind: str | type[Record], label: str) -> list[Record]:
        """The records that a person calls by this text: those whose naming field equals it, at most ten."""
        known = self.kind(kind)
        equals: dict[str, Any] = {known.label: label}
        return self.find(known.name, limit=10, **equals)

    def history(self, kind: str | type[Record], ref: str | int) -> "list[Event]":
        """Every event of a record, oldest first. Raises `NotFound`."""
        from dealwright_core.journal.reading import history

        known = self.kind(kind)
        return history(self._connection, known.name, self.get(known.name, ref).id)

    def ref_of(self, kind: str | type[Record], id: int | None) -> str | None:
        """The ref of the record with this id, None for None."""
        if id is None:
            return None
        table = self.table(kind)
        return self._connection.execute(sa.select(table.c.ref).where(table.c.id == id)).scalar()

    def refs_of(self, kind: str | type[Record], ids: Iterable[int]) -> Mapping[int, str]:
        """The refs of many records by id."""
        table = self.table(kind)
        wanted = sorted(set(ids))
        found: dict[int, str] = {}
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            rows = self._connection.execute(sa.select(table.c.id, table.c.ref).where(table.c.id.in_(part)))
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

        return Scorer(self._catalogue, rules, self.today)

    def value_of(self, record: Record, expression: "Expression") -> Any:
        """The value of an expression for a record in hand, saved or not; None where it is unknown."""
        from dealwright_core.evaluation import InHand

        return InHand(self._catalogue, self.kind(type(record)).name, [expression], self.today).of(
            self, record
        )[0]

    def _rows(self, statement: "sa.Select[Any]", joined: Joined) -> Sequence[Any]:
        return self._connection.execute(joined.finish(statement)).all()

    def _column(self, table: sa.Table, kind: RecordType, name: str) -> sa.Column[Any]:
        if name in COMMON:
            return table.c[name]
        if name not in kind.by_name:
            raise UsageError(f"{kind.name} has no field {name!r}{did_you_mean(name, kind.by_name)}")
        columns = kind.by_name[name].columns
        base = f"{name}_base"
        return table.c[base if base in table.c else columns[0].name]

    def _equal(self, table: sa.Table, kind: RecordType, name: str, value: Any) -> sa.ColumnElement[bool]:
        if not isinstance(value, list | tuple | set | frozenset):
            return self._equal_one(table, kind, name, value)
        column = self._column(table, kind, name)
        if len(value) > MOST_VALUES:
            raise UsageError(f"{kind.name}.{name}: {len(value)} values are too many to look for at once")
        if name not in COMMON and len(kind.by_name[name].columns) > 1:
            return sa.or_(sa.false(), *(self._equal_one(table, kind, name, each) for each in value))
        return sa.and_(sa.true(), column.in_([self._plain(kind, name, each) for each in value]))

    def _equal_one(self, table: sa.Table, kind: RecordType, name: str, value: Any) -> sa.ColumnElement[bool]:
        column = self._column(table, kind, name)
        plain = self._plain(kind, name, value)
        if name in COMMON:
            return sa.and_(sa.true(), column == plain)
        known = kind.by_name[name]
        if plain is None:
            return table.c[known.columns[0].name].is_(None)
        cells = known.type.encode(plain, lambda money: 0)
        exact = [
            (spec, cell)
            for spec, cell in zip(known.columns, cells, strict=True)
            if not spec.name.endswith("_base")
        ]
        return sa.and_(sa.true(), *(table.c[spec.name] == cell for spec, cell in exact))

    def _plain(self, kind: RecordType, name: str, value: Any) -> Any:
        """A value to compare a field with: a record stands for its id. Raises `InvalidValue` for a wrong type."""
        plain = value.id if isinstance(value, Record) else value
        expected = COMMON_TYPES.get(name) or kind.by_name[name].type
        if plain is not None:
            try:
                expected.check(plain)
            except InvalidValue as error:
                raise InvalidValue(f"{kind.name}.{name}: {error}") from None
        return plain

    def _one(self, kind: RecordType, ref: str | int, *, lock: bool = False) -> Record | None:
        known = self._catalogue.statements(kind.name)
        try:
            COMMON_TYPES["id" if isinstance(ref, int) else "ref"].check(ref)
        except InvalidValue:
            return None  # no record can have it
        if isinstance(ref, int):
            statement = known.by_id_locked if lock else known.by_id
        else:
            statement = known.by_ref_locked if lock else known.by_ref
        row = self._connection.execute(statement, {"key": ref}).first()
        return None if row is None else kind.build(row)
