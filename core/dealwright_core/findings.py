"""What a check found, and who decided to go on in spite of it."""

from typing import Literal

from attrs import field, frozen
from attrs.validators import in_

from dealwright_core.language import joined

Level = Literal["block", "warn"]


@frozen
class Finding:
    """An objection to a change: `block` refuses it, `warn` is reported and lets it pass.

    `code` is stable and meant for programs and waivers, `message` for people, `ref` names the record
    concerned. A blocking finding that is `waivable` can be set aside by a `Waiver` naming its code.
    """

    code: str
    level: Level = field(validator=in_(("block", "warn")))
    message: str
    ref: str | None = None
    waivable: bool = False

    @property
    def text(self) -> str:
        """The ref, the message and the code."""
        where = f"{self.ref}: " if self.ref is not None else ""
        return joined("", (where, self.message, " [", self.code, "]"))

    def __str__(self) -> str:
        return str(self.text)


@frozen
class Waiver:
    """A person's decision to let the finding `code` pass, with the reason that is kept in the journal."""

    code: str
    person: str
    reason: str
