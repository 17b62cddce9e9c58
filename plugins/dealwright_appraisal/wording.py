"""What this plugin says, in the language of whoever reads: translations are in ``locale``."""

from collections.abc import Sequence

from dealwright import Finding, Refused, Texts

_ = Texts("dealwright_appraisal")


def refused(code: str, message: str, ref: str | None = None) -> Refused:
    """The refusal for one reason."""
    return Refused([Finding(code, "block", message, ref)])


def listed(names: Sequence[str]) -> str:
    """Names behind one another."""
    return ", ".join(names)
