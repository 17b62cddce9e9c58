"""Was written for another version."""

from dealwright import hookimpl

dealwright_api = ">=9"


@hookimpl
def reports():
    return []
