"""The days from which, and before which, something holds, in words."""

from datetime import date

from dealwright_core.language import core as _


def term(since: date | None, until: date | None) -> str:
    """Such as ``from 2026-03-01 until 2026-09-01``; empty for what holds at all times."""
    if since is not None and until is not None:
        return _("from {since} until {until}", since=since, until=until)
    if since is not None:
        return _("from {since}", since=since)
    return "" if until is None else _("until {until}", until=until)
