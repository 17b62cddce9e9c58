"""Which run a report is about, and its points as a table holds them."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from dealwright import PPM_OF_A_POINT, Column, Period, Run, Session, Table, UsageError, rounded
from dealwright_standings.wording import _

SCHEME = Annotated[str | None, "name of a scheme, where there are several"]
PERIOD = Annotated[Period | None, "period of the run, default that of the latest"]
RUN = Annotated[int | None, "number of a run, default the latest"]


def run_asked(session: Session, scheme: str | None, period: Period | None, run: int | None) -> Run | None:
    """The run that is asked for; None where nothing was named and nothing run. Raises `UsageError`, also where several
    schemes were run and none is named.
    """
    found = session.evaluations
    if run is not None:
        return found.run_numbered(run) if scheme is None else found.run(scheme, run)
    name = scheme or _scheme_run(session)
    return None if name is None else found.run(name, None, None if period is None else period.label)


def _scheme_run(session: Session) -> str | None:
    """The only scheme of which there are runs."""
    names = sorted({each.scheme for each in session.evaluations.runs()})
    if len(names) > 1:
        raise UsageError(
            _("several schemes were run"), _("choose one with --scheme: {names}", names=", ".join(names))
        )
    return names[0] if names else None


def nothing(columns: Sequence[Column], title: str) -> Table:
    """The table where no scheme was run."""
    note = _("No scheme was run; make a run: dealwright evaluate SCHEME")
    return Table(tuple(columns), (), note=note, title=title)


def heading(run: Run) -> str:
    """Of what a table is: the scheme's title, the period or the day, and the run."""
    when = run.period or str(run.as_of)
    return _("{title}, {when}, run {run}", title=run.said["title"], when=when, run=run.id)


def points(value: Decimal | Fraction | None) -> int | None:
    """Points in ten-thousandths, half away from zero; `dealwright explain` has all of it."""
    return None if value is None else rounded(Fraction(value) * PPM_OF_A_POINT)
