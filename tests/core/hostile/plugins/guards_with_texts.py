"""Its guard returns a text instead of findings."""

from dealwright import hookimpl


@hookimpl
def guard_changes(changes):
    return "I would rather not"
