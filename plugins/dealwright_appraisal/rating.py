"""Rating attitude: asking for ratings, giving them, and the member's own view beside them."""

from typing import Annotated

from attrs import frozen

from dealwright import ChangingSession, Member, NotFound, Session, UsageError
from dealwright_appraisal.forms import Forms
from dealwright_appraisal.places import acting_member
from dealwright_appraisal.records import RATING, SELF, Appraisal, Rating
from dealwright_appraisal.wording import _

REF = Annotated[str, "ref of the appraisal"]
CRITERION = Annotated[str, "criterion of the form, such as teamwork"]
SCORE = Annotated[int, "from 1 to 5"]
EVIDENCE = Annotated[str, "what was seen or heard"]


@frozen(eq=False)
class Raters:
    """Takes ratings by the forms of a deployment."""

    forms: Forms

    def invite(
        self,
        session: ChangingSession,
        ref: REF,
        rater: Annotated[tuple[str, ...], "ref or login of a member"],
    ) -> list[Rating]:
        """Ask members to rate every criterion of an appraisal. Each finds what is asked by `appraisal-rating list`.

        Who is asked sees neither the appraisal nor what others say. Whom it was asked of before stays.
        """
        appraisal = session.lock(Appraisal, ref)
        form = self.forms.get(appraisal.form)
        asked = []
        for each in (called(session, name) for name in rater):
            for criterion in form.attitude.criteria:
                found = session.find(Rating, ref=_ref(ref, each, criterion))
                asked.append(found[0] if found else session.add(_new(appraisal, each, criterion)))
        return asked

    def rate(
        self,
        session: ChangingSession,
        ref: REF,
        criterion: CRITERION,
        score: SCORE,
        evidence: EVIDENCE,
        rater: Annotated[str | None, "for whom another program writes it down; else who acts"] = None,
    ) -> Rating:
        """Rate one criterion of somebody's appraisal, with evidence. A second time replaces what was said."""
        who = _actor(session) if rater is None else called(session, rater)
        try:
            appraisal = session.lock(Appraisal, ref)
        except NotFound:
            # Who is asked sees what is asked, and not the appraisal.
            found: list[Rating] = session.find(Rating, ref=_ref(ref, who, criterion), rater=who.id)
            if not found:
                raise
            return session.change(found[0], score=score, evidence=evidence.strip())
        return self._said(session, appraisal, who, criterion, RATING, score, evidence)

    def self_rate(
        self, session: ChangingSession, ref: REF, criterion: CRITERION, score: SCORE, evidence: EVIDENCE
    ) -> Rating:
        """Say how you see one criterion yourself. It is shown beside the ratings and counts in no mean."""
        appraisal = session.lock(Appraisal, ref)
        acting = acting_member(session)
        if acting is not None and acting.id != appraisal.member:
            raise UsageError(
                _("{ref} is about somebody else", ref=ref), _("rate others: dealwright appraisal rate")
            )
        who = acting or session.get(Member, appraisal.member)
        return self._said(session, appraisal, who, criterion, SELF, score, evidence)

    def _said(
        self,
        session: ChangingSession,
        appraisal: Appraisal,
        rater: Member,
        criterion: str,
        kind: str,
        score: int,
        evidence: str,
    ) -> Rating:
        self.forms.get(appraisal.form).check_criterion(criterion)
        found = session.find(Rating, ref=_ref(appraisal.ref, rater, criterion))
        rating = found[0] if found else session.add(_new(appraisal, rater, criterion, kind))
        return session.change(rating, score=score, evidence=evidence.strip())


def called(session: Session, name: str) -> Member:
    """The member with a ref or a login. Raises `NotFound`."""
    found = session.find(Member, ref=name) or session.find(Member, login=name)
    if not found:
        raise NotFound("member", name)
    return found[0]


def _actor(session: Session) -> Member:
    found = acting_member(session)
    if found is None:
        raise UsageError(_("{actor} is no member", actor=session.actor), _("say who rates: --rater"))
    return found


def _ref(appraisal: str, rater: Member, criterion: str) -> str:
    """The ref of a rating says whose it is and of what, so that it can be typed before it is seen."""
    return f"{appraisal}-{rater.ref}-{criterion}"


def _new(appraisal: Appraisal, rater: Member, criterion: str, kind: str = RATING) -> Rating:
    return Rating(
        ref=_ref(appraisal.ref, rater, criterion),
        appraisal=appraisal.id,
        member=appraisal.member,
        rater=rater.id,
        reviewers=appraisal.reviewers,
        criterion=criterion,
        kind=kind,
    )
