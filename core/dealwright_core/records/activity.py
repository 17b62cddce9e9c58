"""Work done on a customer or an opportunity (销售活动)."""

from datetime import date

from attrs import field, frozen

from dealwright_core.records.record import Record, about


@frozen(kw_only=True)
class Activity(Record):
    """A visit, call, demonstration, or other work, and what came of it."""

    kind: str = field(
        metadata=about(
            "Kind", choices=("visit", "call", "message", "meeting", "demonstration", "proposal", "task")
        )
    )
    on: date = field(metadata=about("On"))
    customer: int | None = field(default=None, metadata=about("Customer", link="customer"))
    opportunity: int | None = field(default=None, metadata=about("Opportunity", link="opportunity"))
    by: int | None = field(default=None, metadata=about("By", link="member"))
    outcome: str | None = field(default=None, metadata=about("Outcome"))
