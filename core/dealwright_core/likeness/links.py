"""Which links lead to records of a kind, and what hangs on one of them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.sight import Sight

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue


@frozen
class Link:
    """A field of a kind of record that leads to the kind in question."""

    kind: RecordType
    name: str

    @property
    def singles(self) -> list[tuple[str, ...]]:
        """The other fields of each group that no two records of one owner share; an empty group where an owner has
        one record at the most.
        """
        return [
            tuple(each for each in group if each != self.name)
            for group in self.kind.unique
            if self.name in group
        ]


def links_to(kinds: Iterable[RecordType], target: str) -> list[Link]:
    """Every link of every kind, the core's, plugins' and declared ones, that leads to a kind."""
    return [Link(kind, each.name) for kind in kinds for each in kind.fields if each.link == target]


def has_hidden(
    connection: Connection, catalogue: "Catalogue", sight: Sight, links: Iterable[Link], id: int
) -> bool:
    """Whether a record that the actor may not see leads here by one of these links."""
    for link in links:
        table = catalogue.table(link.kind.name)
        condition = sight.condition(link.kind.name, table)
        if condition is None:
            continue
        counted = sa.select(sa.func.count()).select_from(table).where(table.c[link.name] == id)
        seen = connection.execute(counted.where(condition)).scalar_one()
        if seen < connection.execute(counted).scalar_one():
            return True
    return False


def above(connection: Connection, table: sa.Table, link: str, id: int) -> list[int]:
    """The ids of the records that a link to the same kind leads to, from one to the next, whoever may see them."""
    statement = sa.select(table.c[link]).where(table.c.id == sa.bindparam("below"))
    found: list[int] = []
    at = connection.execute(statement, {"below": id}).scalar()
    while at is not None and at != id and at not in found:
        found.append(at)
        at = connection.execute(statement, {"below": at}).scalar()
    return found
