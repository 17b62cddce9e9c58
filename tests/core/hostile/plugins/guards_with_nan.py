"""Its guard yields a finding whose message is no number."""

from dealwright import Finding, hookimpl


@hookimpl
def guard_changes(changes):
    yield Finding("nan", "warn", float("nan"))
