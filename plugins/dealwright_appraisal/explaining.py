"""Explaining an appraisal: every part with its formula and inputs, the evidence, and the member's own view apart."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dealwright import Member, Money, Session
from dealwright_appraisal.computing import ratings_of
from dealwright_appraisal.rating import REF
from dealwright_appraisal.records import RATING, SELF, Appraisal, Rating, Result
from dealwright_appraisal.said import formula, missing_of, percent, percent_of, working_of
from dealwright_appraisal.settings import PARTS
from dealwright_appraisal.wording import _


def explain(session: Session, ref: REF) -> dict[str, Any]:
    """Explain an appraisal as far as you see it: every part with its formula and inputs, ratings with their evidence.

    Until it is published its member sees no result. Ratings show to who reviews, and each rater sees their own.
    """
    appraisal = session.get(Appraisal, ref)
    answer: dict[str, Any] = {
        "appraisal": appraisal.ref,
        "member": session.get(Member, appraisal.member).name,
        "form": appraisal.form,
        "period": appraisal.period,
        "state": appraisal.state,
    }
    found = session.find(Result, appraisal=appraisal.id)
    if not found:
        answer |= {"result": _("none that you may see")}
    for each in found:
        answer |= _outcome(session, each)
    ratings = [each for each in ratings_of(session, [appraisal.id]) if each.score is not None]
    ratings.sort(key=lambda each: (each.criterion, each.ref))
    if appraisal.appeal_reason is not None:
        answer |= {"appeal": appraisal.appeal_reason}
    return answer | {
        "ratings": [_rating(session, each) for each in ratings if each.kind == RATING],
        "self_rating": [_rating(session, each) for each in ratings if each.kind == SELF],
    }


def _outcome(session: Session, result: Result) -> dict[str, Any]:
    working = working_of(result)
    weights: Mapping[str, str] = working.get("weights", {})
    methods = [
        {
            "method": each,
            "value": percent_of(getattr(result, each)),
            "weight": percent(weights[each]) if each in weights else None,
            "points": percent_of(getattr(result, f"{each}_points")),
            "formula": formula(each, working),
        }
        for each in PARTS
        if each in working
    ]
    return {
        "run": result.run,
        "total": percent_of(result.total),
        "grade": result.grade,
        "missing": missing_of(result),
        "summary": result.summary,
        "methods": methods,
        "measures": _measures(session, working),
        "criteria": _criteria(session, working),
    }


def _measures(session: Session, working: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was reached of what, and the attainment after the index, the cap and the floor."""
    target = working.get("target", {})

    def figure(each: Mapping[str, Any], name: str) -> Money | int | str | None:
        found: int | None = each[name]
        if found is None or each["unit"] == "number":
            return found
        return Money(found, session.currency) if each["unit"] == "money" else percent_of(found)

    return [
        {
            "measure": each["measure"],
            "weight": percent(each["weight"]),
            "actual": figure(each, "actual"),
            "target": figure(each, "target"),
            "index": percent(target["index"]),
            "attained": None if each["attained"] is None else percent(each["attained"]),
        }
        for each in target.get("lines", ())
    ]


def _criteria(session: Session, working: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How many rated each criterion, how many scores were trimmed, and the mean of the others."""
    return [
        {
            "criterion": each["criterion"],
            "weight": each["weight"],
            "raters": each["raters"],
            "trimmed": 2 * each.get("cut", 0),
            "mean": None if "mean" not in each else str(Fraction(each["mean"])),
        }
        for each in working.get("attitude", {}).get("criteria", ())
    ]


def _rating(session: Session, rating: Rating) -> dict[str, Any]:
    return {
        "criterion": rating.criterion,
        "rater": session.get(Member, rating.rater).name,
        "score": rating.score,
        "evidence": rating.evidence,
    }
