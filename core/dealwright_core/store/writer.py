"""Writing collected changes: rights, locks, rows, and what follows from them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from dealwright_core.errors import Conflict, Refused
from dealwright_core.language import core as _
from dealwright_core.likeness.keeping import keep
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.allowance import Allowance
from dealwright_core.store.changes import Change
from dealwright_core.store.rates import BaseAmounts
from dealwright_core.store.redating import redate
from dealwright_core.store.statements import Statements
from dealwright_core.store.violations import violation
from dealwright_core.values import Money

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue


@frozen(eq=False)
class Writer:
    """Writes what a command changed; ``to_base`` converts an amount of a record at the rate of its day."""

    _connection: Connection
    _catalogue: "Catalogue"
    _allowance: Allowance
    _base: BaseAmounts
    _to_base: Callable[[Money, Record], int]

    def write(self, kind: RecordType, changes: Sequence[Change]) -> None:
        """Write changes of one kind, which are all new records or all changes of known ones. Raises `Conflict` and
        `Refused`.
        """
        for change in changes:
            self._allowance.check(kind, change)
        records = [each for change in changes for each in (change.before, change.after) if each is not None]
        self.lock_owners(kind, {name: [getattr(each, name) for each in records] for name in kind.guarded_by})
        known = self._catalogue.statements(kind.name)
        try:
            if changes[0].before is None:
                rows = [self.row(kind, known.names, change.after) for change in changes]
                self._connection.execute(known.insert, rows)
            else:
                for change in changes:
                    self._update(kind, known, change, change.before)
        except IntegrityError as error:
            raise Refused([violation(kind, changes, error)]) from error
        if kind.name == "exchange_rate":
            self._base.forget()
        self._redate(kind, changes)
        if kind.alike_by:
            keep(self._connection, kind, changes)

    def _redate(self, kind: RecordType, changes: Sequence[Change]) -> None:
        """Convert anew the amounts that are dated with another record: their own, or those that hang on these."""
        connection, catalogue = self._connection, self._catalogue
        if kind.dated_with:
            redate(connection, catalogue, self._base, kind, ids=[change.after.id for change in changes])
        moved = [
            change.after.id
            for change in changes
            if change.before is not None and not change.fields.isdisjoint(kind.dated_by)
        ]
        for each in catalogue.dated_with.get(kind.name, ()) if moved else ():
            redate(connection, catalogue, self._base, each, owners=moved)

    def _update(self, kind: RecordType, known: Statements, change: Change, before: Record | None) -> None:
        assert before is not None
        row = self.row(kind, known.names, change.after)
        fields = change.fields
        is_redated = not fields.isdisjoint(kind.dated_by)  # its amounts are converted at another day's rate
        written = [
            spec.name
            for each in kind.fields
            if each.name in fields or (is_redated and each.type.name == "money")
            for spec in each.columns
        ]
        statement = known.update(("updated_at", "version", *written))
        values = {name: row[name] for name in ("updated_at", "version", *written)}
        values |= {"key_id": before.id, "key_version": before.version}
        if self._connection.execute(statement, values).rowcount != 1:
            raise Conflict(
                _(
                    "somebody else changed {kind} {before} first (you had version {version}): read it "
                    "again and repeat",
                    kind=change.kind,
                    before=before.ref,
                    version=before.version,
                ),
                before.ref,
            )

    def row(self, kind: RecordType, names: list[str], record: Record) -> dict[str, Any]:
        """The columns of a record as they are written."""
        values = kind.encode(record, lambda money: self._to_base(money, record))
        return {
            "id": record.id, "ref": record.ref, "created_at": record.created_at, "updated_at": record.updated_at,
            "version": record.version, **dict(zip(names, values, strict=True)),
        }  # fmt: skip

    def lock_owners(self, kind: RecordType, owners: Mapping[str, Iterable[int | None]]) -> None:
        """Let nobody else write records of these owners before this is committed: guards look across them.

        ``owners`` are ids by link. To be called before such records are written, whose foreign keys lock their
        owners a little: two that went on from there would wait for each other.
        """
        wanted = {
            (kind.by_name[name].link or "", id)
            for name, ids in owners.items()
            for id in ids
            if id is not None
        }
        if self._connection.dialect.name == "postgresql":
            for link, id in sorted(wanted):
                self._connection.execute(self._catalogue.statements(link).by_id_locked, {"key": id})
