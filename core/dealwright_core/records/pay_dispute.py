"""A question about what somebody was paid, and what became of it (薪酬异议)."""

from datetime import date

from attrs import field, frozen

from dealwright_core.records.record import Record, about

OUTCOMES = ("accepted", "declined")


@frozen(kw_only=True)
class PayDispute(Record):
    """What a member disputes of the pay of a period: a line, or with none something that is missing.

    ``line`` is what the line was called when the dispute was raised. Another run of the period calls it otherwise, so
    ``plan``, ``pay``, ``window``, ``subject_kind`` and ``subject_id`` say which one it is: these stay. ``raised_by`` is
    who asks, an actor or the ref of a member. ``adjustment`` is what was paid for it.
    """

    member: int = field(metadata=about("Member", link="member"))
    period: str = field(metadata=about("Period"))
    line: str | None = field(default=None, metadata=about("Line"))
    plan: str | None = field(default=None, metadata=about("Plan"))
    pay: str | None = field(default=None, metadata=about("Pay"))
    window: str | None = field(default=None, metadata=about("Window"))
    subject_kind: str | None = field(default=None, metadata=about("Subject kind"))
    subject_id: int | None = field(default=None, metadata=about("Subject number"))
    question: str = field(metadata=about("Question"))
    status: str = field(default="raised", metadata=about("Status"))
    answer: str | None = field(default=None, metadata=about("Answer"))
    outcome: str | None = field(default=None, metadata=about("Outcome", choices=OUTCOMES))
    adjustment: int | None = field(default=None, metadata=about("Adjustment", link="pay_adjustment"))
    raised_by: str = field(metadata=about("Raised by"))
    raised_on: date = field(metadata=about("Raised on"))
    resolved_on: date | None = field(default=None, metadata=about("Resolved on"))
