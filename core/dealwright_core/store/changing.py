"""The session of a command: it collects changes, and writes them before anything reads what they touch."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar, overload

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from ..errors import Conflict, InvalidValue, NotFound, Refused, UsageError
from ..findings import Finding
from ..records.record import Record
from ..records.recordtype import RecordType
from ..spelling import did_you_mean
from ..values import Money
from .joining import Joined
from .numbering import allocate
from .redating import redate
from .session import Change, Session

if TYPE_CHECKING:
    from ..expr import Expression
    from .catalogue import Catalogue

R = TypeVar("R", bound=Record)


class ChangingSession(Session):
    """A `Session` that can also add and change. All of it is written, or nothing."""

    def __init__(self, connection: Connection, catalogue: "Catalogue", actor: str, now: datetime) -> None:
        super().__init__(connection, catalogue, actor, now)
        self._pending: dict[tuple[str, int], Change] = {}
        self._written: list[Change] = []

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change so far, in order."""
        return (*self._written, *self._pending.values())

    def add(self, record: R) -> R:
        """Add a record; returns it with its id, its ref (numbered where empty) and version 1."""
        kind = self.kind(type(record))
        if record.id or record.version:
            raise UsageError(f"{kind.name} {record.ref!r} is stored already", "use change")
        self._check(kind, record)
        id, ref = self._number(kind, record.ref)
        added = attrs.evolve(record, id=id, ref=ref, version=1, created_at=self.now, updated_at=self.now)
        self._pending[kind.name, id] = Change(kind.name, None, added)
        return added

    def change(self, record: R, **fields: Any) -> R:
        """Set fields of a record that was read in this session or elsewhere; returns the new value.

        Where somebody else changed it since, the command ends with `Conflict` and nothing is written.
        """
        kind = self.kind(type(record))
        for name in fields:
            if name not in kind.by_name:
                raise UsageError(f"{kind.name} has no field {name!r}{did_you_mean(name, kind.by_name)}")
        plain = {name: value.id if isinstance(value, Record) else value for name, value in fields.items()}
        if all(getattr(record, name) == value for name, value in plain.items()):
            return record
        before = self._pending.get((kind.name, record.id))
        values: dict[str, Any] = plain
        after = attrs.evolve(record, **values)
        self._check(kind, after)
        if before is None:
            after = attrs.evolve(after, version=record.version + 1, updated_at=self.now)
            self._pending[kind.name, record.id] = Change(kind.name, record, after)
        else:
            if before.after.version != record.version:
                raise Conflict(f"{kind.name} {record.ref} was changed before in this command", record.ref)
            self._pending[kind.name, record.id] = Change(kind.name, before.before, after)
        return after

    @overload
    def lock(self, kind: type[R], ref: str | int) -> R: ...
    @overload
    def lock(self, kind: str, ref: str | int) -> Record: ...
    def lock(self, kind: str | type[Record], ref: str | int) -> Record:
        """As `get`, and until the command ends nobody else changes the record: rules across rows lock their owner."""
        self.write()
        found = self._one(self.kind(kind), ref, lock=True)
        if found is None:
            raise NotFound(self.kind(kind).name, str(ref))
        return found

    def _one(self, kind: RecordType, ref: str | int, *, lock: bool = False) -> Record | None:
        for (name, id), change in self._pending.items():
            if name == kind.name and ref in (id, change.after.ref):
                return change.after
        return super()._one(kind, ref, lock=lock)

    def find(self, kind: Any, where: "Expression | None" = None, **options: Any) -> list[Any]:
        """As `Session.find`, and sees what this command changed."""
        self.write()
        return super().find(kind, where, **options)

    def count(self, kind: str | type[Record], where: "Expression | None" = None, **equals: Any) -> int:
        """As `Session.count`, and sees what this command changed."""
        self.write()
        return super().count(kind, where, **equals)

    def select(self, statement: Any) -> Any:
        """As `Session.select`, and sees what this command changed."""
        self.write()
        return super().select(statement)

    def ref_of(self, kind: str | type[Record], id: int | None) -> str | None:
        """As `Session.ref_of`, and sees what this command added."""
        pending = self._pending.get((self.kind(kind).name, id or 0))
        return pending.after.ref if pending else super().ref_of(kind, id)

    def _rows(self, statement: "sa.Select[Any]", joined: Joined) -> Any:
        self.write()
        return super()._rows(statement, joined)

    def write(self) -> None:
        """Send the collected changes to the database, inside the transaction. Raises `Conflict` or `Refused`."""
        pending, self._pending = list(self._pending.values()), {}
        start = 0
        while start < len(pending):
            end = start + 1
            same = (pending[start].kind, pending[start].before is None)
            while end < len(pending) and (pending[end].kind, pending[end].before is None) == same:
                end += 1
            self._write(pending[start:end])
            start = end
        self._written += pending

    def _write(self, changes: list[Change]) -> None:
        kind = self.kind(changes[0].kind)
        known = self._catalogue.statements(kind.name)
        rows = [self.row(kind, known.names, change.after) for change in changes]
        try:
            if changes[0].before is None:
                self._connection.execute(known.insert, rows)
            else:
                for change, row in zip(changes, rows, strict=True):
                    self._update(known.update, change, row)
        except IntegrityError as error:
            raise Refused([self._violation(kind, changes, error)]) from error
        if kind.name == "exchange_rate":
            self.base.forget()
        self._redate(kind, changes)

    def _redate(self, kind: RecordType, changes: list[Change]) -> None:
        """Convert anew the amounts that are dated with another record: their own, or those that hang on these."""
        connection, catalogue = self._connection, self._catalogue
        if kind.dated_with:
            redate(connection, catalogue, self.base, kind, ids=[change.after.id for change in changes])
        moved = [
            change.after.id
            for change in changes
            if change.before is not None and not change.fields.isdisjoint(kind.dated_by)
        ]
        for each in catalogue.dated_with.get(kind.name, ()) if moved else ():
            redate(connection, catalogue, self.base, each, owners=moved)

    def _update(self, statement: sa.Update, change: Change, row: dict[str, Any]) -> None:
        before = change.before
        assert before is not None
        del row["id"], row["created_at"]
        row |= {"key_id": before.id, "key_version": before.version}
        if self._connection.execute(statement, row).rowcount != 1:
            raise Conflict(
                f"somebody else changed {change.kind} {before.ref} first (you had version {before.version}): read it "
                "again and repeat",
                before.ref,
            )

    def row(self, kind: RecordType, names: list[str], record: Record) -> dict[str, Any]:
        """The columns of a record as they are written."""
        on = self._dated(kind, record)
        values = kind.encode(record, lambda money: self._to_base(money, on))
        return {
            "id": record.id, "ref": record.ref, "created_at": record.created_at, "updated_at": record.updated_at,
            "version": record.version, **dict(zip(names, values, strict=True)),
        }  # fmt: skip

    def _to_base(self, money: Money, on: date) -> int:
        return self.base.minor(money, on)

    def _dated(self, kind: RecordType, record: Record) -> date:
        for name in kind.dated_by:
            on = getattr(record, name)
            if on is not None:
                return on  # type: ignore[no-any-return]  # a date field
        created = record.created_at
        return self.today if created is None else self._catalogue.calendar.day_of(created)

    def _check(self, kind: RecordType, record: Record) -> None:
        try:
            kind.check(record)
        except InvalidValue as error:
            raise InvalidValue(f"{kind.name} {record.ref}: {error}".replace(" :", ":")) from None

    def _number(self, kind: RecordType, given: str) -> tuple[int, str]:
        id = allocate(self._connection, kind.name, 1)[0]
        if given:
            return id, given
        taken_by = self._catalogue.statements(kind.name).ref_taken
        number = id
        while True:
            ref = f"{kind.prefix}{number}"
            taken = any(c.kind == kind.name and c.after.ref == ref for c in self._pending.values())
            if not taken and self._connection.execute(taken_by, {"key": ref}).first() is None:
                return id, ref
            number = allocate(self._connection, kind.name, 1)[0]

    def _violation(self, kind: RecordType, changes: list[Change], error: IntegrityError) -> Finding:
        said = str(error.orig)
        refs = ", ".join(change.after.ref for change in changes[:3])
        if "FOREIGN KEY" in said.upper():
            links = ", ".join(each.name for each in kind.fields if each.link)
            return Finding(
                "no-such-record",
                "block",
                f"{kind.name} {refs}: one of {links} names a record that does not exist",
            )
        for group in (("ref",), *kind.unique):
            if (
                f"{kind.name}_{'_'.join(group)}_key" in said
                or ", ".join(f"{kind.name}.{n}" for n in group) in said
            ):
                return Finding(
                    "duplicate",
                    "block",
                    f"{kind.name} {refs}: another one has the same {' and '.join(group)}",
                    refs,
                )
        return Finding("not-storable", "block", f"{kind.name} {refs}: {said.strip().splitlines()[0]}")
