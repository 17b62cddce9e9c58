"""Where a run stands, in the database: saved with every batch, so that a killed run goes on and nothing is
doubled.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection, Engine

from dealwright_core.errors import Conflict
from dealwright_core.importing.progress import RunProgress
from dealwright_core.language import core as _
from dealwright_core.store import tables
from dealwright_core.store.engine import writing


@frozen
class Run:
    """A run in the database, None where nothing is to be written, and how far it had come."""

    id: int | None
    progress: RunProgress
    is_continued: bool = False


def digest_of(
    mapping: Mapping[str, Any], batch: int, files: Sequence[tuple[str, str]], *, retry: bool
) -> str:
    """What makes two runs the same one: the mapping, the files, their encodings, and the size of batches."""
    said = json.dumps([mapping, batch, files, retry], default=str, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def claim(engine: Engine, digest: str, actor: str, progress: RunProgress) -> Run:
    """The run with this digest that was broken off, or a new one."""
    t = tables.import_run
    unfinished = sa.select(t.c.id, t.c.progress).where(t.c.digest == digest, t.c.finished_at.is_(None))
    with writing(engine) as connection:
        row = connection.execute(unfinished.order_by(t.c.id.desc()).limit(1)).first()
        if row is not None:
            return Run(row.id, RunProgress.from_json(json.loads(row.progress)), is_continued=True)
        values = {
            "digest": digest,
            "actor": actor,
            "started_at": datetime.now(UTC),
            "progress": _text(progress),
        }
        id = connection.execute(sa.insert(t).values(values).returning(t.c.id)).scalar_one()
    return Run(id, progress)


def save(connection: Connection, run: int, before: RunProgress, after: RunProgress) -> None:
    """Save how far a run has come. Raises Conflict where another process has gone on with it."""
    t = tables.import_run
    statement = sa.update(t).where(t.c.id == run, t.c.progress == _text(before)).values(progress=_text(after))
    if connection.execute(statement).rowcount != 1:
        raise Conflict(_("another process goes on with the same import: let it finish, then run this again"))


def finish(engine: Engine, run: int) -> None:
    """Close a run, and delete its refused rows, which are in files now."""
    t = tables.import_run
    with writing(engine) as connection:
        connection.execute(sa.update(t).where(t.c.id == run).values(finished_at=datetime.now(UTC)))
        refused = tables.import_refused
        connection.execute(sa.delete(refused).where(refused.c.run == run))


def _text(progress: RunProgress) -> str:
    return json.dumps(progress.to_json(), ensure_ascii=False, sort_keys=True)
