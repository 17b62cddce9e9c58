"""What PostgreSQL is told of who sees which row: a policy on each table, from the links that lead to its owners.

A policy reads settings of the transaction and nothing else. ``dealwright.member_sees_KIND`` is ``all``, or the ids of
the members whose records of a kind are seen, ``dealwright.team_sees_KIND`` those of the teams,
``dealwright.granted_KIND`` the ids of single records. Without them no row is seen.

A record may belong to whom another record belongs, and be seen where that other one is not, such as the activities
of a customer. So whose it is stands in a view, ``dw_owner_KIND``, which reads the table past its policy: ids and
links to owners alone, as far as ``dealwright.member_knows_KIND`` says, the members for any record that hangs on these,
and ``dealwright.team_knows_KIND``, the teams.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import sqlalchemy as sa
from attrs import frozen

from dealwright_core.access.owners import MEMBER
from dealwright_core.access.ownership import OWNERS, Ownership
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.tables import short_name

POLICY = "dealwright_sight"
VIEWS = "dw_owner_"
ALL = "all"


def sees(kind: str, owner: str = MEMBER) -> str:
    """The setting that says which members, or teams, those are whose records of a kind are seen."""
    return f"dealwright.{owner}_sees_{kind}"


def granted(kind: str) -> str:
    """The setting that says which single records of a kind are seen."""
    return f"dealwright.granted_{kind}"


def knows(kind: str, owner: str = MEMBER) -> str:
    """The setting that says of which members', or teams', records of a kind it is known that they are theirs."""
    return f"dealwright.{owner}_knows_{kind}"


def ways(catalogue: Catalogue, ownership: Ownership, kind: str) -> Iterator[str]:
    """The kinds by way of which the records of a kind belong to somebody."""
    for link in ownership.paths[kind]:
        target = catalogue.kinds[kind].by_name[link].link or ""
        if target not in OWNERS:
            yield target
            yield from ways(catalogue, ownership, target)


def owner_views(catalogue: Catalogue, ownership: Ownership) -> Mapping[str, str]:
    """The views that say whose the records are that others hang on, by kind."""
    found = {target for kind in catalogue.kinds for target in ways(catalogue, ownership, kind)}
    return {kind: short_name(f"{VIEWS}{kind}", "") for kind in catalogue.kinds if kind in found}


@frozen(eq=False)
class Policies:
    """The policies for the tables of a catalogue, on behalf of one role, as statements."""

    catalogue: Catalogue
    ownership: Ownership
    role: str
    dialect: sa.Dialect

    @property
    def guarded(self) -> list[str]:
        """The kinds with a policy: all but those that everybody shares."""
        return [name for name, kind in self.catalogue.kinds.items() if not kind.is_reference]

    @property
    def views(self) -> Mapping[str, str]:
        """The views that say whose records are, by kind."""
        return owner_views(self.catalogue, self.ownership)

    @property
    def digest(self) -> str:
        """Tells these policies from all others."""
        return hashlib.sha256("\n".join(self.statements()).encode()).hexdigest()

    def statements(self) -> Iterator[str]:
        """All that is to be run where nothing is there yet."""
        role = self.quoted(self.role)
        for kind, view in self.views.items():
            yield f"CREATE VIEW {self.quoted(view)} AS {self._owners(kind)}"
        for name in (*self.catalogue.kinds, *self.views.values()):
            yield f"GRANT SELECT ON {self.quoted(name)} TO {role}"
        for name in self.guarded:
            table = self.quoted(name)
            yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
            yield f"CREATE POLICY {POLICY} ON {table} FOR SELECT TO {role} USING ({self._seen(name)})"

    def quoted(self, name: str) -> str:
        """A name as SQL writes it."""
        return self.dialect.identifier_preparer.quote_identifier(name)

    def _owners(self, kind: str) -> str:
        """The view of a kind. Its owner, who reads as anybody in a transaction that writes, is shown all rows."""
        columns = ", ".join(f"own.{self.quoted(each)}" for each in ("id", *self.ownership.paths[kind]))
        belongs = self._belongs(kind, "own", partial(knows, kind), self.quoted)
        is_other = f"(SELECT current_user <> '{self.role.replace(chr(39), chr(39) * 2)}')"
        rows = f"{self.quoted(kind)} AS own WHERE {is_other} OR {belongs}"
        return f"SELECT {columns} FROM {rows}"  # noqa: S608  # names of ours

    def _seen(self, kind: str) -> str:
        """Whether a row of a kind is seen. A setting in a select of its own is read once for a statement."""
        table, views = self.quoted(kind), self.views
        conditions = [
            f"(SELECT current_setting('{sees(kind)}', true)) = '{ALL}'",
            f"{table}.id IN {_ids_in(granted(kind))}",
        ]
        if self.ownership.paths[kind]:
            conditions.append(
                self._belongs(kind, table, partial(sees, kind), lambda above: self.quoted(views[above]))
            )
        return " OR ".join(conditions)

    def _belongs(
        self,
        kind: str,
        row: str,
        setting: Callable[[str], str],
        source: Callable[[str], str],
        depth: int = 1,
    ) -> str:
        """Whether a row belongs to one of the members, or teams, in the ``setting`` for these. ``source`` is what to
        read a kind above from.
        """
        conditions = []
        for link in self.ownership.paths[kind]:
            column = f"{row}.{self.quoted(link)}"
            target = self.catalogue.kinds[kind].by_name[link].link or ""
            if target in OWNERS:
                conditions.append(f"{column} IN {_ids_in(setting(target))}")
                continue
            above = f"at{depth}"
            owned = self._belongs(target, above, setting, source, depth + 1)
            rows = f"{source(target)} AS {above} WHERE {above}.id = {column} AND ({owned})"
            conditions.append(f"EXISTS (SELECT 1 FROM {rows})")  # noqa: S608  # names of ours
        return " OR ".join(conditions)


def _ids_in(setting: str) -> str:
    """The ids in a setting as a select, which is hashed once for a statement: an array is searched for each row."""
    ids = f"NULLIF(NULLIF(current_setting('{setting}', true), ''), '{ALL}')"
    return f"(SELECT unnest({ids}::bigint[]))"
