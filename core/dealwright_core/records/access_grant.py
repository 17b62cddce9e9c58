"""Leave to read one record (借阅)."""

from datetime import date

from attrs import field, frozen

from dealwright_core.records.record import Record, about


@frozen(kw_only=True)
class AccessGrant(Record):
    """Leave for one person to read one record, from ``since`` until before ``until``, unless it was revoked.

    ``subject`` is the ref of the record, ``person`` an actor or the ref of a member, ``giver`` who gave it.
    """

    subject_kind: str = field(metadata=about("Subject kind"))
    subject: str = field(metadata=about("Subject"))
    person: str = field(metadata=about("Person"))
    purpose: str = field(metadata=about("Purpose"))
    giver: str = field(metadata=about("Giver"))
    since: date | None = field(default=None, metadata=about("Since"))
    until: date | None = field(default=None, metadata=about("Until"))
    may_export: bool = field(default=False, metadata=about("May export"))
    revoked_on: date | None = field(default=None, metadata=about("Revoked on"))
