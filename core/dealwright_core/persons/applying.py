"""Erasures outlive a restored database: before its first read those are applied that it does not know."""

from typing import TYPE_CHECKING

from sqlalchemy.engine import Engine

from dealwright_core import door
from dealwright_core.access.actors import System
from dealwright_core.errors import NotFound
from dealwright_core.language import core as _
from dealwright_core.persons import recording
from dealwright_core.persons.erasing import Erased, Erasing
from dealwright_core.persons.erasure_list import FILE, Erasure, ErasureList
from dealwright_core.persons.person import whole_person
from dealwright_core.store.cleaning import clean, one_at_a_time
from dealwright_core.store.engine import UpgradeNeeded, reading, retrying, writing

if TYPE_CHECKING:
    from dealwright_core.platform import Platform

COMMAND = "person.erase"
AGAIN = "erased before this copy of the database was restored"


def list_of(platform: "Platform") -> ErasureList:
    """The list of erasures beside the configuration file."""
    return ErasureList(platform.deployment.folder / FILE)


def apply_again(platform: "Platform") -> None:
    """Apply the listed erasures that the database does not know, list those it knows that are not listed, and finish
    what was left of earlier ones in files.

    Raises where that cannot be: nothing is read from a database that holds what was erased.
    """
    listed = list_of(platform).read()
    with reading(platform.engine) as connection:
        database = recording.database_of(connection)
        here = [each for each in listed if each.database == database]
        found = recording.known(connection, database)
        left = recording.uncleaned(connection) if found is not None else []
    if found is None:
        if here:
            said = _(
                "{count} persons were erased that this older database still holds; before it is read",
                count=len(here),
            )
            raise UpgradeNeeded(_("{said}: dealwright db upgrade", said=said))
        return
    events = {each.event for each in found}
    missing = [each for each in here if each.event not in events]
    if missing:
        retrying(lambda: _apply(platform, missing))
    unlisted = [each for each in found if each.event not in {each.event for each in here}]
    if unlisted:
        list_of(platform).add(unlisted)
    if left or missing:
        finish(platform.engine, [*left, *(each.event for each in missing)], [])


def finish(engine: Engine, digests: list[str], erased: list[Erased]) -> bool:
    """Leave nothing in the files of the database. False where it has to be tried again."""
    tables = {name for each in erased for name in each.tables}
    texts = {form for each in erased for form in each.words.forms} if erased else None
    if not clean(engine, tables, texts):
        return False
    with writing(engine) as connection:
        recording.set_clean(connection, digests)
    return True


def _apply(platform: "Platform", missing: list[Erasure]) -> None:
    with door.changing(platform, System(AGAIN), COMMAND) as work:
        one_at_a_time(work.connection)
        known = recording.known(work.connection, missing[0].database) or []
        done = {each.event for each in known}
        for each in missing:
            if each.event not in done:
                recording.record(work.connection, each, _again(work, each))


def _again(work: door.Work, erasure: Erasure) -> int | None:
    """Erase a person once more; the number of the event that says so, None where there is no such record."""
    try:
        record = work.truth.get(erasure.kind, erasure.id)
    except NotFound:
        return None
    if record.ref != erasure.ref:
        return None
    erasing = Erasing(work, AGAIN, with_mentions=erasure.mentions, is_again=True)
    kind = work.platform.catalogue.kinds[erasure.kind]
    erased = erasing.erase(whole_person(work.session, kind, record))
    for each in erased.files:
        each.erase()
    return erased.noted[0].seq
