"""Appraisals of a period side by side, and how grades spread over teams."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Final

from attrs import frozen

from dealwright import Chart, Column, Member, Period, Session, Table, Team, share
from dealwright_appraisal.opening import results_of
from dealwright_appraisal.records import Appraisal, Result
from dealwright_appraisal.wording import _

FORM = Annotated[str | None, "only those of this form"]
PERIOD = Annotated[Period | None, "only those of this period, such as 2026-Q1"]
COLUMNS: Final = (
    Column("appraisal", "Appraisal"),
    Column("member", "Member"),
    Column("team", "Team"),
    Column("form", "Form"),
    Column("period", "Period"),
    Column("target", "Target method", "ratio"),
    Column("ranking", "Ranking method", "ratio"),
    Column("attitude", "Attitude", "ratio"),
    Column("total", "Total", "ratio"),
    Column("grade", "Grade"),
    Column("rank", "Rank", "integer"),
    Column("state", "State"),
)


@frozen(eq=False)
class Shown:
    """Appraisals that a session sees, with the results that it sees, and the names of members and teams."""

    appraisals: list[Appraisal]
    results: dict[int, Result]
    members: dict[int, str]
    teams: dict[int | None, str]

    @classmethod
    def of(cls, session: Session, form: str | None, period: Period | None) -> "Shown":
        """Those of a form and a period, or of all."""
        equals: dict[str, Any] = {}
        equals |= {} if form is None else {"form": form}
        equals |= {} if period is None else {"period": period.label}
        appraisals = session.find(Appraisal, **equals)
        members = {each.id: each.name for each in session.find(Member)}
        teams: dict[int | None, str] = {each.id: each.name for each in session.find(Team)}
        return cls(appraisals, results_of(session, appraisals), members, teams)

    def total(self, appraisal: Appraisal) -> int | None:
        """The total that is seen of an appraisal."""
        found = self.results.get(appraisal.id)
        return None if found is None else found.total

    def rank(self, appraisal: Appraisal) -> int | None:
        """One more than how many of the same form and period have a higher total, of those that are seen."""
        own, of = self.total(appraisal), (appraisal.form, appraisal.period)
        if own is None:
            return None
        others = (self.total(each) for each in self.appraisals if (each.form, each.period) == of)
        return 1 + sum(each is not None and each > own for each in others)


def appraisals(session: Session, form: FORM = None, period: PERIOD = None) -> Table:
    """Appraisals with their parts, total, grade and state, the highest total first.

    What you do not see of one is blank. The rank is among those of the same form and period that you see.
    """
    shown = Shown.of(session, form, period)
    found = sorted(
        shown.appraisals, key=lambda each: (each.period, each.form, -(shown.total(each) or 0), each.id)
    )
    rows = []
    for each in found:
        result = shown.results.get(each.id)
        parts = (
            (None,) * 4 if result is None else (result.target, result.ranking, result.attitude, result.total)
        )
        grade = None if result is None else result.grade
        who = (each.ref, shown.members[each.member], shown.teams.get(each.team), each.form, each.period)
        rows.append((*who, *parts, grade, shown.rank(each), each.state))
    chart = Chart("bars", "member", ("total",)) if form and period else None
    return Table(COLUMNS, tuple(rows), title="Appraisals", chart=chart)


def distribution(session: Session, form: FORM = None, period: PERIOD = None) -> Table:
    """How many of each team have which grade, of the appraisals whose results you see; and the share of the team."""
    shown = Shown.of(session, form, period)
    graded = [
        (shown.teams.get(each.team) or _("no team"), shown.results[each.id].grade or _("no grade"))
        for each in shown.appraisals
        if each.id in shown.results
    ]
    columns = (
        Column("team", "Team"),
        Column("grade", "Grade"),
        Column("appraisals", "Appraisals", "integer"),
        Column("share", "Share", "ratio"),
    )
    rows = tuple(_spread(graded))
    totals = (_("Total"), None, len(graded), None) if rows else None
    chart = Chart("heat", "team", ("appraisals",), by="grade")
    return Table(columns, rows, totals=totals, title="Grades by team", chart=chart)


def _spread(graded: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str, int, int | None]]:
    pairs = Counter(graded)
    teams: Counter[str] = Counter()
    for (team, __), count in pairs.items():
        teams[team] += count
    for (team, grade), count in sorted(pairs.items()):
        yield team, grade, count, share(count, teams[team])
