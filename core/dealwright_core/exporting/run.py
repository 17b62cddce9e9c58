"""An export: rights, then the journal, then the rows as they are read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.access.actors import System
from dealwright_core.errors import Refused, UsageError
from dealwright_core.exporting.columns import Column, columns_of, selected
from dealwright_core.exporting.form import FORMATS
from dealwright_core.exporting.rights import sight_to_export
from dealwright_core.expr import Expression
from dealwright_core.findings import Finding
from dealwright_core.journal import writing as journal
from dealwright_core.language import core as _
from dealwright_core.permissions import Acting
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.engine import reading, writing
from dealwright_core.store.joining import typed
from dealwright_core.store.organisation import read_marks
from dealwright_core.store.rowsecurity import beyond
from dealwright_core.store.session import Session
from dealwright_core.store.sight import Sight

if TYPE_CHECKING:
    from dealwright_core.platform import Platform

COMMAND = "export"
RATES = "exchange_rate"
READ_AT_ONCE = 1000


@frozen(eq=False)
class Exported:
    """What was written: ``rows`` records of a kind with these columns. ``left_out`` names the fields that the actor
    may not export of any record.
    """

    kind: str
    rows: int
    columns: tuple[Column, ...]
    left_out: tuple[str, ...]


def export_records(
    platform: "Platform",
    kind: str,
    to: IO[str],
    *,
    actor: str,
    form: str = "csv",
    where: str | None = None,
) -> Exported:
    """Write the records of a kind, as far as an actor may export them, in the order in which they were added.

    ``form`` is csv, jsonl or spreadsheet, ``where`` a condition over the kind. All rows are of one state of the
    database; few of them are held at a time. It is journalled before the first one is written. Raises `Refused` for who
    may export nothing of the kind, and `UsageError`.
    """
    _check_form(form)
    known = platform.catalogue.kind(kind)
    with _exporting(platform, actor) as export:
        return export.write(known, to, form, where)


def export_all(
    platform: "Platform",
    open_file: Callable[[str], AbstractContextManager[IO[str]]],
    *,
    actor: str,
    form: str = "csv",
) -> list[Exported]:
    """Write the records of every kind of which an actor may export any, all of one state of the database, as
    `export_records` does. ``open_file`` gives the file for a kind.

    Kinds come in an order in which they can be imported again: links lead to what is there, and so do exchange rates.
    """
    _check_form(form)
    with _exporting(platform, actor) as export:
        found = []
        for kind in in_order(platform.catalogue.kinds):
            if export.may(kind):
                with open_file(kind.name) as to:
                    found.append(export.write(kind, to, form, None))
    if not found:
        message = _("{actor} may export nothing", actor=actor)
        raise Refused([Finding("not-permitted", "block", message)])
    return found


def in_order(kinds: Mapping[str, RecordType]) -> list[RecordType]:
    """Kinds so that each comes after those that it links to, and all after exchange rates, which amounts need.

    Of kinds that link to each other in a circle the one that was defined first comes first.
    """
    found: dict[str, RecordType] = {}
    waiting = {name: kinds[name] for name in (RATES, *kinds) if name in kinds}
    while waiting:
        free = [
            name
            for name, kind in waiting.items()
            if all(each.link is None or each.link == name or each.link not in waiting for each in kind.fields)
        ]
        for name in free or list(waiting)[:1]:
            found[name] = waiting.pop(name)
    return list(found.values())


def _check_form(form: str) -> None:
    if form not in FORMATS:
        known = _("write one of {formats}", formats=", ".join(FORMATS))
        raise UsageError(
            _("there is no format {form!r}{near}", form=form, near=did_you_mean(form, FORMATS)), known
        )


@contextmanager
def _exporting(platform: "Platform", actor: str) -> "Iterator[_Exporting]":
    platform.check_set_up()
    now = datetime.now(UTC)
    with reading(platform.engine) as connection:
        acting = platform.acting(connection, actor, now, read_marks(connection))
        yield _Exporting(platform, connection, acting, actor, now)


@frozen(eq=False)
class _Exporting:
    """Somebody who exports, in one state of the database."""

    platform: "Platform"
    connection: Connection
    acting: Acting
    actor: str
    now: datetime

    def may(self, kind: RecordType) -> bool:
        """Whether there is anything of a kind that may be exported."""
        try:
            self._sight(kind)
        except Refused:
            return False
        return True

    def write(self, kind: RecordType, to: IO[str], form: str, where: str | None) -> Exported:
        """Journal what is exported of a kind, and write it."""
        condition = None if where is None else typed(where)
        sight = self._sight(kind)
        columns = columns_of(kind, sight)
        self.platform.row_security.narrow(self.connection, sight)
        wanted = _Wanted(self.connection, self.platform.catalogue, sight, self.now, kind, condition)
        names = [each.field.name for each in columns]
        said = {"rows": wanted.count(), "fields": names, "filtered": bool(where)}
        digest = self.platform.plugin_digest
        cause = journal.Cause(actor=sight.authority.actor, command=COMMAND, at=self.now, plugins=digest)
        _journal(self.platform, self.actor, cause, kind, said, wanted.read_by_grant())
        rows = FORMATS[form].write(to, columns, wanted.rows(columns))
        left_out = tuple(each.name for each in kind.fields if each.name not in names)
        return Exported(kind.name, rows, columns, left_out)

    def _sight(self, kind: RecordType) -> Sight:
        with beyond(self.connection):
            return sight_to_export(self.acting, kind, self.actor, self.platform.calendar.day_of(self.now))


@frozen(eq=False)
class _Wanted:
    """The records that are exported, in one state of the database."""

    connection: Connection
    catalogue: Catalogue
    sight: Sight
    now: datetime
    kind: RecordType
    condition: Expression | None

    def count(self) -> int:
        """How many they are."""
        return int(self.connection.execute(self._select(())).scalar_one())

    def rows(self, columns: Sequence[Column]) -> Any:
        """Their rows, read little by little."""
        statement = self._select(columns).order_by(self.catalogue.table(self.kind.name).c.id)
        return self.connection.execute(statement.execution_options(yield_per=READ_AT_ONCE))

    def read_by_grant(self) -> list[tuple[Record, str]]:
        """Those that are exported by leave of a grant alone, each with the grant."""
        found: list[tuple[Record, str]] = []
        granted = [*self.sight.granted(self.kind.name)]
        if granted:
            session = Session(self.connection, self.catalogue, self.sight, self.now, found.extend)
            session.find(self.kind.name, self.condition, id=granted)
        return found

    def _select(self, columns: Sequence[Column]) -> "sa.Select[Any]":
        """A select of columns, of the number of records where there are none."""
        joined = self.catalogue.joined(self.kind.name, as_of=self.catalogue.calendar.day_of(self.now))
        table = self.catalogue.table(self.kind.name)
        chosen = [*selected(self.kind, columns, joined, table)] if columns else [sa.func.count()]
        statement = joined.select(*chosen)
        if self.condition is not None:
            statement = joined.where(statement, self.condition)
        return self.sight.narrow_list(joined.finish(statement), self.kind.name)


def _journal(
    platform: "Platform",
    actor: str,
    cause: journal.Cause,
    kind: RecordType,
    said: dict[str, Any],
    reads: Sequence[tuple[Record, str]],
) -> None:
    with writing(platform.engine) as connection:
        if isinstance(actor, System):
            journal.append_entry(connection, cause, actor.reason)
        journal.append_export(connection, cause, kind.name, said)
        journal.append_reads(connection, platform.catalogue, cause, reads)
