"""The moves of an appraisal that take more than another state: what they close, show, and hide again."""

from typing import Annotated, Any

from dealwright import ChangingSession
from dealwright_appraisal.computing import ratings_of
from dealwright_appraisal.rating import REF
from dealwright_appraisal.records import APPEALED, DRAFT, PUBLISHED, REVIEWED, Appraisal, Result
from dealwright_appraisal.wording import _, refused


def review(
    session: ChangingSession,
    ref: REF,
    summary: Annotated[str | None, "what is to be said to the member"] = None,
) -> Appraisal:
    """Close the ratings and the result of an appraisal as complete and right. The member sees no score yet."""
    appraisal = _moved(session, ref, REVIEWED)
    result = _result(session, appraisal)
    if summary is not None:
        session.change(result, summary=summary.strip())
    _close_ratings(session, appraisal, closed=True)
    return appraisal


def publish(session: ChangingSession, ref: REF) -> Appraisal:
    """Show the result of a reviewed appraisal to its member."""
    appraisal = _moved(session, ref, PUBLISHED)
    session.change(_result(session, appraisal), shown_to=appraisal.member)
    return appraisal


def appeal(
    session: ChangingSession, ref: REF, reason: Annotated[str, "what is wrong, and how that can be seen"]
) -> Appraisal:
    """Object to an appraisal that was published to you, with a reason."""
    return _moved(session, ref, APPEALED, appeal_reason=reason.strip())


def reopen(session: ChangingSession, ref: REF) -> Appraisal:
    """Make a reviewed or appealed appraisal a draft again: its result is hidden, ratings can change."""
    appraisal = _moved(session, ref, DRAFT)
    for each in session.find(Result, appraisal=appraisal.id):
        session.change(each, shown_to=None)
    _close_ratings(session, appraisal, closed=False)
    return appraisal


def _moved(session: ChangingSession, ref: str, state: str, **values: Any) -> Appraisal:
    appraisal = session.lock(Appraisal, ref)
    move = session.lifecycle("appraisal").move(appraisal.state, state, ref)
    return session.change(appraisal, state=move.to, **values)


def _result(session: ChangingSession, appraisal: Appraisal) -> Result:
    found: list[Result] = session.find(Result, appraisal=appraisal.id)
    if not found:
        raise refused("appraisal-incomplete", uncomputed(appraisal), appraisal.ref)
    return found[0]


def uncomputed(appraisal: Appraisal) -> str:
    """That there is no result yet, and what makes one."""
    return _(
        "{ref} has no result: dealwright appraisal compute {form} --period {period}",
        ref=appraisal.ref,
        form=appraisal.form,
        period=appraisal.period,
    )


def _close_ratings(session: ChangingSession, appraisal: Appraisal, *, closed: bool) -> None:
    for each in ratings_of(session, [appraisal.id]):
        session.change(each, closed=closed)
