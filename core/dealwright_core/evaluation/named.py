"""Subjects that are no records: channels, which are known by their names alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zlib import crc32

import sqlalchemy as sa

from dealwright_core.store import results
from dealwright_core.store.joining import Joined

if TYPE_CHECKING:
    from dealwright_core.host.registry import Registry

CHANNEL = "channel"
# The number of the staged line that holds the subjects themselves.
SUBJECTS = -1

Names = Mapping[int, tuple[str, str]]


def channel_names(contributions: "Registry") -> Names:
    """The channels of a deployment by a number that stays theirs: each with its name and title."""
    found = contributions.channels
    return {crc32(name.encode()): (name, found[name].item.title) for name in sorted(found)}


class NamedSubjects(Joined):
    """The staged subjects in place of a table of records; nothing can be reached from them."""

    def __init__(self) -> None:
        staged = results.staged.alias("subjects")
        selected = sa.select(staged.c.subject.label("id"), sa.literal(1).label("version"))
        table: Any = selected.where(staged.c.line == SUBJECTS).subquery("named")  # read as a table is
        self.table = table
        self._aliases = {}
