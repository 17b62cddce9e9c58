"""A copy of the database while others go on working."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy.engine import Engine

from dealwright_core.errors import DealwrightError
from dealwright_core.language import core as _
from dealwright_core.store.engine import sqlite_path


def backup(engine: Engine, target: Path) -> Path:
    """Write a consistent copy of the database to a new file: a SQLite database, or pg_dump's custom format.

    The copy is complete or not there. Raises `DealwrightError` where the file exists or cannot be written.
    """
    if target.exists():
        raise DealwrightError(_("{target} exists already: name a new file", target=target))
    if not target.parent.is_dir():
        raise DealwrightError(_("there is no folder {parent}", parent=target.parent))
    part = target.with_name(f".{target.name}.part")
    try:
        source = sqlite_path(engine)
        if source is not None:
            _copy_sqlite(source, part)
        else:
            _dump_postgresql(engine, part)
        part.replace(target)
    except OSError as error:
        raise DealwrightError(
            _("{target} could not be written: {strerror}", target=target, strerror=error.strerror)
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return target


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise DealwrightError(_("there is no database {source} to copy", source=source))
    with (
        sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True) as original,
        sqlite3.connect(target) as copy,
    ):
        original.backup(copy)
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise DealwrightError(_("the copy of {source} is not sound: check the disk", source=source))
    original.close()
    copy.close()


def _dump_postgresql(engine: Engine, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise DealwrightError(_("pg_dump is not installed here: install PostgreSQL's client programs"))
    address = engine.url.set(drivername="postgresql", password=None).render_as_string()
    environment = os.environ | ({"PGPASSWORD": str(engine.url.password)} if engine.url.password else {})
    done = subprocess.run(
        [program, "--format=custom", f"--file={target}", f"--dbname={address}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DealwrightError(_("pg_dump failed: {stderr}", stderr=done.stderr.strip()))
