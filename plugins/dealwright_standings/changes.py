"""What changed between two runs of a scheme, and why."""

from decimal import Decimal
from typing import Annotated, Any

from dealwright import (
    PPM_OF_A_POINT,
    Chart,
    Column,
    Evaluation,
    EvaluationLine,
    InvalidValue,
    Run,
    Session,
    Table,
    Titled,
    UsageError,
    joined,
)
from dealwright_standings.runs import PERIOD, SCHEME, heading, nothing, points, run_asked
from dealwright_standings.wording import _

MOST_REASONS = 3
Pair = tuple[Evaluation | None, Evaluation | None]


def what_changed(
    session: Session,
    scheme: SCHEME = None,
    period: PERIOD = None,
    before: Annotated[int | None, "number of the earlier run, default the one before"] = None,
    after: Annotated[int | None, "number of the later run, default the latest"] = None,
    limit: Annotated[int, "how many subjects at the most"] = 50,
) -> Table:
    """Whose score changed between two runs of a scheme, the largest change first, and the lines that made it.

    It compares the latest run with the one before, of the period where one is given.
    """
    if limit < 0:
        raise InvalidValue(_("limit is {limit}: give how many subjects, 0 or more", limit=limit))
    later = run_asked(session, scheme, period, after)
    subject = _("Subject") if later is None else Titled(later.subject.replace("_", " ").capitalize())
    columns = (
        Column("subject", subject),
        Column("ref", _("Ref")),
        Column("before", _("Before"), "points"),
        Column("after", _("After"), "points"),
        Column("change", _("Change"), "points"),
        Column("rank_before", _("Rank before"), "integer"),
        Column("rank_after", _("Rank after"), "integer"),
        Column("because", _("Because of")),
    )
    if later is None:
        return nothing(columns, _("What changed"))
    earlier = _earlier(session, later, before, period)
    rows = tuple(_row(*each) for each in session.evaluations.changed(earlier, later, limit))
    note = _("{before} -> {after}", before=heading(earlier), after=heading(later))
    chart = Chart("bars", "subject", ("change",)) if any(row[4] is not None for row in rows) else None
    return Table(columns, rows, note=note, title=_("What changed"), chart=chart)


def _earlier(session: Session, later: Run, before: int | None, period: Any) -> Run:
    if before is not None:
        return session.evaluations.run(later.scheme, before)
    runs = session.evaluations.runs(later.scheme, None, None if period is None else later.period)
    earlier = next((each for each in runs if each.id < later.id), None)
    if earlier is None:
        raise UsageError(
            _("there is no run of {scheme} before run {run}", scheme=later.scheme, run=later.id),
            _("name one with --before; see: dealwright evaluation runs"),
        )
    return earlier


def _row(before: Evaluation | None, after: Evaluation | None) -> tuple[Any, ...]:
    known = after or before
    assert known is not None
    was, is_ = (None if each is None else points(each.total) for each in (before, after))
    change = None if was is None or is_ is None else is_ - was
    ranks = (None if each is None else each.rank for each in (before, after))
    return (known.title, known.ref, was, is_, change, *ranks, _because(before, after))


def _because(before: Evaluation | None, after: Evaluation | None) -> str:
    """The lines that differ most, with their points before and after."""
    if before is None or after is None:
        return _("is new") if before is None else _("is gone")
    old, new = ({each.name: each for each in found.lines} for found in (before, after))
    names = [*dict.fromkeys((*old, *new))]
    changes = [(names.index(name), old.get(name), new.get(name)) for name in names]
    moved = sorted(
        (each for each in changes if _moved(*each[1:])), key=lambda each: (-_moved(*each[1:]), each[0])
    )
    return joined("; ", (_said(was, is_) for __, was, is_ in moved[:MOST_REASONS]))


def _moved(was: EvaluationLine | None, is_: EvaluationLine | None) -> int:
    """By how much a line changed the total, in ten-thousandths of a point."""
    return abs(_points(is_) - _points(was))


def _points(line: EvaluationLine | None) -> int:
    return 0 if line is None else points(line.points) or 0


def _said(was: EvaluationLine | None, is_: EvaluationLine | None) -> str:
    line = is_ or was
    assert line is not None
    before, after = (_written(None if each is None else points(each.points)) for each in (was, is_))
    return joined("", (Titled(line.title, line.title), f": {before} -> {after}"))


def _written(value: int | None) -> str:
    return "-" if value is None else f"{(Decimal(value) / PPM_OF_A_POINT).normalize():f}"
