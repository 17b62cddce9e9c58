"""Appraisals, what others say in them, what comes of it, and the index of the market (业绩考核, 工作态度, 市场环境)."""

from datetime import date
from typing import Final

from attrs import field, frozen

from dealwright import Lifecycle, Move, Record, about

DRAFT: Final = "draft"
REVIEWED: Final = "reviewed"
PUBLISHED: Final = "published"
ACKNOWLEDGED: Final = "acknowledged"
APPEALED: Final = "appealed"
FINAL: Final = "final"
# From publication on the member sees the result.
SHOWN: Final = (PUBLISHED, ACKNOWLEDGED, APPEALED, FINAL)
RATING, SELF = "rating", "self"
LOWEST, HIGHEST = 1, 5

LIFECYCLE: Final = Lifecycle(
    "appraisal",
    "appraisal",
    "state",
    DRAFT,
    (
        Move(DRAFT, "review", REVIEWED),
        Move(REVIEWED, "publish", PUBLISHED),
        Move(PUBLISHED, "acknowledge", ACKNOWLEDGED),
        Move(PUBLISHED, "appeal", APPEALED),
        Move(ACKNOWLEDGED, "finalise", FINAL),
        Move(APPEALED, "finalise", FINAL),
        Move(REVIEWED, "reopen", DRAFT),
        Move(APPEALED, "reopen", DRAFT),
    ),
)


@frozen(kw_only=True)
class Appraisal(Record):
    """Whom a form appraises in a period, and how far that is. It holds no score: see `Result`.

    ``team`` is where the member counts, by the main position. ``reviewers`` is the team whose leaders review it: the
    member's own, or for who leads a team the one above it. ``ends_on`` is the last day of the period: the one on which
    the result counts where it is measured.
    """

    member: int = field(metadata=about("Member", link="member"))
    form: str = field(metadata=about("Form"))
    period: str = field(metadata=about("Period"))
    ends_on: date | None = field(default=None, metadata=about("Ends on"))
    team: int | None = field(default=None, metadata=about("Team", link="team"))
    reviewers: int | None = field(default=None, metadata=about("Reviewing team", link="team"))
    state: str = field(default=DRAFT, metadata=about("State"))
    appeal_reason: str | None = field(
        default=None, metadata=about("Reason of the appeal", field_class="personal")
    )


@frozen(kw_only=True)
class Rating(Record):
    """What one rater says of one criterion, with evidence; without a score the rater is asked and has yet to say it.

    Of kind ``self`` it is the member's own view, which never counts. ``closed`` is set when the appraisal is reviewed.
    """

    appraisal: int = field(metadata=about("Appraisal", link="appraisal"))
    member: int = field(metadata=about("Member", link="member"))
    rater: int = field(metadata=about("Rater", link="member"))
    reviewers: int | None = field(default=None, metadata=about("Reviewing team", link="team"))
    criterion: str = field(metadata=about("Criterion"))
    kind: str = field(default=RATING, metadata=about("Kind", choices=(RATING, SELF)))
    score: int | None = field(default=None, metadata=about("Score"))
    evidence: str | None = field(default=None, metadata=about("Evidence", field_class="personal"))
    closed: bool = field(default=False, metadata=about("Closed"))


@frozen(kw_only=True)
class Result(Record):
    """What an appraisal comes to. Ratios are of full marks: 100 % is what was asked for.

    ``..._points`` is what a part adds to the total, weighted and rounded. Without a total something is missing.
    ``score`` is the total in hundredths of a percent, a whole number, half away from zero: what measures add.
    ``run`` is the number of the run it is based on; ``working`` is how it was computed, as JSON. It belongs to the
    team that reviews, and from publication on to ``shown_to``, too.
    """

    appraisal: int = field(metadata=about("Appraisal", link="appraisal"))
    reviewers: int | None = field(default=None, metadata=about("Reviewing team", link="team"))
    shown_to: int | None = field(default=None, metadata=about("Shown to", link="member"))
    run: int | None = field(default=None, metadata=about("Run"))
    target: int | None = field(default=None, metadata=about("Target method", ratio=True))
    target_points: int | None = field(default=None, metadata=about("Points of targets", ratio=True))
    ranking: int | None = field(default=None, metadata=about("Ranking method", ratio=True))
    ranking_points: int | None = field(default=None, metadata=about("Points of ranking", ratio=True))
    attitude: int | None = field(default=None, metadata=about("Attitude", ratio=True))
    attitude_points: int | None = field(default=None, metadata=about("Points of attitude", ratio=True))
    total: int | None = field(default=None, metadata=about("Total", ratio=True))
    score: int | None = field(default=None, metadata=about("Score"))
    grade: str | None = field(default=None, metadata=about("Grade"))
    working: str = field(default="{}", metadata=about("Working"))
    summary: str | None = field(default=None, metadata=about("Summary", field_class="personal"))


@frozen(kw_only=True)
class MarketIndex(Record):
    """How the market was in a period, for a team with all below it or for the whole company (市场环境).

    An index of 105 % says that the market made targets 5 % easier to reach. Who declared it, and when, stands in the
    journal.
    """

    period: str = field(metadata=about("Period"))
    team: int | None = field(default=None, metadata=about("Team", link="team"))
    index: int = field(metadata=about("Index", ratio=True))
    reason: str = field(metadata=about("Reason"))
