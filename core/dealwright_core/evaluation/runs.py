"""Runs as they are kept."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from attrs import asdict, frozen
from sqlalchemy.engine import Connection

from dealwright_core.errors import UsageError
from dealwright_core.language import core as _
from dealwright_core.store import results

OPEN, CLOSED = "open", "closed"
_R = results.run.c


@frozen(kw_only=True, slots=False)
class Run:
    """One evaluation of all subjects by a scheme. ``missing`` says what could not be computed for anybody;
    ``incomplete`` counts the subjects that lack something.
    """

    id: int
    scheme: str
    subject: str
    version: str
    period: str | None
    as_of: date
    at: datetime
    actor: str
    header: str
    subjects: int
    incomplete: int
    digest: str
    missing: tuple[str, ...]
    state: str

    @cached_property
    def said(self) -> Mapping[str, Any]:
        """The header: title, unit, lines, gates and grades."""
        found: Mapping[str, Any] = json.loads(self.header)
        return found

    def is_like(self, other: "Run") -> bool:
        """Whether another run found the same, from the same."""
        ours, theirs = ((each.version, each.digest, each.missing, each.incomplete) for each in (self, other))
        return ours == theirs

    def row(self) -> dict[str, Any]:
        """The columns as they are written."""
        return {**asdict(self), "missing": json.dumps(self.missing, ensure_ascii=False)}


def _run(row: Any) -> Run:
    values = {**row._mapping, "missing": tuple(json.loads(row.missing))}
    return Run(**values)


def no_run(id: int) -> UsageError:
    """That there is no run with a number."""
    return UsageError(_("there is no run {id}", id=id), _("see: dealwright evaluation runs"))


def run_of(connection: Connection, id: int) -> Run:
    """The run with a number. Raises `UsageError`."""
    row = connection.execute(sa.select(results.run).where(_R.id == id)).first()
    if row is None:
        raise no_run(id)
    return _run(row)


def locked_run(connection: Connection, id: int) -> Run:
    """The same, which nobody else changes from now on."""
    connection.execute(sa.select(_R.id).where(_R.id == id).with_for_update())
    return run_of(connection, id)


def closed_run(connection: Connection, scheme: str, period: str) -> int | None:
    """The number of the run with which a period is closed for a scheme."""
    asked = sa.select(_R.id).where(_R.scheme == scheme, _R.period == period, _R.state == CLOSED)
    found: int | None = connection.execute(asked).scalars().first()
    return found


def latest_runs(
    connection: Connection, scheme: str | None = None, limit: int | None = None, period: str | None = None
) -> list[Run]:
    """The runs of a scheme, or of all, the latest first."""
    statement = sa.select(results.run).order_by(_R.id.desc()).limit(limit)
    if scheme is not None:
        statement = statement.where(_R.scheme == scheme)
    if period is not None:
        statement = statement.where(_R.period == period)
    return [_run(each) for each in connection.execute(statement)]
