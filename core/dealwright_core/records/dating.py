"""Which day a record's amounts are dated: the one at whose exchange rate they are converted."""

from datetime import date
from typing import Protocol

from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.values import Calendar


class Reader(Protocol):
    """What finds records; a session does."""

    today: date

    @property
    def calendar(self) -> Calendar:
        """The deployment's calendar."""

    def kind(self, kind: str | type[Record]) -> RecordType:
        """A kind of record."""

    def get(self, kind: str, ref: int) -> Record:
        """A record by its id."""


def day_of_record(record: Record, reader: Reader) -> date:
    """The first filled date of ``dated_by``, of the record itself or of the one it is ``dated_with``; else the
    day it was created, and today for one that is not stored yet.
    """
    kind = reader.kind(type(record))
    owner = getattr(record, kind.dated_with) if kind.dated_with else None
    if owner is not None:
        kind = reader.kind(kind.by_name[kind.dated_with].link or "")
        record = reader.get(kind.name, owner)
    for name in kind.dated_by:
        day: date | None = getattr(record, name)
        if day is not None:
            return day
    return reader.today if record.created_at is None else reader.calendar.day_of(record.created_at)
