"""Names of those who act."""

from typing import Final

from dealwright_core.errors import Refused
from dealwright_core.findings import Finding
from dealwright_core.language import core as _

PLUGIN_ACTOR: Final = "plugin:"
SYSTEM: Final = "system"


class System(str):
    """The actor ``system``, who may do all: entered explicitly, with a reason, which is journalled."""

    reason: str

    def __new__(cls, reason: str) -> "System":
        if not reason.strip():
            raise without_reason()
        self = super().__new__(cls, SYSTEM)
        self.reason = reason.strip()
        return self


def without_reason() -> Refused:
    """The refusal of who acts as ``system`` and does not say why."""
    message = _(
        "the actor system is entered with a reason: give --because TEXT, or from Python System(reason)"
    )
    return Refused([Finding("system-without-reason", "block", message)])


def person_of(actor: str) -> str:
    """Who is behind an actor: ACTOR for ``plugin:NAME for ACTOR``, else the actor itself."""
    return actor.partition(" for ")[2] if actor.startswith(PLUGIN_ACTOR) else actor
