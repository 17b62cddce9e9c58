"""Its observer raises."""

from dealwright import hookimpl


@hookimpl
def on_events(events):
    raise RuntimeError("cannot listen")
