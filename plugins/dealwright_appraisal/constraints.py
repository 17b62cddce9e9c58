"""What no rating and no index may be, on every way in. These see all records, whoever writes."""

from collections.abc import Iterator

from dealwright import Constraint, fields, negate
from dealwright_appraisal.records import APPEALED, DRAFT, HIGHEST, LOWEST, RATING, SELF
from dealwright_appraisal.wording import _


def of_appraisals() -> Iterator[Constraint]:
    """An appeal has its reason."""
    record = fields("appraisal")
    yield Constraint(
        "appraisal-appeal-reason",
        (record.state == APPEALED) & (record.appeal_reason.is_null() | (record.appeal_reason == "")),
        _("an appeal takes a reason: dealwright appraisal appeal REF --reason …"),
    )


def of_ratings() -> Iterator[Constraint]:
    """A score is on the scale, has evidence, and is about whom the appraisal is about, while that is a draft."""
    record = fields("appraisal_rating")
    yield Constraint(
        "appraisal-score",
        (record.score < LOWEST) | (record.score > HIGHEST),
        _("a score is from {lowest} to {highest}", lowest=LOWEST, highest=HIGHEST),
    )
    yield Constraint(
        "appraisal-evidence",
        negate(record.score.is_null()) & (record.evidence.is_null() | (record.evidence == "")),
        _("a score takes evidence: say what was seen or heard"),
    )
    yield Constraint(
        "appraisal-rated-member",
        record.member.ref != record.appraisal.member.ref,
        _("the appraisal is about somebody else"),
    )
    yield Constraint(
        "appraisal-self-rating",
        ((record.kind == RATING) & (record.member.ref == record.rater.ref))
        | ((record.kind == SELF) & (record.member.ref != record.rater.ref)),
        _("nobody rates themselves but in a self-rating, and that is by nobody else"),
    )
    yield Constraint(
        "appraisal-ratings-closed",
        (record.appraisal.state != DRAFT) & negate(record.closed),
        _("the appraisal is no draft any more: its ratings are closed"),
    )


def of_indexes() -> Iterator[Constraint]:
    """An index divides, so it is above zero."""
    record = fields("appraisal_market_index")
    yield Constraint("appraisal-index", record.index <= 0, _("an index is above 0 %"))
