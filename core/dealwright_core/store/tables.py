"""The platform's own tables, the types of columns, and how indexes are named."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

INSTANT_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
LONGEST_NAME = 63


def instant_text(moment: datetime) -> str:
    """A moment as sortable text in UTC. The year has four digits, which strftime does not give before 1000."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: ``timestamptz`` on PostgreSQL, sortable text on SQLite."""

    impl = sa.String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        """The type of the column on this database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.String(27))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        """Write a moment that has a time zone."""
        if value is None or dialect.name == "postgresql":
            return value
        return instant_text(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """Read it back in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        moment: datetime = value
        return moment.astimezone(UTC)


BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMN_TYPES: Mapping[str, sa.types.TypeEngine[Any]] = {
    "integer": sa.BigInteger(),
    "text": sa.Text(),
    "boolean": sa.Boolean(),
    "date": sa.Date(),
    "instant": Instant(),
}
SYSTEM = sa.MetaData()

meta = sa.Table(
    "dw_meta",
    SYSTEM,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
sequence = sa.Table(
    "dw_sequence",
    SYSTEM,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("following", sa.BigInteger, nullable=False),
)
plugin = sa.Table(
    "dw_plugin",
    SYSTEM,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("distribution", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
)
plugin_set = sa.Table(
    "dw_plugin_set",
    SYSTEM,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("versions", sa.Text, nullable=False),
)
migration = sa.Table(
    "dw_migration",
    SYSTEM,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("plugin", sa.Text, nullable=False),
    sa.Column("change", sa.Text, nullable=False),
)
event = sa.Table(
    "dw_event",
    SYSTEM,
    sa.Column("seq", BIG, primary_key=True, autoincrement=False),
    sa.Column("xid", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    sa.Column("last_id", sa.BigInteger, nullable=False),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("plugins", sa.Text, nullable=False),
    sa.Column("waivers", sa.Text),
    sa.Column("payload", sa.Text),
    sa.Column("salt", sa.Text),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index("dw_event_of_record", "record", "record_id", "seq"),
    sa.Index("dw_event_in_order", "xid", "seq"),
)
_BATCHES = event.c.action == "batch"
sa.Index("dw_event_batches", event.c.record, event.c.seq, sqlite_where=_BATCHES, postgresql_where=_BATCHES)
sa.Index(
    "dw_event_batch_ids", event.c.record, event.c.record_id, sqlite_where=_BATCHES, postgresql_where=_BATCHES
)
key = sa.Table(
    "dw_key",
    SYSTEM,
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("command", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("result", sa.Text),
    sa.Column("at", Instant, nullable=False),
)
cursor = sa.Table(
    "dw_cursor",
    SYSTEM,
    sa.Column("plugin", sa.Text, primary_key=True),
    sa.Column("xid", sa.BigInteger, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("failures", sa.BigInteger, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("holder", sa.Text),
    sa.Column("held_until", Instant),
)
parked = sa.Table(
    "dw_parked",
    SYSTEM,
    sa.Column("plugin", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
fault = sa.Table(
    "dw_fault",
    SYSTEM,
    sa.Column("plugin", sa.Text, primary_key=True),
    sa.Column("hook", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("times", sa.BigInteger, nullable=False),
    sa.Column("first_at", Instant, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
)
import_run = sa.Table(
    "dw_import",
    SYSTEM,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("finished_at", Instant),
    sa.Column("progress", sa.Text, nullable=False),
)
import_refused = sa.Table(
    "dw_import_refused",
    SYSTEM,
    sa.Column("run", sa.BigInteger, primary_key=True),
    sa.Column("file", sa.Text, primary_key=True),
    sa.Column("line", sa.BigInteger, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("cells", sa.Text, nullable=False),
)
# Erasures of persons: ``digest`` is the hash of the event that first said so, ``event`` the number of the one in this
# journal, None where there was no such record; ``is_clean`` once nothing is left in the files either.
erasure = sa.Table(
    "dw_erasure",
    SYSTEM,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("mentions", sa.Boolean, nullable=False),
    sa.Column("event", sa.BigInteger),
    sa.Column("is_clean", sa.Boolean, nullable=False),
)
# The normal forms, as digests, of the fields by which records of a kind are found alike.
likeness = sa.Table(
    "dw_likeness",
    SYSTEM,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("form", sa.BigInteger, primary_key=True),
    sa.Column("record_id", sa.BigInteger, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)


def index_name(table: str, group: Iterable[str], *, unique: bool = False) -> str:
    """The name of the index over a group of fields; that of a unique one ends in ``_key``."""
    return short_name("_".join((table, *group)), "_key" if unique else "_idx")


def short_name(stem: str, ending: str) -> str:
    """A name that PostgreSQL takes: at most 63 characters, a long one cut and told apart by a digest."""
    if len(stem) + len(ending) <= LONGEST_NAME:
        return f"{stem}{ending}"
    ending = f"_{hashlib.sha256(stem.encode()).hexdigest()[:8]}{ending}"
    return f"{stem[: LONGEST_NAME - len(ending)]}{ending}"


@lru_cache(maxsize=16)
def described(metadata: sa.MetaData) -> list[Any]:
    """Every table with its columns and indexes, as JSON can say it."""
    found: list[Any] = []
    for table in metadata.sorted_tables:
        columns = [[c.name, _spelt(c.type), bool(c.nullable)] for c in table.columns]
        found.append([table.name, columns, sorted(str(index.name) for index in table.indexes)])
    return found


@lru_cache(maxsize=128)
def _spelt(type_: sa.types.TypeEngine[Any]) -> str:
    """A type as SQL. There are few: the columns of all tables share them."""
    return str(type_)


def system_described() -> list[Any]:
    """The same of the platform's own tables."""
    return described(SYSTEM)
