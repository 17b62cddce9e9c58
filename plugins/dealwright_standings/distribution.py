"""How the scores of a run are spread."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from dealwright import Chart, Column, InvalidValue, Session, Table, share
from dealwright_standings.runs import PERIOD, RUN, SCHEME, heading, nothing, points, run_asked
from dealwright_standings.wording import _


def score_distribution(
    session: Session,
    scheme: SCHEME = None,
    period: PERIOD = None,
    run: RUN = None,
    ranges: Annotated[int, "how many ranges at the most, where the scheme has no grades"] = 10,
) -> Table:
    """How many subjects have which grade, or totals in which range, and their share.

    A range holds its lower bound, not its upper one. It counts whom you may see.
    """
    if ranges < 1:
        raise InvalidValue(_("there are no {ranges} ranges: ask for 1 or more", ranges=ranges))
    shown = run_asked(session, scheme, period, run)
    is_graded = shown is not None and bool(shown.said["grades"])
    columns = (
        Column("grade", _("Grade")) if is_graded else Column("range", _("Points")),
        Column("from", _("From"), "points"),
        Column("below", _("Below"), "points"),
        Column("subjects", _("Subjects"), "integer"),
        Column("share", _("Share"), "ratio"),
    )
    if shown is None:
        return nothing(columns, _("Distribution of scores"))
    found = session.evaluations.spread(shown, ranges)
    everybody = sum(each.subjects for each in found)
    rows = tuple(
        (
            each.grade or _name(each.lowest, each.below),
            points(each.lowest),
            points(each.below),
            each.subjects,
            share(each.subjects, everybody),
        )
        for each in found
    )
    totals = (_("all"), None, None, everybody, share(everybody, everybody))
    chart = Chart("bars", columns[0].name, ("subjects",)) if rows else None
    return Table(columns, rows, totals, heading(shown), title=_("Distribution of scores"), chart=chart)


def _name(lowest: Fraction | None, below: Fraction | None) -> str:
    """What a range is called where no grade names it."""
    if lowest is None or below is None:
        return _("no total")
    return _("{lowest} to {below}", lowest=_written(lowest), below=_written(below))


def _written(value: Fraction) -> str:
    """A bound, which is a round number."""
    return (
        f"{value.numerator:,}"
        if value.denominator == 1
        else str(Decimal(value.numerator) / value.denominator)
    )
