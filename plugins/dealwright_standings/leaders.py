"""The leaderboard: subjects by rank, with what they reached and where they stood before."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from dealwright import (
    Chart,
    Column,
    Evaluation,
    EvaluationLine,
    InvalidValue,
    Money,
    Run,
    Session,
    Table,
    Titled,
    joined,
    parse_ppm,
)
from dealwright_standings.runs import PERIOD, RUN, SCHEME, heading, nothing, points, run_asked
from dealwright_standings.wording import _

MOST_MEASURES = 5


def leaderboard(
    session: Session,
    scheme: SCHEME = None,
    period: PERIOD = None,
    run: RUN = None,
    limit: Annotated[int, "how many subjects at the most"] = 50,
) -> Table:
    """Who leads by a scheme: rank, points and grade, what was reached, and the rank in the period before.

    Equal totals share a rank. It shows whom you may see; ranks are among all.
    """
    if limit < 0:
        raise InvalidValue(_("limit is {limit}: give how many subjects, 0 or more", limit=limit))
    shown = run_asked(session, scheme, period, run)
    if shown is None:
        columns = (
            Column("rank", _("Rank"), "integer"),
            Column("ref", _("Ref")),
            Column("points", _("Points"), "points"),
        )
        return nothing(columns, _("Leaderboard"))
    found = session.evaluations.best(shown, limit)
    before = _ranks_before(session, shown)
    lines = found[0].lines if found else ()
    measures = [each.name for each in lines if _is_measured(found, each.name)][:MOST_MEASURES]
    columns = (
        Column("rank", _("Rank"), "integer"),
        *((Column("before", _("Rank before"), "integer"),) if before is not None else ()),
        Column("subject", Titled(shown.subject.replace("_", " ").capitalize())),
        Column("ref", _("Ref")),
        Column("points", _("Points"), "points"),
        Column("grade", _("Grade")),
        *(column for each in measures for column in _columns(found, each)),
    )
    rows = tuple(_row(each, before, measures) for each in found)
    chart = Chart("bars", "subject", ("points",)) if rows else None
    return Table(columns, rows, note=_note(shown, found), title=_("Leaderboard"), chart=chart)


def _ranks_before(session: Session, run: Run) -> dict[str, int | None] | None:
    """The rank of each in the latest run of the period before; None where there is none."""
    if run.period is None:
        return None
    previous = session.calendar.previous(session.calendar.parse(run.period))
    runs = session.evaluations.runs(run.scheme, 1, previous.label)
    return {each.ref: each.rank for each in session.evaluations.best(runs[0])} if runs else None


def _line(found: Evaluation, name: str) -> EvaluationLine | None:
    return next((each for each in found.lines if each.name == name), None)


def _is_measured(found: Sequence[Evaluation], name: str) -> bool:
    """Whether a line is of a measure: somebody has an actual."""
    lines = (_line(each, name) for each in found)
    return any(line is not None and line.actual is not None for line in lines)


def _columns(found: Sequence[Evaluation], name: str) -> Iterator[Column]:
    lines = [line for each in found if (line := _line(each, name)) is not None and line.actual is not None]
    title, kinds = Titled(lines[0].title), {type(each.actual) for each in lines}
    if kinds == {Money}:
        yield Column(name, title, "money")
    else:
        yield Column(name, title, "integer" if kinds == {int} else "ratio")
    yield Column(f"{name}_attained", _("of target"), "ratio")


def _row(found: Evaluation, before: dict[str, int | None] | None, measures: Sequence[str]) -> tuple[Any, ...]:
    cells: list[Any] = [found.rank]
    if before is not None:
        cells.append(before.get(found.ref))
    cells += [found.title, found.ref, points(found.total), found.grade or ""]
    for name in measures:
        line = _line(found, name)
        actual = None if line is None else line.actual
        attained = None if line is None or line.attainment is None else parse_ppm(line.attainment)
        cells += [parse_ppm(actual) if isinstance(actual, str) else actual, attained]
    return tuple(cells)


def _note(run: Run, found: Sequence[Evaluation]) -> str:
    said: list[str] = [heading(run)]
    if len(found) < run.subjects:
        said.append(_("{shown} of {all}", shown=len(found), all=run.subjects))
    if run.incomplete:
        said.append(
            _.counted(
                run.incomplete, "{count} evaluation is incomplete", "{count} evaluations are incomplete"
            )
        )
    return joined(", ", said)
