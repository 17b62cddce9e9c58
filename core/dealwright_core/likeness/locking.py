"""Two who add one company at once come one after the other: the second sees what the first did.

SQLite lets one transaction write at a time anyway. On PostgreSQL a transaction takes advisory locks on the normal forms
that it brings in, before it looks for others with the same ones, and holds them until it ends.
"""

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.likeness.forms import digest

# With more forms than these the whole kind is locked: the locks of a server are limited.
MOST_LOCKS: Final = 100


def lock_forms(connection: Connection, kind: str, forms: Collection[int]) -> None:
    """Let nobody else bring in these normal forms of a kind, by their digests, before this transaction ends."""
    if connection.dialect.name != "postgresql" or not forms:
        return
    whole = digest("kind", kind)
    if len(forms) > MOST_LOCKS:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(whole)))
        return
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(whole)))
    # In one order, so that no two wait for each other.
    keys = sorted(digest(kind, str(each)) for each in forms)
    connection.execute(sa.select(*(sa.func.pg_advisory_xact_lock(key) for key in keys)))
