"""Opening the appraisals of a period, and computing them."""

from typing import Annotated, Any

from attrs import frozen

from dealwright import ARGUMENT, ChangingSession, Deployment, Member, Period, Record, Session
from dealwright_appraisal.computing import Computation, check_central, in_parts, ratings_of
from dealwright_appraisal.forms import Forms
from dealwright_appraisal.ground import evaluated
from dealwright_appraisal.places import Leading, Places
from dealwright_appraisal.records import DRAFT, Appraisal, Rating, Result
from dealwright_appraisal.said import missing_of, percent_of

FORM = Annotated[str, "name of a form in dealwright.toml", ARGUMENT]
PERIOD = Annotated[Period, "period such as 2026, 2026-Q1 or 2026-03"]


@frozen(eq=False)
class Office:
    """Opens and computes appraisals by the forms of a deployment."""

    forms: Forms
    deployment: Deployment

    def opened(self, session: ChangingSession, form: FORM, period: PERIOD) -> dict[str, Any]:
        """Open an appraisal for every member in the latest run of a form's scheme.

        Those that are there stay. A draft whose member counts for another team by now goes to who reviews there.
        """
        check_central(session)
        known = self.forms.get(form)
        __, evaluations = evaluated(session, known, period)
        places = Places(session, Leading.roles(self.deployment))
        held = {each.member: each for each in session.find(Appraisal, form=form, period=period.label)}
        counts = {"opened": 0, "moved": 0, "kept": 0}
        for member in sorted(evaluations):
            at = places.main(member, period)
            team = None if at is None else at.team
            reviewers = places.reviewing(member, team)
            appraisal = held.get(member)
            if appraisal is None:
                where: dict[str, Any] = {
                    "form": form,
                    "period": period.label,
                    "ends_on": period.last,
                    "team": team,
                    "reviewers": reviewers,
                }
                session.add(Appraisal(member=member, **where))
                counts["opened"] += 1
            elif appraisal.state == DRAFT and (appraisal.team, appraisal.reviewers) != (team, reviewers):
                _move(session, appraisal, team, reviewers)
                counts["moved"] += 1
            else:
                counts["kept"] += 1
        return {"form": form, "period": period.label, **counts}

    def compute(
        self,
        session: ChangingSession,
        form: FORM,
        period: PERIOD,
        member: Annotated[str | None, "only of this member, by ref"] = None,
    ) -> list[dict[str, Any]]:
        """Compute the drafts of a form in a period from the stored run, the ratings and the index of the market.

        What one lacks is said, and it has no total. The same records give the same result. What is reviewed stays.
        """
        check_central(session)
        known = self.forms.get(form)
        equals: dict[str, Any] = {"form": form, "period": period.label, "state": DRAFT}
        if member is not None:
            equals["member"] = session.get(Member, member).id
        drafts = session.find(Appraisal, **equals)
        computation = Computation.of(session, self.deployment, known, period, drafts)
        held = results_of(session, drafts)
        rows = []
        for each in drafts:
            values = computation.values(each)
            if each.id in held:
                result = session.change(held[each.id], **values)
            else:
                result = session.add(Result(appraisal=each.id, reviewers=each.reviewers, **values))
            rows.append(
                {
                    "appraisal": each.ref,
                    "member": session.ref_of(Member, each.member),
                    "total": percent_of(result.total),
                    "grade": result.grade,
                    "missing": missing_of(result),
                }
            )
        return rows


def results_of(session: Session, appraisals: list[Appraisal]) -> dict[int, Result]:
    """The results of appraisals by their ids, as far as a session sees them."""
    parts = in_parts([each.id for each in appraisals])
    return {each.appraisal: each for part in parts for each in session.find(Result, appraisal=list(part))}


def _move(session: ChangingSession, appraisal: Appraisal, team: int | None, reviewers: int | None) -> None:
    """Give an appraisal with all that hangs on it to who reviews it now."""
    session.change(appraisal, team=team, reviewers=reviewers)
    hanging: list[Record] = [*ratings_of(session, [appraisal.id])]
    hanging += session.find(Result, appraisal=appraisal.id)
    for each in hanging:
        assert isinstance(each, Rating | Result)
        session.change(each, reviewers=reviewers)
