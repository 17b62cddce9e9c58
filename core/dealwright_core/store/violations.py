"""What the constraints of a table object to, in the words of the records."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.changes import Change
from dealwright_core.store.tables import index_name

MOST_NAMED = 3


def violation(kind: RecordType, changes: Sequence[Change], error: IntegrityError) -> Finding:
    """The finding for changes of a kind that the database refused."""
    said = str(error.orig)
    refs = ", ".join(change.after.ref for change in changes[:MOST_NAMED])
    named = f"{kind.name} {refs}"
    if "FOREIGN KEY" in said.upper():
        links = ", ".join(each.name for each in kind.fields if each.link)
        return Finding(
            "no-such-record",
            "block",
            _("{named}: one of {links} names a record that does not exist", named=named, links=links),
        )
    for group in (("ref",), *kind.unique):
        columns = ", ".join(f"{kind.name}.{each}" for each in group)
        if index_name(kind.name, group, unique=True) in said or columns in said:
            same = _("{named}: another one has the same {group}", named=named, group=joined(" and ", group))
            return Finding("duplicate", "block", same, refs)
    return Finding("not-storable", "block", f"{named}: {said.strip().splitlines()[0]}")
