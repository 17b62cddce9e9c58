"""Which records have a normal form in common, read in one statement."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.records.recordtype import MERGED_INTO, RecordType
from dealwright_core.store import tables
from dealwright_core.store.sight import Sight

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue


@frozen
class Shared:
    """A record, by its id, and the digest of a normal form of one of its fields that another record has too."""

    form: int
    field: str
    record: int


def sharing(
    connection: Connection, catalogue: "Catalogue", sight: Sight, kind: RecordType
) -> Sequence[Shared]:
    """What the records of a kind have in common that the actor may see and that stand for themselves, in the order
    of the forms.
    """
    t, table = tables.likeness.c, catalogue.table(kind.name)
    masked = sight.masked(kind.name)
    shown = [each for each in kind.alike_by if each not in masked]
    found = sa.select(t.form, t.what, t.record_id).where(t.kind == kind.name, t.what.in_(shown))
    seen = sight.condition(kind.name, table)
    if seen is not None or kind.is_mergeable:
        standing = sa.true() if not kind.is_mergeable else table.c[MERGED_INTO].is_(None)
        visible = sa.true() if seen is None else seen
        found = found.join(table, table.c.id == t.record_id).where(standing, visible)
    pairs = found.cte("pairs")
    several = sa.select(pairs.c.form).group_by(pairs.c.form).having(sa.func.count() > 1)
    statement = (
        sa.select(pairs.c.form, pairs.c.what, pairs.c.record_id)
        .where(pairs.c.form.in_(several))
        .order_by(pairs.c.form, pairs.c.record_id)
    )
    return [Shared(*row) for row in connection.execute(statement)]
