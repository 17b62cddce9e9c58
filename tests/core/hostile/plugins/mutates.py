"""Alters the records that its guard is shown, and the events that it observes."""

from dealwright import hookimpl


@hookimpl
def guard_changes(changes):
    for change in changes:
        if hasattr(change.after, "amount"):
            object.__setattr__(change.after, "amount", None)
    return []


@hookimpl
def on_events(events):
    for event in events:
        object.__setattr__(event, "actor", "somebody else")
