"""Its guard ends the process."""

import sys

from dealwright import hookimpl


@hookimpl
def guard_changes(changes):
    sys.exit(0)
