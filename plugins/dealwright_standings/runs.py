"""Which run a report is about, and its points as a table holds them."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from dealwright import PPM_OF_A_POINT, Period, Run, Session, UsageError, rounded
from dealwright_standings.wording import _

SCHEME = Annotated[str | None, "name of a scheme, where there are several"]
PERIOD = Annotated[Period | None, "period of the run, default that of the latest"]
RUN = Annotated[int | None, "number of a run, default the latest"]


def run_asked(session: Session, scheme: str | None, period: Period | None, run: int | None) -> Run:
    """The run that is asked for. Raises `UsageError`, also where several schemes were run and none is named."""
    found = session.evaluations
    if run is not None:
        return found.run_numbered(run) if scheme is None else found.run(scheme, run)
    label = None if period is None else period.label
    return found.run(scheme or scheme_run(session), None, label)


def scheme_run(session: Session) -> str:
    """The only scheme of which there are runs. Raises `UsageError`."""
    names = sorted({each.scheme for each in session.evaluations.runs()})
    if not names:
        raise UsageError(_("no scheme was run"), _("make a run: dealwright evaluate SCHEME"))
    if len(names) > 1:
        raise UsageError(
            _("several schemes were run"), _("choose one with --scheme: {names}", names=", ".join(names))
        )
    return names[0]


def heading(run: Run) -> str:
    """Of what a table is: the scheme's title, the period or the day, and the run."""
    when = run.period or str(run.as_of)
    return _("{title}, {when}, run {run}", title=run.said["title"], when=when, run=run.id)


def points(value: Decimal | Fraction | None) -> int | None:
    """Points in ten-thousandths, half away from zero; `dealwright explain` has all of it."""
    return None if value is None else rounded(Fraction(value) * PPM_OF_A_POINT)
