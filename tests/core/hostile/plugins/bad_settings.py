"""Has settings, which the deployment fills wrongly."""

from attrs import frozen

from dealwright import hookimpl


@frozen
class Settings:
    cap: int = 0


@hookimpl
def reports():
    return []
