"""What a database knows of its erasures, beside the list that lies outside of it."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.persons.erasure_list import Erasure
from dealwright_core.store import migrations, tables

_T = tables.erasure


def database_of(connection: Connection) -> str:
    """What tells this database, and every copy of it, from others: the moment it was made."""
    return migrations.recorded(connection)[migrations.CREATED]


def known(connection: Connection, database: str) -> list[Erasure] | None:
    """The erasures that the database knows of, None where it is too old to know of any."""
    if not sa.inspect(connection).has_table(_T.name):
        return None
    rows = connection.execute(sa.select(_T).order_by(_T.c.at, _T.c.digest))
    return [
        Erasure(
            database=database, kind=row.record, ref=row.ref, id=row.record_id, at=row.at.isoformat(), event=row.digest,
            mentions=row.mentions,
        )
        for row in rows
    ]  # fmt: skip


def record(connection: Connection, erasure: Erasure, event: int | None) -> None:
    """Remember an erasure, and the number of the event that says so in this journal."""
    values = {
        "digest": erasure.event, "record": erasure.kind, "record_id": erasure.id, "ref": erasure.ref,
        "at": erasure.moment, "mentions": erasure.mentions, "event": event, "is_clean": False,
    }  # fmt: skip
    connection.execute(sa.insert(_T).values(values))


def uncleaned(connection: Connection) -> list[str]:
    """The erasures that may have left something in the database's files."""
    return list(connection.execute(sa.select(_T.c.digest).where(_T.c.is_clean.is_(sa.false()))).scalars())


def set_clean(connection: Connection, digests: Collection[str]) -> None:
    """Remember that they have left nothing."""
    connection.execute(sa.update(_T).where(_T.c.digest.in_(digests)).values(is_clean=True))
