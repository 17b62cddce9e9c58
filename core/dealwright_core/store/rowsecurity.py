"""A second line behind what sessions show: PostgreSQL itself keeps back the rows that an actor may not see.

A session that reads does so as a role that owns nothing and may select only; the policies on the tables
(`rowpolicies`) then let through what settings of the transaction say, whatever statement comes. It is a line against
mistakes in statements, not against hostile ones: who can run any SQL can also give up the role again.

In a transaction that writes the command reads by the first line alone (`Sight`, `Allowance`): numbering, locks, the
journal, constraints and the search for duplicates have to look beyond what the actor sees, in that same transaction.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InternalError

from dealwright_core.access.owners import MEMBER, NOBODY
from dealwright_core.access.ownership import Ownership
from dealwright_core.access.rights import CLASSES
from dealwright_core.errors import DealwrightError
from dealwright_core.language import core as _
from dealwright_core.store import readerrole, tables
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.deriving import Step
from dealwright_core.store.engine import INSUFFICIENT_PRIVILEGE, UpgradeNeeded, sqlstate
from dealwright_core.store.rowpolicies import (
    ALL,
    POLICY,
    VIEWS,
    Policies,
    granted,
    knows,
    owner_views,
    sees,
    ways,
)
from dealwright_core.store.sight import Sight

MARK = "row_level_security"
READER = "dealwright_reader"
NO_ROLE = "none"
NO_SUCH_ROLE = "22023"
CORE = "core"
# PostgreSQL takes policies for dearer than they are, and would compile each statement for longer than it then runs.
UNCOMPILED = {"jit": "off"}

# A role is a setting, too: as the others it holds until the transaction ends.
_SET = sa.text(
    "SELECT count(set_config(name, content, true))"
    " FROM unnest(CAST(:names AS text[]), CAST(:contents AS text[])) AS given (name, content)"
)
_DATABASE = sa.text("SELECT current_database()")
_STATE = sa.text(
    "SELECT relname, relrowsecurity, has_table_privilege(:role, c.oid, 'SELECT'),"
    " EXISTS (SELECT FROM pg_policy JOIN pg_roles AS r ON r.oid = ANY (polroles)"
    " WHERE polrelid = c.oid AND polname = :policy AND rolname = :role)"
    " FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace"
    " WHERE nspname = :schema AND relkind IN ('r', 'v')"
)
_POLICIES = sa.text(
    "SELECT tablename, roles FROM pg_policies WHERE schemaname = :schema AND policyname = :policy"
)
_VIEWS = sa.text("SELECT viewname FROM pg_views WHERE schemaname = :schema AND starts_with(viewname, :start)")

_GRANTS = sa.text(
    "SELECT DISTINCT relname, rolname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace,"
    " aclexplode(relacl) AS given JOIN pg_roles AS r ON r.oid = given.grantee"
    " WHERE nspname = :schema AND relkind IN ('r', 'v') AND rolname = ANY (CAST(:roles AS text[]))"
    " ORDER BY relname, rolname"
)


class RowSecurity:
    """Row-level security of one database: ``wanted`` says whether it is switched on."""

    def __init__(self, catalogue: Catalogue, ownership: Ownership, *, wanted: bool) -> None:
        self.wanted = wanted
        self._catalogue, self._ownership = catalogue, ownership
        self._role: str | None = None
        if wanted:
            catalogue.owner_views = owner_views(catalogue, ownership)
        self._described: WeakKeyDictionary[Sight, Mapping[str, str]] = WeakKeyDictionary()

    def is_settled(self, connection: Connection) -> bool:
        """Whether the database is as it is wanted."""
        mark = _mark(connection)
        if not self.wanted:
            return mark is None
        policies = self._policies(connection)
        return mark == policies.digest and _is_complete(connection, policies)

    def lift(self, connection: Connection) -> bool:
        """Take every policy away, also those on what removed plugins left. Returns whether there were any."""
        if _mark(connection) is None:
            return False
        policies, schema = self._policies(connection), _schema(connection)
        roles = {policies.role} if readerrole.exists(connection, policies.role) else set()
        for table, its_roles in connection.execute(_POLICIES, {"schema": schema, "policy": POLICY}).all():
            roles.update(its_roles)
            readerrole.run(connection, f"DROP POLICY {POLICY} ON {policies.quoted(table)}")
            readerrole.run(connection, f"ALTER TABLE {policies.quoted(table)} DISABLE ROW LEVEL SECURITY")
        for view in connection.execute(_VIEWS, {"schema": schema, "start": VIEWS}).scalars().all():
            readerrole.run(connection, f"DROP VIEW {policies.quoted(view)}")
        held = connection.execute(_GRANTS, {"schema": schema, "roles": sorted(roles)}).all()
        for table, role in held:
            readerrole.run(connection, f"REVOKE ALL ON {policies.quoted(table)} FROM {policies.quoted(role)}")
        connection.execute(sa.delete(tables.meta).where(tables.meta.c.key == MARK))
        return True

    def put(self, connection: Connection, *, had_any: bool) -> list[Step]:
        """Make the role and the policies where they are wanted. Raises `DealwrightError` with the privilege that is
        missing and what to do.
        """
        if not self.wanted:
            return [Step(CORE, _("switch row-level security off"))] if had_any else []
        policies = self._policies(connection)
        readerrole.make(connection, policies.role, _schema(connection))
        for statement in policies.statements():
            readerrole.run(connection, statement)
        connection.execute(sa.insert(tables.meta).values(key=MARK, value=policies.digest))
        return [Step(CORE, _("renew row-level security") if had_any else _("switch row-level security on"))]

    def narrow(self, connection: Connection, sight: Sight) -> None:
        """From here on the transaction reads what a sight shows, where that is wanted. One statement, all told."""
        if not self.wanted:
            return
        if self._role is None and _mark(connection) is None:
            raise UpgradeNeeded(
                _("row_level_security is on, and the database lacks it: dealwright db upgrade")
            )
        role = self._role = self._role or _role_for(connection)
        settings = self._described.get(sight)
        if settings is None:
            settings = self._described[sight] = self._describe(sight)
        try:
            _act_as(connection, role, settings)
        except DBAPIError as error:
            known = _explained(error, connection, role)
            if known is None:
                raise
            raise known from error

    def _describe(self, sight: Sight) -> Mapping[str, str]:
        """The settings that tell the policies what a sight shows."""
        settings = dict(UNCOMPILED)
        known = dict.fromkeys(self._catalogue.kinds, NOBODY)
        for name, kind in self._catalogue.kinds.items():
            if kind.is_reference:
                continue
            members, single = sight.members(name), sight.granted(name)
            settings[granted(name)] = _array(single)
            for owner in self._holders(name):
                settings[sees(name, owner)] = ALL if members is None else _array(members.of(owner))
            for above in ways(self._catalogue, self._ownership, name):
                for each in CLASSES:
                    known[above] |= sight.members(name, each) or NOBODY
        for name, members in known.items():
            settings |= {knows(name, owner): _array(members.of(owner)) for owner in self._holders(name)}
        return {name: value for name, value in settings.items() if value}

    def _holders(self, kind: str) -> frozenset[str]:
        """To whom records of a kind may belong: to members, and to teams where a link leads to one."""
        return self._ownership.holders(kind) | {MEMBER}

    def _policies(self, connection: Connection) -> Policies:
        role = self._role or _role_for(connection)
        return Policies(self._catalogue, self._ownership, role, connection.dialect)


@contextmanager
def beyond(connection: Connection) -> Iterator[None]:
    """Reads of the core itself past the second line: what decides and is not told, and what was decided on before."""
    role = connection.get_execution_options().get(READER)
    if role is None:
        yield
        return
    _act_as(connection, None)
    try:
        yield
    finally:
        # A transaction in which a statement failed answers nothing any more.
        with suppress(InternalError):
            _act_as(connection, role)


def _act_as(connection: Connection, role: str | None, settings: Mapping[str, str] | None = None) -> None:
    told = {**(settings or {}), "role": role or NO_ROLE}
    connection.execute(_SET, {"names": list(told), "contents": list(told.values())})
    connection.execution_options(**{READER: role})


def _explained(error: DBAPIError, connection: Connection, role: str) -> DealwrightError | None:
    """What to do where the user cannot act as the role, None where that is not what went wrong."""
    said = str(error.orig).strip().splitlines()[0]
    if sqlstate(error) == NO_SUCH_ROLE:
        return UpgradeNeeded(_("row_level_security is on, and {said}: dealwright db upgrade", said=said))
    if sqlstate(error) == INSUFFICIENT_PRIVILEGE:
        user = connection.engine.url.username
        remedy = f'GRANT "{role}" TO "{user}"' if user else f'GRANT "{role}" to the user of url'
        return DealwrightError(
            _("row_level_security is on, and {said}: as a superuser run {remedy}", said=said, remedy=remedy)
        )
    return None


def _array(ids: Collection[int]) -> str:
    """Ids as PostgreSQL writes an array, empty for none."""
    return f"{{{','.join(map(str, sorted(ids)))}}}" if ids else ""


def _is_complete(connection: Connection, policies: Policies) -> bool:
    """Whether the role, its privileges and every policy are there."""
    if not readerrole.is_sound(connection, policies.role):
        return False
    values = {"role": policies.role, "policy": POLICY, "schema": _schema(connection)}
    found = {name: tuple(state) for name, *state in connection.execute(_STATE, values)}
    wanted = dict.fromkeys((*policies.catalogue.kinds, *policies.views.values()), (False, True, False))
    wanted |= dict.fromkeys(policies.guarded, (True, True, True))
    return all(found.get(name) == state for name, state in wanted.items())


def _role_for(connection: Connection) -> str:
    return readerrole.role_of(connection.execute(_DATABASE).scalar_one())


def _mark(connection: Connection) -> str | None:
    """What the database says of the policies that it has, None for none."""
    value: str | None = connection.execute(
        sa.select(tables.meta.c.value).where(tables.meta.c.key == MARK)
    ).scalar()
    return value


def _schema(connection: Connection) -> str:
    schema = connection.dialect.default_schema_name
    assert schema is not None  # known since the first connection
    return schema
