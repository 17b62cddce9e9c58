"""An export: rights, then the journal, then the rows as they are read."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.access.actors import System
from dealwright_core.errors import UsageError
from dealwright_core.exporting.columns import Column, columns_of, selected
from dealwright_core.exporting.form import FORMATS
from dealwright_core.exporting.rights import sight_to_export
from dealwright_core.expr import Expression
from dealwright_core.journal import writing as journal
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.engine import reading, writing
from dealwright_core.store.joining import typed
from dealwright_core.store.organisation import read_marks
from dealwright_core.store.session import Session
from dealwright_core.store.sight import Sight

if TYPE_CHECKING:
    from dealwright_core.platform import Platform

COMMAND = "export"
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

    ``form`` is csv or jsonl, ``where`` a condition over the kind. All rows are of one state of the database; few of
    them are held at a time. It is journalled before the first one is written. Raises `Refused` for who may export
    nothing of the kind, and `UsageError`.
    """
    if form not in FORMATS:
        raise UsageError(f"there is no format {form!r}{did_you_mean(form, FORMATS)}", "write csv or jsonl")
    known = platform.catalogue.kind(kind)
    condition = None if where is None else typed(where)
    platform.check_set_up()
    now = datetime.now(UTC)
    today = platform.calendar.day_of(now)
    with reading(platform.engine) as connection:
        acting = platform.acting(connection, actor, now, read_marks(connection))
        sight = sight_to_export(acting, known, actor, today)
        columns = columns_of(known, sight)
        platform.row_security.narrow(connection, sight)
        wanted = _Wanted(connection, platform.catalogue, sight, now, known, condition)
        said = {
            "rows": wanted.count(),
            "fields": [each.field.name for each in columns],
            "filtered": bool(where),
        }
        cause = journal.Cause(
            actor=sight.authority.actor, command=COMMAND, at=now, plugins=platform.plugin_digest
        )
        _journal(platform, actor, cause, known, said, wanted.read_by_grant())
        rows = FORMATS[form].write(to, columns, wanted.rows(columns))
    names = {each.field.name for each in columns}
    left_out = tuple(each.name for each in known.fields if each.name not in names)
    return Exported(known.name, rows, columns, left_out)


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
