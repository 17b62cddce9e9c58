"""Personal data: every place that holds something of a person, and how it is erased there."""

from dealwright_core.persons.applying import apply_again
from dealwright_core.persons.commands import person_commands

__all__ = ["apply_again", "person_commands"]
