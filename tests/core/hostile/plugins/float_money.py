"""Returns amounts as floats from its report and its command."""

from dealwright import Column, Command, Report, Table, hookimpl


def cash(session):
    return Table((Column("amount", "Amount", "money"),), ((12.5,),))


def earn(session) -> float:
    return 0.1 + 0.2


@hookimpl
def reports():
    yield Report("cash", cash)


@hookimpl
def commands():
    yield Command("float.earn", earn)
