"""Finding what fails in the statement of a run: each rule is computed by itself, then what combines them."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from dealwright_core.errors import PluginError
from dealwright_core.evaluation.statement import RunStatement
from dealwright_core.language import core as _
from dealwright_core.store.engine import is_transient


def undone_on_failure(connection: Connection) -> AbstractContextManager[Any]:
    """A statement that fails in it leaves nothing behind, and the transaction goes on.

    SQLite sees to that by itself, and with a savepoint would copy every page that it uses again.
    """
    return nullcontext() if connection.dialect.name == "sqlite" else connection.begin_nested()


def failing_rules(connection: Connection, statement: RunStatement) -> dict[int, PluginError]:
    """The numbers of the rules that fail by themselves, and what to say of each."""
    found: dict[int, PluginError] = {}
    for at, entry in enumerate(statement.plan.entries):
        if entry.is_staged or at in statement.without:
            continue
        reason = _failure(connection, statement.alone(at))
        if reason is not None:
            found[at] = PluginError(entry.plugin, _("scoring rule {entry}", entry=entry.name), reason)
    return found


def failing_combiner(connection: Connection, statement: RunStatement) -> PluginError | None:
    """What to say of the combiner, where it fails and the lines do not."""
    combining = statement.plan.combining
    if combining is None or _failure(connection, statement.counted(combined=False)) is not None:
        return None
    reason = _failure(connection, statement.counted(combined=True))
    return None if reason is None else PluginError(combining.contributed.plugin, combining.what, reason)


def _failure(connection: Connection, select: "sa.Select[Any]") -> str | None:
    """Why the database does not execute something; None where it does."""
    try:
        with undone_on_failure(connection):
            connection.execute(select)
    except DBAPIError as error:
        if is_transient(error):
            raise
        return str(error.orig).strip().splitlines()[0]
    return None
