"""What this plugin says, in the language of whoever reads: translations are in ``locale``."""

from dealwright import Texts, Titled

_ = Texts("dealwright_qualification")


def named(condition: str) -> str:
    """A condition in running text."""
    return Titled(condition.replace("_", " "))
