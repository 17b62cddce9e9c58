"""Events, and how they are chained."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import attrs
from attrs import frozen

GENESIS = ""
BATCH = "batch"
# Events that change nothing: a record was read by leave of a grant, somebody acted as the system, earlier events were
# erased for a person's sake, records of a kind were exported, subjects were evaluated by a scheme.
READ = "read"
ENTER = "enter"
ERASE = "erase"
EXPORT = "export"
EVALUATE = "evaluate"
NOTES = frozenset({READ, ENTER, ERASE, EXPORT, EVALUATE})
# Those that are about no record.
UNBOUND = frozenset({ENTER, EXPORT, EVALUATE})


@frozen(kw_only=True)
class Event:
    """One change of one record, or one batch of added records (``action`` batch, ids ``record_id`` to
    ``last_id``).

    ``change`` maps each field to its new value as JSON; None where it was erased, which a later event of the same
    record says (``action`` erase, with the numbers of the erased ones under ``events``). ``hash`` covers everything
    but ``change`` and ``salt``, which ``digest`` covers, so that personal data can be erased and the chain
    still holds. ``previous`` is the hash of the record's event before this one.
    """

    seq: int
    xid: int
    at: datetime
    actor: str
    command: str
    action: str
    record: str
    record_id: int
    last_id: int
    ref: str
    version: int
    plugins: str
    waivers: str | None = None
    change: Mapping[str, Any] | None = None
    salt: str | None = None
    digest: str
    previous: str
    hash: str

    def without(self, names: Collection[str]) -> "Event":
        """The same event, not showing the new values of some fields."""
        if not names or self.change is None or not any(name in self.change for name in names):
            return self
        shown = {name: value for name, value in self.change.items() if name not in names}
        return attrs.evolve(self, change=shown, salt=None)

    def computed_hash(self) -> str:
        """The hash that the other fields give."""
        return chain_hash({name: getattr(self, name) for name in HASHED})


HASHED = (
    "previous", "seq", "at", "actor", "command", "action", "record", "record_id", "last_id", "ref", "version",
    "plugins", "waivers", "digest",
)  # fmt: skip


def chain_hash(event: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of what an event says, in a form that no two events share."""
    plain = [event[name].isoformat() if name == "at" else event[name] for name in HASHED]
    return hashlib.sha256(json.dumps(plain, separators=(",", ":")).encode()).hexdigest()


def payload_of(change: Mapping[str, Any]) -> str:
    """The text form of a change that is stored and digested."""
    return json.dumps(change, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(salt: str, payload: str) -> str:
    """SHA-256, in hex, of a salted payload."""
    return hashlib.sha256(f"{salt}\n{payload}".encode()).hexdigest()
