"""Its guard raises."""

from dealwright import hookimpl


@hookimpl
def guard_changes(changes):
    raise ZeroDivisionError("no idea")
