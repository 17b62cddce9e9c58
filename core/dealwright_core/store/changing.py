"""The session of a command: it collects changes, and writes them before anything reads what they touch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar, overload

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.access.authority import Authority
from dealwright_core.access.owners import NOBODY
from dealwright_core.access.rights import Role
from dealwright_core.errors import Conflict, InvalidValue, NotFound, PluginError, Refused, UsageError
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.likeness.judging import Judge
from dealwright_core.likeness.links import above, has_hidden, links_to
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.allowance import Allowance
from dealwright_core.store.changes import Change, Changes
from dealwright_core.store.joining import Joined
from dealwright_core.store.numbering import allocate
from dealwright_core.store.session import Session
from dealwright_core.store.sight import Sight
from dealwright_core.store.writer import Writer
from dealwright_core.values import Money

if TYPE_CHECKING:
    from dealwright_core.evaluation.running import Runs
    from dealwright_core.expr import Expression
    from dealwright_core.payroll.running import PayRuns
    from dealwright_core.store.catalogue import Catalogue

R = TypeVar("R", bound=Record)


class ChangingSession(Session):
    """A `Session` that can also add and change. All of it is written, or nothing."""

    def __init__(
        self,
        connection: Connection,
        catalogue: "Catalogue",
        sight: Sight,
        now: datetime,
        authority: Authority,
    ) -> None:
        super().__init__(connection, catalogue, sight, now, self._note_read)
        self.read_by_grant: list[tuple[Record, str]] = []
        # What was done with runs of schemes, to be journalled.
        self.evaluated: list[tuple[str, Mapping[str, Any]]] = []
        # What plugins failed at without spoiling the command.
        self.faults: list[PluginError] = []
        self._allowance = Allowance(connection, catalogue, sight, authority, self._as_pending)
        self._writer = Writer(connection, catalogue, self._allowance, self.base, self.base_minor)
        self._pending: dict[tuple[str, int], Change] = {}
        self._pending_refs: dict[tuple[str, str], int] = {}
        self._written: list[Change] = []
        self._known: dict[tuple[str, int], Record] = {}
        self._failure: Exception | None = None

    def anew(self) -> "ChangingSession":
        """A session in the same transaction, of the same actor, which has changed nothing yet."""
        return ChangingSession(
            self._connection, self._catalogue, self._sight, self.now, self._allowance.authority
        )

    @property
    def runs(self) -> "Runs":
        """Runs of schemes, to be made, refreshed and closed; each is over the whole deployment. Raises `Refused` where
        the actor may not evaluate everybody.
        """
        from dealwright_core.evaluation.running import Runs

        if not self.unbounded("run", "evaluate"):
            message = _(
                "{actor} may not evaluate the whole deployment, and a run is over all of it", actor=self.actor
            )
            raise Refused([Finding("not-permitted", "block", message)])
        people, authority = self._sight.people, self._sight.authority
        truth = self.view(people.sight(self._connection, self._catalogue, authority.unlimited()))
        return Runs(self._connection, self._catalogue, truth, self)

    @property
    def pay_runs(self) -> "PayRuns":
        """Runs of incentive pay, to be calculated, approved, paid and closed; each is over the whole deployment. Raises
        `Refused` where the actor may not pay everybody.
        """
        from dealwright_core.payroll.running import PayRuns

        if not self.unbounded("run", "pay.run"):
            message = _("{actor} may not calculate pay, which is of the whole deployment", actor=self.actor)
            raise Refused([Finding("not-permitted", "block", message)])
        people, authority = self._sight.people, self._sight.authority
        truth = self.view(people.sight(self._connection, self._catalogue, authority.unlimited()))
        return PayRuns(self._connection, truth, self)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change so far, in order."""
        return (*self._written, *self._pending.values())

    def add(self, record: R) -> R:
        """Add a record; returns it with its id, its ref (numbered where empty) and version 1."""
        kind = self.kind(type(record))
        if record.id or record.version:
            raise UsageError(
                _("{kind} {record!r} is stored already", kind=kind.name, record=record.ref), _("use change")
            )
        record = self._allowance.owned(kind, record)
        self._check(kind, record)
        id, ref = self._number(kind, record.ref)
        added = attrs.evolve(record, id=id, ref=ref, version=1, created_at=self.now, updated_at=self.now)
        self._pending[kind.name, id] = Change(kind.name, None, added)
        self._pending_refs[kind.name, ref] = id
        return added

    def change(self, record: R, **fields: Any) -> R:
        """Set fields of a record that was read in this session or elsewhere; returns the new value.

        Where it was changed since, by somebody else or earlier in this command, the command ends with `Conflict`
        and nothing is written. Go on with the value that is returned.
        """
        kind = self.kind(type(record))
        for name in fields:
            if name not in kind.by_name:
                raise UsageError(
                    _(
                        "{kind} has no field {name!r}{near}",
                        kind=kind.name,
                        name=name,
                        near=did_you_mean(name, kind.by_name),
                    )
                )
        plain = {name: value.id if isinstance(value, Record) else value for name, value in fields.items()}
        if all(getattr(record, name) == value for name, value in plain.items()):
            return record
        pending = self._pending.get((kind.name, record.id))
        self._check_current(kind, record, pending)
        values: dict[str, Any] = plain
        before = self._allowance.stored(kind, record) if pending is None else pending.after
        self._allowance.check_named(kind, before, plain)
        after = attrs.evolve(before, **values)
        self._check(kind, after)
        if pending is None:
            after = attrs.evolve(after, version=record.version + 1, updated_at=self.now)
            self._pending_refs[kind.name, record.ref] = record.id
        self._pending[kind.name, record.id] = Change(kind.name, pending.before if pending else before, after)
        shown = self._allowance.shown(kind, after)
        assert isinstance(shown, type(record))
        return shown

    def remember(self, record: Record) -> None:
        """Take a record as what is stored, because it was read in this transaction."""
        self._known[self.kind(type(record)).name, record.id] = record

    def _check_current(self, kind: RecordType, record: Record, pending: Change | None) -> None:
        """Raise `Conflict` unless a record is what is stored, or what this command made of it."""
        current = (
            self._allowance.shown(kind, pending.after) if pending else self._known.get((kind.name, record.id))
        )
        if current is None:
            current = super()._one(kind, record.id)
        if current is None:
            raise NotFound(kind.name, record.ref)
        if current.version != record.version or (pending and current != record):
            raise Conflict(
                _(
                    "{kind} {record} was changed since you read it (now version {version}, yours "
                    "{yours}): read it again and repeat",
                    kind=kind.name,
                    record=record.ref,
                    version=current.version,
                    yours=record.version,
                ),
                record.ref,
            )
        if current != record:
            raise UsageError(
                _("{kind} {record} is not as it is stored", kind=kind.name, record=record.ref),
                _("name what you change as arguments"),
            )

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
        id = ref if isinstance(ref, int) else self._pending_refs.get((kind.name, ref), 0)
        pending = self._pending.get((kind.name, id))
        if pending is not None:
            shown: Record = self._allowance.shown(kind, pending.after)
            return shown
        found = super()._one(kind, ref, lock=lock)
        if found is not None:
            self._known[kind.name, found.id] = found
        return found

    def find(self, kind: Any, where: "Expression | None" = None, **options: Any) -> list[Any]:
        """As `Session.find`, and sees what this command changed."""
        self.write()
        found = super().find(kind, where, **options)
        name = self.kind(kind).name
        self._known.update(((name, each.id), each) for each in found)
        return found

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

    def refs_of(self, kind: str | type[Record], ids: Iterable[int]) -> Mapping[int, str]:
        """As `Session.refs_of`, and sees what this command added."""
        self.write()
        return super().refs_of(kind, ids)

    def base_minor(self, money: Money, on: date | Record | None = None) -> int:
        """As `Session.base_minor`, and sees the rates that this command added."""
        if any(name == "exchange_rate" for name, _ in self._pending):
            self.write()
        return super().base_minor(money, on)

    def _rows(self, statement: "sa.Select[Any]", joined: Joined, *, of: str) -> Any:
        self.write()
        return super()._rows(statement, joined, of=of)

    def write(self) -> None:
        """Send the collected changes to the database, inside the transaction. Raises `Conflict` or `Refused`.

        A command that failed here has failed, whatever it does about the exception.
        """
        if self._failure is not None:
            raise self._failure
        try:
            self._write_pending()
        except Exception as error:
            self._failure = error
            raise

    def _write_pending(self) -> None:
        pending, self._pending, self._pending_refs = list(self._pending.values()), {}, {}
        for each in pending:
            shown = self._allowance.shown(self.kind(each.kind), each.after)
            self._known[each.kind, each.after.id] = shown
        start = 0
        while start < len(pending):
            end = start + 1
            same = (pending[start].kind, pending[start].before is None)
            while end < len(pending) and (pending[end].kind, pending[end].before is None) == same:
                end += 1
            self._writer.write(self.kind(pending[start].kind), pending[start:end])
            start = end
        self._written += pending

    def likenesses(self, roles: Mapping[str, Role]) -> Iterator[Finding]:
        """What is found of the changes so far: records that are like others, or that link to merged ones.

        ``roles`` are those of the deployment, to say whom to ask about what the actor may not see.
        """
        return Judge(self._connection, self._catalogue, self._sight, roles).findings(self.changes)

    def check_merge(self, kind: RecordType, merged: Record, survivor: Record) -> None:
        """Raise `Refused` where the actor may not change both of two records, or not all that leads to the first, or
        where one would come to stand below itself.
        """
        self.write()
        links = links_to(self._catalogue.kinds.values(), kind.name)
        for record, held in ((merged, links), (survivor, [each for each in links if each.singles])):
            self._allowance.check(kind, Change(kind.name, record, record))
            self.check_whole(kind, record)
            if has_hidden(self._connection, self._catalogue, self._sight, held, record.id):
                message = _(
                    "something hangs on {record} that you may not see or change: ask who may merge it",
                    record=record.ref,
                )
                raise Refused([Finding("not-permitted", "block", message, record.ref)])
        for each in links:
            way = self.above(kind, each.name, survivor.id) if each.kind is kind else []
            if merged.id in way[1:]:
                said = _(
                    "{survivor} stands below {merged} by way of another {kind}",
                    survivor=survivor.ref,
                    merged=merged.ref,
                    kind=kind.name,
                )
                message = _("{said}: change {name} first", said=said, name=each.name)
                raise Refused([Finding("merge-circular", "block", message, survivor.ref)])

    def check_whole(self, kind: RecordType, record: Record) -> None:
        """Raise `Refused` where a record holds what the actor does not see: it would not be merged with the rest."""
        if self._allowance.stored(kind, record) != record:
            message = _("{record} has fields that you may not see: ask who may merge it", record=record.ref)
            raise Refused([Finding("merge-unseen-fields", "block", message, record.ref)])

    def above(self, kind: RecordType, link: str, id: int) -> list[int]:
        """The ids of the records that a link to its own kind leads to from one on, whoever may see them."""
        return above(self._connection, self._catalogue.table(kind.name), link, id)

    def lock_owners(self, kind: RecordType, owners: Mapping[str, Iterable[int | None]]) -> None:
        """Let nobody else write records of these owners, ids by link, before this is committed."""
        self._writer.lock_owners(kind, owners)

    def shown_to(self, sight: Sight, changes: Changes) -> Changes:
        """The changes of this command as somebody else may see them."""
        unseen = {kind for kind in changes.kinds if sight.members(kind) == NOBODY}
        masked = {kind for kind in changes.kinds - unseen if sight.masked(kind)}
        allowance = self._allowance.of(sight)
        return changes.seen(unseen, masked, lambda kind, record: allowance.shown(self.kind(kind), record))

    def _as_pending(self, kind: str, id: int) -> Record | None:
        pending = self._pending.get((kind, id))
        return None if pending is None else pending.after

    def _note_read(self, reads: Sequence[tuple[Record, str]]) -> None:
        self.read_by_grant += reads

    def _check(self, kind: RecordType, record: Record) -> None:
        try:
            kind.check(record)
        except InvalidValue as error:
            raise InvalidValue(f"{kind.name} {record.ref}: {error}".replace(" :", ":")) from None

    def _number(self, kind: RecordType, given: str) -> tuple[int, str]:
        if given:
            return allocate(self._connection, kind.name, 1)[0], given
        statement = self._catalogue.statements(kind.name).numbered(self._connection.dialect.name)
        while True:
            id, is_taken = statement.execute(self._connection).one()
            ref = f"{kind.prefix}{id}"
            if not is_taken and (kind.name, ref) not in self._pending_refs:
                return id, ref
