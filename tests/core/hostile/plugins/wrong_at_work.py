"""Returns from its reports and commands what they must not return, no number among it."""

from dealwright import Column, Command, Report, Table, hookimpl

NAN = float("nan")


def nothing(session):
    return None


def unknown(session):
    return Table((Column("ratio", "Ratio", "ratio"),), ((NAN,),))


def ragged(session):
    return Table((Column("ratio", "Ratio", "ratio"),), (1,))


def endless(session):
    yield from iter(int, 1)


def unwritable(session):
    return {"ratio": NAN}


def leaves(session):
    raise SystemExit("enough")


@hookimpl
def reports():
    yield Report("nothing", nothing)
    yield Report("unknown", unknown)
    yield Report("ragged", ragged)


@hookimpl
def commands():
    yield Command("wrong.endless", endless, reads=True)
    yield Command("wrong.unwritable", unwritable)
    yield Command("wrong.leaves", leaves)
