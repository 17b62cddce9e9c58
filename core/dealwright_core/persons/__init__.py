"""Personal data: every place that holds something of a person, and how it is erased there."""

from dealwright_core.persons.applying import apply_again
from dealwright_core.persons.commands import Call, PlatformCommand, person_commands

__all__ = ["Call", "PlatformCommand", "apply_again", "person_commands"]
