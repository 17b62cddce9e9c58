"""Its guard finds something for ever."""

import itertools

from dealwright import Finding, hookimpl


@hookimpl
def guard_changes(changes):
    for number in itertools.count():
        yield Finding(f"f{number}", "warn", "and another thing")
