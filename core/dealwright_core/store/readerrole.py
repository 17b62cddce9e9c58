"""The PostgreSQL role as which sessions read: it owns nothing, cannot log in, and has no right but those given here."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from dealwright_core.errors import DealwrightError
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.store.engine import INSUFFICIENT_PRIVILEGE, sqlstate
from dealwright_core.store.tables import short_name

# Since this release a membership says whether it lets act as the role, apart from having its privileges.
SPLIT_MEMBERSHIP = (16,)

_ROLE = sa.text(
    "SELECT rolcanlogin, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication,"
    " EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid),"
    " EXISTS (SELECT FROM pg_shdepend WHERE refobjid = r.oid AND deptype = 'o')"
    " FROM pg_roles AS r WHERE rolname = :role"
)
_SHORTCOMINGS = (
    _("may log in"),
    _("may do what others may not"),
    _("is a member of other roles"),
    _("owns something"),
)
_USER = sa.text("SELECT rolname, rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
_ACTS_AS = sa.text("SELECT pg_has_role(current_user, CAST(:role AS name), :how)")
_USES_SCHEMA = sa.text("SELECT has_schema_privilege(:role, :schema, 'USAGE')")


def role_of(database: str) -> str:
    """The role as which sessions read a database. Roles are the server's, so its name has the database's in it."""
    return short_name(f"dealwright_{database}", "_reader")


def exists(connection: Connection, role: str) -> bool:
    """Whether there is a role of this name."""
    return connection.execute(_ROLE, {"role": role}).first() is not None


def is_sound(connection: Connection, role: str) -> bool:
    """Whether the role is there, can do nothing by itself, and the user of the database may act as it."""
    found = connection.execute(_ROLE, {"role": role}).first()
    return found is not None and not any(found) and _acts_as(connection, role)


def make(connection: Connection, role: str, schema: str) -> None:
    """Make the role where it is missing, and let the user act as it. Raises `DealwrightError` with the privilege that
    is missing and what to do.
    """
    quoted = connection.dialect.identifier_preparer.quote_identifier
    user, makes_roles = connection.execute(_USER).one()
    found = connection.execute(_ROLE, {"role": role}).first()
    if found is None and not makes_roles:
        raise DealwrightError(
            _(
                "row_level_security needs the role {role}, and {user} lacks the privilege CREATEROLE: "
                "as a superuser run CREATE ROLE {named} NOLOGIN NOINHERIT; GRANT {named} TO "
                "{grantee}; then upgrade again",
                role=role,
                user=user,
                named=quoted(role),
                grantee=quoted(user),
            )
        )
    if found is None:
        run(connection, f"CREATE ROLE {quoted(role)} NOLOGIN NOINHERIT")
    elif any(found):
        has = joined(" and ", (text for text, holds in zip(_SHORTCOMINGS, found, strict=True) if holds))
        raise DealwrightError(
            _(
                "row_level_security needs the role {role}, and there is one that {has}: it must be "
                "able to do nothing by itself; drop it (DROP ROLE {named}) or take that from it, then "
                "upgrade again",
                role=role,
                has=has,
                named=quoted(role),
            )
        )
    if not _acts_as(connection, role):
        _let_act_as(connection, role, user)
    if not connection.execute(_USES_SCHEMA, {"role": role, "schema": schema}).scalar_one():
        run(connection, f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {quoted(role)}")


def run(connection: Connection, statement: str) -> None:
    """Run a statement that has no parameters."""
    connection.execute(sa.text(statement.replace(":", r"\:")))


def _let_act_as(connection: Connection, role: str, user: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote_identifier
    options = " WITH INHERIT FALSE, SET TRUE" if _is_split(connection) else ""
    try:
        run(connection, f"GRANT {quoted(role)} TO {quoted(user)}{options}")
    except DBAPIError as error:
        if sqlstate(error) != INSUFFICIENT_PRIVILEGE:
            raise
        raise DealwrightError(
            _(
                "row_level_security needs {user} to act as the role {role}, which {user} may not "
                "allow: as a superuser run GRANT {to_grant} TO {grantee}; then upgrade again",
                user=user,
                role=role,
                to_grant=quoted(role),
                grantee=quoted(user),
            )
        ) from error


def _acts_as(connection: Connection, role: str) -> bool:
    how = "SET" if _is_split(connection) else "MEMBER"
    return bool(connection.execute(_ACTS_AS, {"role": role, "how": how}).scalar_one())


def _is_split(connection: Connection) -> bool:
    return (connection.dialect.server_version_info or ()) >= SPLIT_MEMBERSHIP
