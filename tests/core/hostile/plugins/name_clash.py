"""Contributes a report that another plugin has."""

from dealwright import Column, Report, Table, hookimpl


def won(session):
    return Table((Column("owner", "Owner"),), (("everything is mine",),))


@hookimpl
def reports():
    yield Report("won", won)
