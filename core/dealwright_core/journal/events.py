"""Events, and how they are chained."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

GENESIS = ""
BATCH = "batch"


@frozen(kw_only=True)
class Event:
    """One change of one record, or one batch of added records (``action`` batch, ids ``record_id`` to
    ``last_id``).

    ``change`` maps each field to its new value as JSON; None where it was erased. ``hash`` covers everything
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
